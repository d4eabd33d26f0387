package report

import (
	"strings"
	"unicode"
)

// wrap breaks text into lines of at most width columns, at white space only: a
// word that is longer stays whole. Line feeds stay, and what continues a line
// is indented like its beginning. Lines that fit are not touched.
func wrap(text string, width int) []string {
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
func columns(text string) int {
	n := 0
	for _, r := range text {
		n += runeColumns(r)
	}
	return n
}

// runeColumns follows Unicode's East Asian Width closely enough to align text:
// two columns for ideographs, Hangul, kana and emoji, none for what combines
// with the character before it.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner, unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case unicode.In(r, unicode.Han, unicode.Hangul, unicode.Hiragana, unicode.Katakana),
		r >= 0x3000 && r <= 0x303E, // punctuation of ideographs
		r >= 0xFF01 && r <= 0xFF60, // full-width forms
		r >= 0x1F300 && r <= 0x1FAFF:
		return 2
	default:
		return 1
	}
}
