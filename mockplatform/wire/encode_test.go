package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestEncode(t *testing.T) {
	deep := strings.Repeat(`[{"a":`, 5000)
	deepEnd := strings.Repeat(`}]`, 5000)
	tests := []struct{ name, doc, messaging, generic string }{
		{"latin letters", `"äöå"`, `"\u00e4\u00f6\u00e5"`, `"\u00e4\u00f6\u00e5"`},
		{"a vector's text, escaped already", `"Test \u00E4\u00eb\u00ef"`, `"Test \u00e4\u00eb\u00ef"`, `"Test \u00e4\u00eb\u00ef"`},
		{"emoji", `"👑 📈"`, `"\ud83d\udc51 \ud83d\udcc8"`, `"\ud83d\udc51 \ud83d\udcc8"`},
		{"emoji as upper-case escapes", `"\uD83D\uDC51"`, `"\ud83d\udc51"`, `"\ud83d\udc51"`},
		{"high surrogate alone", `"a\uD83Db"`, `"a\ud83db"`, `"a\ud83db"`},
		{"low surrogate alone", `"\udc51"`, `"\udc51"`, `"\udc51"`},
		{"surrogates in the wrong order", `"\udc51\ud83d"`, `"\udc51\ud83d"`, `"\udc51\ud83d"`},
		{"line separator, replacement character", `"\u2028` + "\u2029\ufffd" + `"`, `"\u2028\u2029\ufffd"`, `"\u2028\u2029\ufffd"`},
		{"slash", `"https://a/b"`, `"https:\/\/a\/b"`, `"https://a/b"`},
		{"slash, escaped already", `"\/"`, `"\/"`, `"/"`},
		{"at sign", `"a@b"`, `"a\u0040b"`, `"a@b"`},
		{"percent", `"100%"`, `"100\u0025"`, `"100%"`},
		{"less than, upper-case C", `"<b>"`, `"\u003Cb>"`, `"<b>"`},
		{"less than as a lower-case escape", `"\u003c"`, `"\u003C"`, `"<"`},
		{"raw in both", `"&=?>'!#$*+;~"`, `"&=?>'!#$*+;~"`, `"&=?>'!#$*+;~"`},
		{"raw though it came escaped", `"\u0026\u003e\u0041"`, `"&>A"`, `"&>A"`},
		{"short escapes", `"\u000a\u0009\u000D\u0008\u000c\u0022\u005c"`, `"\n\t\r\b\f\"\\"`, `"\n\t\r\b\f\"\\"`},
		{"other controls", `"\u0000\u000B\u001F"`, `"\u0000\u000b\u001f"`, `"\u0000\u000b\u001f"`},
		{"DEL", "\"\x7f\"", "\"\x7f\"", `"\u007f"`},
		{"C1 control", "\"\u0085\"", `"\u0085"`, `"\u0085"`},
		{"names", `{"a/b@ä":1}`, `{"a\/b\u0040\u00e4":1}`, `{"a/b@\u00e4": 1}`},
		{"spaces", " {\n\t\"a\" :\r[ 1 , 2 ] , \"b\":{ }, \"c\" : [ ]} ", `{"a":[1,2],"b":{},"c":[]}`, `{"a": [1, 2], "b": {}, "c": []}`},
		{"spaces in front of the comma", `[1 ,2]`, `[1,2]`, `[1, 2]`},
		{"a newline for the space", "{\"a\":\n1,\n\"b\":2}", `{"a":1,"b":2}`, `{"a": 1, "b": 2}`},
		{"order and duplicates", `{"b":1,"a":2,"b":3}`, `{"b":1,"a":2,"b":3}`, `{"b": 1, "a": 2, "b": 3}`},
		{"big integers", `[9007199254740993,123456789012345678901234567890]`, `[9007199254740993,123456789012345678901234567890]`, `[9007199254740993, 123456789012345678901234567890]`},
		{"number literals", `[1.0,1e3,1E+3,-0,-0.0,0.10]`, `[1.0,1e3,1E+3,-0,-0.0,0.10]`, `[1.0, 1e3, 1E+3, -0, -0.0, 0.10]`},
		{"literals", `[true,false,null]`, `[true,false,null]`, `[true, false, null]`},
		{"a scalar", ` null `, `null`, `null`},
		{"deep nesting", deep + "1" + deepEnd, deep + "1" + deepEnd, strings.ReplaceAll(deep, ":", ": ") + "1" + deepEnd},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for style, want := range map[Style]string{Messaging: tt.messaging, Generic: tt.generic} {
				got, err := Encode([]byte(tt.doc), style)
				if err != nil {
					t.Fatalf("%v: %v", style, err)
				}
				if string(got) != want {
					t.Errorf("%v:\ngot  %.200s\nwant %.200s", style, got, want)
				}
			}
		})
	}
}

