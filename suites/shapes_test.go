package suites

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/suites/reference"
)

// shapes are ways in which a sound receiver works: how many events at a time, and how
// long on each.
func shapes() map[string]reference.Config {
	all := map[string]reference.Config{}
	for _, s := range []struct {
		workers int
		work    time.Duration
	}{
		{1, 0}, {1, 50 * time.Millisecond}, {1, 300 * time.Millisecond},
		{4, 30 * time.Millisecond}, {4, 300 * time.Millisecond},
		{8, 100 * time.Millisecond}, {8, 300 * time.Millisecond},
		{0, 300 * time.Millisecond},
	} {
		name := fmt.Sprintf("%d workers, %s", s.workers, s.work)
		if s.workers == 0 {
			name = fmt.Sprintf("no limit, %s", s.work)
		}
		all[name] = reference.Config{Workers: s.workers, WorkDelay: s.work}
	}
	return all
}

// TestShapes shows that a verdict does not depend on how fast a receiver works: in
// each shape the reference receiver is green, and a mutant is red in exactly what it
// declares. One that dies in the middle of its work is not among them: where Referee
// did not start a receiver, an end that no connection shows looks like a loss. The mutants are some of each sort: what must not be handled and is, what
// has to be and is not, what is handled wrongly, what dies and what never rests.
func TestShapes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out what takes long")
	}
	mutants := []reference.Mutant{{}}
	for _, name := range []string{
		"accepts-any-signature", "compares-as-much-as-was-sent", "forgets-events", "answers-standby", "answers-echoes",
		"reads-first-entry", "answers-user-ref-as-id", "tries-replies-until-they-succeed", "dies-without-parameters",
		"keeps-object-of-last-delivery", "requires-number-timestamp", "works-before-answering",
	} {
		m, ok := reference.MutantByName(name)
		if !ok {
			t.Fatalf("there is no mutant %s", name)
		}
		mutants = append(mutants, m)
	}
	for name, c := range shapes() {
		for _, m := range mutants {
			what := m.Name
			if what == "" {
				what = "without a defect"
			}
			t.Run(name+"/"+what, func(t *testing.T) {
				t.Parallel()
				inVirtualTime(t, func(t *testing.T) {
					outcomes := judgeReference(t, c, m, nil, topicsFor(m)...)
					if slices.Contains(m.Breaks, "acknowledgement.before-work") {
						outcomes = slices.DeleteFunc(outcomes, ofSpeed)
					}
					want := expand(t, m.Breaks)
					// A receiver that takes long for the delivery of 1000 is not waited for.
					delete(want, "redelivery.at-the-end")
					outcomes = slices.DeleteFunc(outcomes, func(o Outcome) bool { return o.Requirement.ID == "redelivery.at-the-end" && o.Status != NotJudged })
					compareRed(t, want, outcomes)
				})
			})
		}
	}
}

// ofSpeed reports whether a requirement is about how soon many deliveries are
// acknowledged. Whoever works before he acknowledges breaks it if the work is slow.
func ofSpeed(o Outcome) bool {
	return slices.Contains([]string{
		"acknowledgement.batch-of-1000", "acknowledgement.hundred-together", "acknowledgement.median", "acknowledgement.percentile-99",
	}, o.Requirement.ID)
}

// topicsFor are the topics by which a mutant is judged in a shape: its own, and those
// of which the requests are most different. Without a defect it is all.
func topicsFor(m reference.Mutant) []string {
	if m.Name == "" {
		return nil
	}
	of := []string{"signature", "acknowledgement", "postback", "redelivery"}
	for _, r := range Requirements() {
		if m.BreaksRequirement(r.ID) {
			of = append(of, r.Topic())
		}
	}
	return of
}
