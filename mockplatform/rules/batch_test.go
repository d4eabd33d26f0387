package rules_test

import (
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

func TestBatch(t *testing.T) {
	d := disturbed(t, "batch", map[string]any{"events": float64(5)})
	if d.Hold != (fault.Hold{Rule: "rule-1", Most: 5 * time.Second, Events: 5}) {
		t.Errorf("got %+v", d)
	}
}

// A batch counts once, is joined by what the rule is about, and only by that.
func TestJoiningABatch(t *testing.T) {
	s := set(t)
	add(t, s, rules.Rule{Fault: "duplicate"}, rules.Rule{Fault: "batch", Next: 1, Person: "1"})
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1}); d.Hold.Rule != "" {
		t.Errorf("what cannot be joined is held: %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1, Joinable: true}); d.Hold.Rule != "rule-2" {
		t.Errorf("got %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1, Joinable: true, Joins: []string{"rule-2"}}); d.Join != "rule-2" || d.Copies != 0 {
		t.Errorf("got %+v", d)
	}
	for _, o := range []fault.Outgoing{
		{Person: "2", Attempt: 1, Joinable: true, Joins: []string{"rule-2"}},
		{Person: "1", Several: true, Attempt: 1, Joinable: true, Joins: []string{"rule-2"}},
		{Person: "1", Attempt: 1, Joinable: true, Joins: []string{"rule-3"}},
	} {
		if d := s.ForDelivery(o); d.Join != "" || d.Hold.Rule != "" {
			t.Errorf("%+v: got %+v", o, d)
		}
	}
	if list := s.Rules(); list[1].Applied != 1 || !list[1].Over {
		t.Errorf("got %+v", list)
	}
}
