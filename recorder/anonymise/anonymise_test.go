package anonymise_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder/anonymise"
	"github.com/seed-11445fa1/referee/schemas"
)

func with(t testing.TB, keep ...string) *anonymise.Anonymiser {
	t.Helper()
	a, err := anonymise.New(anonymise.Options{Key: [32]byte{7}, Keep: keep})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// readings are what a body is read as, without the words of values.
func readings(t *testing.T, body []byte) schemas.Reading {
	t.Helper()
	r, err := schemas.Read(body)
	if err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, problems := range [][]schemas.Problem{r.Problems, r.Novelties} {
		for i := range problems {
			problems[i].Message = ""
		}
	}
	return r
}

// TestVariantsStayThemselves holds for every documented payload, in both
// spellings: its stand-in is as valid, and is recognised as the same variant.
func TestVariantsStayThemselves(t *testing.T) {
	a := with(t)
	person := event.NewSession(1, "Åsa", "104508901353867")
	person.AppID = 498721317747541
	for _, v := range schemas.All() {
		ev, err := event.Build(v, person, 1, time.UnixMilli(1767366245000))
		if err != nil {
			t.Fatal(err)
		}
		doc, err := event.Wrap(ev)
		if err != nil {
			t.Fatal(err)
		}
		for _, style := range []wire.Style{wire.Messaging, wire.Generic} {
			body, err := wire.Encode(doc, style)
			if err != nil {
				t.Fatal(err)
			}
			got := a.Body(body)
			if len(got) != len(body) {
				t.Errorf("%s: %d bytes became %d", v.ID, len(body), len(got))
			}
			if before, after := readings(t, body), readings(t, got); !reflect.DeepEqual(before, after) {
				t.Errorf("%s:\n%s\nis read as %+v\n%s\nas %+v", v.ID, body, before, got, after)
			}
			for _, secret := range []string{person.PSID, person.UserRef, person.GuestID, person.PageID, person.Tag, "498721317747541"} {
				if bytes.Contains(got, []byte(secret)) {
					t.Errorf("%s still has %s: %s", v.ID, secret, got)
				}
			}
			if again, err := wire.Encode(got, style); err != nil || !bytes.Equal(again, got) {
				t.Errorf("%s: %s is not spelt as Meta does: %s, %v", v.ID, got, again, err)
			}
		}
	}
}

// TestCorpusStaysItself does the same for payloads of public sources.
func TestCorpusStaysItself(t *testing.T) {
	file, err := os.Open("../../schemas/testdata/corpus/payloads.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	a := with(t)
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	n := 0
	for ; lines.Scan(); n++ {
		var line struct {
			Name string
			Body json.RawMessage
		}
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		got := a.Body(line.Body)
		if before, after := readings(t, line.Body), readings(t, got); !reflect.DeepEqual(before, after) {
			t.Errorf("%s:\n%s\nis read as %+v\n%s\nas %+v", line.Name, line.Body, before, got, after)
		}
	}
	if n == 0 || lines.Err() != nil {
		t.Fatalf("%d payloads, %v", n, lines.Err())
	}
}

// texts draws texts of the kinds that payloads have, often with much in common.
func texts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[1-9][0-9]{5,20}`),
		rapid.StringMatching(`(m_|mid\.\$?)?[A-Za-z0-9_-]{6,60}`),
		rapid.StringMatching(`https?://[a-z]{1,9}\.example/[a-z0-9]{0,8}(%C3%A5|%c3%a4|%41|%6a%6F|%4%zz|%E2%82%AC|%zz|%)?[a-z0-9]{0,8}\?[a-z]=[0-9]{1,9}`),
		rapid.StringMatching(`[ab]{1,7}`),
		rapid.String(),
	)
}

// TestEqualityIsKept: two values are equal if and only if their stand-ins are.
func TestEqualityIsKept(t *testing.T) {
	a := with(t)
	rapid.Check(t, func(t *rapid.T) {
		x, y := texts().Draw(t, "x"), texts().Draw(t, "y")
		sx, sy := a.Text(x), a.Text(y)
		if (x == y) != (sx == sy) {
			t.Fatalf("%q became %q, and %q became %q", x, sx, y, sy)
		}
		if a.Text(x) != sx {
			t.Fatalf("%q has two stand-ins", x)
		}
		if len(sx) != len(x) || utf8.ValidString(x) != utf8.ValidString(sx) {
			t.Fatalf("%q became %q, of another form", x, sx)
		}
	})
}

