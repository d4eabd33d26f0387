// Package drift says how payloads that came differ from payloads that were
// expected: from the catalogue (Collector), or from payloads that came before
// (Profile).
//
// What a report has, somebody can give another class (Severity) or accept
// (Acceptances), by the IDs of the differences. Of what is new, Patches and
// Item.Variant make the files of a team's own catalogue, see package overlay.
//
// A difference is counted, not listed: what changed, in which kind of event and
// where, how often, when first and last, with one example, and what it means
// for receivers.
package drift

import (
	"cmp"
	"encoding/json"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
)

// Sample is one body that came.
type Sample struct {
	Body []byte
	// At is when it came, in RFC 3339 and UTC, so that texts compare as instants;
	// empty if nobody knows.
	At string
	// Where names it for people: "monday.ndjson:17".
	Where string
}

// What is the sort of a difference.
type What string

const (
	NewMember      What = "new member"
	VanishedMember What = "vanished member"
	ChangedType    What = "changed type"
	NewValue       What = "new value"
	NewEvent       What = "new event kind"
	ChangedForm    What = "changed form"
	Unreadable     What = "not JSON"
)

// Class says what a difference means for receivers.
type Class string

const (
	// Harmless: receivers that do as the documentation says do not notice.
	Harmless Class = "harmless"
	// Risky: common code that is not wrong fails on it.
	Risky Class = "risky"
	// Breaking: code that relies on the documentation fails on it.
	Breaking Class = "breaking"
)

// Item is one difference.
type Item struct {
	// ID names the difference, in every report the same: what, in which event and
	// where, and of a value or a type which one it is.
	ID    string `json:"id"`
	What  What   `json:"what"`
	Class Class  `json:"class"`
	// Breaks says for which receivers it is a problem.
	Breaks string `json:"breaks"`
	// Object and Event are the envelope's object and the kind of the event:
	// "page" and "referral". Event is empty for what stands around events.
	Object string `json:"object,omitempty"`
	Event  string `json:"event,omitempty"`
	// Pointer is where, within the event or else within the body; elements of
	// lists are "-".
	Pointer string `json:"pointer"`
	// Detail says what there is and what was expected.
	Detail string `json:"detail"`
	// Place is the part of the schema that is not satisfied; empty if no schema
	// speaks of it.
	Place string `json:"place,omitempty"`
	// Count is how many events have it, or bodies if it is in none.
	Count int `json:"count"`
	// First and Last are the instants of the first and the last sample with it.
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	// Where names the first sample with it, and Example is the value there; for
	// a vanished member it is the object that lacks it.
	Where   string          `json:"where,omitempty"`
	Example json.RawMessage `json:"example,omitempty"`

	// Accepted is why it was accepted until a day that has come; nil where it never
	// was.
	Accepted *Acceptance `json:"accepted_before,omitempty"`

	event    any                  // the whole first event with it
	first    schemas.EventReading // that event, of an object that is new
	standby  bool                 // whether that came in standby, in one of the samples
	form     schemas.Form         // of the first
	shape    *shape               // of all values there that samples had
	keyword  string               // of the schema, that is broken
	referrer string               // the place of the schema that refers to Place
}

// Report is what a comparison came to.
type Report struct {
	// Samples and Events count what was compared.
	Samples int `json:"samples"`
	Events  int `json:"events"`
	// Variants counts the events by the variant that they were recognised as;
	// those of no variant's exact shape count for the nearest.
	Variants map[string]int `json:"variants"`
	// Items are sorted: breaking ones first, then by event and pointer.
	Items []Item `json:"drift"`
	// More counts the differences that are not in Items, because there are too
	// many of them.
	More int `json:"more,omitempty"`
	// Accepted are those that somebody has looked into, which are not in Items.
	Accepted []Accepted `json:"accepted,omitempty"`
}

// meaning says what a difference means.
func meaning(w What) (Class, string) {
	switch w {
	case NewMember:
		return Harmless, "receivers that refuse a member that they do not know"
	case NewValue:
		return Breaking, "receivers that switch on the value, and fail on one that they do not know or lose what comes with it"
	case NewEvent:
		return Risky, "receivers that answer an event of an unknown kind with an error, or end"
	case VanishedMember:
		return Breaking, "receivers that read the member without looking whether it is there"
	case ChangedType:
		return Breaking, "receivers whose model fixes the type of the member"
	case ChangedForm:
		return Risky, "receivers that rely on the documented form of the value"
	}
	return Breaking, "every receiver that parses the body"
}

// seen completes a difference that one sample shows.
func (i Item) seen(s Sample) Item {
	i.Class, i.Breaks = meaning(i.What)
	i.Count, i.First, i.Last, i.Where = 1, s.At, s.At, s.Where
	i.ID = i.id()
	return i
}

// like gives a difference an example.
func (i Item) like(example any) Item {
	i.Example = schemas.Encode(example)
	if i.What == NewMember || i.What == NewEvent || i.What == ChangedType {
		i.shape = shapeOf(example)
	}
	return i
}

// merge joins two counts of the same difference.
func (i *Item) merge(other Item) {
	i.Count += other.Count
	i.standby = i.standby || other.standby
	i.shape = i.shape.join(other.shape)
	if earlier(other.First, i.First) {
		i.First, i.Where, i.Detail, i.Example, i.event, i.first, i.form = other.First, other.Where, other.Detail, other.Example, other.event, other.first, other.form
	}
	i.Last = max(i.Last, other.Last)
}

// earlier reports whether a known instant comes before another.
func earlier(a, b string) bool { return a != "" && (b == "" || a < b) }

// mostItems bounds how many differences are told apart, and so the memory that
// foreign samples can take.
const mostItems = 10_000

// tally counts differences.
type tally struct {
	items map[string]*Item // by ID
	more  int              // differences that came when there were mostItems
}

func (t *tally) add(i Item) {
	known := t.items[i.ID]
	switch {
	case known != nil:
		known.merge(i)
	case len(t.items) >= mostItems:
		t.more++
	default:
		if t.items == nil {
			t.items = map[string]*Item{}
		}
		t.items[i.ID] = &i
	}
}

// widen takes in what a difference that is counted looks like in one more place of
// the same event.
func (t *tally) widen(i Item) {
	if known := t.items[i.ID]; known != nil {
		known.shape = known.shape.join(i.shape)
	}
}

// join adds the counts of another tally.
func (t *tally) join(other tally) {
	t.more += other.more
	for _, i := range other.items {
		t.add(*i)
	}
}

// sorted lists the differences, the worst first.
func (t *tally) sorted() []Item {
	list := make([]Item, 0, len(t.items))
	for _, i := range t.items {
		list = append(list, *i)
	}
	inOrder(list)
	return list
}

// Classes are all classes, the worst first.
func Classes() []Class { return []Class{Breaking, Risky, Harmless} }

// inOrder sorts differences, the worst first.
func inOrder(list []Item) {
	rank := func(c Class) int { return slices.Index(Classes(), c) }
	slices.SortFunc(list, func(a, b Item) int {
		return cmp.Or(
			cmp.Compare(rank(a.Class), rank(b.Class)), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Pointer, b.Pointer),
			cmp.Compare(a.What, b.What), cmp.Compare(a.ID, b.ID),
		)
	})
}
