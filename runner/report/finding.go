package report

import (
	"io"
	"strings"
)

// mark is how an outcome that people should see looks in text.
type mark struct {
	sign  string
	paint paint
}

// markOf is the mark of a status.
func markOf(s Status) mark {
	switch s {
	case Passed:
		return mark{"✓", green}
	case Failed:
		return mark{"✗", red}
	case Warned:
		return mark{"!", yellow}
	default:
		return mark{"?", magenta}
	}
}

// requirement writes one requirement with all that a reader needs to fix it.
func (p *page) requirement(r Requirement) {
	m := markOf(r.Outcome())
	p.line(p.painted(m.paint, m.sign+" "+r.ID) + "  " + p.painted(bold, string(r.Level)))
	p.details(r)
}

// details is requirement without the line that names it.
func (p *page) details(r Requirement) {
	p.indented(2, r.Title)
	if r.Outcome() == Errored || r.Finding == nil {
		p.labelled("Reason", r.reason())
	} else {
		p.labelled("Reason", r.Reason)
	}
	if f := r.Finding; f != nil {
		p.labelled("Sent", f.Stimulus)
		p.labelled("Expected", f.Expected)
		p.labelled("Actual", f.Actual)
	}
	if f := r.Flake; f != nil {
		p.labelled("Flake", f.of(p.runs))
	}
	p.labelled("Why", r.Why)
	if f := r.Finding; f != nil && f.Remedy != "" {
		p.labelled("Fix", f.Remedy)
	} else {
		p.labelled("Fix", r.Remedy)
	}
	p.labelled("Read", r.Source)
	if f := r.Finding; f != nil {
		p.labelled("Output", f.Output)
		p.command("Try", f.Reproduce)
		if f.Variant != "" {
			p.beside("Variant", strings.Split(f.Variant, "\n"))
		}
	}
}

// WriteFinding writes one requirement with its finding. It uses Width and Color.
func WriteFinding(w io.Writer, r Requirement, o Options) error {
	p := newPage(o)
	p.requirement(r)
	return p.writeTo(w, "the finding")
}
