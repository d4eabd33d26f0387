package report

import (
	"io"
	"strings"
)

// Explanation is a requirement with what is known of it beside any run.
type Explanation struct {
	Requirement
	JudgedWhen []string // what must be known of a receiver; completes "judged when"
	Wild       []Wild   // receivers in use that broke it
	Mutants    []string // of the reference receiver: each breaks it
	Code       *Code    // the fix for a stack; nil if none was asked for
}

// Code is a fix that can be pasted. Text is empty where none was written.
type Code struct {
	Topic    string `json:"topic"` // of the fix: "raw-signature"
	Stack    string `json:"stack"` // "express"
	Prose    string `json:"prose"`
	Language string `json:"language"` // of the text, as Markdown calls it
	Text     string `json:"text"`
}

// Wild is a receiver in use, or some of many, that broke a requirement.
type Wild struct {
	Report string `json:"report,omitempty"` // such as "restfb/restfb#1158"; empty for a count
	URL    string `json:"url,omitempty"`    // where the report can be read
	Broke  string `json:"broke"`            // what broke, a sentence
}

// WriteExplanation writes one requirement for someone who wants to understand
// it, before or after a run. It uses Width and Color.
func WriteExplanation(w io.Writer, e Explanation, o Options) error {
	r := e.Requirement.mapTexts(Clean, cleanLine)
	p := newPage(o)
	p.line(p.painted(bold, r.ID))
	p.indented(2, r.Title)
	p.line("")
	p.labelled("Level", explainLevel(r.Level))
	p.labelled("Basis", explainBasis(r.Basis))
	if r.Quote != "" {
		p.labelled("Quote", "“"+r.Quote+"”")
	}
	p.labelled("Read", r.Source)
	p.labelled("Why", r.Why)
	p.labelled("Fix", r.Remedy)
	var seen []string
	for _, wild := range e.Wild {
		seen = append(seen, strings.TrimSpace(wild.Broke+" "+wild.URL))
	}
	p.labelled("Seen", Clean(strings.Join(seen, "\n")))
	if e.Code != nil {
		p.code(*e.Code)
	}
	return p.writeTo(w, "the explanation of "+r.ID)
}

// code writes a fix. Its lines begin at the edge of the page and are never broken, so
// that they can be pasted.
func (p *page) code(c Code) {
	if c.Text == "" {
		p.labelled("Code", "None is written for this: no few lines would mend it.")
		return
	}
	p.labelled("Code", "For "+c.Stack+". "+c.Prose)
	p.line("")
	p.line(c.Text)
}

func explainLevel(l Level) string {
	switch l {
	case Must:
		return "MUST: a receiver that breaks it is nonconformant."
	case Should:
		return "SHOULD: a receiver that breaks it is warned; with --strict it is nonconformant."
	case May:
		return "MAY: a receiver that does without it is told so, and no less conformant."
	default:
		return string(l)
	}
}

func explainBasis(b Basis) string {
	switch b {
	case Documented:
		return "documented: a page of Meta's says so."
	case Observed:
		return "observed: captures or independent reports show it; no page of Meta's promises it."
	case Expected:
		return "expected: your team has written it down for its own bot."
	case Security:
		return "security: without it strangers could speak for Meta."
	default:
		return string(b)
	}
}
