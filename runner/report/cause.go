package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// CauseOf is the cause that explains a requirement.
func (r Result) CauseOf(id string) (Cause, bool) {
	for _, c := range diagnosis.Weighed(r.Causes) {
		if slices.Contains(c.Explains, id) {
			return c, true
		}
	}
	return Cause{}, false
}

// explained counts the red requirements that a cause explains, and returns the others.
func explained(r Result) (by Counts, without []Requirement) {
	var with []Requirement
	for _, q := range withOutcome(r.Requirements, Failed, Warned) {
		if _, ok := r.CauseOf(q.ID); ok {
			with = append(with, q)
		} else {
			without = append(without, q)
		}
	}
	return Count(with), without
}

// brokenBy says what is red, and how many causes that has.
func brokenBy(r Result, c Counts) string {
	if len(r.Causes) == 0 {
		return fmt.Sprintf("%d failed, %d warned", c.Failed, c.Warned)
	}
	by, without := explained(r)
	verb := "explain"
	if len(r.Causes) == 1 {
		verb = "explains"
	}
	text := fmt.Sprintf("%s %s %s", plural.Count(len(r.Causes), "cause"), verb, redOnes(by))
	if len(without) > 0 {
		text += "; no cause is known of " + redOnes(Count(without))
	}
	return text
}

// warnedBy says how many warnings there are, and how many causes they have.
func warnedBy(r Result, c Counts) string {
	text := fmt.Sprintf("%d warned", c.Warned)
	if len(r.Causes) > 0 && c.Warned > 0 {
		text += " for " + plural.Count(len(r.Causes), "cause")
	}
	return text
}

// redOnes is "31 failed and 12 warned", without what there is none of.
func redOnes(c Counts) string {
	var parts []string
	if c.Failed > 0 || c.Warned == 0 {
		parts = append(parts, fmt.Sprintf("%d failed", c.Failed))
	}
	if c.Warned > 0 {
		parts = append(parts, fmt.Sprintf("%d warned", c.Warned))
	}
	return strings.Join(parts, " and ")
}
