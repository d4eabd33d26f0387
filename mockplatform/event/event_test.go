package event

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/schemas"
)

var (
	noon  = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	alice = Session{
		Name: "alice", PSID: "5794982867201265", PageID: "542998526103632", UserRef: "abcdefgh-ijklmnop",
		GuestID: "1739141089378194", Tag: "k3mzq5x7ab", AppID: 498721317747541,
	}
)

func variant(template string) schemas.Variant {
	return schemas.Variant{
		ID: "test.variant", Field: "messaging_referrals", Object: "page",
		Form: schemas.FormMessaging, Event: json.RawMessage(template),
	}
}

func build(t rapid.TB, template string, number int, at time.Time) Event {
	t.Helper()
	e, err := Build(variant(template), alice, number, at)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestBuildFillsPlaceholders(t *testing.T) {
	const atMillis = "1772366400008" // noon and 7 steps, the first of which leaves the whole second
	tests := []struct{ template, want string }{
		{`"{{psid}}"`, `"5794982867201265"`},
		{`"{{page_id}}"`, `"542998526103632"`},
		{`"{{user_ref}}"`, `"abcdefgh-ijklmnop"`},
		{`"{{guest_id}}"`, `"1739141089378194"`},
		{`"{{app_id}}"`, `498721317747541`},
		{`"{{ref}}"`, `"ref_k3mzq5x7ab_7"`},
		{`"{{payload}}"`, `"PAYLOAD_k3mzq5x7ab_7"`},
		{`"{{title}}"`, `"Choice 7 (k3mzq5x7ab)"`},
		{`"{{text}}"`, `"Hello, this is message 7 (k3mzq5x7ab)"`},
		{`"{{mid}}"`, `"m_k3mzq5x7ab_7_8kJZR0MrlmSY2vADK4rZ1EU4uF0LNkKHoOCDVbCaZkg"`},
		{`["{{ad_id}}","{{post_id}}","{{product_id}}","{{flow_id}}"]`, `["5053166463766","457613974675022","1984432421567483","6067955408422756"]`},
		{`"{{timestamp_ms}}"`, atMillis},
		{`"{{timestamp_ms_text}}"`, `"` + atMillis + `"`},
		{`"{{timestamp_s}}"`, `1772366407`},
		{`"{{timestamp_s_text}}"`, `"1772366407"`},
		{`["{{timestamp_ms}}","{{time_ms}}"]`, `[` + atMillis + `,1772366400057]`},
		{`["{{timestamp_s}}","{{timestamp_ms}}","{{time_ms}}","{{time_s}}"]`, `[1772366407,1772366407000,1772366407049,1772366407]`},
		{`"a{{app_id}}b{{ref}}"`, `"a498721317747541bref_k3mzq5x7ab_7"`},
		{`"{{app_id}}{{app_id}}"`, `"498721317747541498721317747541"`},
		{`{"{{app_id}}":["{{app_id}}"]}`, `{"498721317747541":[498721317747541]}`},
		{` { "b" : 1.0 , "a":[ ], "b": 1e3, "c": {}, "d":-0, "e":12345678901234567890 } `, `{"b":1.0,"a":[],"b":1e3,"c":{},"d":-0,"e":12345678901234567890}`},
		{`["\u00e4\/ä","\ud83d",null,true]`, `["\u00e4\/ä","\ud83d",null,true]`},
		{`"{ {psid}} } psid"`, `"{ {psid}} } psid"`},
	}
	for _, tt := range tests {
		if got := build(t, tt.template, 7, noon).JSON; string(got) != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.template, got, tt.want)
		}
	}
}

