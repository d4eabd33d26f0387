package schemas

import (
	"slices"
	"strconv"
	"strings"
)

// Reading is what one body turned out to be.
type Reading struct {
	// Schema names the format that the body is checked against: "envelope",
	// "envelope.value", one of the bodies that Meta's documentation prints, or
	// "event" for an event without anything around it.
	Schema string
	// Variants are the variants that are a whole body and have exactly the shape
	// of this one; mostly there are none, and Events tell.
	Variants []string
	// Events are those in the body, in their order.
	Events []EventReading
	// Shape tells bodies apart that differ in more than free texts and numbers. It is
	// the same only within one run of a program and for one catalogue.
	Shape Shape
	// Problems say where the body breaks its schema.
	Problems []Problem
	// Novelties are values that no source has where the documentation names
	// some and does not say that these are all; and of a catalogue of one day, events
	// of a shape that Meta documents for other days alone. They break no schema.
	Novelties []Problem
}

// EventReading is what one event in a body turned out to be.
type EventReading struct {
	// Pointer is where the event is in the body.
	Pointer string
	// Object is "page" or "instagram"; empty where the body does not say it.
	Object string
	// Form is the form in which the event came.
	Form Form
	// Kind is the member that decides what the event is: "referral", "postback".
	// Of an event of an unknown kind it is the member that could decide.
	Kind string
	// Known reports whether the catalogue has events of this kind.
	Known bool
	// Variants are the variants of exactly the shape of the event: the same
	// members with the same types, and the same values of closed sets. Of those
	// that differ in nothing but that, the order of members or free texts, all
	// are listed.
	Variants []string
	// Nearest is the variant that differs least where none fits, and Differences
	// is how the event differs from it. Both are empty where the whole body is a
	// variant, see Reading.Variants.
	Nearest     string
	Differences []Difference
}

// Difference is one place where an event is not like a variant.
type Difference struct {
	// Breach says how: Unknown where the variant has no such member, Missing
	// where the event has none, Retyped, NewValue, OtherForm or OtherObject.
	Breach Breach
	// Pointer is where, within the event; elements of lists are "-".
	Pointer string
	// Variant and Event say what there is in each: "a string", "null",
	// `"OPEN_THREAD"`; empty where there is nothing.
	Variant, Event string
}

// String is the difference on one line.
func (d Difference) String() string {
	switch d.Breach {
	case Unknown:
		return d.Pointer + " is " + d.Event + " that the variant does not have"
	case Missing:
		return "lacks " + d.Pointer
	case OtherForm:
		return "comes as " + d.Event + ", the variant as " + d.Variant
	case OtherObject:
		return "is of the object " + d.Event + ", the variant of " + d.Variant
	}
	return d.Pointer + " is " + d.Event + ", and " + d.Variant + " in the variant"
}

// Read says what a body is. The error says that it is not JSON, and where.
func Read(body []byte) (Reading, error) { return Everything().Read(body) }

// Read is the function Read for this catalogue.
func (c *Catalogue) Read(body []byte) (Reading, error) {
	value, err := Decode(body)
	if err != nil {
		return Reading{}, err
	}
	r := c.reader()
	reading := Reading{}
	for i, schema := range r.formatsOf(value) {
		problems, err := c.problems(schema, value)
		if err != nil {
			return Reading{}, err
		}
		// Of several formats the first is the most common one: it counts unless
		// another fits.
		if i == 0 || len(problems) == 0 {
			reading.Schema, reading.Problems = schema, problems
		}
		if len(problems) == 0 {
			break
		}
	}
	reading.Shape = r.shape("", value)
	if reading.Schema != "event" {
		reading.Variants = r.bodies[reading.Shape]
	}
	r.forms.eachEvent(value, func(at place, event any) {
		e := r.event(at, event)
		if len(reading.Variants) > 0 {
			e.Nearest, e.Differences = "", nil // it belongs to the whole, which is known
		}
		reading.Events = append(reading.Events, e)
		before := len(reading.Novelties)
		reading.Novelties = r.novelties(reading.Novelties, at, event)
		if len(e.Variants) == 0 && len(reading.Variants) == 0 && e.Known && len(reading.Novelties) == before && !hasProblemBelow(reading.Problems, at.pointer) {
			reading.Novelties = c.ofAnotherDay(reading.Novelties, at, event)
		}
	})
	slices.SortFunc(reading.Novelties, func(a, b Problem) int { return strings.Compare(a.Pointer, b.Pointer) })
	return reading, nil
}

// listSchema is the schema of a body that is a list of deliveries.
const listSchema = "body.array"

