package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// The signs between which a cause has the trait of a body.
const (
	markBegins = "⟦"
	markEnds   = "⟧"
)

// reversed is how a terminal shows what stands between them.
const reversed paint = "1;7"

// glyph is a character of a body, with what combines with it.
type glyph struct {
	text    string
	columns int
	marked  bool
}

// marked lays out a body in lines, with what is marked in it painted, or between its
// signs where there are no colours. A body that is too long is cut around the mark.
func (p *page) marked(body string, room, most int) []string {
	var pieces []string // of a body that is laid out in lines already
	for line := range strings.Lines(body) {
		pieces = append(pieces, strings.TrimSpace(line))
	}
	cells := around(p.cells(strings.TrimSpace(strings.Join(pieces, " "))), room*most)
	var lines []string
	for len(cells) > 0 && len(lines) < most {
		n := fitting(cells, room)
		lines = append(lines, p.render(cells[:n]))
		cells = cells[n:]
	}
	return lines
}

// cells are the characters of a body. Where colours show what is marked, the signs are
// left out.
func (p *page) cells(body string) []glyph {
	var cells []glyph
	marked := false
	for g := uniseg.NewGraphemes(body); g.Next(); {
		text := g.Str()
		begins, ends := !marked && strings.HasPrefix(text, markBegins), marked && strings.HasPrefix(text, markEnds)
		marked = marked || begins
		if p.color && (begins || ends) {
			_, size := utf8.DecodeRuneInString(text)
			text = text[size:] // what combines with the sign
		}
		if text != "" {
			cells = append(cells, glyph{text, columns(text), marked})
		}
		marked = marked && !ends
	}
	// What is marked may be nothing, which no colour shows.
	if p.color && strings.Contains(body, markBegins) && !slices.ContainsFunc(cells, func(c glyph) bool { return c.marked }) {
		bare := *p
		bare.color = false
		return bare.cells(body)
	}
	return cells
}

// around cuts characters to a width: what is far from the first mark goes, and of a
// mark that is too long its middle. Without a mark the end goes.
func around(cells []glyph, width int) []glyph {
	if widthOf(cells) <= width {
		return cells
	}
	from := max(0, slices.IndexFunc(cells, func(c glyph) bool { return c.marked }))
	to := from
	for to < len(cells) && cells[to].marked {
		to++
	}
	// A third of the room stays for what stands around a mark that is too long for it.
	mark := cells[from:to]
	if least := 2; widthOf(mark) > width-2*least {
		mark = shrunk(mark, width*2/3)
	}
	rest := width - widthOf(mark)
	before, after := cells[:from], cells[to:]
	side := rest / 2
	switch {
	case widthOf(before) <= side:
		after = head(after, rest-widthOf(before))
	case widthOf(after) <= side:
		before = tail(before, rest-widthOf(after))
	default:
		before, after = tail(before, side), head(after, rest-side)
	}
	out := append([]glyph{}, before...)
	out = append(out, mark...)
	return append(out, after...)
}

var left = glyph{text: "…", columns: 1}

// shrunk cuts characters in the middle.
func shrunk(cells []glyph, width int) []glyph {
	if widthOf(cells) <= width {
		return cells
	}
	first := cells[:fitting(cells, width/2)]
	last := tail(cells, width-widthOf(first))
	last[0].marked = true
	return append(append([]glyph{}, first...), last...)
}

// head cuts the end off.
func head(cells []glyph, width int) []glyph {
	if widthOf(cells) <= width {
		return cells
	}
	return append(append([]glyph{}, cells[:fitting(cells, width-1)]...), left)
}

// tail cuts the beginning off.
func tail(cells []glyph, width int) []glyph {
	if widthOf(cells) <= width {
		return cells
	}
	from, used := len(cells), 1
	for from > 0 && used+cells[from-1].columns <= width {
		from--
		used += cells[from].columns
	}
	return append([]glyph{left}, cells[from:]...)
}

// fitting is how many characters fit into a width, at least one.
func fitting(cells []glyph, width int) int {
	used := 0
	for i, c := range cells {
		if used += c.columns; used > width && i > 0 {
			return i
		}
	}
	return len(cells)
}

func widthOf(cells []glyph) int {
	n := 0
	for _, c := range cells {
		n += c.columns
	}
	return n
}

// render writes characters with what is marked painted.
func (p *page) render(cells []glyph) string {
	var line, run strings.Builder
	marked := false
	flush := func() {
		c := plain
		if marked {
			c = reversed
		}
		line.WriteString(p.painted(c, run.String()))
		run.Reset()
	}
	for _, c := range cells {
		if c.marked != marked {
			flush()
			marked = c.marked
		}
		run.WriteString(c.text)
	}
	flush()
	return line.String()
}
