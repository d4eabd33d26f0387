package mcp

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// How much of what is red an answer has.
const (
	usualCauses = 5
	mostCauses  = 20
	mostIDs     = 4
)

// page is a part of what is red: causes, what matters most first, and after them what
// no cause explains.
type page struct {
	Causes      []brief `json:"causes,omitempty"`
	Unexplained []brief `json:"unexplained,omitempty" jsonschema:"broken requirements of which no cause is known"`
	// After is what result takes for the next page.
	After int `json:"after,omitempty" jsonschema:"there is more: call result with this"`
	More  int `json:"more,omitempty" jsonschema:"how many causes and unexplained requirements there are after these"`
}

// brief is a cause, or a broken requirement that none explains, in a few lines.
type brief struct {
	ID       string   `json:"id"`
	Level    string   `json:"level"`
	Title    string   `json:"title"`
	Probable bool     `json:"probable,omitempty" jsonschema:"no experiment confirmed it"`
	Where    string   `json:"where,omitempty" jsonschema:"file and line in the code of the bot"`
	Code     string   `json:"code,omitempty"`
	Stimulus string   `json:"stimulus,omitempty" jsonschema:"what was sent"`
	Actual   string   `json:"actual,omitempty" jsonschema:"what came"`
	Remedy   string   `json:"remedy,omitempty"`
	Explains []string `json:"explains,omitempty" jsonschema:"requirements that it breaks"`
	More     int      `json:"explains_more,omitempty" jsonschema:"how many more it breaks"`
}

// briefs are all that a result has to say, in order.
func briefs(r report.Result) (all []brief, causes int) {
	r = r.Open()
	for _, c := range diagnosis.Weighed(r.Causes) {
		all = append(all, briefOf(c))
	}
	causes = len(all)
	for _, level := range []report.Status{report.Failed, report.Warned} {
		for _, q := range r.Requirements {
			if _, explained := r.CauseOf(q.ID); q.Outcome() == level && !explained {
				all = append(all, briefOfRequirement(q))
			}
		}
	}
	return all, causes
}

func briefOf(c report.Cause) brief {
	b := brief{
		ID: line(c.ID, mostLine), Level: line(string(c.Level), mostLine), Title: line(c.Title, mostSentence),
		Probable: c.Proof != diagnosis.Experiment && c.Proof != diagnosis.Trace,
		Where:    line(c.Where, mostLine), Code: line(c.Code, mostLine), Stimulus: line(c.Stimulus, mostLine), Actual: line(c.Actual, mostSentence),
		Remedy: line(c.Remedy, mostSentence),
	}
	ids := slices.Clone(c.Only) // those that show it best
	for _, id := range c.Explains {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	b.Explains, b.More = few(ids, mostIDs)
	b.Explains = lined(b.Explains)
	return b
}

func briefOfRequirement(q report.Requirement) brief {
	b := brief{ID: line(q.ID, mostLine), Level: line(string(q.Level), mostLine), Title: line(q.Title, mostSentence), Remedy: line(q.Remedy, mostSentence), Actual: line(q.Reason, mostSentence)}
	if f := q.Finding; f != nil {
		b.Stimulus, b.Actual = line(f.Stimulus, mostLine), line(f.Actual, mostSentence)
		if f.Remedy != "" {
			b.Remedy = line(f.Remedy, mostSentence)
		}
	}
	return b
}

// lined are ids, each on one line.
func lined(ids []string) []string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = line(id, mostLine)
	}
	return all
}

// pageOf is what comes after so many, at most so many more, and no more than fits. The first
// always is there.
func pageOf(r report.Result, after, most int, fits func(page) bool) page {
	if most <= 0 {
		most = usualCauses
	}
	all, causes := briefs(r)
	after = min(after, len(all))
	for n := min(most, len(all)-after); ; n-- {
		end := after + n
		var p page
		p.Causes = all[min(after, causes):min(end, causes)]
		p.Unexplained = all[max(after, causes):max(end, causes)]
		if rest := len(all) - end; rest > 0 {
			p.After, p.More = end, rest
		}
		if n <= 1 || fits(p) {
			return p
		}
	}
}

func (p page) text() string {
	var l lines
	for _, b := range p.Causes {
		b.write(&l)
	}
	if len(p.Unexplained) > 0 {
		l.add("no cause is known of:")
	}
	for _, b := range p.Unexplained {
		b.write(&l)
	}
	if p.More > 0 {
		l.add(fmt.Sprintf("%d more: call result with after %d", p.More, p.After))
	}
	return l.String()
}

func (b brief) write(l *lines) {
	probable := ""
	if b.Probable && len(b.Explains) > 0 {
		probable = ", probable"
	}
	l.add("- ", b.ID, " (", b.Level, probable, "): ", b.Title)
	l.labelled("where", strings.TrimSpace(b.Where+"  "+b.Code))
	l.labelled("sent", b.Stimulus)
	l.labelled("came", b.Actual)
	l.labelled("fix", b.Remedy)
	l.labelled("breaks", andMore(b.Explains, b.More))
}