func TestBuildQuotesValues(t *testing.T) {
	s := alice
	s.PSID = `"quoted\` + "\n"
	e, err := Build(variant(`["{{psid}}","id {{psid}}"]`), s, 0, noon)
	if err != nil {
		t.Fatal(err)
	}
	if want := `["\"quoted\\\n","id \"quoted\\\n"]`; string(e.JSON) != want {
		t.Errorf("got  %s\nwant %s", e.JSON, want)
	}
}

func TestBuildErrors(t *testing.T) {
	tests := []struct {
		name, template string
		number         int
		at             time.Time
		want           string
	}{
		{"unknown placeholder", `{"a/b":[0,{"r~f":"x{{nope}}"}]}`, 0, noon, "build test.variant: /a~1b/1/r~0f: unknown placeholder {{nope}}"},
		{"unknown placeholder as the whole string", `{"referral":"{{ ref }}"}`, 0, noon, "build test.variant: /referral: unknown placeholder {{ ref }}"},
		{"unknown placeholder in a name", `{"a":{"{{nope}}":1}}`, 0, noon, "build test.variant: /a/{{nope}}: in the name: unknown placeholder {{nope}}"},
		{"placeholder left open", `{"ref":"{{ref"}`, 0, noon, `build test.variant: /ref: placeholder without its }} in "{{ref"`},
		{"template is not JSON", `{"ref":<REF>}`, 0, noon, "build test.variant: template: byte 7: unexpected '<', want a value"},
		{"no template", ``, 0, noon, "build test.variant: template: byte 0: the text ends, want a value"},
		{"negative number", `{}`, -1, noon, "build test.variant: event number -1 is negative"},
		{"no instant", `{}`, 0, time.Time{}, "build test.variant: 0001-01-01 00:00:00 +0000 UTC is before 1970, which a timestamp cannot tell"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Build(variant(tt.template), alice, tt.number, tt.at)
			if err == nil || err.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

// instants draws a moment between 1970 and 2100, often a whole second.
func instants() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		nanos := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 999_999_999)).Draw(t, "nanoseconds")
		return time.Unix(rapid.Int64Range(0, 4_102_444_800).Draw(t, "seconds"), nanos)
	})
}

const (
	millisTemplate  = `{"timestamp":"{{timestamp_ms}}","mid":"{{mid}}","ref":"{{ref}}","payload":"{{payload}}"}`
	secondsTemplate = `{"timestamp":"{{timestamp_s}}","mid":"{{mid}}","ref":"{{ref}}","payload":"{{payload}}"}`
)

func TestEventsOfOneSessionDiffer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := instants().Draw(t, "at")
		later := at.Add(time.Duration(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(0, 5e9)).Draw(t, "delay")))
		first := rapid.IntRange(0, 5000).Draw(t, "first")
		second := first + rapid.IntRange(1, 5000).Draw(t, "more")
		forms := rapid.SampledFrom([]string{millisTemplate, secondsTemplate})
		formA, formB := forms.Draw(t, "form of the first"), forms.Draw(t, "form of the second")
		a, b := build(t, formA, first, at), build(t, formB, second, later)

		differ := []string{"/mid", "/ref", "/payload"}
		if formA == formB { // else the units differ, and only instants compare
			differ = append(differ, "/timestamp")
			if !b.At.After(a.At) {
				t.Fatalf("event %d of %v is not after event %d of %v", second, b.At, first, a.At)
			}
		}
		for _, pointer := range differ {
			x, _ := Get(a.JSON, pointer)
			y, _ := Get(b.JSON, pointer)
			if bytes.Equal(x, y) {
				t.Fatalf("events %d and %d share %s %s", first, second, pointer, x)
			}
		}
		if a.At.Equal(b.At) {
			t.Fatalf("events %d and %d are both of %v", first, second, a.At)
		}
	})
}

func TestAtIsWhatTheEventTells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := instants().Draw(t, "at")
		number := rapid.IntRange(0, 5000).Draw(t, "number")

		e := build(t, `"{{timestamp_ms}}"`, number, at)
		if got, want := decodeInt(t, e.JSON), e.At.UnixMilli(); got != want || !e.At.Equal(time.UnixMilli(got)) {
			t.Fatalf("the event tells %d ms, At is %v", got, e.At)
		}
		if e.At.Nanosecond() == 0 {
			t.Fatalf("%v is a whole second", e.At)
		}
		limit := time.Duration(number+number/999+2) * time.Millisecond
		if moved := e.At.Sub(at.Truncate(time.Millisecond)); moved < 0 || moved > limit {
			t.Fatalf("event %d is %v after %v, want 0 to %v", number, moved, at, limit)
		}

		e = build(t, `"{{timestamp_s}}"`, number, at)
		if got := decodeInt(t, e.JSON); got != at.Unix()+int64(number) || !e.At.Equal(time.Unix(got, 0)) {
			t.Fatalf("the event tells %d s, At is %v, it was to be number %d after %v", got, e.At, number, at)
		}
	})
}

func decodeInt(t rapid.TB, doc []byte) int64 {
	var n int64
	if err := json.Unmarshal(doc, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCatalogue(t *testing.T) {
	if len(schemas.All()) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, v := range schemas.All() {
		t.Run(v.ID, func(t *testing.T) {
			session := NewSession(1, "alice", "542998526103632")
			e, err := Build(v, session, 3, noon)
			if err != nil {
				t.Fatal(err)
			}
			again, err := Build(v, session, 3, noon)
			if err != nil || !bytes.Equal(again.JSON, e.JSON) || !again.At.Equal(e.At) {
				t.Errorf("the same arguments give\n%s\nand\n%s, error %v", e.JSON, again.JSON, err)
			}
			if strings.Contains(string(e.JSON), "{{") {
				t.Errorf("a placeholder is left in %s", e.JSON)
			}
			if err := schemas.Validate(v.Schema, e.JSON); err != nil {
				t.Errorf("%s: %v", e.JSON, err)
			}
			body, err := Wrap(e)
			if err != nil {
				t.Fatal(err)
			}
			if !json.Valid(body) || !bytes.Contains(body, e.JSON) {
				t.Errorf("the event is not in its envelope %s", body)
			}
		})
	}
}

// What a variant may use is what an event can be filled with.
func TestPlaceholdersOfTheCatalogue(t *testing.T) {
	templates := []string{`{"a":"{{nope}}"}`, `{"a":"{{ ref }}"}`, `{"{{nope}}":1}`, `{"a":["x {{ref"]}`, `{"a":"}}"}`, `{"a":"x{{ref}}{{mid}}"}`}
	for _, name := range schemas.Placeholders() {
		templates = append(templates, `{"a":"{{`+name+`}}","b":"x {{`+name+`}}","{{`+name+`}}":1}`)
	}
	for _, template := range templates {
		_, unknown := variant(template).Example()
		_, unfilled := Build(variant(template), alice, 1, noon)
		if (unknown == nil) != (unfilled == nil) {
			t.Errorf("%s: the catalogue says %v, and filling it %v", template, unknown, unfilled)
		}
	}
}
