package reference

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// stringify prints a JSON text as JSON.stringify(JSON.parse(text)) does in
// JavaScript: without spaces, members in their order, and nothing escaped that
// need not be. What is no JSON comes back unchanged.
func stringify(text []byte) []byte {
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return text
	}
	literal := regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	return literal.ReplaceAllFunc(compact.Bytes(), func(quoted []byte) []byte {
		var s string
		if err := json.Unmarshal(quoted, &s); err != nil {
			return quoted
		}
		var plain bytes.Buffer
		e := json.NewEncoder(&plain)
		e.SetEscapeHTML(false)
		if err := e.Encode(s); err != nil {
			return quoted
		}
		return bytes.TrimSuffix(plain.Bytes(), []byte("\n"))
	})
}

// reprintNumbers prints the numbers in a JSON text as JavaScript does, and leaves
// everything else.
func reprintNumbers(text []byte) []byte {
	printed := make([]byte, 0, len(text))
	for len(text) > 0 {
		n := 1
		switch c := text[0]; {
		case c == '"':
			for n < len(text) && text[n] != '"' {
				if text[n] == '\\' {
					n++ // what is escaped ends nothing
				}
				n++
			}
			n = min(n+1, len(text))
		case c == '-' || c >= '0' && c <= '9':
			for n < len(text) && strings.IndexByte("0123456789.eE+-", text[n]) >= 0 {
				n++
			}
			if number, err := strconv.ParseFloat(string(text[:n]), 64); err == nil {
				printed, text = strconv.AppendFloat(printed, number, 'f', -1, 64), text[n:]
				continue
			}
		}
		printed, text = append(printed, text[:n]...), text[n:]
	}
	return printed
}
