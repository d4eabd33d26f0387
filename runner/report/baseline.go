package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// Baseline is what a team accepts for now of what is broken, and what became of each
// entry in a run.
type Baseline struct {
	File    string          `json:"file"`
	Entries []BaselineEntry `json:"entries"`
}

// BaselineEntry accepts what a cause explains, or one requirement, until a day.
type BaselineEntry struct {
	Kind EntryKind `json:"kind"`
	ID   string    `json:"id"`
	// Reason is why it is accepted.
	Reason string `json:"reason"`
	// Expires is the first day on which it counts again, "2006-01-02".
	Expires string `json:"expires"`
	// Flaky says that it is broken in some runs only: one in which it is not does not
	// make the entry old.
	Flaky bool `json:"flaky,omitempty"`
	// Line and LastLine are where it stands in the file.
	Line     int `json:"line"`
	LastLine int `json:"last_line"`
	// State is what this run says of it, and Accepts are the red requirements that it
	// accepts in it.
	State   EntryState `json:"state"`
	Accepts []string   `json:"accepts,omitempty"`
}

// EntryKind says what an entry is about.
type EntryKind string

// The kinds of entries.
const (
	OfCause       EntryKind = "cause"
	OfRequirement EntryKind = "requirement"
)

// EntryState is what a run says of an entry.
type EntryState string

// The states of an entry. One that is gone or has expired fails the run.
const (
	EntryAccepts EntryState = "accepts"
	EntryGone    EntryState = "gone"    // what it is about was judged, and is not broken any more
	EntryExpired EntryState = "expired" // its day has come, and nothing shows that it is gone
	EntryIdle    EntryState = "idle"    // it accepts nothing in this run, which does not show that it is gone
)

// outdated reports whether the entry has to be deleted.
func (e BaselineEntry) outdated() bool { return e.State == EntryGone || e.State == EntryExpired }

// Against is the result with what a baseline accepts of it. The day of the result says
// what has expired. Verdict and reason are the caller's to make anew.
func (r Result) Against(b Baseline) Result {
	today := r.Started.UTC().Format(time.DateOnly)
	entries := make([]BaselineEntry, len(b.Entries))
	for i, e := range b.Entries {
		e.Accepts, e.State = nil, EntryIdle
		red, gone := r.brokenOf(e)
		switch {
		case len(red) == 0 && gone && !e.Flaky:
			e.State = EntryGone
		case e.Expires <= today:
			e.State = EntryExpired
		case len(red) > 0:
			e.State, e.Accepts = EntryAccepts, red
		}
		entries[i] = e
	}
	r.Baseline = &Baseline{File: b.File, Entries: entries}
	return r
}

// ExpectationOf is the expectation that a cause is of; false where the result has none like it.
func (r Result) ExpectationOf(cause string) (Requirement, bool) {
	_, what, _ := strings.Cut(cause, ".")
	i := slices.IndexFunc(r.Requirements, func(q Requirement) bool {
		return q.topic() == expect.Topic && strings.ReplaceAll(q.ID, ".", "-") == what
	})
	if i < 0 {
		return Requirement{}, false
	}
	return r.Requirements[i], true
}

// showsGone reports whether the result shows that a cause which it does not have is gone: it was
// of an expectation that is passed, or everything was judged in which it could be seen, and not
// captured payloads alone.
func (r Result) showsGone(cause string) bool {
	if diagnosis.OfExpectation(cause) {
		q, known := r.ExpectationOf(cause)
		if !known || q.Outcome() == Passed {
			return known
		}
	}
	return len(withOutcome(r.Requirements, Skipped, NotJudged, Errored)) == 0 &&
		slices.ContainsFunc(r.Requirements, func(q Requirement) bool { return q.topic() != "replay" })
}

