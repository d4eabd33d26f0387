package graph

import (
	"bytes"
	"encoding/json"
)

// withoutNulls is a JSON value without the members that are null, on every level.
//
// Libraries for Python and PHP write every member that a message can have, null
// where it has none ("quick_replies": null), and Meta takes what they send: such a
// member counts as absent. A null in an array is an element like any other.
func withoutNulls(value json.RawMessage) json.RawMessage {
	if !bytes.Contains(value, []byte("null")) {
		return value
	}
	members := decoded(value)
	if !dropNulls(members) {
		return value
	}
	return encoded(members, value)
}

// decoded is a JSON value, nil if it cannot be read.
func decoded(text json.RawMessage) any {
	var value any
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // ids have more digits than a float64
	if dec.Decode(&value) != nil {
		return nil
	}
	return value
}

// encoded is a decoded value as JSON again, or fallback if it cannot be.
func encoded(decoded any, fallback json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if enc.Encode(decoded) != nil {
		return fallback
	}
	return bytes.TrimSpace(out.Bytes())
}

// dropNulls takes the members that are null out of a decoded value, and reports
// whether there were any.
func dropNulls(value any) (dropped bool) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if member == nil {
				delete(value, name)
				dropped = true
			} else if dropNulls(member) {
				dropped = true
			}
		}
	case []any:
		for _, element := range value {
			if dropNulls(element) {
				dropped = true
			}
		}
	}
	return dropped
}

// isNull reports whether a JSON value is null.
func isNull(value json.RawMessage) bool { return string(bytes.TrimSpace(value)) == "null" }
