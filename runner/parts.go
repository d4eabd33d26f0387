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
// nth, so that all have as much to do and each requirement is in exactly one.
func (s *selection) part(shard report.Shard) error {
	switch {
	case shard.Index == 0 && shard.Of == 0:
		return nil
	case shard.Of < 1, shard.Index < 1, shard.Index > shard.Of:
		return fmt.Errorf("--shard %d/%d: the first number counts from 1 to the second, such as 1/4", shard.Index, shard.Of)
	case len(s.ids) > 0 && len(s.ids) < shard.Of:
		return fmt.Errorf("--shard %d/%d: %d requirements are selected, so that there can be %d shards at most", shard.Index, shard.Of, len(s.ids), len(s.ids))
	}
	sorted := slices.Sorted(slices.Values(s.ids))
	s.ids = nil
	for i, id := range sorted {
		if in := i%shard.Of + 1; in == shard.Index {
			s.ids = append(s.ids, id)
		} else {
			s.skipped[id] = report.InShard(in, shard.Of)
		}
	}
	return nil
}