// formatsOf lists the schemas that a body can be held to, the likeliest first: the
// envelope, and those of the whole bodies that the catalogue has.
func (r *reader) formatsOf(value any) []string {
	object, ok := value.(map[string]any)
	switch {
	case !ok:
		if _, list := value.([]any); list {
			return []string{listSchema}
		}
		return []string{"envelope"}
	case object["entry"] != nil || object["object"] != nil:
		return append([]string{"envelope"}, r.bodySchemas...)
	case object["messenger_subscription_token"] != nil:
		return []string{"body.marketing-message"}
	case object["field"] != nil || object["value"] != nil:
		return []string{"envelope.value"}
	}
	return []string{"event"}
}

// place is where an event stands in a body.
type place struct {
	pointer string
	object  string
	form    Form
}

// eachEvent visits the events of a body, in whichever form they come.
func (f entryForms) eachEvent(body any, visit func(place, any)) { f.eachEventBelow("", body, visit) }

func (f entryForms) eachEventBelow(pointer string, body any, visit func(place, any)) {
	if bodies, ok := body.([]any); ok && pointer == "" {
		for i, b := range bodies {
			f.eachEventBelow("/"+strconv.Itoa(i), b, visit)
		}
		return
	}
	object, ok := body.(map[string]any)
	if !ok {
		return
	}
	name, _ := object["object"].(string)
	if value, ok := object["value"]; ok && object["entry"] == nil {
		visit(place{pointer + "/value", name, FormValue}, value)
		return
	}
	if object["entry"] == nil && object["object"] == nil {
		if object["messenger_subscription_token"] != nil {
			return // no event, and what is around it is printed nowhere
		}
		visit(place{pointer, "", FormMessaging}, body)
		return
	}
	entries, _ := object["entry"].([]any)
	for i, e := range entries {
		entry, _ := e.(map[string]any)
		at := pointer + "/entry/" + strconv.Itoa(i)
		lists, isEvent := f.of(entry)
		if isEvent {
			visit(place{at, name, FormEntry}, e)
		}
		for _, form := range lists {
			events, _ := entry[string(form)].([]any)
			for n, event := range events {
				visit(place{at + Pointer(string(form)) + "/" + strconv.Itoa(n), name, form}, event)
			}
		}
	}
}

// around are the members of events that say nothing about their kind.
var around = []string{"sender", "recipient", "timestamp", "is_self", "hop_context", "prior_message", "lead"}

// kindOf is the member that decides what an event is; of an event in a list of its own,
// as calls are, it is that list.
func (r *reader) kindOf(form Form, event any) (kind string, known bool) {
	object, _ := event.(map[string]any)
	if field, _ := object["field"].(string); form == FormChanges || form == FormEntry && field != "" {
		return field, field != ""
	}
	kinds, beside := r.kinds, around
	switch form {
	case FormMessaging, FormStandby, FormValue, FormBody:
	case FormEntry:
		kinds, beside = r.forms.kinds, append(r.forms.others, around...)
	default:
		return string(form), slices.Contains(r.forms.lists, form)
	}
	for _, name := range kinds {
		if _, ok := object[name]; ok {
			return name, true
		}
	}
	var others []string
	for name := range object {
		if !slices.Contains(beside, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	return strings.Join(others, "+"), false
}

// KnownValues returns the values that the catalogue knows of a member of an
// object, such as "source" of "referral", sorted, and whether the documentation
// leaves room for others; none for a free text. The object that is an element of a
// list goes by the list: "type" of "attachments/-".
func (c *Catalogue) KnownValues(object, member string) (values []string, open bool) {
	r := c.reader()
	if list, ok := strings.CutSuffix(object, elementOf("")); ok && (list == "entry" || slices.Contains(r.forms.lists, Form(list))) {
		object = "" // an event goes by no name of its own
	}
	set := r.closed[key(object, member)]
	return slices.Clone(set.values), set.open
}

// KnownValuesIn returns the values that the catalogue knows of a member of the objects
// that stand in a member of this name, by themselves or in a list.
func (c *Catalogue) KnownValuesIn(name, member string) []string {
	own, _ := c.KnownValues(name, member)
	ofElement, _ := c.KnownValues(elementOf(name), member)
	return append(own, ofElement...)
}

// PlacesOfValues are the parts of schemas that list the values which KnownValues
// returns for a member of an object, as Problem.Place names them.
func (c *Catalogue) PlacesOfValues(object, member string) []string {
	places := slices.Sorted(slices.Values(c.reader().closed[key(object, member)].places))
	return slices.Compact(places)
}
