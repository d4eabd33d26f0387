package report

import (
	"io"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// WriteCause writes what is known of a cause beside any run, or of one of a run, for
// someone who wants to understand it. It uses Width and Color.
func WriteCause(w io.Writer, c Cause, code *Code, o Options) error {
	c = mapCause(c, Clean, cleanLine)
	p := newPage(o)
	p.line(p.painted(bold, c.ID))
	p.indented(2, c.Title)
	p.line("")
	p.labelled("Level", explainCauseLevel(c.Level))
	p.labelled("Proof", explainProof(c.Proof))
	p.labelled("Where", c.Where)
	p.labelled("Line", strings.TrimSpace(c.Code))
	p.labelled("Sent", c.Stimulus)
	if c.Body != "" {
		const most = 1000 // all of it: nobody looks at one cause to see half a body
		p.beside("Body", p.marked(c.Body, p.width-labelColumns, most))
	}
	p.labelled("Expected", c.Expected)
	p.labelled("Actual", c.Actual)
	p.labelled("Why", c.Why)
	p.labelled("Fix", c.Remedy)
	p.labelled("Explains", strings.Join(c.Explains, "\n"))
	p.labelled("Output", c.Output)
	p.command("Try", c.Reproduce)
	if code != nil {
		p.code(*code)
	}
	return p.writeTo(w, "the cause "+c.ID)
}

func explainCauseLevel(l Level) string {
	switch l {
	case Must:
		return "MUST: it breaks what a receiver must do."
	case Should:
		return "SHOULD: it breaks only what a receiver should do."
	default:
		return string(l)
	}
}

func explainProof(proof diagnosis.Proof) string {
	switch proof {
	case diagnosis.Experiment:
		return "experiment: red with it and green without it, each time it was tried."
	case diagnosis.Trace:
		return "trace: the receiver's own words show it, in its output or in an answer."
	case diagnosis.Probable:
		return "probable: it explains what is red, and was not confirmed."
	default:
		return string(proof)
	}
}
