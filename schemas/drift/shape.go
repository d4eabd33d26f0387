package drift

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// shape is what values that stood in one place have in common: a schema that takes
// all of them and says no more than their types and members.
type shape struct {
	types   map[string]bool
	members map[string]*shape // of objects
	items   *shape            // of arrays
}

// shapeOf is the shape of one value.
func shapeOf(value any) *shape {
	one := func(name string) *shape { return &shape{types: map[string]bool{name: true}} }
	switch v := value.(type) {
	case nil:
		return one("null")
	case bool:
		return one("boolean")
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return one("number")
		}
		return one("integer")
	case []any:
		s := one("array")
		for _, element := range v {
			s.items = s.items.join(shapeOf(element))
		}
		return s
	case map[string]any:
		s := one("object")
		s.members = map[string]*shape{}
		for name, inner := range v {
			if len(s.members) < mostMembers {
				s.members[name] = shapeOf(inner)
			}
		}
		return s
	}
	return one("string")
}

// join is the shape of what either takes; nil takes nothing.
func (s *shape) join(other *shape) *shape {
	if s == nil || other == nil {
		if s == nil {
			return other
		}
		return s
	}
	joined := &shape{types: maps.Clone(s.types), items: s.items.join(other.items)}
	maps.Copy(joined.types, other.types)
	if s.members == nil && other.members == nil {
		return joined
	}
	joined.members = maps.Clone(s.members)
	if joined.members == nil {
		joined.members = map[string]*shape{}
	}
	for name, inner := range other.members {
		if known := joined.members[name]; known != nil || len(joined.members) < mostMembers {
			joined.members[name] = known.join(inner)
		}
	}
	return joined
}

// schema is the shape as a JSON Schema.
func (s *shape) schema() map[string]any {
	schema := map[string]any{}
	if types := s.typeNames(); len(types) == 1 {
		schema["type"] = types[0]
	} else {
		schema["type"] = types
	}
	if s.items != nil {
		schema["items"] = s.items.schema()
	}
	if s.members != nil {
		members := map[string]any{}
		for name, inner := range s.members {
			members[name] = inner.schema()
		}
		schema["properties"], schema["additionalProperties"] = members, false
	}
	return schema
}

// typeNames are the types, in order. An integer is a number too.
func (s *shape) typeNames() []string {
	types := slices.Sorted(maps.Keys(s.types))
	if s.types["number"] {
		types = slices.DeleteFunc(types, func(name string) bool { return name == "integer" })
	}
	return types
}
