package payload

import (
	"bytes"
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// form is what a document of a stream is.
type form uint8

const (
	foreign  form = iota // nothing that Meta sends, nor that the program writes to be read here
	body                 // of a delivery, be it right or wrong
	captured             // a record of a capture
	exported             // an exchange of the console's export
)

// found is what tells a document's form.
type found struct {
	members []string // of a JSON object, in their order
	holds   string   // the member that holds a body; empty where none does
	listed  bool     // the object is the first of a list
}

// formOf tells what a document is, as soon as that is known: mostly after its first
// member. Whatever may be a body is one, so that it is said what is wrong with it.
func formOf(document []byte) (form, found) {
	for _, first := range []string{`{"object":`, `{"entry":`} {
		if bytes.HasPrefix(document, []byte(first)) {
			return body, found{}
		}
	}
	if isExchange(document) {
		return exported, found{}
	}
	var f found
	scan := jsontext.NewScanner(document)
	if !scan.Next() {
		return foreign, found{}
	}
	if scan.Kind() == jsontext.ArrayStart { // of bodies: Meta's page of the Instagram webhooks has one
		switch {
		case scan.Next() && scan.Kind() == jsontext.ObjectStart:
			f.listed = true
		case scan.Kind() == jsontext.ArrayEnd, len(bytes.TrimSpace(document)) == len(`[`):
			return body, found{}
		default:
			return foreign, found{}
		}
	}
	if scan.Kind() != jsontext.ObjectStart {
		return foreign, found{}
	}
	return formOfObject(scan, document, f)
}

// formOfObject tells what an object is that begins here.
func formOfObject(scan *jsontext.Scanner, document []byte, f found) (form, found) {
	name, depth, around := "", 1, 0
	for depth > 0 && scan.Next() {
		kind := scan.Kind()
		if depth == 2 && kind == jsontext.Name && f.holds == "" && isOfEnvelope(jsontext.Unquote(scan.Raw())) {
			f.holds = name
		}
		switch kind {
		case jsontext.Name:
			if depth == 1 {
				name = jsontext.Unquote(scan.Raw())
				f.members = append(f.members, name)
				if name == "request" && f.members[0] == "version" {
					return captured, f
				}
			}
			continue
		case jsontext.ObjectEnd, jsontext.ArrayEnd:
			depth--
			continue
		}
		if depth == 1 {
			opens := kind == jsontext.ObjectStart || kind == jsontext.ArrayStart
			switch {
			case isOfEnvelope(name),
				opens && (name == "value" || slices.Contains(kinds(), name) || slices.Contains(lists, name)):
				return body, f
			case opens && (name == "sender" || name == "recipient"), name == "timestamp":
				around++ // a single one many documents have
			}
			if around == 2 {
				return body, f
			}
		}
		if kind == jsontext.ObjectStart || kind == jsontext.ArrayStart {
			depth++
		}
	}
	has := func(name string) bool { return slices.Contains(f.members, name) }
	switch {
	case scan.Err() != nil && capture.IsRecord(document): // a torn one
		return captured, f
	case has("seq") && has("direction") && has("request"):
		return exported, f
	case has("messenger_subscription_token"), // a marketing message, of which nothing else is printed
		has("field") && !has("event"), // a change, whatever is wrong with it; with an event it is a variant
		len(f.members) == 0 && isEmpty(document):
		return body, f
	}
	return foreign, f
}

// lists are the members of an entry that hold events.
var lists = []string{string(schemas.FormMessaging), string(schemas.FormStandby), string(schemas.FormChanges), string(schemas.FormCalls)}

// isOfEnvelope reports whether a member is one by which a body is known, whatever it
// holds.
func isOfEnvelope(name string) bool { return name == "object" || name == "entry" }

// kinds are the members that decide what an event is. In a body they are objects
// or lists; "message" as a text is one of many logs.
var kinds = sync.OnceValue(func() []string { return schemas.Everything().Kinds() })

// isEmpty reports whether an object has no member, or ends before its first: what
// it is nobody can say.
func isEmpty(document []byte) bool {
	inside := bytes.TrimLeft(document, " \t\r\n[{")
	return len(inside) == 0 || inside[0] == '}' || inside[0] == '"'
}
