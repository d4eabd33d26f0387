// Package report turns the result of a run into something to read: text, pages and
// summaries for people, JSON, JUnit, SARIF and TAP for tools, badges and annotations,
// and a progress display while the run lasts. See Formats.
//
// The runner fills a [Result] and hands it over. Nothing here knows how a
// requirement is judged, and every text is cleaned before it is written, and escaped as
// its format asks for, so that no receiver can send commands to the terminal, the browser
// or the CI server of whoever tests it.
//
// Public API: runner.Run returns its Result.
package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Result is what one run found out. Its JSON form is a contract, published as
// the schema format.result.
type Result struct {
	Version    int       `json:"version"` // of this format: 2
	Tool       Tool      `json:"tool"`
	Seed       int64     `json:"seed"`
	Started    time.Time `json:"started"`
	DurationMS int64     `json:"duration_ms"` // milliseconds
	// Folder is where the run was started, with slashes, from the root of the repository; empty
	// for the root itself, and outside of any. All files are named from this folder.
	Folder   string   `json:"folder,omitempty"`
	Receiver Receiver `json:"receiver"`
	Verdict  Verdict  `json:"verdict"`
	// Reason says why a run has no verdict where that is not the doing of single
	// requirements: it never began, or was interrupted.
	Reason string `json:"reason,omitempty"`
	Counts Counts `json:"counts"`
	// Latencies are how long the receiver took. Nil in results that are older than they.
	Latencies *Latencies `json:"latencies,omitempty"`
	// Strict is true where a broken SHOULD counted like a broken MUST.
	Strict bool `json:"strict,omitempty"`
	// Runs is how often the receiver was judged, if more than once: of each requirement
	// the result has the worst.
	Runs int `json:"runs,omitempty"`
	// Shard is set where this is a part of a run: its verdict is never conformant.
	Shard *Shard `json:"shard,omitempty"`
	// Baseline is what was accepted; nil where nothing could be.
	Baseline *Baseline `json:"baseline,omitempty"`
	// Causes are why requirements are red. Results of version 1 have none.
	Causes       []Cause       `json:"causes"`
	Requirements []Requirement `json:"requirements"`
}

// FormatVersion is the value of Result.Version that this package writes about.
const FormatVersion = 2

// Tool is the program that judged.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Receiver is the system under test.
type Receiver struct {
	URL      string   `json:"url"`
	Features []string `json:"features"` // declared or observed
	// Stack is the framework or the language that it was recognised by; empty where it
	// was by none.
	Stack string `json:"stack,omitempty"`
	// File is the file of source that starts it, and Config the configuration of the run,
	// with slashes, from the folder in which the run was started. Empty where there is none
	// in the repository.
	File   string `json:"file,omitempty"`
	Config string `json:"config,omitempty"`
	// Interception says how its calls to Meta's hosts were led to the platform.
	Interception string `json:"interception,omitempty"`
	// Notes are what is worth knowing about the run and is no finding, such as
	// that the receiver never called.
	Notes []string `json:"notes,omitempty"`
}

// Counts says how many requirements ended with each status.
type Counts struct {
	Passed        int `json:"passed"`
	Failed        int `json:"failed"`
	Warned        int `json:"warned"`
	NotApplicable int `json:"not_applicable"`
	Skipped       int `json:"skipped"`
	NotJudged     int `json:"not_judged"`
	Error         int `json:"error"`
}

// Requirement is one sentence that a receiver has to satisfy, with its outcome.
// In a list or an explanation the outcome is absent.
type Requirement struct {
	ID     string `json:"id"` // topic first, dots between: "signature.wrong-secret"
	Topic  string `json:"topic,omitempty"`
	Level  Level  `json:"level"`
	Basis  Basis  `json:"basis,omitempty"`
	Title  string `json:"title"`
	Source string `json:"source"`          // URL of the page that says so
	Quote  string `json:"quote,omitempty"` // what that page says, verbatim
	Why    string `json:"why,omitempty"`
	Remedy string `json:"remedy,omitempty"`
	// Place is where it is written down, "referee.yaml:12", with slashes, from the folder in
	// which the run was started. Empty for what is of the suite, and where the file is not
	// in the repository.
	Place      string `json:"place,omitempty"`
	Status     Status `json:"status"`
	Reason     string `json:"reason,omitempty"` // why it is not applicable, skipped, not judged or in error
	DurationMS int64  `json:"duration_ms"`      // milliseconds
	// Flake is set where it is red in some runs and met in others.
	Flake   *Flake   `json:"flake,omitempty"`
	Finding *Finding `json:"finding,omitempty"`
	// Passages are requests by which it was judged, and Left is how many more there were.
	Passages []Passage `json:"passages,omitempty"`
	Left     int       `json:"passages_left,omitempty"`
}

