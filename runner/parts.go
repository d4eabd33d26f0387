package runner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	causes "github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// brokenBy are the requirements that a cause is known to break before any run: those that
// describe it, those whose stimulus has its trait, and those that a mutant breaks for the
// same trait, whatever it does then. It reports false where there is no such cause.
func (s selection) brokenBy(cause string) (ids []string, isCause bool) {
	if _, isCause = causes.Describe(cause, s.catalogue, s.all); !isCause {
		return nil, false
	}
	ids = causes.Concerns(cause, s.catalogue, s.all)
	_, trait, _ := strings.Cut(cause, ".")
	for _, m := range reference.Mutants() {
		if _, of, _ := strings.Cut(m.Cause, "."); of != trait {
			continue
		}
		for _, r := range s.all {
			if m.BreaksRequirement(r.ID) {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids, true
}

// known is what a baseline of this run may name.
func (s selection) known(catalogue *schemas.Catalogue) baseline.Known {
	k := baseline.Known{Cause: func(id string) bool {
		_, ok := causes.Describe(id, catalogue, s.all)
		return ok
	}}
	for _, r := range slices.Concat(s.all, suites.RequirementsOf(catalogue)) { // also those that this run is not about
		k.Requirements = append(k.Requirements, r.ID)
	}
	return k
}

// part leaves what was selected to a shard: of all in order of their ids each has every
// nth, so that all have as much to do and each requirement is in exactly one. What is about
// the whole run is in each.
func (s *selection) part(shard report.Shard) error {
	switch {
	case shard.Index == 0 && shard.Of == 0:
		return nil
	case shard.Of < 1, shard.Index < 1, shard.Index > shard.Of:
		return fmt.Errorf("--shard %d/%d: the first number counts from 1 to the second, such as 1/4", shard.Index, shard.Of)
	}
	for _, r := range s.all {
		if r.OfTheRun() && slices.Contains(s.ids, r.ID) {
			s.ofTheRun = append(s.ofTheRun, r.ID)
		}
	}
	divided := slices.DeleteFunc(slices.Sorted(slices.Values(s.ids)), func(id string) bool { return slices.Contains(s.ofTheRun, id) })
	if most := max(len(divided), 1); len(s.ids) > 0 && most < shard.Of {
		return fmt.Errorf("--shard %d/%d: there can be %s at most, as %s that can be divided among them", shard.Index, shard.Of, plural.Count(most, "shard"), selectedAre(len(divided)))
	}
	s.ids = slices.Clone(s.ofTheRun)
	for i, id := range divided {
		if in := i%shard.Of + 1; in == shard.Index {
			s.ids = append(s.ids, id)
		} else {
			s.skipped[id] = report.InShard(in, shard.Of)
		}
	}
	return nil
}

// selectedAre says how many requirements are selected.
func selectedAre(n int) string {
	if n == 1 {
		return "1 requirement is selected"
	}
	return plural.Count(n, "requirement") + " are selected"
}
