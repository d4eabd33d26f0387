package graph

import (
	"encoding/json"
	"fmt"
	"strings"
)

// deepestFields is how many lists of fields may be inside each other.
const deepestFields = 10

// field is one of those that a call asks for: name, or an edge with what is wanted
// of it, conversations.limit(2){messages{id}}.
// https://developers.facebook.com/docs/graph-api/guides/field-expansion
type field struct {
	name string
	// alias is the name that it has in the answer.
	alias string
	// args are what stands behind dots: limit(2).
	args map[string]string
	// fields are those of each thing in it, and text is how they are written.
	fields []field
	text   string
}

// fieldsError says where the parameter "fields" cannot be read.
type fieldsError struct {
	expected, text string
	at             int
}

// Error is Meta's text for it, as clients report it.
func (e *fieldsError) Error() string {
	return fmt.Sprintf("Syntax error \"Expected %s.\" at character %d: %s", e.expected, e.at, e.text)
}

// fields are what a call asks for in the parameter "fields": none if it does not
// say.
func (c *call) fields() ([]field, error) {
	text := c.param("fields")
	var items []string
	if json.Unmarshal(c.params["fields"], &items) == nil {
		text = strings.Join(items, ",")
	}
	return parseFields(text)
}

func parseFields(text string) ([]field, error) {
	r := fieldReader{text: text}
	if r.space(); r.at == len(text) {
		return nil, nil
	}
	fields, err := r.list(0)
	if err == nil && r.at < len(text) {
		err = r.wants("end of string instead of \"" + text[r.at:r.at+1] + "\"")
	}
	return fields, err
}

type fieldReader struct {
	text string
	at   int
}

func (r *fieldReader) wants(what string) error { return &fieldsError{what, r.text, r.at} }

func (r *fieldReader) space() {
	for r.at < len(r.text) && strings.IndexByte(" \t\r\n", r.text[r.at]) >= 0 {
		r.at++
	}
}

func (r *fieldReader) take(b byte) bool {
	r.space()
	if r.at == len(r.text) || r.text[r.at] != b {
		return false
	}
	r.at++
	return true
}

func (r *fieldReader) name() (string, error) {
	r.space()
	from := r.at
	for r.at < len(r.text) && (r.text[r.at] == '_' || r.text[r.at]|0x20 >= 'a' && r.text[r.at]|0x20 <= 'z' || r.text[r.at] >= '0' && r.text[r.at] <= '9') {
		r.at++
	}
	if from == r.at {
		return "", r.wants("name")
	}
	return r.text[from:r.at], nil
}

func (r *fieldReader) list(depth int) (fields []field, err error) {
	if depth > deepestFields {
		return nil, r.wants("fewer levels")
	}
	for {
		f, err := r.one(depth)
		if err != nil {
			return nil, err
		}
		fields = append(fields, f)
		if !r.take(',') {
			return fields, nil
		}
		if r.space(); r.at == len(r.text) || r.text[r.at] == '}' { // a comma at the end does no harm
			return fields, nil
		}
	}
}

func (r *fieldReader) one(depth int) (f field, err error) {
	if f.name, err = r.name(); err != nil {
		return f, err
	}
	f.alias = f.name
	for r.take('.') {
		what, err := r.name()
		if err != nil {
			return f, err
		}
		if !r.take('(') {
			return f, r.wants("(")
		}
		value, _, closed := strings.Cut(r.text[r.at:], ")")
		if !closed {
			return f, r.wants(")")
		}
		r.at += len(value) + 1
		if what == "as" {
			f.alias = value
		} else {
			put(&f.args, what, value)
		}
	}
	if !r.take('{') {
		return f, nil
	}
	from := r.at
	if f.fields, err = r.list(depth + 1); err != nil {
		return f, err
	}
	f.text = strings.TrimSpace(r.text[from:r.at])
	if !r.take('}') {
		return f, r.wants("\"}\"")
	}
	return f, nil
}