// brokenOf is what is red of what an entry is about; gone is true where the result shows
// that nothing is. A result without a requirement shows nothing of it.
func (r Result) brokenOf(e BaselineEntry) (red []string, gone bool) {
	explains := []string{e.ID}
	gone = slices.ContainsFunc(r.Requirements, func(q Requirement) bool { return q.ID == e.ID })
	if e.Kind == OfCause {
		explains = nil
		for _, c := range r.Causes {
			if c.ID == e.ID {
				explains = append(explains, c.Explains...)
			}
		}
		gone = r.showsGone(e.ID)
	}
	for _, q := range r.Requirements {
		if !slices.Contains(explains, q.ID) {
			continue
		}
		switch q.Outcome() {
		case Failed, Warned:
			red = append(red, q.ID)
		case Passed: // of the whole run it may be broken in another shard
			gone = gone && (r.Shard == nil || !slices.Contains(r.Shard.OfTheRun, q.ID))
		default:
			gone = false
		}
	}
	slices.Sort(red)
	return red, gone
}

// outdatedEntries says of each entry that has to be deleted where it stands, why, and which
// lines.
func (b *Baseline) outdatedEntries() []string {
	if b == nil {
		return nil
	}
	var all []string
	for _, e := range b.Entries {
		if e.outdated() {
			all = append(all, fmt.Sprintf("%s:%d: %s", b.File, e.Line, b.toDelete(e)))
		}
	}
	return all
}

// toDelete says of an entry that has to be deleted why, and which lines.
func (b *Baseline) toDelete(e BaselineEntry) string {
	what := "delete this line"
	if e.LastLine > e.Line {
		what = fmt.Sprintf("delete lines %d to %d", e.Line, e.LastLine)
	}
	if slices.ContainsFunc(b.Entries, func(o BaselineEntry) bool {
		return (o.ID != e.ID || o.Kind != e.Kind) && o.Line <= e.LastLine && e.Line <= o.LastLine
	}) {
		what = "delete this entry, and not the line, where another stands too"
	}
	if e.State == EntryExpired {
		return fmt.Sprintf("%s was accepted until %s: mend it and %s, or agree on a later day", e.ID, e.Expires, what)
	}
	return e.ID + " is not broken any more: " + what
}

// accepted writes what the baseline accepts and until when, and what has to be deleted
// in it.
func (p *page) accepted(r Result) {
	if r.Baseline == nil {
		return
	}
	file := r.Baseline.File
	accepting := slices.DeleteFunc(slices.Clone(r.Baseline.Entries), func(e BaselineEntry) bool { return e.State != EntryAccepts })
	if len(accepting) > 0 {
		p.heading("Broken, and accepted by "+file, len(accepting))
		for _, e := range accepting {
			p.line(p.painted(markOf(Warned).paint, "! "+e.ID) + "  until " + e.Expires + "  " + redOnes(r.countOf(e.Accepts)))
			p.indented(labelColumns, e.Reason)
		}
		p.line("")
	}
	if outdated := r.Baseline.outdatedEntries(); len(outdated) > 0 {
		p.heading("To be deleted in "+file, len(outdated))
		for _, text := range outdated {
			for i, line := range Wrap(text, p.width-titleColumns) {
				sign := "✗ "
				if i > 0 {
					sign = "  "
				}
				p.line(p.painted(markOf(Failed).paint, sign+line))
			}
		}
		p.line("")
	}
}

// countOf counts the requirements with these ids.
func (r Result) countOf(ids []string) Counts {
	var some []Requirement
	for _, q := range r.Requirements {
		if slices.Contains(ids, q.ID) {
			some = append(some, q)
		}
	}
	return Count(some)
}

// acceptance says in one line how much the baseline accepts, and until when; empty where
// it accepts nothing.
func (r Result) acceptance() string {
	if r.Baseline == nil {
		return ""
	}
	var ids []string
	first := ""
	for _, e := range r.Baseline.Entries {
		ids = union(ids, e.Accepts)
		if len(e.Accepts) > 0 && (first == "" || e.Expires < first) {
			first = e.Expires
		}
	}
	if len(ids) == 0 {
		return ""
	}
	return fmt.Sprintf("%s are accepted by %s, the first until %s", redOnes(r.countOf(ids)), r.Baseline.File, first)
}
