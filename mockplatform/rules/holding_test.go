package rules_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// A batch counts once, is joined by what the rule is about, and only by that.
func TestJoiningABatch(t *testing.T) {
	s := set(t)
	add(t, s, rules.Rule{Fault: "duplicate"}, rules.Rule{Fault: "batch", Next: 1, Person: "1"})
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1}); d.Hold.Rule != "" {
		t.Errorf("what cannot be joined is held: %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1, Joinable: true}); d.Hold.Rule != "rule-2#2" {
		t.Errorf("got %+v", d)
	}
	if d := s.ForDelivery(fault.Outgoing{Person: "1", Attempt: 1, Joinable: true, Joins: []string{"rule-2#2"}}); d.Join != "rule-2#2" || d.Copies != 0 {
		t.Errorf("got %+v", d)
	}
	for _, o := range []fault.Outgoing{
		{Person: "2", Attempt: 1, Joinable: true, Joins: []string{"rule-2#2"}},
		{Person: "1", Several: true, Attempt: 1, Joinable: true, Joins: []string{"rule-2#2"}},
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

// What one rule holds back does not become part of what another one does that
// has its id by now, whatever that one is.
func TestNobodyJoinsTheBatchOfARuleThatIsGone(t *testing.T) {
	s := set(t, rules.Rule{ID: "standing", Fault: "batch", Person: "1"})
	add(t, s, rules.Rule{ID: "mine", Fault: "batch", Person: "2"})
	next := func(person string, joins ...string) fault.Disturbance {
		return s.ForDelivery(fault.Outgoing{Person: person, Attempt: 1, Joinable: true, Joins: joins})
	}
	standing, mine := next("1").Hold.Rule, next("2").Hold.Rule
	if d := next("2", mine); d.Join != mine {
		t.Errorf("got %+v", d)
	}
	remove(t, s, "mine")
	add(t, s, rules.Rule{ID: "mine", Fault: "duplicate", Person: "2"})
	if d := next("2", mine); d.Join != "" || d.Copies != 1 {
		t.Errorf("after another rule took the id: %+v", d)
	}
	s.Reset()
	if d := next("1", standing); d.Join != "" || d.Hold.Rule == standing {
		t.Errorf("after a reset: %+v", d)
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
