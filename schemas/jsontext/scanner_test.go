package jsontext

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestScannerTokens(t *testing.T) {
	doc := "\t{ \"a\" : [1.0 , -0, 1E+3],\n\"a\":{}, \"\\u00e4\":[ ], \"x\": null }\r\n"
	want := []struct {
		kind Kind
		raw  string
	}{
		{ObjectStart, "{"},
		{Name, `"a"`}, {ArrayStart, "["}, {Number, "1.0"}, {Number, "-0"}, {Number, "1E+3"}, {ArrayEnd, "]"},
		{Name, `"a"`}, {ObjectStart, "{"}, {ObjectEnd, "}"},
		{Name, `"\u00e4"`}, {ArrayStart, "["}, {ArrayEnd, "]"},
		{Name, `"x"`}, {Literal, "null"},
		{ObjectEnd, "}"},
	}
	s := NewScanner([]byte(doc))
	for i, w := range want {
		if !s.Next() {
			t.Fatalf("token %d: Next is false, error %v", i, s.Err())
		}
		if s.Kind() != w.kind || string(s.Raw()) != w.raw {
			t.Errorf("token %d: got kind %d %s, want kind %d %s", i, s.Kind(), s.Raw(), w.kind, w.raw)
		}
		if got := doc[s.From():s.To()]; got != w.raw {
			t.Errorf("token %d: From and To enclose %s, want %s", i, got, w.raw)
		}
	}
	for range 2 {
		if s.Next() || s.Err() != nil {
			t.Fatalf("after the last token: want false and no error, got error %v", s.Err())
		}
	}
}

func TestScannerErrors(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth) + strings.Repeat("]", MaxDepth)
	tests := []struct{ name, doc, want string }{
		{"empty", "", "byte 0: the text ends, want a value"},
		{"white space only", " \n", "byte 2: the text ends, want a value"},
		{"byte order mark", "\ufeff{}", `byte 0: unexpected '\ufeff', want a value`},
		{"trailing data", `{} x`, `byte 3: unexpected 'x', want the end: one JSON text holds one value`},
		{"second value", `1 2`, `byte 2: unexpected '2', want the end: one JSON text holds one value`},
		{"comma before the end of an object", `{"a":1,}`, `byte 7: unexpected '}', want the name of a member, in double quotes`},
		{"comma before the end of an array", `[1,]`, `byte 3: unexpected ']', want a value`},
		{"name without quotes", `{a:1}`, `byte 1: unexpected 'a', want the name of a member, in double quotes`},
		{"placeholder as the documentation prints it", `{"ref":<REF>}`, `byte 7: unexpected '<', want a value`},
		{"no colon", `{"a" 1}`, `byte 5: unexpected '1', want ':'`},
		{"no comma in an object", `{"a":1 "b":2}`, `byte 7: unexpected '"', want ',' or '}'`},
		{"no comma in an array", `[1 2]`, `byte 3: unexpected '2', want ',' or ']'`},
		{"wrong bracket", `[1}`, `byte 2: unexpected '}', want ',' or ']'`},
		{"open array", `[1`, `byte 2: the text ends, want ',' or ']'`},
		{"open string", `["ab`, `byte 1: a string without its closing quote`},
		{"backslash at the end", `"\`, `byte 1: a backslash that begins none of \" \\ \/ \b \f \n \r \t \uXXXX`},
		{"unknown escape", `"\x41"`, `byte 1: a backslash that begins none of \" \\ \/ \b \f \n \r \t \uXXXX`},
		{"short escape", `"\u12"`, `byte 1: a backslash that begins none of \" \\ \/ \b \f \n \r \t \uXXXX`},
		{"raw newline", "\"a\nb\"", `byte 2: the control character U+000A in a string, write it as an escape`},
		{"NUL", "\"\x00\"", `byte 1: the control character U+0000 in a string, write it as an escape`},
		{"invalid UTF-8 in a string", "[\"ab\xffc\"]", `byte 4: invalid UTF-8`},
		{"invalid UTF-8 outside", "[\xff]", `byte 1: invalid UTF-8`},
		{"surrogate in UTF-8", "\"\xed\xa0\x80\"", `byte 1: invalid UTF-8`},
		{"overlong UTF-8", "\"\xc0\xaf\"", `byte 1: invalid UTF-8`},
		{"wrong literal", `[tru]`, `byte 1: want true`},
		{"literal in capitals", `NaN`, `byte 0: unexpected 'N', want a value`},
		{"leading zero", `01`, `byte 0: a number with a leading zero`},
		{"leading zero after the sign", `-01`, `byte 1: a number with a leading zero`},
		{"minus alone", `-`, `byte 1: a digit must follow '-'`},
		{"plus", `+1`, `byte 0: unexpected '+', want a value`},
		{"point without digits", `1.`, `byte 2: a digit must follow the decimal point`},
		{"exponent without digits", `1e+`, `byte 3: the exponent has no digits`},
		{"deepest", deep, ""},
		{"too deep", "[" + deep + "]", "byte 10000: more than 10000 objects and arrays inside each other"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := NewScanner([]byte(tt.doc))
			for s.Next() {
				continue
			}
			got := ""
			if s.Err() != nil {
				got = s.Err().Error()
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
			if s.Next() {
				t.Error("Next is true after the end")
			}
		})
	}
}

