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

// compareWithAll finds the variant of this kind that differs least; of several, one
// that is documented.
func (r *reader) compareWithAll(k shapeKey, kind string, event any) (string, []Difference) {
	var nearest Variant
	var least []gap
	for _, m := range r.models {
		if m.kind != kind {
			continue
		}
		gaps := r.compare(nil, "", "", "", m.event, event)
		if m.variant.Form != k.form {
			gaps = append(gaps, gap{Difference{Breach: OtherForm, Variant: string(m.variant.Form), Event: string(k.form)}, costOfForm})
		}
		if k.object != "" && m.variant.Object != k.object {
			gaps = append(gaps, gap{Difference{Breach: OtherObject, Variant: m.variant.Object, Event: k.object}, costOfObject})
		}
		if nearest.ID == "" || cost(gaps) < cost(least) || cost(gaps) == cost(least) && nearest.Status != Documented && m.variant.Status == Documented {
			nearest, least = m.variant, gaps
		}
	}
	differences := make([]Difference, len(least))
	for i, g := range least {
		differences[i] = g.Difference
	}
	return nearest.ID, differences
}

// gap is a difference with how far apart it sets an event and a variant.
type gap struct {
	Difference
	cost int
}

func cost(gaps []gap) int {
	sum := 0
	for _, g := range gaps {
		sum += g.cost
	}
	return sum
}

const (
	costOfForm   = 12
	costOfObject = 35
	costOfLeaf   = 4
	// A member that both have is nearer than one that one of them lacks.
	costOfType = 3
	// What is null in a variant is what it is about.
	costOfNull = 6
)

// deciding are the members that say what an event is, with the cost of having one
// that a variant has not, or of lacking it: whose message it is and whether there is
// one, then how the person came, then what the person sent.
var deciding = map[string]int{
	"is_echo":          2000,
	"is_deleted":       1000,
	"is_unsupported":   1000,
	"referral":         500,
	"user_ref":         300,
	"attachments":      250,
	"quick_reply":      100,
	"reply_to":         80,
	"commands":         80,
	"product":          80,
	"prior_message":    60,
	"hop_context":      60,
	"lead":             60,
	"text":             40,
	"ref":              40,
	"ads_context_data": 30,
	"ad_id":            20,
}

// costOf is the cost of a member of an object that one of two events lacks: what the
// member says, or what all that is in it says. What is in an attachment says less.
func costOf(above, name string, value any) int {
	inside := costOfLeaf
	switch v := value.(type) {
	case map[string]any:
		inside = 0
		for member, inner := range v {
			inside += costOf(name, member, inner)
		}
	case []any:
		inside = 0
		for _, element := range v {
			inside += costOf(above, elementOf(name), element)
		}
	}
	if above == "payload" || above == elementOf("attachments") || above == elementOf("elements") || above == elementOf("buttons") {
		return inside
	}
	return max(deciding[name], inside, costOfLeaf)
}

// costOfValue is the cost of another value of a closed set: the type of an
// attachment and what was done say what an event is, the source of a referral does not.
func costOfValue(above, name string) int {
	if above == elementOf("attachments") || name == "action" || name == "event" || name == "response" {
		return 30
	}
	return costOfType
}

// compare appends how an event differs from a model of a variant. What is
// missing or new is one difference, whatever is in it.
func (r *reader) compare(found []gap, pointer, above, name string, model, event any) []gap {
	was, is := r.typeOf(above, name, model), r.typeOf(above, name, event)
	if was != is {
		if TypeName(model) == TypeName(event) {
			return append(found, gap{Difference{Breach: NewValue, Pointer: pointer, Variant: was, Event: is}, costOfValue(above, name)})
		}
		of := costOfType
		if was == "null" || is == "null" {
			of = costOfNull
		}
		return append(found, gap{Difference{Breach: Retyped, Pointer: pointer, Variant: was, Event: is}, of})
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
				found = append(found, gap{Difference{Breach: Missing, Pointer: inner, Variant: r.typeOf(name, member, model[member])}, costOf(name, member, model[member])})
			}
		}
		for _, member := range slices.Sorted(maps.Keys(event)) {
			if _, ok := model[member]; !ok {
				found = append(found, gap{Difference{Breach: Unknown, Pointer: pointer + Pointer(member), Event: r.typeOf(name, member, event[member])}, costOf(name, member, event[member])})
			}
		}
	case []any:
		return r.compareLists(found, pointer, name, model, event.([]any))
	}
	return found
}

// compareLists compares each element of the event with the element of the
// model that it differs least from, and names the elements of the model that are
// like none.
func (r *reader) compareLists(found []gap, pointer, name string, model, event []any) []gap {
	add := func(gaps ...gap) {
		for _, g := range gaps {
			if !slices.Contains(found, g) {
				found = append(found, g)
			}
		}
	}
	pointer += "/-"
	met := map[int]bool{}
	for _, element := range event {
		if len(model) == 0 {
			add(gap{Difference{Breach: Unknown, Pointer: pointer, Event: r.typeOf(name, elementOf(name), element)}, costOf(name, "", element)})
			continue
		}
		var least []gap
		nearest := 0
		for i, m := range model {
			if d := r.compare(nil, pointer, name, elementOf(name), m, element); i == 0 || cost(d) < cost(least) {
				nearest, least = i, d
			}
		}
		met[nearest] = true
		add(least...)
	}
	for i, m := range model {
		alike := slices.ContainsFunc(event, func(element any) bool {
			return len(r.compare(nil, pointer, name, elementOf(name), m, element)) == 0
		})
		if !met[i] && !alike {
			add(gap{Difference{Breach: Missing, Pointer: pointer, Variant: r.typeOf(name, elementOf(name), m)}, costOf(name, "", m)})
		}
	}
	return found
}

// novelties appends the values that are new where the catalogue knows some, in no
// order.
func (r *reader) novelties(found []Problem, at place, event any) []Problem {
	r.eachOfSet(at.pointer, "", event, func(pointer, member string, set closedSet, text string) {
		if !set.open || !isValue(text) {
			return
		}
		if slices.Contains(set.values, text) {
			found = append(found, r.ofAnotherObject(at.object, pointer, member, text)...)
			return
		}
		found = append(found, Problem{
			Breach: NewValue, Pointer: pointer,
			Message: "is " + show(text) + "; known are " + alternatives(set.values, func(v string) string { return v }),
		})
	})
	return found
}

// eachOfSet visits the texts of members of which the catalogue knows values: where they
// are, the member by which the set goes, and the set.
func (r *reader) eachOfSet(pointer, name string, value any, visit func(pointer, member string, set closedSet, text string)) {
	switch v := value.(type) {
	case map[string]any:
		for member, inner := range v {
			text, isText := inner.(string)
			if !isText {
				r.eachOfSet(pointer+Pointer(member), member, inner, visit)
			} else if set, ok := r.closed[key(name, member)]; ok {
				visit(pointer+Pointer(member), key(name, member), set, text)
			}
		}
	case []any:
		for i, element := range v {
			r.eachOfSet(pointer+"/"+strconv.Itoa(i), elementOf(name), element, visit)
		}
	}
}