// The judge's own types, which reports write as they are.
type (
	Finding = judge.Finding
	Passage = judge.Passage
	Cause   = diagnosis.Cause
	Level   = judge.Level
	Basis   = judge.Basis
	Status  = judge.Status
)

// The values of these types.
const (
	Must   = judge.Must
	Should = judge.Should
	May    = judge.May

	Documented = judge.Documented
	Observed   = judge.Observed
	Security   = judge.Security
	Expected   = judge.Expected

	Passed        = judge.Passed
	Failed        = judge.Failed
	Warned        = judge.Warned
	NotApplicable = judge.NotApplicable
	NotJudged     = judge.NotJudged
	Skipped       = judge.Skipped
	Errored       = judge.Errored
)

// Outcome is the status that reports and verdicts count. It differs from Status
// where Status cannot be taken at its word: an unknown status or level is an
// error.
func (r Requirement) Outcome() Status {
	if !slices.Contains([]Level{Must, Should, May}, r.Level) {
		return Errored
	}
	switch r.Status {
	case Passed, Failed, Warned, NotApplicable, NotJudged, Skipped:
		return r.Status
	default:
		return Errored
	}
}

// Count counts the outcomes of requirements.
func Count(requirements []Requirement) Counts {
	var c Counts
	for _, r := range requirements {
		switch r.Outcome() {
		case Passed:
			c.Passed++
		case Failed:
			c.Failed++
		case Warned:
			c.Warned++
		case NotApplicable:
			c.NotApplicable++
		case Skipped:
			c.Skipped++
		case NotJudged:
			c.NotJudged++
		default:
			c.Error++
		}
	}
	return c
}

// topic is the requirement's topic, or the first word of its id.
func (r Requirement) topic() string {
	if r.Topic != "" {
		return r.Topic
	}
	topic, _, _ := strings.Cut(r.ID, ".")
	return topic
}

// reason says why the requirement was not judged. It is never empty.
func (r Requirement) reason() string {
	switch {
	case r.Outcome() == Errored && r.Status != Errored:
		return strings.TrimSpace(fmt.Sprintf("status %q at level %q is not one that Referee knows. %s", r.Status, r.Level, r.Reason))
	case strings.TrimSpace(r.Reason) == "":
		return "no reason was recorded"
	default:
		return r.Reason
	}
}

// headline is the one line that says best what is wrong with the requirement.
func (r Requirement) headline() string {
	if o := r.Outcome(); o == Errored || o == NotJudged {
		return firstLine(r.reason())
	}
	if r.Finding != nil && strings.TrimSpace(r.Finding.Actual) != "" {
		return firstLine(r.Finding.Actual)
	}
	if strings.TrimSpace(r.Reason) != "" {
		return firstLine(r.Reason)
	}
	return firstLine(r.Title)
}

// ordered returns the requirements by topic, then by id, so that a report does
// not depend on the order in which they were judged.
func ordered(requirements []Requirement) []Requirement {
	return slices.SortedStableFunc(slices.Values(requirements), func(a, b Requirement) int {
		return cmp.Or(cmp.Compare(a.topic(), b.topic()), cmp.Compare(a.ID, b.ID))
	})
}

// byTopic returns the requirements in order, those of one topic together.
func byTopic(requirements []Requirement) [][]Requirement {
	var topics [][]Requirement
	for _, r := range ordered(requirements) {
		if n := len(topics); n > 0 && topics[n-1][0].topic() == r.topic() {
			topics[n-1] = append(topics[n-1], r)
		} else {
			topics = append(topics, []Requirement{r})
		}
	}
	return topics
}

// withOutcome returns the requirements that ended with one of these outcomes.
func withOutcome(requirements []Requirement, outcomes ...Status) []Requirement {
	var out []Requirement
	for _, r := range requirements {
		if slices.Contains(outcomes, r.Outcome()) {
			out = append(out, r)
		}
	}
	return out
}
