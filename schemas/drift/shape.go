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
	members map[string]*shape // of objects, by their names
	others  *shape            // of objects, where names are somebody's own, such as ids
	items   *shape            // of arrays
}

// mostNames is how many names members of one object have: those of more are somebody's
// own.
const mostNames = 100

// shapeOf is the shape of one value.
func shapeOf(value any) *shape {
	s := &shape{types: map[string]bool{jsonType(value): true}}
	switch v := value.(type) {
	case []any:
		for _, element := range v {
			s.items = s.items.join(shapeOf(element))
		}
	case map[string]any:
		s.members = map[string]*shape{}
		for name, inner := range v {
			s.take(name, shapeOf(inner))
		}
	}
	return s
}

func jsonType(value any) string {
	switch v := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		if strings.ContainsAny(v.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	return "string"
}

// take adds a member.
func (s *shape) take(name string, member *shape) {
	isID := strings.Trim(name, "0123456789") == ""
	if s.others != nil || isID || s.members[name] == nil && len(s.members) == mostNames {
		s.others = s.others.join(member)
		for _, known := range s.members {
			s.others = s.others.join(known)
		}
		s.members = map[string]*shape{}
		return
	}
	s.members[name] = s.members[name].join(member)
}

// join is the shape of what either takes; nil takes nothing.
func (s *shape) join(other *shape) *shape {
	switch {
	case s == nil:
		return other
	case other == nil:
		return s
	}
	joined := &shape{types: maps.Clone(s.types), items: s.items.join(other.items), members: maps.Clone(s.members), others: s.others}
	maps.Copy(joined.types, other.types)
	if joined.members == nil && other.members != nil {
		joined.members = map[string]*shape{}
	}
	for name, inner := range other.members {
		joined.take(name, inner)
	}
	if other.others != nil {
		joined.take("0", other.others)
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
	switch {
	case s.others != nil:
		schema["additionalProperties"] = s.others.schema()
	case s.members != nil:
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
