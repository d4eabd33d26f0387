package rules_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

// tester is what a test and a rapid.Check have in common.
type tester interface {
	Helper()
	Fatal(args ...any)
}

func set(t tester, standing ...rules.Rule) *rules.Set {
	t.Helper()
	s, err := rules.New(rules.Options{PageID: "1", Rules: standing})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func add(t tester, s *rules.Set, list ...rules.Rule) []rules.State {
	t.Helper()
	added, err := s.Add(list...)
	if err != nil {
		t.Fatal(err)
	}
	return added
}

func remove(t tester, s *rules.Set, id string) bool {
	t.Helper()
	removed, err := s.Remove(id)
	if err != nil {
		t.Fatal(err)
	}
	return removed
}

// copies is how often a delivery is repeated: a trace of the fault "duplicate".
func copies(s *rules.Set, person string, n int) int {
	return s.ForDelivery(fault.Outgoing{DeliveryID: fmt.Sprintf("%s-%d", person, n), Person: person, Attempt: 1}).Copies
}

// The schedules, on deliveries and calls of several people.
func TestSchedules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rules.Rule{
			Next: rapid.IntRange(0, 5).Draw(t, "next"), Every: rapid.IntRange(0, 4).Draw(t, "every"),
			Person: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "person"),
		}
		onCalls := rapid.Bool().Draw(t, "calls")
		r.Fault = map[bool]string{false: "duplicate", true: "server-error"}[onCalls]
		s := set(t)
		added := add(t, s, r)
		reached, applied := 0, 0
		people := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c", ""}), 0, 40).Draw(t, "people")
		for n, person := range people {
			var wrong bool
			if onCalls {
				_, wrong = s.ForCall(journal.Exchange{Person: person})
			} else {
				wrong = copies(s, person, n) > 0
			}
			want := false
			if (r.Person == "" || r.Person == person) && (r.Next == 0 || applied < r.Next) {
				reached++
				want = r.Every == 0 || reached%r.Every == 0
			}
			if want {
				applied++
			}
			if wrong != want {
				t.Fatalf("%d, of %q: wrong %v, want %v", n, person, wrong, want)
			}
		}
		got := s.Rules()[0]
		if got.Reached != reached || got.Applied != applied || got.Over != (r.Next > 0 && applied == r.Next) {
			t.Fatalf("got %+v, want %d of %d", got, applied, reached)
		}
		if rapid.Bool().Draw(t, "remove") {
			if !remove(t, s, added[0].ID) || remove(t, s, added[0].ID) {
				t.Fatal("a rule is not removed once")
			}
		} else {
			s.Reset()
		}
		if copies(s, "a", 0) > 0 || len(s.Rules()) > 0 {
			t.Fatal("the rule is still in force")
		}
	})
}

// Chance is that of the seeds, and does not depend on the order in which things
// happen to different people.
func TestChance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Int64().Draw(t, "seed")
		chosen := func(people []string) map[string][]int {
			s := set(t)
			add(t, s, rules.Rule{Fault: "duplicate", Probability: 0.5, Seed: seed}, rules.Rule{Fault: "server-error", Probability: 0.5, Seed: seed})
			n, out := map[string]int{}, map[string][]int{}
			for _, person := range people {
				n[person]++
				out[person] = append(out[person], copies(s, person, n[person]))
				if _, wrong := s.ForCall(journal.Exchange{Person: person}); wrong {
					out[person] = append(out[person], -n[person])
				}
			}
			return out
		}
		people := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 30).Draw(t, "people")
		shuffled := rapid.Permutation(people).Draw(t, "shuffled")
		if a, b := chosen(people), chosen(shuffled); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("%v, and in another order %v", a, b)
		}
	})
	trace := func(platform, own int64) (trace string) {
		s, err := rules.New(rules.Options{Seed: platform, Rules: []rules.Rule{{Fault: "duplicate", Probability: 0.5, Seed: own}}})
		if err != nil {
			t.Fatal(err)
		}
		for n := range 64 {
			trace += fmt.Sprint(copies(s, "a", n))
		}
		return trace
	}
	if trace(1, 1) == trace(1, 2) || trace(1, 1) == trace(2, 1) {
		t.Error("the seeds do not matter")
	}
}

