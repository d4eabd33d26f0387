package diagnosis

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// marked is the event that shows a cause, or the body where it is about more than one
// event, with the trait between ⟦ and ⟧.
func marked(sent judge.Sent, at int, traits []*trait) string {
	doc := sent.Body
	switch {
	case at > 0 && (slices.Contains(traits, laterEntries) || slices.Contains(traits, laterEvents)):
		return markedIn(sent.Body, sent.Events[at].JSON)
	case at >= 0:
		doc = sent.Events[at].JSON
	case len(sent.Events) == 1 && !about(traits, "body", "entry"):
		doc = sent.Events[0].JSON
	}
	var flat bytes.Buffer
	if json.Compact(&flat, doc) != nil {
		return ""
	}
	text := flat.String()
	for _, t := range traits {
		parent, member, _ := strings.Cut(t.at, ".")
		if t.at == "" {
			continue
		}
		if member != "" && t.change == present {
			name := `"` + member + `":`
			i := strings.Index(text, name)
			if value, err := json.Marshal(t.value); err == nil { // there may be others of the name
				if exact := strings.Index(text, name+string(value)); exact >= 0 {
					i = exact
				}
			}
			if i >= 0 {
				end := i + len(member) + 3 + valueLength(text[i+len(member)+3:])
				return text[:i] + "⟦" + text[i:end] + "⟧" + text[end:]
			}
		}
		if parent == "event" && t.change == absent { // there is nothing that it is missing in but the event
			return strings.Replace(text, "{", "{⟦⟧", 1)
		}
		if i := strings.Index(text, `"`+parent+`":`); i >= 0 { // what is missing in it
			begin := i + len(parent) + 3
			end := begin + valueLength(text[begin:])
			if brace := strings.Index(text[begin:], "{"); end-i > mostMarked && brace >= 0 { // where it would stand
				i, end = begin+brace+1, begin+brace+1
			}
			return text[:i] + "⟦" + text[i:end] + "⟧" + text[end:]
		}
	}
	return text
}

// mostMarked is how much is marked of an object that lacks something, in bytes.
const mostMarked = 60

// markedIn is a body with one of its events between ⟦ and ⟧.
func markedIn(body, event []byte) string {
	var flat, part bytes.Buffer
	if json.Compact(&flat, body) != nil || json.Compact(&part, event) != nil {
		return ""
	}
	return strings.Replace(flat.String(), part.String(), "⟦"+part.String()+"⟧", 1)
}

// about reports whether one of these traits is of an object of this name.
func about(traits []*trait, names ...string) bool {
	for _, t := range traits {
		parent, _, _ := strings.Cut(t.at, ".")
		for _, name := range names {
			if parent == name {
				return true
			}
		}
		if t.at == "" && t.rank == rankPlace {
			return true
		}
	}
	return false
}

// valueLength is how long the JSON value is with which a text begins.
func valueLength(text string) int {
	d := json.NewDecoder(strings.NewReader(text))
	var v json.RawMessage
	if d.Decode(&v) != nil {
		return 0
	}
	return len(v)
}

// pointerOf is where the object of this name is in an event; false if there is none.
func pointerOf(doc json.RawMessage, name string) (string, bool) {
	if name == "event" {
		return "", true
	}
	found, ok := "", false
	var look func(name string, v any, at string)
	look = func(at string, v any, pointer string) {
		object, is := v.(map[string]any)
		if !is || ok {
			return
		}
		if at == name {
			found, ok = pointer, true
			return
		}
		for member, value := range object {
			look(inside(at, member), value, pointer+"/"+member)
		}
	}
	look("event", decode(doc), "")
	return found, ok
}

// with gives a plain event a trait, as another event has it; false where that cannot be
// done.
func (t *trait) with(plain, other json.RawMessage) (json.RawMessage, bool) {
	parent, member, _ := strings.Cut(t.at, ".")
	if t.at == "" || t.change == none || parent == "body" || parent == "entry" {
		return nil, false
	}
	at, there := pointerOf(plain, parent)
	if !there {
		from, ok := pointerOf(other, parent)
		if !ok {
			return nil, false
		}
		value, _ := event.Get(other, from)
		doc, err := event.Set(from, string(value))(plain)
		return doc, err == nil
	}
	var edit event.Edit
	if t.change == absent {
		if _, has := event.Get(plain, at+"/"+member); !has {
			return plain, false
		}
		edit = event.Remove(at + "/" + member)
	} else {
		value, err := json.Marshal(t.value)
		if err != nil {
			return nil, false
		}
		edit = event.Set(at+"/"+member, string(value))
	}
	doc, err := edit(plain)
	return doc, err == nil
}
