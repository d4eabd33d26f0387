package runner

import (
	"slices"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	causes "github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// ExplainCause is a cause with all that is known of it beside any run: also what it breaks,
// and its level. It reports false where there is no such
// cause.
//
// The mutants of the reference receiver know best what a cause breaks, as each was judged
// and found to have this one; a cause without a mutant breaks what it is about.
func ExplainCause(id string, catalogue *schemas.Catalogue, all []suites.Requirement) (causes.Cause, bool) {
	c, ok := causes.Describe(id, catalogue, all)
	if !ok {
		return c, false
	}
	var mutants []reference.Mutant
	shown := ""
	for _, m := range reference.Mutants() {
		if m.Cause != id {
			continue
		}
		mutants = append(mutants, m)
		if shown == "" {
			shown = m.Shown
		}
	}
	breaks := func(r suites.Requirement) bool {
		return r.Basis != judge.Expected && slices.ContainsFunc(mutants, func(m reference.Mutant) bool { return m.BreaksRequirement(r.ID) })
	}
	if len(mutants) == 0 {
		concerns := causes.Concerns(id, catalogue, all)
		breaks = func(r suites.Requirement) bool { return slices.Contains(concerns, r.ID) }
	}
	c.Explains, c.Level = nil, ""
	must := false
	var words *suites.Requirement // which have to do where the cause has none
	for i, r := range all {
		if !breaks(r) {
			continue
		}
		c.Explains = append(c.Explains, r.ID)
		must = must || r.Level == report.Must
		if words == nil || r.ID == shown {
			words = &all[i]
		}
	}
	if words != nil && (c.Remedy == "" || words.ID == shown || len(c.Explains) == 1) {
		c.TakeWords(*words)
	}
	slices.Sort(c.Explains)
	switch {
	case must:
		c.Level = report.Must
	case len(c.Explains) > 0:
		c.Level = report.Should
	}
	return c, true
}
