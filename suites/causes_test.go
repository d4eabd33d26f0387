package suites

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// unproved are causes that no experiment confirms: what was found by looking back on
// the whole run, and what is there for good once it was brought about.
var unproved = []string{"storms.storm", "storms.given-up", "repeats.at-the-end", "miscalls.graph-version", "miscalls.messaging-type", "miscalls.somebody", "loses.after-a-failure"}

// compareCauses holds causes to those of mutants: each has its one, which was confirmed,
// and all that is red is explained by exactly one.
func compareCauses(t *testing.T, outcomes []Outcome, causes []diagnosis.Cause, mutants ...reference.Mutant) {
	t.Helper()
	var want, got, explained, broken []string
	for _, m := range mutants {
		want = append(want, m.Cause)
	}
	for _, c := range causes {
		got = append(got, c.ID)
		explained = append(explained, c.Explains...)
		if leaks := strings.HasPrefix(c.ID, "leaks."); c.Proof != diagnosis.Experiment && !(leaks && c.Proof == diagnosis.Trace) && !slices.Contains(unproved, c.ID) {
			t.Errorf("%s is %s", c.ID, c.Proof)
		}
	}
	for _, o := range outcomes {
		if o.Finding != nil {
			broken = append(broken, o.Requirement.ID)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	slices.Sort(explained)
	slices.Sort(broken)
	if !slices.Equal(got, want) {
		t.Errorf("the causes are %q, expected %q", got, want)
		for _, c := range causes {
			t.Logf("%s explains %q", c.ID, c.Explains)
		}
	}
	if !slices.Equal(explained, broken) {
		t.Errorf("explained is %q, and red is %q", explained, broken)
	}
}

// compareWords holds the cause of a mutant to the words of the requirement that shows it, which
// is where `referee explain` takes them from, or to its own.
func compareWords(t *testing.T, causes []diagnosis.Cause, m reference.Mutant) {
	t.Helper()
	all := Requirements()
	for _, c := range causes {
		want, _ := diagnosis.Describe(c.ID, schemas.Everything(), all)
		if i := slices.IndexFunc(all, func(r Requirement) bool { return r.ID == m.Shown }); i >= 0 {
			want.TakeWords(all[i])
		} else if want.Remedy == "" {
			t.Errorf("%s has no words of its own, and %s names no requirement as Shown", c.ID, m.Name)
		}
		if m.Shown != "" && (c.Why != want.Why || c.Remedy != want.Remedy || c.Fix != want.Fix) {
			t.Errorf("%s: a diagnosis says %q, %q and %q, not what %s says: %q, %q and %q", c.ID, c.Why, c.Remedy, c.Fix, m.Shown, want.Why, want.Remedy, want.Fix)
		}
	}
}

// TestCausesOfMutantsAreDescribed holds that `referee explain` knows what mutants are
// found to be.
func TestCausesOfMutantsAreDescribed(t *testing.T) {
	all := Requirements()
	for _, m := range reference.Mutants() {
		if c, ok := diagnosis.Describe(m.Cause, schemas.Everything(), all); !ok || c.Title == "" {
			t.Errorf("%s of %s is described as %+v, %v", m.Cause, m.Name, c, ok)
		}
	}
}

// TestPairsOfCauses has receivers with two defects, of different topics, which both
// show: they have two causes.
func TestPairsOfCauses(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what takes long")
	}
	const pairs, mostMeeting = 60, 4
	var meeting atomic.Int32
	t.Cleanup(func() {
		if n := meeting.Load(); n > mostMeeting {
			t.Errorf("%d pairs change each other: pick pairs that have nothing to do with each other", n)
		}
	})
	for _, pair := range somePairs(pairs) {
		t.Run(pair[0].Name+"+"+pair[1].Name, func(t *testing.T) {
			t.Parallel()
			inVirtualTime(t, func(t *testing.T) {
				outcomes, causes := diagnoseReference(t, reference.Config{}, pair[:], nil)
				if both := expand(t, slices.Concat(pair[0].Breaks, pair[1].Breaks)); !maps.EqualFunc(both, red(outcomes), func(bool, Outcome) bool { return true }) {
					meeting.Add(1)
					t.Log("one changes what the other does: together they break more, or less, than both")
					return
				}
				compareCauses(t, outcomes, causes, pair[0], pair[1])
			})
		})
	}
}

// somePairs are seeded pairs of mutants that have nothing to do with each other: they
// break nothing of the same topic, and neither ends the receiver or hides anything.
func somePairs(n int) (pairs [][2]reference.Mutant) {
	var all []reference.Mutant
	for _, m := range reference.Mutants() {
		apart := len(m.Hides) == 0 && !slices.Contains(unproved, m.Cause)
		for _, id := range m.Breaks {
			apart = apart && !strings.HasPrefix(id, "transport.") && !strings.HasPrefix(id, "replay.") && id != "evolution.forecast" && id != "acknowledgement.survives"
		}
		if apart {
			all = append(all, m)
		}
	}
	topics := func(m reference.Mutant) map[string]bool {
		of := map[string]bool{}
		for _, id := range m.Breaks {
			topic, _, _ := strings.Cut(id, ".")
			of[topic] = true
		}
		return of
	}
	random := rand.New(rand.NewPCG(1, 2))
	met := map[string]bool{}
	for len(pairs) < n {
		a, b := all[random.IntN(len(all))], all[random.IntN(len(all))]
		apart := a.Name < b.Name && !met[a.Name+b.Name] && len(topics(a)) == 1 && len(topics(b)) == 1
		for topic := range topics(a) {
			apart = apart && !topics(b)[topic] && topic != "*"
		}
		if apart {
			met[a.Name+b.Name] = true
			pairs = append(pairs, [2]reference.Mutant{a, b})
		}
	}
	return pairs
}

// TestCausesDoNotDependOnTheSeed judges one receiver with several defects, with five
// seeds.
func TestCausesDoNotDependOnTheSeed(t *testing.T) {
	var mutants []reference.Mutant
	var want []string
	for _, name := range []string{"accepts-any-signature", "requires-ref", "reads-first-entry", "answers-echoes", "ignores-mode"} {
		m, ok := reference.MutantByName(name)
		if !ok {
			t.Fatalf("there is no mutant %s", name)
		}
		mutants, want = append(mutants, m), append(want, m.Cause)
	}
	slices.Sort(want)
	for seed := int64(1); seed <= 5; seed++ {
		inVirtualTime(t, func(t *testing.T) {
			_, causes := diagnoseWithSeed(t, seed, reference.Config{}, mutants, nil)
			var got []string
			for _, c := range causes {
				got = append(got, c.ID)
			}
			slices.Sort(got)
			if !slices.Equal(got, want) {
				t.Errorf("seed %d: the causes are %q, expected %q", seed, got, want)
			}
		})
	}
}
