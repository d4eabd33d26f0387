package mend_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/seed-11445fa1/referee/runner/watch/mend"
)

// What documentation prints, what is meant by it, and what was mended.
func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		want    []string
		repairs []string
		open    string
		partial bool
	}{
		"JSON": {
			text: "{\"a\": [1, -2.5e3, \"\\u00e4\\n\", null],\n \"b\": {}}",
			want: []string{`{"a":[1,-2.5e3,"\u00e4\n",null],"b":{}}`},
		},
		"placeholders and a comma after the last member": {
			text: "{\n\"referral\": {\n\"ref\": <REF_DATA_PASSED_IN_M.ME_PARAM>,\n\"source\": \"SHORTLINK\",\n\"type\": \"OPEN_THREAD\",\n}\n}",
			want: []string{`{"referral":{"ref":"<REF_DATA_PASSED_IN_M.ME_PARAM>","source":"SHORTLINK","type":"OPEN_THREAD"}}`},
			repairs: []string{
				"3: ref is printed without quotation marks", "6: a comma after the last member",
			},
			open: "/referral/ref",
		},
		"bare words, with comments and without commas": {
			text: "{ \"ad_id\": AD-ID,\n\"title\": TITLE OF THE AD, // if there is one\n\"ref\": \"R\"\n\"n\": 1234...\n}",
			want: []string{`{"ad_id":"AD-ID","title":"TITLE OF THE AD","ref":"R","n":"1234..."}`},
			repairs: []string{
				"1: ad_id is printed without quotation marks", "2: title is printed without quotation marks", "2: a comment",
				"4: a comma is missing before this line's member", "4: n is printed without quotation marks",
			},
			open: "/ad_id /title /n",
		},
		"a stray quotation mark and a missing comma": {
			text:    "{\"status\":\"requested\"\n\"start_time\":1739612400\",\n\"timezone\":\"America/Los_Angeles\"\"}",
			want:    []string{`{"status":"requested","start_time":1739612400,"timezone":"America/Los_Angeles"}`},
			repairs: []string{"2: a comma is missing before this line's member", "2: a stray quotation mark", "3: a stray quotation mark"},
		},
		"two quotation marks before a placeholder": {
			text: `{"status": ""<requested|confirmed>", "empty": ""}`, want: []string{`{"status":"<requested|confirmed>","empty":""}`},
			repairs: []string{"1: a stray quotation mark"},
		},
		"names without the first quotation mark": {
			text:    `{status": "x"}`,
			want:    []string{`{"status":"x"}`},
			repairs: []string{"1: the name status is printed without quotation marks", "1: a stray quotation mark"},
		},
		"other quotation marks": {
			text: "{“a”: ‘b, 'c': 'it\\'s'}",
			// A single curly mark is none of those that begin a text.
			want: nil,
		},
		"curly and single quotation marks": {
			text: "{“a”: “b”, 'c': 'it\\'s \"d\"'}",
			want: []string{`{"a":"b","c":"it's \"d\""}`},
			repairs: []string{
				"1: a text is in quotation marks that are not JSON's", "1: a text is in quotation marks that are not JSON's",
				"1: a text is in quotation marks that are not JSON's", "1: a text is in quotation marks that are not JSON's",
				"1: a backslash that escapes nothing",
			},
		},
		"parts left out": {
			text: "{\"recipient\":{\"id\":\"<PAGE_ID>\"},\n...\n\"list\": [ 1, … ], \"payload\": ...}",
			want: []string{`{"recipient":{"id":"<PAGE_ID>"},"list":[1],"payload":"…"}`},
			repairs: []string{
				"2: something is left out", "3: something is left out", "3: a value is left out",
			},
			open: "/payload", partial: true,
		},
		"a JavaScript escape": {
			text:    `{"emoji": "\u{2764}\u{FE0F}", "other": "\ud83d\ude22"}`,
			want:    []string{`{"emoji":"❤️","other":"\ud83d\ude22"}`},
			repairs: []string{"1: a character is escaped as in JavaScript", "1: a character is escaped as in JavaScript"},
		},
		"a raw line break": {
			text:    "{\"text\": \"Lead summary:\nAre you interested?\",\n\"a\": 1}",
			want:    []string{`{"text":"Lead summary:\nAre you interested?","a":1}`},
			repairs: []string{"1: a raw line break or control character in a text"},
		},
		"HTML entities": {
			text:    "&#123;\n&quot;text&quot;: &quot;&lt;TEXT&gt;&quot;\n&#125;",
			want:    []string{`{"text":"<TEXT>"}`},
			repairs: []string{"1: brackets or quotation marks are printed as HTML entities"},
		},
		"two samples": {
			text: "{\"a\": 1}{\n\"b\": 2,\n}",
			want: []string{`{"a":1}`, `{"b":2}`}, repairs: []string{"3: a comma after the last member"},
		},
		"a member alone": {
			text:    "\"reply_to\": {\n\"mid\": \"M\"\n},",
			want:    []string{`{"reply_to":{"mid":"M"}}`},
			repairs: []string{"1: the brackets around it are not printed"},
		},
		"a bracket too many": {
			text: "{\"a\":{}}}", want: []string{`{"a":{}}`}, repairs: []string{"1: a closing bracket too many"},
		},
		"one of several values": {
			text: `{"action": "react" | "unreact"}`, want: []string{`{"action":"react"}`},
			repairs: []string{"1: several values are printed, of which the first counts"},
		},
		"a member twice": {
			text: `{"r": {"a": 1}, "r": {"b": X}}`, want: []string{`{"r":{"b":"X"}}`}, open: "/r/b",
			repairs: []string{"1: b is printed without quotation marks", "1: r is printed twice, and the last one counts"},
		},
		"placeholders in braces, addresses, words of Python": {
			text: "{id: {psid}, url: https://example.com/a?b=c, ok: True} // the end",
			want: []string{`{"id":"{psid}","url":"https://example.com/a?b=c","ok":true}`}, open: "/id /url",
			repairs: []string{
				"1: the name id is printed without quotation marks", "1: id is printed without quotation marks",
				"1: the name url is printed without quotation marks", "1: url is printed without quotation marks",
				"1: the name ok is printed without quotation marks", "1: True is no JSON",
			},
		},
		"comments of HTML": {
			text: "{\"a\": 1 <!-- only with ads -->\n}", want: []string{`{"a":1}`}, repairs: []string{"1: a comment"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			values, err := mend.Read(c.text)
			if c.want == nil {
				if err == nil {
					t.Fatalf("it is read as %s", values[0].JSON)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got, repairs, open []string
			partial := false
			for _, v := range values {
				got = append(got, string(v.JSON))
				open = append(open, v.Open...)
				partial = partial || v.Partial
				for _, r := range v.Repairs {
					repairs = append(repairs, fmt.Sprintf("%d: %s", r.Line, r.What))
				}
			}
			same(t, "values", got, c.want)
			same(t, "repairs", repairs, c.repairs)
			if strings.Join(open, " ") != c.open || partial != c.partial {
				t.Errorf("open: %q, partial: %v", open, partial)
			}
		})
	}
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s:\n%s\nexpected:\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What could be meant in more than one way is not guessed at.
func TestUnreadable(t *testing.T) {
	for text, want := range map[string]string{
		"{\"a\": 1":                             "line 1: the bracket of line 1 is not closed",
		"{\n\"a\": {\"b\": 1}\n":                "line 3: the bracket of line 1 is not closed",
		"{\"a\": [1}":                           "line 1: '}' closes the bracket of line 1, which is of the other sort",
		"{\"a\": }":                             `line 1: a has no value: "}"`,
		"{\"a\" 1}":                             `line 1: a colon is missing after "a"`,
		"{\"text\": \"say \"hi\" to\"}":         "",
		"{\"ref\": \"abc,\n\"source\": \"S\"}":  `line 1: the text "\"abc," does not end on its line`,
		"{\"a\": 1}\nThen you get this answer:": `line 2: here begins no JSON: "Then you get this answer:"`,
		"curl -X POST":                          `line 1: here begins no JSON: "curl -X POST"`,
		"[\"a\": 1]":                            "line 1: a member stands in the list of line 1",
		"{\"a\": 1 /* no end":                   "line 1: the comment does not end",
		"{\"a\": \"":                            `line 1: the text "\"" does not end`,
		strings.Repeat("[", 200):                "line 1: brackets are nested more than 100 deep",
	} {
		values, err := mend.Read(text)
		var u *mend.Unreadable
		switch {
		case !errors.As(err, &u):
			t.Errorf("%q is read as %d values: %v", text, len(values), err)
		case want != "" && err.Error() != want:
			t.Errorf("%q: %v\nexpected %s", text, err, want)
		}
	}
}

func TestBegins(t *testing.T) {
	for text, want := range map[string]bool{
		"{}": true, " [": true, "// a comment\n{": true, "&#123;&#125;": true, "\"mid\": \"M\"": true,
		"curl -X POST": false, "": false, "/* no end": false, "POST /me HTTP/1.1": false, "https://example.com": false,
	} {
		if got := mend.Begins(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// Whatever is read is JSON, and JSON is read as it is.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{"a": [1, "b", null, {"c": true}]}`, "{\n\"ref\": <REF>,\n}", `{“a”: 'b' | "c", // d` + "\n...}", `"a": {"b": X}`, `[{"a":"\u{1F600}"}]}`, `{"é": "\ud83d"}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := mend.Read(text)
		var u *mend.Unreadable
		if err != nil && !errors.As(err, &u) {
			t.Fatalf("another error: %v", err)
		}
		for _, v := range values {
			if !json.Valid(v.JSON) {
				t.Fatalf("%s is no JSON", v.JSON)
			}
		}
		trimmed := strings.TrimSpace(text)
		if !utf8.ValidString(text) || !json.Valid([]byte(text)) || trimmed[0] != '{' && trimmed[0] != '[' {
			return
		}
		var plain bytes.Buffer
		if err := json.Compact(&plain, []byte(text)); err != nil {
			t.Fatal(err)
		}
		switch {
		case err != nil && strings.Contains(err.Error(), "deep"):
			return
		case err != nil:
			t.Fatalf("JSON is not read: %v", err)
		case len(values) != 1:
			t.Fatalf("JSON is read as %d values", len(values))
		case len(values[0].Repairs) == 0 && !bytes.Equal(values[0].JSON, plain.Bytes()):
			t.Fatalf("JSON is read as %s", values[0].JSON)
		}
		for _, r := range values[0].Repairs {
			if !strings.Contains(r.What, "twice") && !strings.Contains(r.What, "entities") {
				t.Fatalf("JSON was mended: %v", r)
			}
		}
	})
}
