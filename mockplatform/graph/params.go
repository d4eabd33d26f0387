package graph

import (
	"encoding/json"
	"strings"
)

// param is a parameter that is a string or a number, as text; else "".
func (c *call) param(name string) string { return textOf(c.params[name]) }

// list is a parameter that is a list of names: an array of strings, or one text
// with commas. Both are in use for "fields".
func (c *call) list(name string) []string {
	var items []string
	if json.Unmarshal(c.params[name], &items) == nil {
		return items
	}
	items = nil // an array that is not all strings leaves some behind
	for item := range strings.SplitSeq(c.param(name), ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// flag is a parameter that is true or "true".
func (c *call) flag(name string) bool { return isTrue(c.params[name]) }

// isTrue reports whether a JSON value is true, or its text, as in a form, or 1, as PHP
// writes it there.
func isTrue(value json.RawMessage) bool {
	text := strings.Trim(string(value), `"`)
	return text == "true" || text == "1"
}

// isSet is isTrue for a value that is decoded.
func isSet(value any) bool { return value == true || value == "true" || idOf(value) == "1" }

// textOf returns a JSON string or number as text, and "" for all else.
func textOf(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	var number json.Number
	if json.Unmarshal(value, &number) == nil {
		return number.String()
	}
	return ""
}

// identifier returns the first of these members that an object has, as text
// whether it is a string or a number; "" when it has none of them.
func identifier(object json.RawMessage, names ...string) string {
	for _, name := range names {
		if text := textOf(member(object, name)); text != "" {
			return text
		}
	}
	return ""
}

// member returns the value at the end of a path of members, nil if there is
// none.
func member(value json.RawMessage, path ...string) json.RawMessage {
	for _, name := range path {
		var members map[string]json.RawMessage
		if json.Unmarshal(value, &members) != nil {
			return nil
		}
		value = members[name]
	}
	return value
}

// isNumber reports whether text can be an id that Meta gave: decimal, 64 bits at
// most.
func isNumber(text string) bool {
	return text != "" && len(text) <= 20 && text[0] != '0' && strings.Trim(text, "0123456789") == ""
}
