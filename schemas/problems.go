package schemas

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

// problems turns the library's tree of errors into the list of its leaves, in
// words for a reader who does not know the schema.
func (s *compiledSchema) problems(broken *jsonschema.ValidationError, doc any) []Problem {
	var found []Problem
	var visit func(e *jsonschema.ValidationError, referrer string)
	visit = func(e *jsonschema.ValidationError, referrer string) {
		location, keyword := splitLast(e.AbsoluteKeywordLocation)
		// The causes below an alternative contradict each other; what helps is to
		// say what the alternatives are.
		if len(e.Causes) > 0 && keyword != "anyOf" && keyword != "oneOf" {
			referrer = ""
			if keyword == "$ref" {
				referrer = location
			}
			for _, cause := range e.Causes {
				visit(cause, referrer)
			}
			return
		}
		pointer := plainPointer(e.InstanceLocation)
		value, _ := ValueAt(doc, pointer)
		broken, bound := []Problem{{Breach: Malformed, Pointer: pointer, Message: e.Message}}, 0
		if schema := s.at[location]; schema != nil {
			broken, bound = describe(schema, keyword, pointer, value, e.Message), limit(schema, keyword)
		}
		for _, p := range broken {
			p.Keyword, p.Limit, p.Place = keyword, bound, placeOf(location)
			if by := s.at[referrer]; by != nil && by.Ref == s.at[location] {
				p.Referrer = placeOf(referrer)
			}
			found = append(found, p)
		}
	}
	visit(broken, "")
	return tidy(found)
}

// placeOf is the location of a schema as Problem.Place has it.
func placeOf(location string) string {
	return plainPointer(strings.TrimPrefix(location, baseURL))
}

// describe words one broken keyword; fallback is the library's own text.
func describe(schema *jsonschema.Schema, keyword, pointer string, value any, fallback string) []Problem {
	one := func(breach Breach, format string, args ...any) []Problem {
		return []Problem{{Breach: breach, Pointer: pointer, Message: fmt.Sprintf(format, args...)}}
	}
	switch keyword {
	case "type":
		return one(Retyped, "is %s, must be %s", TypeName(value), alternatives(schema.Types, article))
	case "enum":
		return one(valueBreach(schema, value), "is %s, must be %s", show(value), alternatives(schema.Enum, show))
	case "const":
		return one(valueBreach(schema, value), "is %s, must be %s", show(value), show(schema.Constant[0]))
	case "pattern":
		return one(Malformed, "is %s, must match %s", show(value), schema.Pattern)
	case "minLength":
		return one(Malformed, "is %s, must not be shorter than %d", show(value), schema.MinLength)
	case "maxLength":
		return one(Malformed, "is %s, must not be longer than %d", show(value), schema.MaxLength)
	case "minItems":
		return one(Malformed, "must have at least %s", elements(schema.MinItems))
	case "maxItems":
		return one(Malformed, "must have at most %s", elements(schema.MaxItems))
	case "minProperties":
		return one(Malformed, "must have at least %d of its members", schema.MinProperties)
	case "required":
		return missingMembers(schema, pointer, value)
	case "additionalProperties":
		return unknownMembers(schema, pointer, value)
	case "anyOf":
		return one(Missing, "must have one of %s", alternatives(schema.AnyOf, requiredMembers))
	case "oneOf":
		return one(tooMany(schema, value), "must have exactly one of %s", alternatives(schema.OneOf, requiredMembers))
	}
	return one(Malformed, "%s", fallback)
}

// elements counts those of a list.
func elements(n int) string {
	if n == 1 {
		return "1 element"
	}
	return fmt.Sprintf("%d elements", n)
}

// valueBreach tells a value of another type from a new one of the right type.
func valueBreach(schema *jsonschema.Schema, value any) Breach {
	for _, known := range append(slices.Clone(schema.Enum), schema.Constant...) {
		if TypeName(known) == TypeName(value) {
			return NewValue
		}
	}
	return Retyped
}

// tooMany tells an object that has none of several members from one that has
// more than one.
func tooMany(schema *jsonschema.Schema, value any) Breach {
	object, _ := value.(map[string]any)
	for _, alternative := range schema.OneOf {
		for _, name := range alternative.Required {
			if _, ok := object[name]; ok {
				return Malformed
			}
		}
	}
	return Missing
}

// limit is the most that a broken keyword allows, 0 if it is no such keyword.
func limit(schema *jsonschema.Schema, keyword string) int {
	switch keyword {
	case "maxItems":
		return schema.MaxItems
	case "maxLength":
		return schema.MaxLength
	}
	return 0
}

func missingMembers(schema *jsonschema.Schema, pointer string, value any) []Problem {
	object, _ := value.(map[string]any)
	var found []Problem
	for _, name := range schema.Required {
		if _, ok := object[name]; !ok {
			found = append(found, Problem{Breach: Missing, Pointer: pointer, Member: name, Message: fmt.Sprintf("lacks the member %q", name)})
		}
	}
	return found
}

// unknownMembers names each member by itself, where the library lists them all
// in one text and in random order.
func unknownMembers(schema *jsonschema.Schema, pointer string, value any) []Problem {
	object, _ := value.(map[string]any)
	var found []Problem
	for name := range object {
		if !declares(schema, name) {
			found = append(found, Problem{Breach: Unknown, Pointer: pointer + Pointer(name), Message: "is an unknown member"})
		}
	}
	return found
}

func declares(schema *jsonschema.Schema, name string) bool {
	if _, ok := schema.Properties[name]; ok {
		return true
	}
	for pattern := range schema.PatternProperties {
		if pattern.MatchString(name) {
			return true
		}
	}
	return false
}

// requiredMembers words an alternative of anyOf or oneOf. In these schemas all
// of them are lists of required members; a test sees to it.
func requiredMembers(alternative *jsonschema.Schema) string {
	return strings.Join(alternative.Required, " with ")
}

func alternatives[T any](items []T, word func(T) string) string {
	words := make([]string, len(items))
	for i, item := range items {
		words[i] = word(item)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// TypeName names the JSON type of a decoded value, with its article: "a string",
// "null".
func TypeName(value any) string {
	switch value.(type) {
	case nil:
		return article("null")
	case bool:
		return article("boolean")
	case json.Number:
		return article("number")
	case string:
		return article("string")
	case []any:
		return article("array")
	}
	return article("object")
}

func article(jsonType string) string {
	switch jsonType {
	case "null":
		return "null"
	case "integer", "array", "object":
		return "an " + jsonType
	}
	return "a " + jsonType
}

// show writes a value as JSON, short enough for one line.
func show(value any) string {
	return shorten(string(Encode(value)))
}

func shorten(text string) string {
	const limit = 60
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit]) + "…"
}

// tidy sorts problems and drops those that two schemas report alike.
func tidy(found []Problem) []Problem {
	slices.SortFunc(found, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pointer, b.Pointer), cmp.Compare(a.Message, b.Message))
	})
	return slices.CompactFunc(found, func(a, b Problem) bool { return a.Pointer == b.Pointer && a.Message == b.Message })
}

func splitLast(location string) (before, last string) {
	i := strings.LastIndexByte(location, '/')
	if i < 0 {
		return location, ""
	}
	return location[:i], location[i+1:]
}
