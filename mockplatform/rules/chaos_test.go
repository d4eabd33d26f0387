package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// What Chaos says of itself holds, within a quarter.
func TestChaos(t *testing.T) {
	run := func(seed int64, deliveries int) (trace string, applied map[string]int) {
		s := set(t, rules.Chaos(seed)...)
		var seen strings.Builder
		for n := range deliveries {
			o := fault.Outgoing{DeliveryID: fmt.Sprint(n), Person: fmt.Sprint(n % 50), Attempt: 1, Joinable: true}
			d := s.ForDelivery(o)
			if len(d.Faults)+len(d.Edits) > 0 {
				t.Fatalf("a delivery is spoilt: %+v", d)
			}
			a, _ := s.ForCall(journal.Exchange{Person: o.Person, Edge: "messages"})
			fmt.Fprintln(&seen, d.Copies, d.Delay, d.Hold, a.What)
		}
		if _, wrong := s.ForCall(journal.Exchange{Edge: "messenger_profile"}); wrong {
			t.Error("a receiver cannot set itself up")
		}
		applied = map[string]int{}
		for _, r := range s.Rules() {
			applied[r.ID] = r.Applied
		}
		return seen.String(), applied
	}
	_, applied := run(1, 10000)
	for id, percent := range map[string]float64{
		"chaos-duplicate": 4, "chaos-delay": 3, "chaos-long-delay": 1, "chaos-reorder": 4, "chaos-batch": 2,
		"chaos-slow-answer": 3, "chaos-rate-limited": 1, "chaos-temporary-failure": 1, "chaos-server-error": 1, "chaos-connection-reset": 1,
	} {
		if share := float64(applied[id]) / 100; share < percent*0.75 || share > percent*1.25 {
			t.Errorf("%s: %.2f %%, want about %v %%", id, share, percent)
		}
		delete(applied, id)
	}
	if len(applied) > 0 {
		t.Errorf("not documented: %v", applied)
	}
	one, _ := run(1, 500)
	if again, _ := run(1, 500); again != one {
		t.Error("the same seed does not give the same")
	}
	if other, _ := run(2, 500); other == one {
		t.Error("another seed gives the same")
	}
}
