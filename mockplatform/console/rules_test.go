package console_test

import (
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// ruled gives a platform and its console the same fault rules.
func ruled(t *testing.T, p *mockplatform.Options, c *console.Options, list ...rules.Rule) {
	t.Helper()
	set, err := rules.New(rules.Options{Seed: p.Seed, PageID: mockplatform.DefaultPageID, Rules: list})
	if err != nil {
		t.Fatal(err)
	}
	p.Rules, c.Faults = set, set
}

// day is when tests take place.
func day() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// now is the time in the milliseconds of a browser.
func now() float64 { return float64(time.Now().UnixMicro()) / 1000 }
