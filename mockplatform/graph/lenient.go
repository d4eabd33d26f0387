package graph

import (
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// deepestText is how many objects and arrays may be inside each other in text
// that is nearly JSON.
const deepestText = 50

// lenientJSON writes text that is nearly JSON as JSON: with single quotes, and
// with names and texts without any. The examples on Meta's pages call the Graph
// API so, recipient={'id':'…'} and recipient={id:…}, and it takes them.
func lenientJSON(text string) (json.RawMessage, bool) {
	r := lenientReader{text: text}
	if !r.value(0) {
		return nil, false
	}
	r.space()
	if out := []byte(r.out.String()); r.at == len(text) && json.Valid(out) {
		return out, true
	}
	return nil, false
}

type lenientReader struct {
	text string
	at   int
	out  strings.Builder
}

// next is the byte that comes, 0 at the end.
func (r *lenientReader) next() byte {
	if r.at == len(r.text) {
		return 0
	}
	return r.text[r.at]
}

func (r *lenientReader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

// take goes on behind this byte, and writes it, if it is the next.
func (r *lenientReader) take(b byte) bool {
	r.space()
	if r.next() != b {
		return false
	}
	r.at++
	r.out.WriteByte(b)
	return true
}

func (r *lenientReader) value(depth int) bool {
	switch r.space(); {
	case depth > deepestText:
		return false
	case r.take('{'):
		return r.members('}', func() bool { return r.scalar(true) && r.take(':') && r.value(depth+1) })
	case r.take('['):
		return r.members(']', func() bool { return r.value(depth + 1) })
	}
	return r.scalar(false)
}

// members reads what is between brackets, separated by commas.
func (r *lenientReader) members(end byte, one func() bool) bool {
	if r.take(end) {
		return true
	}
	for one() {
		if r.take(end) {
			return true
		}
		if !r.take(',') {
			return false
		}
	}
	return false
}

// scalar reads a text in quotes of either sort, or a bare word.
func (r *lenientReader) scalar(isName bool) bool {
	r.space()
	quote := r.next()
	if quote == '"' || quote == '\'' {
		return r.quoted(quote)
	}
	from := r.at
	for r.at < len(r.text) && strings.IndexByte(",:{}[]'\"", r.text[r.at]) < 0 {
		r.at++
	}
	word := strings.TrimSpace(r.text[from:r.at])
	if word == "" {
		return false
	}
	if isName || !json.Valid([]byte(word)) {
		return r.write(word)
	}
	r.out.WriteString(word)
	return true
}

// quoted reads a text in these quotes.
func (r *lenientReader) quoted(quote byte) bool {
	var inside strings.Builder
	for r.at++; r.at < len(r.text); r.at++ {
		switch b := r.text[r.at]; {
		case b == quote:
			r.at++
			r.out.WriteByte('"')
			r.out.WriteString(inside.String())
			r.out.WriteByte('"')
			return true
		case b == '\\' && r.at+1 < len(r.text):
			r.at++
			if r.text[r.at] != '\'' { // an escape that JSON does not have
				inside.WriteByte('\\')
			}
			inside.WriteByte(r.text[r.at])
		case b == '"':
			inside.WriteString(`\"`)
		case b == '\n':
			inside.WriteString(`\n`)
		default:
			inside.WriteByte(b)
		}
	}
	return false
}

func (r *lenientReader) write(text string) bool {
	out, err := json.Marshal(text)
	if err != nil || !utf8.ValidString(text) {
		return false
	}
	r.out.Write(out)
	return true
}
