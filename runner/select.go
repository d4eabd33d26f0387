package runner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// selection is the part of the requirements that a run judges.
type selection struct {
	all     []suites.Requirement
	ids     []string          // those to judge
	skipped map[string]string // the reason for each of the others
	// ofTheRun are those that are judged in each shard; none in a whole run.
	ofTheRun []string

	catalogue *schemas.Catalogue
}

// captured is the topic of what is judged with payloads that were captured, and
// with nothing else; such payloads are there to judge nothing else.
const captured = "replay"

// choose reads --only and --skip, for a run of all requirements of a catalogue and of what
// is expected beside them. A word that
// fits no requirement is an error: a run that judges less than its user believes would be
// green for nothing. payloads tells that captured ones are judged with.
func choose(catalogue *schemas.Catalogue, expected []expect.Expectation, only, skip []string, payloads bool) (selection, error) {
	s := selection{skipped: map[string]string{}, catalogue: catalogue}
	for _, r := range slices.Concat(suites.RequirementsOf(catalogue), suites.ExpectedOf(expected, catalogue)) {
		if payloads == (r.Topic() == captured) {
			s.all = append(s.all, r)
		}
	}
	wanted, unknown := s.fit("--only", only)
	unwanted, alsoUnknown := s.fit("--skip", skip)
	if err := errors.Join(unknown, alsoUnknown); err != nil {
		return s, err
	}
	for _, r := range s.all {
		switch {
		case len(only) > 0 && !wanted[r.ID]:
			s.skipped[r.ID] = "not selected by --only"
		case unwanted[r.ID]:
			s.skipped[r.ID] = "left out by --skip"
		default:
			s.ids = append(s.ids, r.ID)
		}
	}
	s.tellUnasked()
	return s, nil
}

// tellUnasked says of what is left out, and is sent all the same, for what.
func (s selection) tellUnasked() {
	for _, r := range s.all {
		if reason, leftOut := s.skipped[r.BuildsOn]; leftOut && slices.Contains(s.ids, r.ID) {
			s.skipped[r.BuildsOn] = fmt.Sprintf("%s; what it sends is sent all the same, as %s looks back on that", reason, r.ID)
		}
	}
}

// fit returns the ids that the words of a flag name.
func (s selection) fit(flag string, words []string) (map[string]bool, error) {
	ids := map[string]bool{}
	var unknown []error
	for _, word := range words {
		found := false
		for _, r := range s.all {
			if r.Topic() == word || judge.Fits(word, r.ID) || string(r.Level) == word {
				ids[r.ID], found = true, true
			}
		}
		if found {
			continue
		}
		broken, isCause := s.brokenBy(word)
		for _, id := range broken {
			ids[id] = true
		}
		switch topic, _, _ := strings.Cut(word, "."); {
		case len(broken) > 0:
		case isCause:
			unknown = append(unknown, fmt.Errorf("%s %q is a cause, and nothing is known to be broken by it before it is found; name the requirements that the report says it explains", flag, word))
		case slices.Contains([]report.Level{report.Must, report.Should, report.May}, report.Level(word)):
			unknown = append(unknown, fmt.Errorf("%s %q: no requirement has this level", flag, word))
		case topic == captured:
			unknown = append(unknown, fmt.Errorf("%s %q is judged with captured payloads: `referee replay --judge` does", flag, word))
		default:
			unknown = append(unknown, fmt.Errorf("%s %q fits no requirement; give an id that `referee requirements` lists, a topic such as signature, a pattern such as 'referral.*', a level such as MUST, or the id of a cause", flag, word))
		}
	}
	return ids, errors.Join(unknown...)
}

// results lists every requirement of the suite with what became of it.
func (s selection) results(w workspace, outcomes map[string]suites.Outcome, interrupted bool) []report.Requirement {
	out := make([]report.Requirement, len(s.all))
	for i, r := range s.all {
		out[i] = describe(w, r)
		o, judged := outcomes[r.ID]
		switch reason, skipped := s.skipped[r.ID]; {
		case skipped:
			out[i].Status, out[i].Reason = report.Skipped, reason
		case interrupted && (!judged || o.Status == suites.Errored || o.Status == suites.NotJudged):
			out[i].Status, out[i].Reason = report.Skipped, "the run was interrupted before this was judged"
		case !judged:
			out[i].Status, out[i].Reason = report.Errored, "the harness did not judge this: a defect of Referee"
		default:
			out[i] = outcome(w, o)
		}
	}
	return out
}

// Describe is a requirement as reports show it, without an outcome.
func Describe(r suites.Requirement) report.Requirement { return describe(workspaceIn(""), r) }

func describe(w workspace, r suites.Requirement) report.Requirement {
	return report.Requirement{
		ID: r.ID, Topic: r.Topic(), Level: r.Level, Basis: r.Basis, Title: r.Title,
		Source: r.Source.URL, Quote: r.Source.Quote, Why: r.Why, Remedy: r.Remedy, Place: w.place(r.Place),
	}
}

// Explain is a requirement with all that is known of it beside any run.
func Explain(r suites.Requirement) report.Explanation {
	e := report.Explanation{Requirement: Describe(r)}
	for _, need := range r.Needs {
		e.JudgedWhen = append(e.JudgedWhen, need.Text)
	}
	for _, w := range r.Wild {
		e.Wild = append(e.Wild, report.Wild{Report: w.Report, URL: w.URL(), Broke: w.Broke})
	}
	for _, m := range reference.Mutants() {
		if r.Basis != judge.Expected && m.BreaksRequirement(r.ID) {
			e.Mutants = append(e.Mutants, m.Name)
		}
	}
	return e
}

// outcome is a judged requirement as reports show it.
func outcome(w workspace, o suites.Outcome) report.Requirement {
	r := describe(w, o.Requirement)
	r.Status, r.Reason, r.DurationMS, r.Finding = o.Status, o.Reason, o.Duration.Milliseconds(), o.Finding
	r.Passages, r.Left = o.Passages, o.Left
	return r
}