// TestShortTextsArePermuted: all texts of one form have all texts of that form
// as stand-ins, so no two share one.
func TestShortTextsArePermuted(t *testing.T) {
	a := with(t)
	seen := map[string]bool{}
	for n := range 9000 {
		seen[a.Text(string(rune('1'+n/1000))+string(rune('0'+n/100%10))+string(rune('0'+n/10%10))+string(rune('0'+n%10)))] = true
	}
	if len(seen) != 9000 {
		t.Errorf("9000 numbers of four digits have %d stand-ins", len(seen))
	}
}

// TestNothingSurvives: no value of six letters or digits is to be found.
func TestNothingSurvives(t *testing.T) {
	a := with(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Za-zåäöü]{3,9} [A-Za-z0-9]{6,20}`).Draw(t, "text")
		id := rapid.StringMatching(`[1-9][0-9]{10,18}`).Draw(t, "id")
		body, err := json.Marshal(map[string]any{"sender": map[string]any{"id": id}, "n": json.Number(id), "message": map[string]any{"text": text, "type": text}, text: id})
		if err != nil {
			t.Fatal(err)
		}
		got := a.Body(body)
		for _, secret := range append(strings.Fields(text), id) {
			if len(secret) >= 6 && bytes.Contains(got, []byte(secret)) {
				t.Fatalf("%s still has %s: %s", body, secret, got)
			}
		}
		var read struct {
			Sender struct{ ID string }
			N      json.Number
		}
		if err := json.Unmarshal(got, &read); err != nil {
			t.Fatal(err)
		}
		if read.N.String() != read.Sender.ID {
			t.Fatalf("the id as a text became %s, as a number %s", read.Sender.ID, read.N)
		}
	})
}

// TestSpellingDoesNotCount: one text has one stand-in however it is spelt.
func TestSpellingDoesNotCount(t *testing.T) {
	a := with(t)
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		plain, err := json.Marshal([]string{text})
		if err != nil {
			t.Fatal(err)
		}
		escaped, err := wire.Encode(plain, wire.Messaging)
		if err != nil {
			t.Fatal(err)
		}
		var one, other []string
		if err := json.Unmarshal(a.Body(plain), &one); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(a.Body(escaped), &other); err != nil {
			t.Fatal(err)
		}
		if one[0] != other[0] {
			t.Fatalf("%q became %q and %q", text, one[0], other[0])
		}
	})
}

func TestStays(t *testing.T) {
	for _, c := range []struct{ name, body, stays string }{
		{"words of sets", `{"referral":{"source":"ADS","type":"NEW_ONE"},"object":"page"}`, `"source":"ADS","type":"NEW_ONE"},"object":"page"`},
		{"instants", `{"timestamp":1527459824000,"time":"1527459824","created_time":"2026-01-02T03:04:05+0000"}`, `{"timestamp":1527459824000,"time":"1527459824","created_time":"2026-01-02T03:04:05+0000"}`},
		{"literals and small numbers", `{"a":[true,false,null,12345,1e5]}`, `{"a":[true,false,null,12345,1e5]}`},
		{"roles", `{"app_roles":{"123456789":["primary_receiver"]}}`, `["primary_receiver"]`},
		{"the prefix of a mid", `{"mid":"m_AG5Hz2Uq7tuwNEhXfYYKj8"}`, `{"mid":"m_`},
		{"the scheme of an address", `{"url":"https:\/\/example.com\/a"}`, `{"url":"https:\/\/`},
		{"what is kept by name", `{"postback":{"payload":"GET_STARTED 1234567890","title":"x"}}`, `"payload":"GET_STARTED 1234567890"`},
		{"what is kept by place", `{"entry":[{"id":"1234567890"},{"id":"1234567890"}]}`, `{"entry":[{"id":"1234567890"},{"id":"1234567890"}]}`},
		{"all below what is kept", `{"kept":[{"anna@example.com":"Anna"}]}`, `{"kept":[{"anna@example.com":"Anna"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := string(with(t, "payload", "/entry/*/id", "member:kept").Body([]byte(c.body))); !strings.Contains(got, c.stays) {
				t.Errorf("%s became %s", c.body, got)
			}
		})
	}
}

func TestGoes(t *testing.T) {
	for _, c := range []struct{ name, body, goes string }{
		{"an id in the place of a name", `{"app_roles":{"1234567890":[]}}`, "1234567890"},
		{"a text in the place of a name", `{"anna@example.com":1}`, "anna"},
		{"a text where a word should be", `{"referral":{"source":"https://anna.example/"}}`, "anna"},
		{"an id where a word should be", `{"type":"1234567890"}`, "1234567890"},
		{"a text where an instant should be", `{"timestamp":"Anna Svensson"}`, "Anna"},
		{"a large number", `{"n":12345678901}`, "12345678901"},
		{"an id of few digits", `{"page_id":123456}`, "123456"},
		{"a place on earth", `{"lat":59.334591}`, "334591"},
		{"what is not JSON", `name=Anna+Svensson&id=123456`, "Svensson"},
		{"a scalar", `"Anna Svensson"`, "Svensson"},
		{"a document that breaks off", `{"text":"Anna Svensson`, "Svensson"},
		{"a document with something after it", `{"n":12345} Svensson`, "Svensson"},
		{"percent codes of letters", `{"url":"https://x.example/?q=%6d%79%73%65%63%72%65%74"}`, "%6d%79%73%65%63"},
		{"percent codes of digits", `"%31%32%33%34%35%36%37"`, "%31%32%33%34"},
		{"percent signs between letters", `"%o%p%e%n%s%e%s%a%m%e"`, "%o%p%e%n"},
		{"bytes that are no UTF-8", "Svensson \xff\xfe\x80", "\xff\xfe\x80"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := string(with(t).Body([]byte(c.body)))
			if strings.Contains(got, c.goes) || len(got) != len(c.body) {
				t.Errorf("%q became %q", c.body, got)
			}
		})
	}
}

