package report

import "io"

// WriteExplanation writes one requirement for someone who wants to understand
// it, before or after a run. It uses Width and Color.
func WriteExplanation(w io.Writer, r Requirement, o Options) error {
	r = r.mapTexts(Clean, cleanLine)
	p := newPage(o)
	p.line(p.painted(bold, r.ID))
	p.indented(2, r.Title)
	p.line("")
	p.labelled("Level", r.Level.explanation())
	p.labelled("Basis", r.Basis.explanation())
	if r.Quote != "" {
		p.labelled("Quote", "“"+r.Quote+"”")
	}
	p.labelled("Read", r.Source)
	p.labelled("Why", r.Why)
	p.labelled("Fix", r.Remedy)
	return p.writeTo(w, "the explanation of "+r.ID)
}

func (l Level) explanation() string {
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

func (b Basis) explanation() string {
	switch b {
	case Documented:
		return "documented: a page of Meta's says so."
	case Observed:
		return "observed: captures or independent reports show it; no page of Meta's promises it."
	case Security:
		return "security: without it strangers could speak for Meta."
	default:
		return string(b)
	}
}
