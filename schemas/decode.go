package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// Decode reads one JSON value and keeps every digit of its numbers, which are
// json.Number. The error says where the document is not JSON.
func Decode(doc []byte) (any, error) {
	if !utf8.Valid(doc) {
		return nil, errors.New("the document is not JSON: it is not UTF-8")
	}
	dec := json.NewDecoder(bytes.NewReader(doc))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return nil, malformed(doc, err)
	}
	end := dec.InputOffset()
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		rest := bytes.TrimLeft(doc[end:], " \t\r\n")
		return nil, fmt.Errorf("the document is not JSON: %s: there is more after the value", Position(doc, len(doc)-len(rest)))
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

func malformed(doc []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return errors.New("the document is not JSON: it is empty")
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the document is not JSON: %s: it ends too early", Position(doc, len(doc)))
	case errors.As(err, &syntax):
		// Offset counts the bytes read, the last of which is the one at fault.
		return fmt.Errorf("the document is not JSON: %s: %w", Position(doc, max(int(syntax.Offset)-1, 0)), err)
	}
	return fmt.Errorf("the document is not JSON: %w", err)
}

// Position says where the byte at this offset is, counting lines and characters
// from 1 as editors do.
func Position(doc []byte, offset int) string {
	before := doc[:min(offset, len(doc))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:]) + 1
	return fmt.Sprintf("line %d, column %d", line, column)
}
