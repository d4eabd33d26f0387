// Package forecast makes payloads that Meta does not send yet and may send one
// day: events of the catalogue with members added, removed, set to null, of
// another type, in another order, with new values, or deeper than before. All of
// these happened before.
//
// A forecast is a variant and a short list of mutations; the same source of
// random numbers gives the same list. Each mutation can be left out, so that
// the smallest one that a receiver fails on can be found.
package forecast

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

// Op is what a mutation does.
type Op string

const (
	Add     Op = "add"     // a member that no source has
	Remove  Op = "remove"  // of a member
	Null    Op = "null"    // instead of a value
	Retype  Op = "retype"  // a value of another JSON type
	Reorder Op = "reorder" // of all members, at every level
	Value   Op = "value"   // of a closed set, that is none of those known
	Deepen  Op = "deepen"  // a value that was no object goes into one of its own
)

// Mutation is one change of one event.
type Mutation struct {
	Op Op `json:"op"`
	// Pointer is where; empty for Reorder.
	Pointer string `json:"pointer,omitempty"`
	// Value is what comes there, as JSON; empty for Remove and Reorder.
	Value json.RawMessage `json:"value,omitempty"`
}

// String says what the mutation does, as part of a sentence.
func (m Mutation) String() string {
	switch m.Op {
	case Add:
		return fmt.Sprintf("with a new member %s (%s)", m.Pointer, m.Value)
	case Remove:
		return "without " + m.Pointer
	case Null:
		return fmt.Sprintf("with null for %s", m.Pointer)
	case Reorder:
		return "with its members in another order"
	}
	return fmt.Sprintf("with %s for %s", m.Value, m.Pointer)
}

// Edit is the mutation as a change of JSON text.
func (m Mutation) Edit() event.Edit {
	switch m.Op {
	case Remove:
		return event.Remove(m.Pointer)
	case Reorder:
		return event.ReverseKeys()
	}
	return event.Set(m.Pointer, string(m.Value))
}

// Keeps reports whether all that the event said before is still there for a
// receiver that passes over what it does not know.
func (m Mutation) Keeps() bool { return m.Op == Add || m.Op == Reorder }

// Forecast is one event of the future.
type Forecast struct {
	// Variant is the id of the variant that was changed.
	Variant   string     `json:"variant"`
	Mutations []Mutation `json:"mutations"`
}

// String names the forecast: "referral.ads, without /referral/type".
func (f Forecast) String() string {
	parts := []string{f.Variant}
	for _, m := range f.Mutations {
		parts = append(parts, m.String())
	}
	return strings.Join(parts, ", ")
}

// Keeps reports whether every mutation does.
func (f Forecast) Keeps() bool {
	return !slices.ContainsFunc(f.Mutations, func(m Mutation) bool { return !m.Keeps() })
}

// Apply changes a variant, which is the one that the forecast names: its template,
// so that placeholders in what was moved are filled as ever.
func (f Forecast) Apply(v schemas.Variant) (schemas.Variant, error) {
	for _, m := range f.Mutations {
		changed, err := m.Edit()(v.Event)
		if err != nil {
			return v, fmt.Errorf("forecast of %s: %w", f.Variant, err)
		}
		v.Event = changed
	}
	return v, nil
}

// most is how many mutations a forecast has at most.
const most = 4

// Next makes a forecast of one of these variants, which must be in the form
// schemas.FormMessaging. It panics if there is none.
func Next(random *rand.Rand, variants []schemas.Variant) Forecast {
	v := variants[random.IntN(len(variants))]
	f := Forecast{Variant: v.ID}
	places := placesOf(v.Event)
	for range 1 + random.IntN(most) {
		m := next(random, places)
		overlaps := func(other Mutation) bool {
			return within(m.Pointer, other.Pointer) || within(other.Pointer, m.Pointer)
		}
		if !slices.ContainsFunc(f.Mutations, overlaps) {
			f.Mutations = append(f.Mutations, m)
		}
	}
	return f
}

// Variants are those of a catalogue that a forecast can begin with: events that
// a receiver gets from people. Echoes are not among them: one that no longer says
// that it is one comes from the page, and whoever handles it is not wrong.
func Variants(c *schemas.Catalogue) []schemas.Variant {
	return slices.DeleteFunc(c.All(), func(v schemas.Variant) bool {
		return bytes.Contains(v.Event, []byte(`"is_echo"`)) || v.Form != schemas.FormMessaging || v.Object != "page" || v.Status == schemas.Retired
	})
}

// within reports whether a pointer is another one or lies below it. That of a
// reordering, which is empty, lies nowhere.
func within(pointer, other string) bool {
	if pointer == "" || other == "" {
		return pointer == other
	}
	return pointer == other || strings.HasPrefix(pointer, other+"/")
}

