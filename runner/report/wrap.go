package report

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Wrap breaks text into lines of at most width columns, at white space only: a
// word that is longer stays whole. Line feeds stay, and what continues a line
// is indented like its beginning. Lines that fit are not touched.
func Wrap(text string, width int) []string {
	var lines []string
	for line := range strings.SplitSeq(strings.Trim(text, "\n"), "\n") {
		line = strings.TrimRight(line, " \t")
		if columns(line) <= width {
			lines = append(lines, line)
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		current := ""
		for word := range strings.FieldsSeq(line) {
			switch {
			case current == "":
				current = indent + word
			case columns(current)+1+columns(word) <= width:
				current += " " + word
			default:
				lines = append(lines, current)
				current = indent + word
			}
		}
		lines = append(lines, current)
	}
	return lines
}

// firstLine returns the first line of text that says something.
func firstLine(text string) string {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			return line
		}
	}
	return ""
}

// columns is the width of a text on a terminal.
func columns(text string) int { return uniseg.StringWidth(text) }

// Shortened cuts text to a width in columns and shows that it did.
func Shortened(text string, width int) string {
	if columns(text) <= width {
		return text
	}
	kept, used := "", 0
	for g := uniseg.NewGraphemes(text); g.Next(); kept += g.Str() {
		if used += g.Width(); used > width-1 {
			break
		}
	}
	return kept + "…"
}
