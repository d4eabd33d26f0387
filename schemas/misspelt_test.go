package schemas_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// What is no JSON is told in words that need no knowledge of a parser, with its place.
func TestWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	for doc, want := range map[string]string{
		"":                         "it is empty",
		`{"a": `:                   "line 1, column 7: it ends too early",
		`{"a`:                      "line 1, column 4: it ends too early",
		`{"a": 1} x`:               "line 1, column 10: there is more after the value",
		"{\"a\": 1,\n}":            `line 2, column 1: there is a comma before "}", and nothing behind it; delete it`,
		`[1, 2, ]`:                 `line 1, column 8: there is a comma before "]", and nothing behind it; delete it`,
		`{"ä": 'b'}`:               "line 1, column 7: texts stand in double quotes in JSON, and not in single ones",
		`{'a': 1}`:                 "line 1, column 2: texts stand in double quotes in JSON, and not in single ones",
		`{a: 1}`:                   `line 1, column 2: the name of a member has to stand there, in double quotes, and "a" does`,
		`{,}`:                      `line 1, column 2: the name of a member has to stand there, in double quotes, and "," does`,
		`hello`:                    `line 1, column 1: a value has to stand there, and "h" does; a text stands in double quotes`,
		`{"a": €}`:                 `line 1, column 7: a value has to stand there, and "€" does; a text stands in double quotes`,
		"{\"a\": // one\n 1}":      "line 1, column 7: JSON has no comments; delete it",
		`{"a" 1}`:                  `line 1, column 6: a colon has to stand there, behind the name of a member, and "1" does`,
		"{\"a\": 1\n \"b\": 2}":    `line 2, column 2: a comma or "}" has to stand there, behind a member, and a double quote does`,
		`[1 2]`:                    `line 1, column 4: a comma or "]" has to stand there, behind an element, and "2" does`,
		"{\"a\": \"x\ny\"}":        `line 1, column 9: the end of the line stands in a text, where it is written \u000a`,
		"{\"a\": \"x\ty\"}":        `line 1, column 9: a tab stands in a text, where it is written \u0009`,
		`{"a": "C:\Users"}`:        `line 1, column 11: "U" cannot stand behind a backslash; a backslash itself is written \\`,
		`{"a": "\u00zz"}`:          `line 1, column 12: \u has four hexadecimal digits, and "z" is none`,
		`{"a": tru}`:               `line 1, column 10: "}" stands in a word that is none of true, false and null`,
		`{"a": -}`:                 `line 1, column 8: "}" stands in a number, which goes on with a digit there`,
		"\ufeff{}":                 "line 1, column 1: a byte order mark stands there; save the file in UTF-8 without one",
		strings.Repeat("[", 20000): "it has more levels than can be read",
	} {
		_, err := schemas.Decode([]byte(doc))
		var not *schemas.NotJSONError
		if !errors.As(err, &not) || !strings.HasSuffix(not.Where(), want) || err.Error() != "the document is not JSON: "+not.Where() {
			t.Errorf("%.40q: %v, want %s", doc, err, want)
		}
	}
}