func TestScannerPlain(t *testing.T) {
	for _, text := range []string{`""`, `"abc XYZ 019"`, `"~!#$^&*()=?>'"`} {
		if s := NewScanner([]byte(text)); !s.Next() || !s.Plain() {
			t.Errorf("%s should be plain", text)
		}
	}
	for _, text := range []string{`"/"`, `"@"`, `"%"`, `"<"`, "\"\x7f\"", `"ä"`, `"\u0041"`, `"\""`, `"\\"`} {
		if s := NewScanner([]byte(text)); !s.Next() || s.Plain() {
			t.Errorf("%s should not be plain", text)
		}
	}
}

func TestUnquote(t *testing.T) {
	tests := []struct{ raw, want string }{
		{`""`, ""},
		{`"plain"`, "plain"},
		{`"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{`"\u0041\u00E4\u20ac"`, "Aä€"},
		{`"ä\ud83d\udc51b"`, "ä👑b"},
		{`"\uD83D\u0041"`, "\xed\xa0\xbdA"},
		{`"\ud83d"`, "\xed\xa0\xbd"},
		{`"\udc51\ud83d"`, "\xed\xb1\x91\xed\xa0\xbd"},
		{`"\ud83d\n"`, "\xed\xa0\xbd\n"},
		{`"\ufffd"`, "\ufffd"},
	}
	for _, tt := range tests {
		if got := Unquote([]byte(tt.raw)); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.raw, got, tt.want)
		}
	}
}

// FuzzScanner holds the scanner against encoding/json: it must accept exactly
// what that package calls valid, provided it is UTF-8, and agree on strings.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1.0,-0,1e3,{"b":null}],"a":"\ud83d\udc51\ud83d \/ ä"}`, `[]`, `"`, `01`, `{"a":1,}`, "\xff", `[[[`, ` 1 `,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		s := NewScanner(doc)
		for s.Next() {
			if s.Kind() != String && s.Kind() != Name {
				continue
			}
			var want string
			if err := json.Unmarshal(s.Raw(), &want); err != nil {
				t.Fatalf("string token %q: %v", s.Raw(), err)
			}
			if got := Unquote(s.Raw()); utf8.ValidString(got) && got != want {
				t.Fatalf("string token %q: got %q, want %q", s.Raw(), got, want)
			}
		}
		if want := json.Valid(doc) && utf8.Valid(doc); (s.Err() == nil) != want {
			t.Fatalf("error is %v, but validity is %t", s.Err(), want)
		}
	})
}
