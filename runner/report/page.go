package report

import (
	"fmt"
	"io"
	"strings"
)

// page collects the lines of a text report.
type page struct {
	strings.Builder
	width int
	color bool
	runs  int // how often the receiver was judged, if more than once
}

func newPage(o Options) *page {
	return &page{width: o.width(), color: o.Color}
}

// labelColumns is where labels end and their text begins.
const labelColumns = len("  Expected: ")

// paint is the parameter of an ANSI "select graphic rendition" sequence.
type paint string

const (
	plain   paint = ""
	bold    paint = "1"
	dim     paint = "2"
	red     paint = "31"
	green   paint = "32"
	yellow  paint = "33"
	magenta paint = "35"
)

func (p *page) painted(c paint, text string) string {
	if !p.color || c == plain || text == "" {
		return text
	}
	return "\x1b[" + string(c) + "m" + text + "\x1b[0m"
}

func (p *page) line(text string) {
	p.WriteString(text)
	p.WriteByte('\n')
}

func (p *page) heading(title string, count int) {
	p.line(p.painted(bold, fmt.Sprintf("%s (%d)", title, count)))
	p.line("")
}

// indented writes text with every line moved to the right.
func (p *page) indented(indent int, text string) {
	for _, line := range Wrap(text, p.width-indent) {
		p.line(strings.TrimRight(strings.Repeat(" ", indent)+line, " "))
	}
}

// labelled writes text beside a label, its further lines below its first.
// Without text it writes nothing.
func (p *page) labelled(label, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p.beside(label, Wrap(text, p.width-labelColumns))
}

// command writes a shell command beside a label, never broken. Where a line
// ends inside an argument, the next begins at the edge of the page: there
// indentation would become part of what is pasted.
func (p *page) command(label, text string) {
	text = strings.Trim(text, "\n")
	if strings.TrimSpace(text) == "" {
		return
	}
	lines := strings.Split(text, "\n")
	for _, line := range lines[:len(lines)-1] {
		if !strings.HasSuffix(line, `\`) {
			p.beside(label, lines[:1])
			p.line(strings.Join(lines[1:], "\n"))
			return
		}
	}
	p.beside(label, lines)
}

func (p *page) beside(label string, lines []string) {
	first := strings.Repeat(" ", labelColumns-len(label)-len(": ")) + p.painted(dim, label+":") + " "
	for i, line := range lines {
		switch {
		case i == 0:
			p.line(first + line)
		case line == "":
			p.line("")
		default:
			p.line(strings.Repeat(" ", labelColumns) + line)
		}
	}
}

// WriteText writes a text of several lines for people, wrapped and cleaned. It uses
// Width.
func WriteText(w io.Writer, text string, o Options) error {
	p := newPage(o)
	p.indented(0, Clean(text))
	return p.writeTo(w, "a text")
}

// writeTo hands the page over.
func (p *page) writeTo(w io.Writer, what string) error {
	if _, err := io.WriteString(w, p.String()); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}