func TestWhatARuleIsAbout(t *testing.T) {
	ada := event.NewSession(7, "Ada", "1")
	s, err := rules.New(rules.Options{Seed: 7, PageID: "1"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		rule rules.Rule
		o    fault.Outgoing
		want bool
	}{
		{rules.Rule{Person: "Ada"}, fault.Outgoing{Person: ada.PSID}, true},
		{rules.Rule{Person: "Ada"}, fault.Outgoing{Person: ada.UserRef}, true},
		{rules.Rule{Person: "Ada"}, fault.Outgoing{Person: ada.GuestID}, true},
		{rules.Rule{Person: "Ada"}, fault.Outgoing{Person: ada.PSID, Several: true}, false},
		{rules.Rule{Person: ada.PSID}, fault.Outgoing{Person: ada.PSID}, true},
		{rules.Rule{Person: "Bob"}, fault.Outgoing{Person: ada.PSID}, false},
		{rules.Rule{Variant: "referral.ads"}, fault.Outgoing{Variants: []string{"referral.ads"}}, true},
		{rules.Rule{Variant: "referral.ads"}, fault.Outgoing{Variants: []string{"referral.ads", "message.text"}}, false},
		{rules.Rule{Field: "messages"}, fault.Outgoing{Variants: []string{"message.quick-reply", "message.text"}}, true},
		{rules.Rule{Field: "messages"}, fault.Outgoing{Variants: []string{"referral.ads"}}, false},
	} {
		s.Reset()
		tt.rule.Fault = "duplicate"
		add(t, s, tt.rule)
		tt.o.Attempt = 1
		if got := s.ForDelivery(tt.o).Copies > 0; got != tt.want {
			t.Errorf("%+v about %+v: %v", tt.rule, tt.o, got)
		}
		if tt.o.Attempt = 2; s.ForDelivery(tt.o).Copies > 0 {
			t.Error("it happens to a later attempt too")
		}
	}
	s.Reset()
	add(t, s, rules.Rule{Fault: "server-error", Edge: "messages", Person: "Ada"}, rules.Rule{Fault: "empty-answer", Edge: "messages"})
	for want, x := range map[string]journal.Exchange{
		"status 500, an unexpected internal error": {Person: ada.PSID, Edge: "messages"},
		"status 200 with an empty body":            {Person: "2", Edge: "messages"},
		"":                                         {Person: ada.PSID, Edge: "person"},
	} {
		if a, _ := s.ForCall(x); a.What != want {
			t.Errorf("%+v: got %+v, want %q", x, a, want)
		}
	}
}

// Of the faults that exclude each other the first rule wins, and the other does
// not count.
func TestOneFaultOfAKind(t *testing.T) {
	s := set(t)
	add(t, s, rules.Rule{Fault: "truncated-body", Next: 1}, rules.Rule{Fault: "slow-body", Next: 1}, rules.Rule{Fault: "tampered-signature", Every: 2})
	var got []string
	for attempt := range 3 {
		text := ""
		for _, f := range s.ForDelivery(fault.Outgoing{Attempt: attempt + 1}).Faults {
			text += f.Describe() + "; "
		}
		got = append(got, text)
	}
	want := []string{"broken off in the middle of the body; ", "a few bytes at a time, over 2s; signed with another secret; ", ""}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// However many ask at once, the next n are n.
func TestConcurrentUse(t *testing.T) {
	s := set(t)
	add(t, s, rules.Rule{Fault: "duplicate", Next: 20}, rules.Rule{Fault: "server-error", Every: 2})
	var wrong [2]atomic.Int64
	var work sync.WaitGroup
	for person := range 8 {
		work.Go(func() {
			for n := range 10 {
				wrong[0].Add(int64(copies(s, fmt.Sprint(person), n)))
				if _, ok := s.ForCall(journal.Exchange{Person: fmt.Sprint(person)}); ok {
					wrong[1].Add(1)
				}
				s.Rules()
			}
		})
	}
	work.Wait()
	if wrong[0].Load() != 20 || wrong[1].Load() != 40 {
		t.Errorf("%d deliveries and %d calls of 80 went wrong", wrong[0].Load(), wrong[1].Load())
	}
}

func TestStandingRules(t *testing.T) {
	s := set(t, rules.Rule{Fault: "duplicate", Next: 1})
	add(t, s, rules.Rule{Fault: "delay"})
	for range 2 {
		if copies(s, "a", 1) != 1 || copies(s, "a", 2) != 0 {
			t.Error("the rule is not in force once")
		}
		s.Reset()
		if list := s.Rules(); len(list) != 1 || list[0].Over || list[0].Reached != 0 {
			t.Errorf("got %+v", list)
		}
	}
}
