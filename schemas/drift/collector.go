package drift

import (
	"maps"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// Collector compares samples with a catalogue. It is not safe for concurrent
// use: give each goroutine one of its own, and merge them.
type Collector struct {
	catalogue *schemas.Catalogue
	samples   int
	events    int
	variants  map[string]int
	drift     tally
}

// NewCollector compares with this catalogue.
func NewCollector(c *schemas.Catalogue) *Collector {
	return &Collector{catalogue: c, variants: map[string]int{}}
}

// Add compares one sample.
func (c *Collector) Add(s Sample) {
	c.samples++
	r, err := c.catalogue.Read(s.Body)
	if err != nil {
		c.drift.add(Item{What: Unreadable, Detail: err.Error()}.seen(s))
		return
	}
	c.events += len(r.Events)
	for _, id := range first(r.Variants) {
		c.variants[id]++
	}
	for _, e := range r.Events {
		for _, id := range first(e.Variants, e.Nearest) {
			c.variants[id]++
		}
	}
	if len(r.Problems) == 0 && len(r.Novelties) == 0 {
		return
	}
	body, _ := schemas.Decode(s.Body) // once more, for the examples; most samples have none
	unknown := map[string]bool{}
	lists := map[string]bool{} // of which nobody knew that there are events in them
	seen := map[string]bool{}  // by event and ID: a list can have the same difference twice
	for _, e := range r.Events {
		if e.Known {
			continue
		}
		unknown[e.Pointer] = true
		if list, ok := listOf(e); ok {
			lists[list] = true
		}
		event, _ := schemas.ValueAt(body, e.Pointer)
		i := Item{
			What: NewEvent, Object: e.Object, Event: e.Kind,
			Detail: "the catalogue has no event of this kind", event: event,
			standby: e.Form == schemas.FormStandby, form: e.Form,
		}
		if e.Kind != "" {
			i.Pointer = schemas.Pointer(e.Kind)
		} else {
			i.Detail = "the event has no member that tells its kind"
		}
		c.drift.add(i.like(event).seen(s))
	}
	for _, p := range append(r.Problems, r.Novelties...) {
		i, whole := locate(r, p.Pointer)
		if whole != "" && unknown[whole] || lists[p.Pointer] || lacksLists(p) && hasListBelow(lists, p.Pointer) {
			continue
		}
		i.What, i.Detail, i.Place = whatOf(p), p.Message, p.Place
		i.keyword, i.referrer = p.Keyword, p.Referrer
		if p.Breach == schemas.Missing && p.Member != "" {
			i.Pointer += "/" + p.Member
		}
		if whole == "" && p.Pointer == "/object" && len(r.Events) > 0 {
			whole, i.first = r.Events[0].Pointer, r.Events[0]
		}
		if whole != "" {
			i.event, _ = schemas.ValueAt(body, whole)
		}
		if value, ok := schemas.ValueAt(body, p.Pointer); ok {
			i = i.like(value)
		}
		i = i.seen(s)
		if seen[whole+" "+i.ID] {
			c.drift.widen(i)
			continue
		}
		seen[whole+" "+i.ID] = true
		c.drift.add(i)
	}
}

// Merge adds what another collector of the same catalogue counted.
func (c *Collector) Merge(other *Collector) {
	c.samples += other.samples
	c.events += other.events
	for id, n := range other.variants {
		c.variants[id] += n
	}
	c.drift.join(other.drift)
}

// Report tells what was counted so far.
func (c *Collector) Report() Report {
	return Report{Samples: c.samples, Events: c.events, Variants: maps.Clone(c.variants), Items: c.drift.sorted(), More: c.drift.more}
}

// first is the first text that is not empty, if there is one.
func first(list []string, others ...string) []string {
	for _, text := range append(list[:len(list):len(list)], others...) {
		if text != "" {
			return []string{text}
		}
	}
	return nil
}

// listOf is the pointer of the list of its own in which an event stands.
func listOf(e schemas.EventReading) (pointer string, ok bool) {
	return above(e.Pointer), hasOwnList(e.Form)
}

// hasOwnList reports whether events of a form stand in a list of their own kind, as calls
// do: in the others a member of the event decides what it is.
func hasOwnList(form schemas.Form) bool {
	return !slices.Contains([]schemas.Form{"", schemas.FormMessaging, schemas.FormStandby, schemas.FormChanges, schemas.FormEntry, schemas.FormValue, schemas.FormBody}, form)
}

// isForOneKind reports whether a form is that of one kind of event, whose schema is a part
// of the envelope's.
func isForOneKind(form schemas.Form) bool { return hasOwnList(form) || form == schemas.FormEntry }

// lacksLists reports whether a problem is that an entry has none of the lists that are
// known.
func lacksLists(p schemas.Problem) bool { return p.Breach == schemas.Missing && p.Keyword == "anyOf" }

func hasListBelow(lists map[string]bool, entry string) bool {
	for list := range lists {
		if above(list) == entry {
			return true
		}
	}
	return false
}

// above is the pointer of what something stands in.
func above(pointer string) string { return pointer[:max(strings.LastIndexByte(pointer, '/'), 0)] }

// locate says in which event a pointer lies, and where in it.
func locate(r schemas.Reading, pointer string) (i Item, event string) {
	for _, e := range r.Events {
		if rest, ok := strings.CutPrefix(pointer, e.Pointer); ok && (rest == "" || rest[0] == '/') {
			return Item{Object: e.Object, Event: e.Kind, Pointer: schemas.AnyElement(rest), form: e.Form, standby: e.Form == schemas.FormStandby}, e.Pointer
		}
	}
	return Item{Pointer: schemas.AnyElement(pointer)}, ""
}

func whatOf(p schemas.Problem) What {
	switch p.Breach {
	case schemas.Unknown:
		return NewMember
	case schemas.Missing:
		return VanishedMember
	case schemas.Retyped:
		return ChangedType
	case schemas.NewValue:
		return NewValue
	}
	return ChangedForm
}
