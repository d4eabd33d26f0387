package schemas

import (
	"encoding/json"
	"hash/maphash"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// reader recognises the variants of one catalogue by their shapes.
type reader struct {
	seed maphash.Seed
	// kinds are the members that decide what an event is.
	kinds []string
	// forms are the ways in which events stand in an entry.
	forms entryForms
	// closed are the values that are known of a member, by the member above it
	// and its own name ("referral/source"): the shape has them in it.
	closed map[string]closedSet
	// dynamic are the members whose own members have names of somebody's choice.
	dynamic map[string]bool

	events map[shapeKey][]string // by form, object and shape
	bodies map[Shape][]string
	models []model
	// bodySchemas are the schemas of whole bodies, sorted.
	bodySchemas []string

	// objects are those of whose events a value of a set that they do not share is, by
	// the member and the value.
	objects map[string][]string

	mu      sync.Mutex
	nearest map[shapeKey]EventReading // of shapes that no variant has
}

// closedSet are the known values of a member.
type closedSet struct {
	values []string
	open   bool     // the documentation does not say that these are all
	places []string // the parts of schemas that list values of it
}

// Shape stands for the members of a value, their types, and the values of
// closed sets. The order of members does not count, nor does how many elements
// of one shape a list has.
type Shape uint64

type shapeKey struct {
	form   Form
	object string
	shape  Shape
}

// model is a variant with a value in place of each placeholder.
type model struct {
	variant Variant
	kind    string
	event   any
}

func newReader(c *Catalogue) *reader {
	r := &reader{
		seed: maphash.MakeSeed(), closed: map[string]closedSet{}, dynamic: map[string]bool{},
		forms: newEntryForms(c), objects: map[string][]string{}, events: map[shapeKey][]string{}, bodies: map[Shape][]string{}, nearest: map[shapeKey]EventReading{},
	}
	if s, err := c.registry.get("event"); err == nil {
		for _, alternative := range s.root.AnyOf {
			r.kinds = append(r.kinds, alternative.Required...)
		}
	}
	for name := range c.registry {
		if !strings.HasPrefix(name, "event") {
			continue
		}
		if s, err := c.registry.get(name); err == nil {
			for _, sub := range s.at {
				r.learn(sub)
			}
			for member, property := range s.root.Properties {
				if set, ok := knownValues(property); ok && set.open {
					r.close(key("", member), set) // the event's own: it has no name
				}
			}
		}
	}
	for _, v := range c.variants.sorted {
		event, err := Decode(v.Event)
		if err != nil {
			continue // a test reads every variant
		}
		event = filled(event)
		m := model{variant: v, event: event}
		m.kind, _ = r.kindOf(v.Form, event)
		if v.Form == FormBody {
			s := r.shape("", event)
			r.bodies[s] = append(r.bodies[s], v.ID)
			if strings.HasPrefix(v.Schema, "body.") && v.Schema != listSchema && !slices.Contains(r.bodySchemas, v.Schema) {
				r.bodySchemas = append(r.bodySchemas, v.Schema)
			}
			continue
		}
		r.models = append(r.models, m)
		r.share(v.Object, event)
		key := shapeKey{v.Form, v.Object, r.shape("", event)}
		r.events[key] = append(r.events[key], v.ID)
		if v.Form == FormValue {
			key.object = "" // that form does not say it
			r.events[key] = append(r.events[key], v.ID)
		}
	}
	slices.Sort(r.bodySchemas)
	return r
}

// learn notes what the members of an object schema say about their values.
func (r *reader) learn(s *jsonschema.Schema) {
	for above, property := range s.Properties {
		target := referred(property)
		if target.Items2020 != nil {
			above, target = elementOf(above), target.Items2020
		}
		for _, branch := range []*jsonschema.Schema{target, target.Then, target.Else} {
			if branch == nil {
				continue
			}
			branch = referred(branch)
			for name, member := range branch.Properties {
				if set, ok := knownValues(member); ok {
					r.close(key(above, name), set)
				}
			}
			_, named := branch.AdditionalProperties.(*jsonschema.Schema)
			if len(branch.Properties) == 0 && (named || len(branch.PatternProperties) > 0) {
				r.dynamic[above] = true
			}
		}
	}
}

// close notes the known values of a member, and that one more schema lists them.
func (r *reader) close(member string, set closedSet) {
	set.places = append(set.places, r.closed[member].places...)
	r.closed[member] = set
}

func knownValues(s *jsonschema.Schema) (closedSet, bool) {
	for _, list := range []struct {
		values []any
		open   bool
	}{{s.Enum, false}, {s.Constant, false}, {s.Examples, true}} {
		var set closedSet
		for _, v := range list.values {
			if text, ok := v.(string); ok {
				set.values = append(set.values, text)
			}
		}
		if len(set.values) > 0 {
			slices.Sort(set.values)
			set.open, set.places = list.open, []string{placeOf(s.Location)}
			return set, true
		}
	}
	return closedSet{}, false
}

// isValue tells a value of a set, "OPEN_THREAD" or "super like", from an address, which
// one page allows for a source, and from what stands for a value in documentation.
func isValue(text string) bool {
	return len(text) <= 64 && !strings.Contains(text, "://") && !strings.ContainsAny(text, "<>{}\n")
}

// elementOf is what the members of a list's elements are known by: "attachments/-".
func elementOf(list string) string { return list + "/-" }

// key is what closed and the units go by.
func key(above, name string) string { return above + "/" + name }

// typeOf names the type of a value as shapes have it: instants are told apart by
// their unit, and values of closed sets by themselves.
func (r *reader) typeOf(above, name string, value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case json.Number:
		if !slices.Contains([]string{"timestamp", "time", "watermark", "start_time", "end_time"}, name) {
			return "a number"
		}
		if len(v) > len("1665424533") {
			return "a number of milliseconds"
		}
		return "a number of seconds"
	case string:
		if _, closed := r.closed[key(above, name)]; closed && isValue(v) {
			return `"` + v + `"`
		}
		return "a string"
	case []any:
		return "an array"
	}
	return "an object"
}

