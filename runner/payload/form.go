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
// members. Whatever may be a body is one, so that it is said what is wrong with it; but
// what many a service calls so too, such as an object or an entry, is not enough.
func formOf(document []byte) (form, found) {
	for _, first := range []string{`{"object":"page","entry":`, `{"object":"instagram","entry":`} { // as most begin
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
	s := sight{found: f}
	for depth := 1; depth > 0 && scan.Next(); {
		kind := scan.Kind()
		switch kind {
		case jsontext.Name:
			s.name(depth, jsontext.Unquote(scan.Raw()))
			if depth == 1 && s.names[1] == "request" && s.members[0] == "version" {
				return captured, s.found
			}
			continue
		case jsontext.ObjectEnd, jsontext.ArrayEnd:
			depth--
			s.end(depth)
			continue
		}
		if s.isBody(depth, kind, scan.Raw()) {
			return body, s.found
		}
		if kind == jsontext.ObjectStart || kind == jsontext.ArrayStart {
			depth++
		}
	}
	has := func(name string) bool { return slices.Contains(s.members, name) }
	switch {
	case scan.Err() != nil && capture.IsRecord(document): // a torn one
		return captured, s.found
	case has("seq") && has("direction") && has("request"):
		return exported, s.found
	case has("messenger_subscription_token"), // a marketing message, of which nothing else is printed
		has("entry") && s.entries.foreign == 0, // without the object, and nothing says that it is another's
		isObject(s.object) && !has("id"),       // without entries; with an id it is a page of another service
		has("field") && s.value,
		len(s.members) == 1 && (has("field") || s.value || has("object") && s.object == ""), // a part of a body
		len(s.members) == 0 && isEmpty(document):
		return body, s.found
	}
	return foreign, s.found
}

// sight is what was seen of an object.
type sight struct {
	found
	names   [4]string // the member that is being read, by its depth
	object  string    // the text of the member "object"
	value   bool      // the member "value" is an object
	around  int       // how many members there are that stand around an event
	entries struct {
		listed  bool
		one     entry
		foreign int // how many had members, and none of an entry
	}
}

// entry is what was seen of the one that is being read.
type entry struct {
	id, time, field bool
	members, around int
}

func (s *sight) name(depth int, name string) {
	if depth < len(s.names) {
		s.names[depth] = name
	}
	switch {
	case depth == 1:
		s.members = append(s.members, name)
	case depth == 2 && name == "entry" && s.holds == "":
		s.holds = s.names[1]
	case depth == 3 && s.entries.listed:
		s.entries.one.members++
	}
}

// end notes that an object or a list has ended, and at which depth it stood.
func (s *sight) end(depth int) {
	switch {
	case depth == 2 && s.entries.listed && s.entries.one.members > 0:
		s.entries.foreign++
	case depth == 1:
		s.entries.listed = false
	}
}

// isBody looks at a value, and reports whether it tells that the whole is a body.
func (s *sight) isBody(depth int, kind jsontext.Kind, raw []byte) bool {
	opens := kind == jsontext.ObjectStart || kind == jsontext.ArrayStart
	switch {
	case depth == 1:
		return s.isBodyByMember(kind, opens, raw)
	case depth == 2 && s.names[1] != "entry" && s.names[2] == "object" && kind == jsontext.String && s.holds == "":
		if isObject(jsontext.Unquote(raw)) {
			s.holds = s.names[1]
		}
	case depth == 2 && s.entries.listed:
		s.entries.one = entry{}
	case depth == 3 && s.entries.listed:
		return s.entries.one.isOfDelivery(s.names[3], kind, opens)
	}
	return false
}

// isOfDelivery looks at a member, and reports whether an entry with those seen so far is
// one of a delivery.
func (e *entry) isOfDelivery(member string, kind jsontext.Kind, opens bool) bool {
	switch member {
	case "id":
		e.id = true
	case "time":
		e.time = true
	case "field":
		e.field = true
	case "value":
		return e.field && kind == jsontext.ObjectStart
	default:
		if isAround(member, opens) { // the entry is an event itself
			e.around++
		}
		return e.around == 2 || opens && holdsEvents(member)
	}
	return e.id && e.time
}

func (s *sight) isBodyByMember(kind jsontext.Kind, opens bool, raw []byte) bool {
	switch name := s.names[1]; {
	case name == "object" && kind == jsontext.String:
		s.object = jsontext.Unquote(raw)
	case name == "entry":
		s.entries.listed = kind == jsontext.ArrayStart
	case name == "value":
		s.value = kind == jsontext.ObjectStart
	case opens && holdsEvents(name):
		return true
	case isAround(name, opens):
		s.around++
	}
	return s.around == 2 || slices.Contains(s.members, "object") && slices.Contains(s.members, "entry")
}

// lists are the members of an entry that hold events.
var lists = []string{string(schemas.FormMessaging), string(schemas.FormStandby), string(schemas.FormChanges), string(schemas.FormCalls)}

// holdsEvents reports whether a member of this name, an object or a list, is an event or
// has some.
func holdsEvents(name string) bool {
	return slices.Contains(kinds(), name) || slices.Contains(lists, name)
}

// isAround reports whether a member stands around an event; a single one many documents
// have.
func isAround(name string, opens bool) bool {
	return name == "timestamp" || opens && (name == "sender" || name == "recipient")
}

// isObject reports whether deliveries about messages have this text for their object.
func isObject(text string) bool { return text == "page" || text == "instagram" }

// kinds are the members that decide what an event is. In a body they are objects
// or lists; "message" as a text is one of many logs.
var kinds = sync.OnceValue(func() []string { return schemas.Everything().Kinds() })

// isEmpty reports whether an object has no member, or ends before its first: what
// it is nobody can say.
func isEmpty(document []byte) bool {
	inside := bytes.TrimLeft(document, " \t\r\n[{")
	return len(inside) == 0 || inside[0] == '}' || inside[0] == '"'
}
