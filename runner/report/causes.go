package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
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
	all := diagnosis.Weighed(r.Causes)
	if !p.fits(o.Again, all) {
		o.Again.Command = "" // one command with all flags among others without is read as another
	}
	bare, coded := false, false
	for _, c := range all {
		bare = !p.cause(c, r.flakeOf(c.Explains...), o.Again) || bare
		coded = coded || c.Fix != ""
		p.line("")
	}
	var more []string
	if stack := r.Receiver.Stack; coded && stack != "" {
		more = append(more, fmt.Sprintf("The fix as code: referee explain CAUSE --stack %s.", stack))
	}
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

// fits reports whether the command with the flags of the run fits into one line behind each
// cause.
func (p *page) fits(a Again, causes []Cause) bool {
	return !slices.ContainsFunc(causes, func(c Cause) bool { return len(a.whole(onlyOf(c), p.width-labelColumns)) != 1 })
}

// onlyOf are the requirements by which a cause is seen again; results of older versions do
// not say.
func onlyOf(c Cause) []string {
	if len(c.Only) == 0 {
		return c.Explains
	}
	return c.Only
}

// toldByCause reports whether a note says what a cause on the same page says: of what the
// receiver ended.
func (o Options) toldByCause(note string, causes []Cause) bool {
	return !o.All && slices.ContainsFunc(causes, func(c Cause) bool {
		ends := strings.HasPrefix(c.ID, string(judge.Dies)+".") || strings.HasPrefix(c.ID, string(judge.Jams)+".")
		return ends && strings.HasSuffix(note, ": "+c.Stimulus+".")
	})
}

// causeLines is how much of the page a cause may take: a reader has to see several at
// once. One of which no MUST is broken is told in short.
func causeLines(c Cause) int {
	if c.Level == Must {
		return 9
	}
	return 7
}

// bodyLines is how much of a body is shown at most.
func bodyLines(c Cause) int {
	if c.Level == Must {
		return 3
	}
	return 1
}

// part is a labelled part of a cause.
type part struct {
	label string
	lines []string
}

// cause writes one cause, in as many lines as it may have. It reports whether the command that
// shows it again has the flags of the run. flake says how often it is there; empty for each time.
func (p *page) cause(c Cause, flake string, a Again) (whole bool) {
	room, shows := p.width-labelColumns, onlyOf(c)
	text := func(label, text string) *part { return &part{label, Wrap(strings.TrimSpace(text), room)} }
	where, remedy := c.Where, c.Remedy
	if of, more := strings.CutSuffix(remedy, diagnosis.LineFailsOfMore); more && where != "" {
		where, remedy = where+", which fails in other cases too", of
	}
	where = strings.TrimSpace(where + "  " + strings.Join(strings.Fields(c.Code), " "))
	title := &part{"", Wrap(c.Title, p.width-titleColumns)}
	sent, body := text("Sent", c.Stimulus), &part{"", p.marked(c.Body, room, bodyLines(c))}
	expected, actual := text("Expected", c.Expected), text("Actual", c.Actual)
	why, fix := text("Why", c.Why), text("Fix", remedy)
	explains, again := &part{"Explains", explainsLines(c.Explains, room)}, &part{"Again", a.whole(shows, room)}
	if whole = len(again.lines) > 0; !whole {
		again.lines = a.bare(shows, room)
	}
	// What Meta wants of a bot the title says; what a team wants nothing else says.
	ofTeam, leastExpected := diagnosis.OfExpectation(c.ID), 0
	if ofTeam {
		leastExpected = 1
	}
	if c.Level != Must && !ofTeam || strings.HasPrefix(c.Expected, "a 200 answer") { // which is what everything wants
		expected.lines = nil
	}
	if c.Level != Must {
		why.lines = nil
		for len(actual.lines) > 1 {
			actual.drop(room)
		}
	}
	if m := said.FindStringSubmatch(c.Actual); m != nil && strings.Contains(c.Title, m[1]) {
		actual.lines = nil
	}
	if len(again.lines) > 0 && strings.HasSuffix(again.lines[len(again.lines)-1], "--only "+strings.Join(shows, ",")) && len(shows) == len(c.Explains) {
		explains.lines = nil // the command names them all
	}

	// What is told is cut where it is missed least, one line after the other.
	parts := []*part{title, {"Where", []string{where}}, sent, body, expected, actual, {"Flake", []string{flake}}, why, fix, explains, again}
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
	shorten := func(of *part, least int) {
		for over > 0 && len(of.lines) > least {
			over--
			switch of {
			case body:
				if n := len(body.lines) - 1; n > 0 {
					body.lines = p.marked(c.Body, room, n)
				} else {
					body.lines = nil
				}
			case again:
				again.lines, whole = a.bare(shows, room), false
			default:
				of.drop(room)
			}
		}
	}
	type cut struct {
		*part
		least int
	}
	for _, c := range []cut{{sent, 1}, {expected, 1}, {why, 2}, {body, 2}, {actual, 1}, {body, 1}} {
		shorten(c.part, c.least)
	}
	if over > 0 && len(body.lines) == 1 && p.joins(sent, c.Body, room) {
		over--
		body.lines = nil
	}
	for _, c := range []cut{
		{explains, 1}, {expected, leastExpected}, {fix, 3}, {again, 1},
		{why, 0}, {explains, 0}, {body, 0}, {actual, 0}, // sooner than half a sentence of what to do
		{fix, 2}, {title, 2}, {fix, 1}, {title, 1},
	} {
		shorten(c.part, c.least)
	}
	if len(explains.lines) == 1 {
		explains.lines = []string{someExplained(c.Explains, room)}
	}
	p.causeParts(c, parts)
	return whole
}

// said is what came where the title has said it.
var said = regexp.MustCompile(`^(?:nothing|status (\d+) after \S+)$`)

// joins puts a body behind the words for it, if both fit into one line.
func (p *page) joins(sent *part, body string, room int) bool {
	const least = 36 // columns of a body that still tell something
	if len(sent.lines) != 1 {
		return false
	}
	left := room - columns(sent.lines[0]) - len("  ")
	if left < least {
		return false
	}
	sent.lines[0] += "  " + strings.Join(p.marked(body, left, 1), "")
	return true
}

// titleColumns is how far the title of a cause stands in.
const titleColumns = 2

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
	if last < 0 {
		t.lines = nil
		return
	}
	rest := strings.TrimSuffix(t.lines[last], "…") + " " + t.lines[last+1]
	t.lines = t.lines[:last+1]
	t.lines[last] = strings.TrimSuffix(Shortened(rest, room-1), "…") + "…"
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
				part.lines[j] = Shortened(line, p.width-labelColumns)
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
		if text := Wrap(andMore(ids, shown), room); len(text) <= lines {
			return text
		}
	}
	return Wrap(andMore(ids, min(1, len(ids))), room)
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
