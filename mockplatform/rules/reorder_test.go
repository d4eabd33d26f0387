package rules_test

import (
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

func TestReorder(t *testing.T) {
	if d := disturbed(t, "reorder", map[string]any{"within": "3s"}); d.Hold != (fault.Hold{Rule: "rule-1#1", Most: 3 * time.Second}) {
		t.Errorf("got %+v", d)
	}
}

// What overtakes another is not put off itself, and does not count.
func TestReorderPairs(t *testing.T) {
	s := set(t)
	add(t, s, rules.Rule{Fault: "reorder", Next: 1}, rules.Rule{Fault: "delay"})
	if d := s.ForDelivery(fault.Outgoing{Attempt: 1, Overtakes: []string{"rule-9"}}); d.Hold.Rule != "" || d.Delay != 0 {
		t.Errorf("got %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Attempt: 1}); d.Hold.Rule != "rule-1#1" || d.Delay != 0 {
		t.Errorf("got %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Attempt: 1}); d.Hold.Rule != "" || d.Delay == 0 {
		t.Errorf("got %+v", d)
	}
	if list := s.Rules(); list[0].Reached != 1 || !list[0].Over || list[1].Reached != 1 {
		t.Errorf("got %+v", list)
	}
}
