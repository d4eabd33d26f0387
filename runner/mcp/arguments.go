package mcp

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/seed-11445fa1/referee/runner/suggest"
)

// checkArguments says what is wrong with the arguments of a call, before they are held to
// the schema, which says it too, but neither which name was meant nor what to write.
func (s *Server) checkArguments(next sdk.MethodHandler) sdk.MethodHandler {
	return func(ctx context.Context, method string, request sdk.Request) (sdk.Result, error) {
		if called, ok := request.(*sdk.CallToolRequest); ok {
			if schema, known := s.schemas[called.Params.Name]; known {
				if err := wrongArgument(called.Params.Name, schema, called.Params.Arguments); err != nil {
					var refused sdk.CallToolResult
					refused.SetError(err)
					return &refused, nil
				}
			}
		}
		return next(ctx, method, request)
	}
}

// wrongArgument says which argument of a tool cannot be as it is, or is missing; nil if all
// are right.
func wrongArgument(tool string, schema *jsonschema.Schema, arguments json.RawMessage) error {
	given := map[string]json.RawMessage{}
	if len(arguments) > 0 && json.Unmarshal(arguments, &given) != nil {
		return fmt.Errorf("the arguments of %s are no JSON object", tool)
	}
	names := slices.Sorted(maps.Keys(schema.Properties))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		property, known := schema.Properties[name]
		if !known {
			if near := suggest.Names(name, names); len(near) > 0 {
				return fmt.Errorf("%s has no argument %q; did you mean %s?", tool, line(name, mostLine), strings.Join(near, ", "))
			}
			return fmt.Errorf("%s has no argument %q; it has %s", tool, line(name, mostLine), strings.Join(names, ", "))
		}
		var value any
		if json.Unmarshal(given[name], &value) != nil {
			continue // which cannot be: it was JSON as a part of the whole
		}
		if expected, right := fitting(property, value); !right {
			return fmt.Errorf("%s of %s is %s; it has to be %s", name, tool, line(string(given[name]), mostLine), expected)
		}
	}
	for _, name := range schema.Required {
		if _, there := given[name]; !there {
			return fmt.Errorf("%s needs %s. %s", tool, name, schema.Properties[name].Description)
		}
	}
	return nil
}

// fitting says in words what a value has to be, and whether it is.
func fitting(s *jsonschema.Schema, value any) (expected string, right bool) {
	switch s.Type {
	case "array":
		expected, _ = fitting(s.Items, nil)
		expected = "a list, of which each is " + expected
		items, isList := value.([]any)
		right = isList && (s.MaxItems == nil || len(items) <= *s.MaxItems)
		if s.MaxItems != nil {
			expected += fmt.Sprintf(", of %d at most", *s.MaxItems)
		}
		for _, item := range items {
			_, fits := fitting(s.Items, item)
			right = right && fits
		}
	case "integer":
		n, isNumber := value.(float64)
		right = isNumber && n == math.Trunc(n) && (s.Minimum == nil || n >= *s.Minimum) && (s.Maximum == nil || n <= *s.Maximum)
		expected = "a whole number"
		if s.Minimum != nil && s.Maximum != nil {
			expected += fmt.Sprintf(" from %.0f to %.0f", *s.Minimum, *s.Maximum)
		}
	case "boolean":
		_, right = value.(bool)
		expected = "true or false"
	default:
		text, isText := value.(string)
		right, expected = isText, "a text"
		if s.Enum != nil {
			right = isText && slices.Contains(s.Enum, any(text))
			var words []string
			for _, word := range s.Enum {
				words = append(words, fmt.Sprint(word))
			}
			expected = "one of " + strings.Join(words, ", ")
		}
	}
	return expected, right
}
