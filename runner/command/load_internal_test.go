package command

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/load"
)

// Who stops the search for the limit, whenever that is, is told what was found until then.
func TestTextOfASearchThatWasStopped(t *testing.T) {
	t.Parallel()
	for want, limit := range map[string]load.Limit{
		"limit  not known: no rate was kept to its end\n":                             {},
		"limit  none: it held no rate that was tried, down to 25/s\n":                 {Probes: []load.Probe{{Rate: 50}, {Rate: 25}}},
		"limit  100 deliveries a second, the highest rate that was held until then\n": {Rate: 100, Probes: []load.Probe{{Rate: 100, Holds: true}}},
	} {
		if text := loadText(load.Result{Limit: &limit, Interrupted: true}); strings.TrimSpace(text) != strings.TrimSpace(want) {
			t.Errorf("it says %q, want %q", text, want)
		}
	}
}
