package mcp

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/runner/report"
)

// MaxAnswer is how many bytes an answer has at most, its text and its JSON together.
const MaxAnswer = 16 << 10

// half is what each of the two may have.
const half = MaxAnswer / 2

// How many bytes of a text are told.
const (
	mostLine     = 160  // of an id, a place, a path
	mostSentence = 320  // of what one reads at once
	mostBody     = 1200 // of what went over the wire, or came out of the bot
	mostCommand  = 3000 // of what is of use as a whole only
	mostError    = 2000
)

// short is a text without what a reader does not see, and of so many bytes at most.
func short(text string, most int) string {
	text = report.Clean(strings.TrimSpace(text))
	if len(text) <= most {
		return text
	}
	const end = "…"
	cut := max(most-len(end), 0)
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut] + end
}

// uncut is a text that is of no use in part; empty where it has more bytes.
func uncut(text string, most int) string {
	if text = report.Clean(text); len(text) > most {
		return ""
	}
	return text
}

// line is short for what has to be on one line.
func line(text string, most int) string { return short(strings.Join(strings.Fields(text), " "), most) }

// few are the first of a list, and how many more there are.
func few[T any](all []T, most int) (first []T, more int) {
	if len(all) <= most {
		return all, 0
	}
	return all[:most], len(all) - most
}

// andMore names some ids, and says how many more there are.
func andMore(ids []string, more int) string {
	text := strings.Join(ids, ", ")
	if more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

// fits reports whether an answer has no more bytes than it may have.
func fits(a answer) bool {
	text, err := json.Marshal(a)
	return err == nil && len(text) <= half && len(a.text()) <= half
}