func TestLargeNumbersKeepTheirType(t *testing.T) {
	a := with(t)
	for _, c := range []struct{ from, to string }{
		{"1000000000000000", "9007199254740991"}, {"9007199254740992", "9999999999999999"},
		{"1000000000000000000", "9223372036854775807"}, {"9223372036854775808", "9999999999999999999"},
	} {
		for _, number := range []string{c.from, c.to} {
			if got := a.Text(number); got < c.from || got > c.to {
				t.Errorf("%s became %s, which needs another type", number, got)
			}
		}
	}
}

func TestPercentCodesStayValid(t *testing.T) {
	a := with(t)
	for range 50 {
		text := "https://www.example.com/b%C3%A5t%c3%a4%E2%82%AC%20%2F%41%6b%6B%37%g%4"
		got := a.Text(text)
		form := regexp.MustCompile(`^https://\w+\.\w+\.\w+/\w%C3%[AB89][0-9A-F]\w%c3%[ab89][0-9a-f]%E2%82%[AB89][A-F]%20%2F%[45][0-9]%[67][a-f]%[67][A-F]%3[0-9]%[g-z]%[0-9]$`)
		if !form.MatchString(got) {
			t.Fatalf("%s became %s", text, got)
		}
		decoded, err := url.PathUnescape(got[:len(got)-len("%g%4")])
		if err != nil || !regexp.MustCompile(`/\w.\w.. /[A-Z][a-z][a-z][0-9]$`).MatchString(decoded) {
			t.Fatalf("%s became %s, which is %s, %v", text, got, decoded, err)
		}
		a = other(t, got)
	}
}

// other is an Anonymiser with a key made of a text.
func other(t *testing.T, text string) *anonymise.Anonymiser {
	t.Helper()
	var o anonymise.Options
	copy(o.Key[:], text[len(text)-32:])
	a, err := anonymise.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}
