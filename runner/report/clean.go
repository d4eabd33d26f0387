package report

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

// Clean makes visible what a terminal or a reader could not see, and leaves
// everything else unchanged: control characters become \x1b or \u009b, characters
// that reorder or hide text become \u202e, and bytes that are not UTF-8 become
// \xff. Line feeds and tabs stay. Cleaning twice changes nothing more.
//
// The texts of a result come from the receiver under test, which may be
// hostile: an escape sequence printed as it came could rewrite the screen.
// What is clean is also free of the characters that XML 1.0 forbids.
func Clean(text string) string {
	return clean(text, "\n\t")
}

// cleanLine is Clean for what must stay on one line.
func cleanLine(text string) string {
	return clean(text, "")
}

func clean(text, allowed string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r == utf8.RuneError || hidden(r) }) < 0 {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case !hidden(r), strings.ContainsRune(allowed, r):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		text = text[size:]
	}
	return b.String()
}

const (
	zeroWidthNonJoiner = '\u200C'
	zeroWidthJoiner    = '\u200D'
)

// hidden reports whether a character controls output instead of showing
// something. The two joiners are spared: emoji and several scripts need them,
// and they cannot move or hide other text.
func hidden(r rune) bool {
	switch {
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return false
	case r&0xFFFE == 0xFFFE: // not characters; two of them are forbidden in XML
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp)
}

// cleaned returns a copy of the result with every text cleaned.
func cleaned(r Result) Result {
	return r.mapTexts(Clean, cleanLine)
}

// mapTexts returns a deep copy of the result. Prose, what people or the receiver
// wrote, goes through one function; words of the catalogue and of this format,
// which others compare, go through the other.
func (r Result) mapTexts(prose, word func(string) string) Result {
	r.Tool = Tool{Name: word(r.Tool.Name), Version: word(r.Tool.Version)}
	r.Verdict, r.Reason, r.Folder = Verdict(word(string(r.Verdict))), prose(r.Reason), prose(r.Folder)
	features := make([]string, len(r.Receiver.Features))
	for i, feature := range r.Receiver.Features {
		features[i] = word(feature)
	}
	var notes []string
	for _, note := range r.Receiver.Notes {
		notes = append(notes, prose(note))
	}
	r.Receiver = Receiver{
		URL: prose(r.Receiver.URL), Features: features, Stack: prose(r.Receiver.Stack), File: prose(r.Receiver.File), Config: prose(r.Receiver.Config),
		Interception: prose(r.Receiver.Interception), Notes: notes,
	}
	var causes []Cause
	for _, c := range r.Causes {
		causes = append(causes, mapCause(c, prose, word))
	}
	r.Causes = causes
	requirements := make([]Requirement, len(r.Requirements))
	for i, requirement := range r.Requirements {
		requirements[i] = requirement.mapTexts(prose, word)
	}
	r.Requirements = requirements
	if r.Baseline != nil {
		b := Baseline{File: prose(r.Baseline.File), Entries: slices.Clone(r.Baseline.Entries)}
		for i := range b.Entries {
			e := &b.Entries[i]
			e.ID, e.Reason, e.Expires = word(e.ID), prose(e.Reason), word(e.Expires)
		}
		r.Baseline = &b
	}
	return r
}

func mapCause(c Cause, prose, word func(string) string) Cause {
	var explains, only []string
	for _, id := range c.Only {
		only = append(only, word(id))
	}
	for _, id := range c.Explains {
		explains = append(explains, word(id))
	}
	return Cause{
		ID: word(c.ID), Title: prose(c.Title), Level: Level(word(string(c.Level))), Proof: diagnosis.Proof(word(string(c.Proof))),
		Explains: explains, Only: only, Where: prose(c.Where), File: prose(c.File), Code: prose(c.Code), Stimulus: prose(c.Stimulus), Body: prose(c.Body),
		Expected: prose(c.Expected), Actual: prose(c.Actual), Why: prose(c.Why), Remedy: prose(c.Remedy), Fix: word(c.Fix),
		Reproduce: prose(c.Reproduce), Variant: prose(c.Variant), Output: prose(c.Output),
	}
}

func (r Requirement) mapTexts(prose, word func(string) string) Requirement {
	r.ID, r.Topic = word(r.ID), word(r.Topic)
	r.Level, r.Basis, r.Status = Level(word(string(r.Level))), Basis(word(string(r.Basis))), Status(word(string(r.Status)))
	r.Title, r.Source, r.Quote = prose(r.Title), prose(r.Source), prose(r.Quote)
	r.Why, r.Remedy, r.Place, r.Reason = prose(r.Why), prose(r.Remedy), prose(r.Place), prose(r.Reason)
	if f := r.Finding; f != nil {
		r.Finding = &Finding{
			Stimulus:  prose(f.Stimulus),
			Expected:  prose(f.Expected),
			Actual:    prose(f.Actual),
			Remedy:    prose(f.Remedy),
			Reproduce: prose(f.Reproduce),
			Output:    prose(f.Output),
			Variant:   prose(f.Variant),
		}
	}
	var passages []Passage
	for _, p := range r.Passages {
		p.What, p.Error, p.Request, p.Answer = prose(p.What), prose(p.Error), prose(p.Request), prose(p.Answer)
		p.Evidence = slices.Clone(p.Evidence)
		for i := range p.Evidence {
			p.Evidence[i].Kind, p.Evidence[i].Text = word(p.Evidence[i].Kind), prose(p.Evidence[i].Text)
		}
		passages = append(passages, p)
	}
	r.Passages = passages
	return r
}