// shape computes the shape of a value; name is that of the member that it is.
func (r *reader) shape(name string, value any) Shape { return r.hash("", name, value) }

func (r *reader) hash(above, name string, value any) Shape {
	own := Shape(maphash.String(r.seed, r.typeOf(above, name, value)))
	switch v := value.(type) {
	case map[string]any:
		if r.dynamic[name] {
			return own + r.hashAll(name, slices.Collect(maps.Values(v)))
		}
		for member, inner := range v {
			of := maphash.String(r.seed, member)
			own += mix(Shape(of), r.hash(name, member, inner))
		}
	case []any:
		own += r.hashAll(name, v)
	}
	return own
}

// hashAll joins the shapes of the elements of a list, each shape once.
func (r *reader) hashAll(name string, elements []any) Shape {
	var sum Shape
	var seen []Shape
	for _, element := range elements {
		s := r.hash(name, elementOf(name), element)
		if !slices.Contains(seen, s) {
			seen = append(seen, s)
			sum += mix(1, s)
		}
	}
	return sum
}

// mix joins two shapes so that their order counts.
func mix(a, b Shape) Shape {
	const odd = 0x9e3779b97f4a7c15
	x := (a ^ (b*odd + a<<6 + b>>2)) * odd
	return x ^ x>>29
}

// filled puts a value of the right type into the place of each placeholder.
func filled(value any) any {
	switch v := value.(type) {
	case string:
		name, opened := strings.CutPrefix(v, "{{")
		name, whole := strings.CutSuffix(name, "}}")
		if !opened || !whole {
			return v
		}
		switch name {
		case "timestamp_ms", "time_ms":
			return json.Number("1458692752478")
		case "timestamp_s", "time_s":
			return json.Number("1458692752")
		case "app_id":
			return json.Number("498721317747541")
		}
		return v
	case []any:
		for i := range v {
			v[i] = filled(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = filled(v[name])
		}
	}
	return value
}
