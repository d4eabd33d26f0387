package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// broken writes what is red: the causes, and the findings that none explains. Without
// causes, and where all are wanted, it writes every finding.
func (p *page) broken(r Result, requirements []Requirement, o Options) {
	if len(r.Causes) > 0 {
		p.heading("Causes", len(r.Causes))
		p.causes(r, o)
	}
	if len(r.Causes) == 0 || o.All {
		p.requirements("Broken", withOutcome(requirements, Failed))
		p.requirements("Warnings", withOutcome(requirements, Warned))
		return
	}
	_, without := explained(r)
	p.requirements("Broken, and no cause is known", withOutcome(ordered(without), Failed))
	p.requirements("Warnings, and no cause is known", withOutcome(ordered(without), Warned))
}

// WriteCauses writes the causes of a result, and nothing else. It uses Width and Color.
func WriteCauses(w io.Writer, r Result, o Options) error {
	p := newPage(o)
	p.heading("Causes", len(r.Causes))
	o.All = true // there is nothing to be told of
	p.causes(cleaned(r), o)
	return p.writeTo(w, "the causes")
}

// causes writes every cause, and how to see more.
func (p *page) causes(r Result, o Options) {
	failed := map[string]bool{}
	for _, q := range r.Requirements {
		failed[q.ID] = q.Outcome() == Failed
	}
	bare := false
	for _, c := range diagnosis.Weighed(r.Causes) {
		// Broken MUSTs are what it is worth trying again.
		slices.SortStableFunc(c.Explains, func(a, b string) int {
			switch {
			case failed[a] == failed[b]:
				return 0
			case failed[a]:
				return -1
			}
			return 1
		})
		bare = !p.cause(c, r.Receiver.Stack, o.Again) || bare
		p.line("")
	}
	var more []string
	if bare && o.Again.Flags {
		more = append(more, "Each command under Again wants the other flags of this run too.")
	}
	if !o.All {
		more = append(more, "With --all every finding is printed.")
	}
	if len(more) > 0 {
		p.indented(0, strings.Join(more, " "))
		p.line("")
	}
}

// causeLines is how much of the page a cause may take: a reader has to see several at
// once. One of which no MUST is broken is told in short.
func causeLines(c Cause) int {
	if c.Level == Must {
		return 12
	}
	return 10
}

// part is a labelled part of a cause.
type part struct {
	label string
	lines []string
}

// cause writes one cause, in as many lines as it may have. It reports whether the command that
// shows it again has the flags of the run.
func (p *page) cause(c Cause, stack string, a Again) (whole bool) {
	room := p.width - labelColumns
	text := func(label, text string) *part { return &part{label, wrap(strings.TrimSpace(text), room)} }
	where := strings.TrimSpace(c.Where + "  " + strings.Join(strings.Fields(c.Code), " "))
	title := &part{"", wrap(c.Title, p.width-titleColumns)}
	sent, body := text("Sent", c.Stimulus), &part{"", p.marked(c.Body, room, bodyLines)}
	expected, actual := text("Expected", c.Expected), text("Actual", c.Actual)
	why, fix := text("Why", c.Why), text("Fix", c.Remedy)
	code := &part{label: "Code"}
	if c.Fix != "" && stack != "" {
		code.lines = []string{fmt.Sprintf("referee explain %s --stack %s", c.ID, stack)}
		if columns(code.lines[0]) > room {
			code.lines = []string{"referee explain " + c.ID + " \\", "  --stack " + stack}
		}
	}
	explains, again := &part{"Explains", explainsLines(c.Explains, room)}, &part{"Again", a.whole(c.Explains, room)}
	if whole = len(again.lines) > 0; !whole {
		again.lines = a.bare(c.Explains, room)
	}

	// What is told is cut where it is missed least, one line after the other.
	parts := []*part{title, {"Where", []string{where}}, sent, body, expected, actual, why, fix, code, explains, again}
	if strings.HasPrefix(c.Expected, "a 200 answer") { // which is what everything wants
		expected.lines = nil
	}
	if c.Level != Must {
		expected.lines, why.lines = nil, nil
	}
	over := -causeLines(c)
	for _, part := range parts {
		if strings.TrimSpace(strings.Join(part.lines, "")) == "" {
			part.lines = nil
		}
		over += len(part.lines)
	}
	if !p.tagFits(title.lines, c) {
		over++ // it has a line of its own
	}
	for _, cut := range []struct {
		*part
		least int
	}{
		{sent, 1}, {expected, 1}, {why, 2}, {body, 2}, {actual, 1}, {fix, 2}, {body, 1}, {explains, 1}, {again, 1},
		{why, 0}, {expected, 0}, // sooner than half a sentence of what to do
		{title, 2}, {fix, 1}, {title, 1},
	} {
		for over > 0 && len(cut.lines) > cut.least {
			over--
			switch cut.part {
			case body:
				body.lines = p.marked(c.Body, room, len(body.lines)-1)
			case again:
				again.lines, whole = a.bare(c.Explains, room), false
			default:
				cut.drop(room)
			}
		}
	}
	if len(explains.lines) == 1 {
		explains.lines = []string{someExplained(c.Explains, room)}
	}
	p.causeParts(c, parts)
	return whole
}