// place is a value in an event.
type place struct {
	pointer string
	value   any
	object  bool
	// closed reports whether the value is one of a closed set.
	closed bool
}

// placesOf lists the values of an event, its own object first: members in the order of
// their names, elements of lists as they come.
func placesOf(doc []byte) []place {
	root, err := schemas.Decode(doc)
	if err != nil {
		return nil // a test reads every variant
	}
	var places []place
	var walk func(pointer, above, name string, value any)
	walk = func(pointer, above, name string, value any) {
		known, _ := schemas.Everything().KnownValues(above, name)
		_, text := value.(string)
		_, object := value.(map[string]any)
		places = append(places, place{pointer, value, object, text && len(known) > 0})
		switch v := value.(type) {
		case map[string]any:
			for _, member := range slices.Sorted(maps.Keys(v)) {
				walk(pointer+schemas.Pointer(member), name, member, v[member])
			}
		case []any:
			for i, element := range v {
				walk(fmt.Sprintf("%s/%d", pointer, i), name, name+"/-", element)
			}
		}
	}
	walk("", "", "", root)
	return places
}

// next makes one mutation somewhere in an event.
func next(random *rand.Rand, places []place) Mutation {
	objects := slices.DeleteFunc(slices.Clone(places), func(p place) bool { return !p.object })
	// Without the event itself, and without who writes to whom: no receiver can
	// answer when that is not told, and no page ever changed it in one day.
	members := slices.DeleteFunc(slices.Clone(places[1:]), func(p place) bool {
		return within(p.pointer, "/sender") || within(p.pointer, "/recipient")
	})
	plain := slices.DeleteFunc(slices.Clone(members), func(p place) bool { return p.object })
	words := slices.DeleteFunc(slices.Clone(members), func(p place) bool { return !p.closed })
	switch op := []Op{Add, Add, Add, Remove, Null, Retype, Reorder, Value, Deepen}[random.IntN(9)]; {
	case op == Add:
		at := objects[random.IntN(len(objects))]
		return Mutation{Add, at.pointer + "/" + newMembers[random.IntN(len(newMembers))], newValues[random.IntN(len(newValues))]}
	case op == Reorder:
		return Mutation{Op: Reorder}
	case op == Value && len(words) > 0:
		at := words[random.IntN(len(words))]
		return Mutation{Value, at.pointer, json.RawMessage(written(newWord(random, at.value.(string))))}
	case op == Remove:
		return Mutation{Op: Remove, Pointer: members[random.IntN(len(members))].pointer}
	case op == Null:
		return Mutation{Null, members[random.IntN(len(members))].pointer, json.RawMessage("null")}
	case op == Deepen && len(plain) > 0:
		at := plain[random.IntN(len(plain))]
		return Mutation{Deepen, at.pointer, json.RawMessage(`{"value":` + written(at.value) + `}`)}
	}
	at := members[random.IntN(len(members))]
	return Mutation{Retype, at.pointer, retyped(at.value)}
}

// newWord makes a value that no set has, in the letters of one that is known.
func newWord(random *rand.Rand, known string) string {
	word := newWords[random.IntN(len(newWords))]
	if known == strings.ToLower(known) {
		return strings.ToLower(word)
	}
	return word
}

// retyped is a value of another type that could mean the same.
func retyped(value any) json.RawMessage {
	switch v := value.(type) {
	case json.Number:
		return json.RawMessage(`"` + v.String() + `"`)
	case bool:
		return json.RawMessage(fmt.Sprintf(`"%t"`, v))
	case string:
		if strings.HasPrefix(v, "{{timestamp") || strings.HasPrefix(v, "{{time") || v == "{{app_id}}" {
			return json.RawMessage(`"1458692752478"`)
		}
		if strings.HasSuffix(v, "id}}") {
			return json.RawMessage("6045246247433")
		}
		return json.RawMessage("[" + written(v) + "]")
	}
	return json.RawMessage("[" + written(value) + "]")
}

// written is a value as JSON; what was decoded can be written.
func written(value any) string {
	text, _ := json.Marshal(value)
	return string(text)
}

// What may come: the names are of the kind that Meta chose before.
var (
	newMembers = []string{
		"campaign_id", "adset_id", "context", "metadata", "locale", "platform", "is_test", "version", "click_id", "consent", "tags", "entry_point",
	}
	newValues = []json.RawMessage{
		json.RawMessage(`"120210000000000001"`), json.RawMessage(`1`), json.RawMessage(`true`), json.RawMessage(`null`),
		json.RawMessage(`{"id":"1","name":"Summer"}`), json.RawMessage(`["a","b"]`), json.RawMessage(`"Åre \ud83c\udf89"`), json.RawMessage(`[]`),
	}
	newWords = []string{"THREADS_AD", "MARKETPLACE", "RESUME_THREAD", "QR_CODE", "LIVE_PHOTO", "CHANNEL_POST"}
)
