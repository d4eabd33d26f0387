package expect

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// Said says what messages came, at the places that are looked at.
func (s Step) Said(messages []json.RawMessage) string {
	const most = 3 // messages that are quoted
	if len(messages) == 0 {
		return "no message"
	}
	var each []string
	for i, m := range messages[:min(most, len(messages))] {
		looked := Reply(nil)
		if len(s.Replies) > 0 {
			looked = s.Replies[min(i, len(s.Replies)-1)]
		}
		each = append(each, looked.said(m))
	}
	text := plural.InWords(len(messages), "message") + ": " + strings.Join(each, "; ")
	if more := len(messages) - most; more > 0 {
		text += "; …"
	}
	return text
}

// said is what stands in a message at the places of a reply or, without any, its text or
// whatever it is.
func (r Reply) said(message json.RawMessage) string {
	if len(r) == 0 {
		text, err := parse(where+".text // "+where, "")
		if err != nil {
			return err.Error()
		}
		return text.said(message)
	}
	var each []string
	for _, c := range r {
		if text := c.query.text + " " + c.query.said(message); !slices.Contains(each, text) {
			each = append(each, text)
		}
	}
	return strings.Join(each, " and ")
}

// said is what a query yields for a message.
func (q query) said(message json.RawMessage) string {
	results, err := q.results(message)
	var each []string
	for _, v := range results {
		if v == nil {
			each = append(each, "absent")
			continue
		}
		each = append(each, short(v))
	}
	if err != nil {
		each = append(each, fmt.Sprintf("(%v)", err))
	}
	if len(each) == 0 {
		return "absent"
	}
	return strings.Join(each, ", ")
}

// short is a value as JSON, or its beginning.
func short(v any) string {
	const most = 120 // characters
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err.Error()
	}
	text := []rune(strings.TrimSpace(b.String()))
	if len(text) > most {
		return string(text[:most]) + "…"
	}
	return string(text)
}