const (
	// bodyLines is how much of a body is shown at most.
	bodyLines = 3
	// titleColumns is how far the title of a cause stands in.
	titleColumns = 2
)

// tag is the id of a cause, its level, and whether it is no more than probable.
func (p *page) tag(c Cause) string {
	words := p.painted(dim, c.ID) + "  " + p.painted(bold, string(c.Level))
	if c.Proof != diagnosis.Experiment && c.Proof != diagnosis.Trace {
		words += "  probable"
	}
	return words
}

// tagFits reports whether there is room for the tag behind a title of one line.
func (p *page) tagFits(title []string, c Cause) bool {
	bare := page{}
	return len(title) == 1 && titleColumns+columns(title[0])+len("  ")+columns(bare.tag(c)) <= p.width
}

// drop leaves out the last line, and shows that it did where there is another.
func (t *part) drop(room int) {
	last := len(t.lines) - 2
	t.lines = t.lines[:last+1]
	if last < 0 {
		return
	}
	t.lines[last] = shortened(t.lines[last], room-1) + "…"
	t.lines[last] = strings.ReplaceAll(t.lines[last], "……", "…")
}

// causeParts writes the parts of a cause.
func (p *page) causeParts(c Cause, parts []*part) {
	m := markOf(Failed)
	if c.Level != Must {
		m = markOf(Warned)
	}
	sign := m.sign + " "
	beside := p.tagFits(parts[0].lines, c)
	for _, line := range parts[0].lines {
		line = p.painted(m.paint, sign+line)
		if beside {
			line += "  " + p.tag(c)
		}
		p.line(line)
		sign = strings.Repeat(" ", titleColumns)
	}
	if !beside {
		p.line(sign + p.tag(c))
	}
	for _, part := range parts[1:] {
		switch {
		case len(part.lines) == 0:
		case part.label == "":
			for _, line := range part.lines {
				p.line(strings.Repeat(" ", labelColumns) + line)
			}
		case part.label == "Again":
			p.command(part.label, strings.Join(part.lines, "\n"))
		default:
			for j, line := range part.lines {
				part.lines[j] = shortened(line, p.width-labelColumns)
			}
			p.beside(part.label, part.lines)
		}
	}
	if c.Variant != "" { // whole, as it is there to be copied
		p.beside("Variant", strings.Split(c.Variant, "\n"))
	}
}

// explainsLines names what a cause explains in at most two lines.
func explainsLines(ids []string, room int) []string {
	const most, lines = 6, 2
	for shown := min(most, len(ids)); shown > 0; shown-- {
		if text := wrap(andMore(ids, shown), room); len(text) <= lines {
			return text
		}
	}
	return wrap(andMore(ids, min(1, len(ids))), room)
}

// someExplained names what a cause explains in one line.
func someExplained(ids []string, room int) string {
	const most = 6
	for shown := min(most, len(ids)); shown > 1; shown-- {
		if text := andMore(ids, shown); columns(text) <= room {
			return text
		}
	}
	return andMore(ids, min(1, len(ids)))
}

// andMore names some ids, and says how many more there are.
func andMore(ids []string, shown int) string {
	text := strings.Join(ids[:shown], ", ")
	if rest := len(ids) - shown; rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}
