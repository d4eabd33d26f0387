package schemas

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// NotJSONError says why a document is not JSON, as a person sees who looks at the place.
type NotJSONError struct {
	// Place is where it is, "line 2, column 10"; empty of the document as a whole.
	Place string
	// Problem is what is wrong there, and what would be right.
	Problem string
}

// Error says all of it.
func (e *NotJSONError) Error() string { return "the document is not JSON: " + e.Where() }

// Where is the place and the problem, for a sentence that says what is not JSON.
func (e *NotJSONError) Where() string {
	if e.Place == "" {
		return e.Problem
	}
	return e.Place + ": " + e.Problem
}

// misspelt words an error of the decoder of a document.
func misspelt(doc []byte, err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF):
		return &NotJSONError{Problem: "it is empty"}
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &NotJSONError{Position(doc, len(doc)), "it ends too early"}
	case errors.As(err, &syntax):
		// Offset counts the bytes read, the last of which is the one at fault.
		at := min(max(int(syntax.Offset)-1, 0), len(doc))
		return &NotJSONError{Position(doc, at), problemAt(doc, at, syntax.Error())}
	}
	return &NotJSONError{Problem: err.Error()}
}

// problemAt says what is wrong with the character at an offset. said is what the decoder
// says of it, which tells what it was about to read.
func problemAt(doc []byte, at int, said string) string {
	if at >= len(doc) {
		return "it ends too early"
	}
	there, about := characterAt(doc, at), func(context string) bool { return strings.Contains(said, context) }
	comma := bytes.HasSuffix(bytes.TrimRight(doc[:at], " \t\r\n"), []byte(","))
	switch {
	case about("max depth"):
		return "it has more levels than can be read"
	case comma && (there == `"}"` || there == `"]"`):
		return fmt.Sprintf("there is a comma before %s, and nothing behind it; delete it", there)
	case bytes.HasPrefix(doc[at:], []byte("\ufeff")):
		return "a byte order mark stands there; save the file in UTF-8 without one"
	case doc[at] == '/' && !about("in string"):
		return "JSON has no comments; delete it"
	case doc[at] == '\'' && about("looking for"):
		return "texts stand in double quotes in JSON, and not in single ones"
	case about("looking for beginning of object key string"):
		return fmt.Sprintf("the name of a member has to stand there, in double quotes, and %s does", there)
	case about("looking for beginning of value"):
		return fmt.Sprintf("a value has to stand there, and %s does; a text stands in double quotes", there)
	case about("after object key:value pair"):
		return fmt.Sprintf(`a comma or "}" has to stand there, behind a member, and %s does`, there)
	case about("after object key"):
		return fmt.Sprintf("a colon has to stand there, behind the name of a member, and %s does", there)
	case about("after array element"):
		return fmt.Sprintf(`a comma or "]" has to stand there, behind an element, and %s does`, there)
	case about("in string escape code"):
		return fmt.Sprintf(`%s cannot stand behind a backslash; a backslash itself is written \\`, there)
	case about(`in \u hexadecimal character escape`):
		return fmt.Sprintf(`\u has four hexadecimal digits, and %s is none`, there)
	case about("in string literal"):
		return fmt.Sprintf(`%s stands in a text, where it is written \u%04x`, there, doc[at])
	case about("in literal"):
		return fmt.Sprintf("%s stands in a word that is none of true, false and null", there)
	case about("numeric literal"):
		return fmt.Sprintf("%s stands in a number, which goes on with a digit there", there)
	}
	return there + " cannot stand there"
}

// characterAt names the character at an offset.
func characterAt(doc []byte, at int) string {
	r, _ := utf8.DecodeRune(doc[at:])
	switch {
	case r == '\n', r == '\r':
		return "the end of the line"
	case r == '\t':
		return "a tab"
	case r == '"':
		return "a double quote"
	case r < ' ':
		return fmt.Sprintf("the control character U+%04X", r)
	}
	return `"` + string(r) + `"`
}
