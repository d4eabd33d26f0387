package schemas

import (
	"maps"
	"slices"
	"strconv"
)

// mostNearest bounds how many shapes that no variant has are remembered.
const mostNearest = 1024

// event recognises one event.
func (r *reader) event(at place, event any) EventReading {
	e := EventReading{Form: at.form, Object: at.object}
	k := shapeKey{at.form, at.object, r.shape("", event)}
	if at.object == "" && at.form == FormMessaging {
		k.object = "page" // an event alone does not say it
	}
	if ids := r.events[k]; len(ids) > 0 {
		e.Variants = ids
		e.Kind, e.Known = r.kindOf(at.form, event)
	} else {
		e = r.unlisted(k, event)
		e.Object = at.object
	}
	e.Pointer = at.pointer
	return e
}

// unlisted recognises an event of a shape that no variant has.
func (r *reader) unlisted(k shapeKey, event any) EventReading {
	r.mu.Lock()
	e, ok := r.nearest[k]
	r.mu.Unlock()
	if ok {
		return e
	}
	e = EventReading{Form: k.form}
	e.Kind, e.Known = r.kindOf(k.form, event)
	if e.Known {
		e.Nearest, e.Differences = r.compareWithAll(k, e.Kind, event)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.nearest) == mostNearest {
		clear(r.nearest)
	}
	r.nearest[k] = e
	return e
}

// compareWithAll finds the variant of this kind that differs least.
func (r *reader) compareWithAll(k shapeKey, kind string, event any) (string, []Difference) {
	var nearest string
	var least []Difference
	best := -1
	for _, m := range r.models {
		if m.kind != kind {
			continue
		}
		differences := r.compare(nil, "", "", "", m.event, event)
		cost := 4 * len(differences)
		if m.variant.Form != k.form {
			cost += 2
		}
		if k.object != "" && m.variant.Object != k.object {
			cost++
		}
		if best < 0 || cost < best {
			nearest, least, best = m.variant.ID, differences, cost
		}
	}
	return nearest, least
}

// compare appends how an event differs from a model of a variant. What is
// missing or new is one difference, whatever is in it.
func (r *reader) compare(found []Difference, pointer, above, name string, model, event any) []Difference {
	was, is := r.typeOf(above, name, model), r.typeOf(above, name, event)
	if was != is {
		breach := Retyped
		if TypeName(model) == TypeName(event) {
			breach = NewValue
		}
		return append(found, Difference{Breach: breach, Pointer: pointer, Variant: was, Event: is})
	}
	switch model := model.(type) {
	case map[string]any:
		event := event.(map[string]any)
		if r.dynamic[name] {
			return r.compareLists(found, pointer, name, slices.Collect(maps.Values(model)), slices.Collect(maps.Values(event)))
		}
		for _, member := range slices.Sorted(maps.Keys(model)) {
			inner := pointer + Pointer(member)
			if value, ok := event[member]; ok {
				found = r.compare(found, inner, name, member, model[member], value)
			} else {
				found = append(found, Difference{Breach: Missing, Pointer: inner, Variant: r.typeOf(name, member, model[member])})
			}
		}
		for _, member := range slices.Sorted(maps.Keys(event)) {
			if _, ok := model[member]; !ok {
				found = append(found, Difference{Breach: Unknown, Pointer: pointer + Pointer(member), Event: r.typeOf(name, member, event[member])})
			}
		}
	case []any:
		return r.compareLists(found, pointer, name, model, event.([]any))
	}
	return found
}

// compareLists compares each element of the event with the element of the
// model that it differs least from.
func (r *reader) compareLists(found []Difference, pointer, name string, model, event []any) []Difference {
	for _, element := range event {
		var least []Difference
		for i, m := range model {
			d := r.compare(nil, pointer+"/-", name, elementOf(name), m, element)
			if i == 0 || len(d) < len(least) {
				least = d
			}
		}
		for _, d := range least {
			if !slices.Contains(found, d) {
				found = append(found, d)
			}
		}
	}
	return found
}

// novelties appends the values that are new where the catalogue knows some, in no
// order.
func (r *reader) novelties(found []Problem, pointer, name string, value any) []Problem {
	switch v := value.(type) {
	case map[string]any:
		for member, inner := range v {
			text, isText := inner.(string)
			if !isText {
				found = r.novelties(found, pointer+Pointer(member), member, inner)
				continue
			}
			set, ok := r.closed[key(name, member)]
			if !ok || !set.open || !isWord(text) || slices.Contains(set.values, text) {
				continue
			}
			found = append(found, Problem{
				Breach: NewValue, Pointer: pointer + Pointer(member),
				Message: "is " + show(text) + "; known are " + alternatives(set.values, func(v string) string { return v }),
			})
		}
	case []any:
		for i, element := range v {
			found = r.novelties(found, pointer+"/"+strconv.Itoa(i), elementOf(name), element)
		}
	}
	return found
}
