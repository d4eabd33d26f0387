package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Decode reads one JSON value and keeps every digit of its numbers, which are
// json.Number. The error is a *NotJSONError.
func Decode(doc []byte) (any, error) {
	if !utf8.Valid(doc) {
		return nil, &NotJSONError{Problem: "it is not UTF-8"}
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, misspelt(doc, err)
	}
	end := dec.InputOffset()
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		rest := bytes.TrimLeft(doc[end:], " \t\r\n")
		return nil, &NotJSONError{Position(doc, len(doc)-len(rest)), "there is more after the value"}
	}
	return value, nil
}

// Encode writes what Decode read on one line, in UTF-8: for people and files, so that
// "<" stays as it is.
func Encode(value any) []byte {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(value) // what was decoded can be encoded
	return bytes.TrimSuffix(text.Bytes(), []byte("\n"))
}

// Position says where the byte at this offset is, counting lines and characters
// from 1 as editors do.
func Position(doc []byte, offset int) string {
	before := doc[:min(offset, len(doc))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}

// PlaceOf says where the value of a JSON Pointer begins in a document, as Position does;
// false where there is none. Of a member that is missing the object is the place to name.
func PlaceOf(doc []byte, pointer string) (place string, found bool) {
	dec := json.NewDecoder(bytes.NewReader(doc))
	at, ok := seek(dec, doc, strings.Split(pointer, "/")[1:])
	if !ok {
		return "", false
	}
	return Position(doc, at), true
}

// seek moves a decoder to the value of a path, and returns where that begins.
func seek(dec *json.Decoder, doc []byte, path []string) (at int, found bool) {
	begin := func() int {
		from := int(dec.InputOffset())
		return from + len(doc[from:]) - len(bytes.TrimLeft(doc[from:], " \t\r\n:,"))
	}
	if len(path) == 0 {
		return begin(), true
	}
	token, err := dec.Token()
	if err != nil {
		return 0, false
	}
	want := strings.NewReplacer("~1", "/", "~0", "~").Replace(path[0])
	for i := 0; dec.More(); i++ {
		name := strconv.Itoa(i)
		if token == json.Delim('{') {
			key, err := dec.Token()
			if err != nil {
				return 0, false
			}
			name, _ = key.(string)
		} else if token != json.Delim('[') {
			return 0, false
		}
		if name == want {
			return seek(dec, doc, path[1:])
		}
		var skipped json.RawMessage
		if dec.Decode(&skipped) != nil {
			return 0, false
		}
	}
	return 0, false
}
