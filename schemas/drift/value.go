package drift

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// decode reads JSON without losing a digit.
func decode(doc []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var value any
	err := d.Decode(&value)
	return value, err
}

var unescape = strings.NewReplacer("~1", "/", "~0", "~")

// at is the value that a JSON Pointer names, and whether there is one.
func at(doc any, pointer string) (any, bool) {
	if pointer == "" {
		return doc, true
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		switch v := doc.(type) {
		case map[string]any:
			inner, ok := v[unescape.Replace(token)]
			if !ok {
				return nil, false
			}
			doc = inner
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil, false
			}
			doc = v[i]
		default:
			return nil, false
		}
	}
	return doc, true
}