func TestEncodeErrors(t *testing.T) {
	tests := []struct {
		name, doc string
		style     Style
		want      string
	}{
		{"trailing data", `{}{}`, Messaging, "encode: byte 2: unexpected '{', want the end: one JSON text holds one value"},
		{"invalid UTF-8", "{\"text\":\"a\xe4\"}", Generic, "encode: byte 10: invalid UTF-8"},
		{"too deep", strings.Repeat("[", 10_001), Messaging, "encode: byte 10000: more than 10000 objects and arrays inside each other"},
		{"unknown style", `{}`, Style(7), "encode: Style(7) is none of wire.Messaging, wire.Generic"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Encode([]byte(tt.doc), tt.style)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got error %v, want %s", err, tt.want)
			}
			if got != nil {
				t.Errorf("got %q beside the error", got)
			}
		})
	}
}

func TestEncodeAllocatesOnce(t *testing.T) {
	doc := []byte(`{"object":"page","entry":[{"id":"1","time":2,"messaging":[{"message":{"text":"ä / @ % <"}}]}]}`)
	allocations := testing.AllocsPerRun(100, func() {
		if _, err := Encode(doc, Messaging); err != nil {
			t.Fatal(err)
		}
	})
	if allocations > 1 {
		t.Errorf("%v allocations, want the result alone", allocations)
	}
}

// jsonValue draws the JSON values that encoding/json can hold, numbers as
// literals.
func jsonValue() *rapid.Generator[any] {
	text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[/@%<>&äöå👑\n\t\x00-\x7f]{0,12}`))
	literal := rapid.Map(rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,3})?`),
		func(s string) any { return json.Number(s) })
	scalar := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }),
		literal,
		rapid.SampledFrom([]any{nil, true, false}),
	)
	value := scalar
	for range 3 {
		inner := value
		value = rapid.OneOf(scalar,
			rapid.Map(rapid.SliceOfN(inner, 0, 4), func(list []any) any { return list }),
			rapid.Map(rapid.MapOfN(text, inner, 0, 4), func(members map[string]any) any { return members }),
		)
	}
	return value
}

func decode(t rapid.TB, doc []byte) any {
	decoder := json.NewDecoder(bytes.NewReader(doc))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("decode %q: %v", doc, err)
	}
	return value
}

func TestEncodeThenDecodeIsTheIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		doc, err := json.MarshalIndent(jsonValue().Draw(t, "value"), "", rapid.SampledFrom([]string{"", " "}).Draw(t, "indent"))
		if err != nil {
			t.Fatal(err)
		}
		style := rapid.SampledFrom([]Style{Messaging, Generic}).Draw(t, "style")
		body, err := Encode(doc, style)
		if err != nil {
			t.Fatal(err)
		}
		checkEncoded(t, doc, body, style)
	})
}

// checkEncoded checks what holds for every encoded text.
func checkEncoded(t rapid.TB, doc, body []byte, style Style) {
	if want, got := decode(t, doc), decode(t, body); !reflect.DeepEqual(got, want) {
		t.Fatalf("%v: %q became %q, which means something else", style, doc, body)
	}
	for i, c := range body {
		if c >= utf8.RuneSelf || c < ' ' {
			t.Fatalf("%v: byte %d of %q is %#x, want ASCII without controls", style, i, body, c)
		}
	}
	again, err := Encode(body, style)
	if err != nil || !bytes.Equal(again, body) {
		t.Fatalf("%v: encoding %q again gives %q, error %v", style, body, again, err)
	}
	if style == Messaging && bytes.ContainsAny(body, "@%<") {
		t.Fatalf("messaging: %q has a raw @, %% or <", body)
	}
}

func FuzzEncode(f *testing.F) {
	for _, seed := range []string{
		`{"object":"page","entry":[{"id":"1","time":1.0,"messaging":[{"text":"äöå 👑 / @ % < \ud83d"}]}]}`,
		"{\"a\" :\n1 , \"a\":[ ] }", "\"\x7f\xff\"", `[1,]`, `-0`, `"\/\u003c\u0000"`,
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, doc []byte, generic bool) {
		style := Messaging
		if generic {
			style = Generic
		}
		body, err := Encode(doc, style)
		if want := json.Valid(doc) && utf8.Valid(doc); (err == nil) != want {
			t.Fatalf("error is %v, but validity is %t", err, want)
		}
		if err == nil {
			checkEncoded(t, doc, body, style)
		}
	})
}

func ExampleEncode() {
	body, err := Encode([]byte(`{ "text": "äöå 50% <b> a@b.c http://d" }`), Messaging)
	if err != nil {
		panic(err)
	}
	fmt.Println(string(body))
	// Output: {"text":"\u00e4\u00f6\u00e5 50\u0025 \u003Cb> a\u0040b.c http:\/\/d"}
}
