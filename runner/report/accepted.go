package report

import (
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// AcceptedBy is the entry of the baseline that accepts a requirement that is red.
func (r Result) AcceptedBy(id string) (BaselineEntry, bool) {
	if r.Baseline == nil {
		return BaselineEntry{}, false
	}
	for _, e := range r.Baseline.Entries {
		if slices.Contains(e.Accepts, id) {
			return e, true
		}
	}
	return BaselineEntry{}, false
}

// acceptances are the entries that accept what is red of these requirements; none if not
// all of it is accepted.
func (r Result) acceptances(ids ...string) (by []BaselineEntry) {
	for _, id := range ids {
		if !slices.ContainsFunc(r.Requirements, func(q Requirement) bool { return q.ID == id && q.red() }) {
			continue
		}
		e, ok := r.AcceptedBy(id)
		if !ok {
			return nil
		}
		if !slices.ContainsFunc(by, func(b BaselineEntry) bool { return b.Kind == e.Kind && b.ID == e.ID }) {
			by = append(by, e)
		}
	}
	return by
}

// red reports whether a requirement is broken.
func (r Requirement) red() bool { return r.Outcome() == Failed || r.Outcome() == Warned }

// acceptedFor is why something that comes of these requirements is accepted, and until
// when, in one line; empty if not all of it is.
func (r Result) acceptedFor(ids ...string) string {
	var why []string
	for _, e := range r.acceptances(ids...) {
		if text := "until " + e.Expires + ": " + firstLine(e.Reason); !slices.Contains(why, text) {
			why = append(why, text)
		}
	}
	if len(why) == 0 {
		return ""
	}
	return "accepted " + strings.Join(why, "; ")
}

// weighed are the causes in the order of reports: what matters most first, and what is
// accepted after all that is not.
func (r Result) weighed() []Cause {
	var open, accepted []Cause
	for _, c := range diagnosis.Weighed(r.Causes) {
		if len(r.acceptances(c.Explains...)) > 0 {
			accepted = append(accepted, c)
		} else {
			open = append(open, c)
		}
	}
	return append(open, accepted...)
}

// openFirst are requirements in order, those that are accepted after all that are not.
func (r Result) openFirst(requirements []Requirement) []Requirement {
	var open, accepted []Requirement
	for _, q := range ordered(requirements) {
		if _, ok := r.AcceptedBy(q.ID); ok {
			accepted = append(accepted, q)
		} else {
			open = append(open, q)
		}
	}
	return append(open, accepted...)
}

// Open is the result without what the baseline accepts.
func (r Result) Open() Result {
	r, _ = r.withoutAccepted(r.Requirements)
	return r
}

// withoutAccepted leaves out what the baseline accepts: it is told apart.
func (r Result) withoutAccepted(requirements []Requirement) (Result, []Requirement) {
	if r.Baseline == nil {
		return r, requirements
	}
	accepted := func(id string) bool { _, ok := r.AcceptedBy(id); return ok }
	r.Causes = slices.DeleteFunc(slices.Clone(r.Causes), func(c Cause) bool { return len(r.acceptances(c.Explains...)) > 0 })
	left := slices.DeleteFunc(slices.Clone(requirements), func(q Requirement) bool { return accepted(q.ID) })
	r.Requirements = left
	return r, left
}

// cells are the numbers of a row of a table of topics, below topicHeads: what is accepted
// is neither failed nor warned in it.
func (r Result) cells(requirements []Requirement) []int {
	_, open := r.withoutAccepted(requirements)
	c := Count(open)
	cells := []int{c.Passed, c.Failed, c.Warned}
	if r.Baseline != nil {
		cells = append(cells, len(requirements)-len(open))
	}
	return append(cells, c.NotApplicable, c.Skipped, c.NotJudged+c.Error)
}

// topicHeads are the heads of a table of topics.
func (r Result) topicHeads() []string {
	heads := []string{"passed", "failed", "warned"}
	if r.Baseline != nil {
		heads = append(heads, "accepted")
	}
	return append(heads, "not applicable", "skipped", "not judged")
}

// state says in words what a run says of an entry.
func (r Result) state(e BaselineEntry) string {
	switch e.State {
	case EntryAccepts:
		return "accepts " + redOnes(r.countOf(e.Accepts))
	case EntryIdle:
		return "accepts nothing in this run, which does not show that it is mended"
	}
	return strings.TrimPrefix(r.Baseline.toDelete(e), e.ID+" ")
}
