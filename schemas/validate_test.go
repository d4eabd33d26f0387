package schemas_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func asValidation(err error, target **schemas.ValidationError) bool {
	return errors.As(err, target)
}

func TestRejectedDocuments(t *testing.T) {
	for _, name := range schemas.SchemaNames() {
		files, err := filepath.Glob(filepath.Join("testdata", "reject", name, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) < 2 {
			t.Errorf("%s has %d documents that it must reject, want two or more", name, len(files))
		}
		for _, file := range files {
			t.Run(name+"/"+strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
				var reject struct {
					Pointer  string
					Why      string
					Document json.RawMessage
				}
				data, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				if err := json.Unmarshal(data, &reject); err != nil {
					t.Fatal(err)
				}
				var broken *schemas.ValidationError
				if err := schemas.Validate(name, reject.Document); !asValidation(err, &broken) {
					t.Fatalf("got %v, want a validation error: %s", err, reject.Why)
				}
				if !slices.ContainsFunc(broken.Problems, func(p schemas.Problem) bool { return p.Pointer == reject.Pointer }) {
					t.Errorf("no problem at %q (%s): %v", reject.Pointer, reject.Why, broken)
				}
			})
		}
	}
}

func TestEveryRejectedDocumentHasASchema(t *testing.T) {
	dirs, err := os.ReadDir("testdata/reject")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if !slices.Contains(schemas.SchemaNames(), dir.Name()) {
			t.Errorf("testdata/reject/%s belongs to no schema", dir.Name())
		}
	}
}

func TestProblemsNameTheirKeyword(t *testing.T) {
	for doc, want := range map[string]schemas.Problem{
		`{"recipient":{"id":"1"},"message":{"text":"` + strings.Repeat("ö", 2001) + `"}}`: {Breach: schemas.Malformed, Pointer: "/message/text", Keyword: "maxLength", Limit: 2000},
		`{"recipient":{"id":"1"},"message":{"text":""}}`:                                  {Breach: schemas.Malformed, Pointer: "/message/text", Keyword: "minLength"},
		`{"recipient":{"id":"1"}}`:                                                        {Breach: schemas.Missing, Keyword: "oneOf"},
		`{"recipient":{"id":1e999},"message":{"text":"a"}}`:                               {Breach: schemas.Malformed, Pointer: "/recipient/id"},
	} {
		var broken *schemas.ValidationError
		if err := schemas.Validate("send.request", []byte(doc)); !asValidation(err, &broken) || len(broken.Problems) != 1 {
			t.Fatalf("got %v", err)
		}
		got := broken.Problems[0]
		if got.Message == "" {
			t.Errorf("no message: %+v", got)
		}
		if got.Keyword != "" && !strings.HasPrefix(got.Place, "meta/") {
			t.Errorf("the place is not one in a schema: %+v", got)
		}
		if got.Message, got.Place = "", ""; got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
	}
}

func TestProblemsAreReadable(t *testing.T) {
	const who = `"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1458692752478`
	for name, tc := range map[string]struct {
		schema, doc string
		want        []string
	}{
		"missing members, each by itself": {"event.referral", `{"referral":{"ref":"R"},"timestamp":1}`, []string{
			`the document: lacks the member "recipient"`, `the document: lacks the member "sender"`}},
		"unknown members, each by itself": {"event.referral", `{` + who + `,"referral":{"ref":"R","b/c":1,"a~b%":2}}`, []string{
			`/referral/a~0b%: is an unknown member`, `/referral/b~1c: is an unknown member`}},
		"type": {"event.referral", `{` + who + `,"referral":{"ref":7}}`, []string{
			`/referral/ref: is a number, must be a string or null`}},
		"several types": {"event.referral", `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":[],"referral":{"ref":"R"}}`, []string{
			`/timestamp: is an array, must be an integer or a string`}},
		"choice": {"event.referral", `{` + who + `,"referral":{"type":"OPEN_<THREADS>"}}`, []string{
			`/referral/type: is "OPEN_<THREADS>", must be "OPEN_THREAD", "LEAD_COMPLETE" or "LEAD_INCOMPLETE"`}},
		"constant": {"event.message-request", `{` + who + `,"message_request":"no"}`, []string{
			`/message_request: is "no", must be "accept"`}},
		"pattern": {"event.referral", `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":"soon","referral":{"ref":"R"}}`, []string{
			`/timestamp: is "soon", must match ^[0-9]+$`}},
		"empty text": {"event.referral", `{"sender":{"id":""},"recipient":{"id":"2"},"timestamp":1,"referral":{"ref":"R"}}`, []string{
			`/sender/id: is "", must not be shorter than 1`}},
		"long text": {"send.request", `{"recipient":{"id":"1"},"message":{"text":"` + strings.Repeat("ö", 2001) + `"}}`, []string{
			`/message/text: is "` + strings.Repeat("ö", 59) + `…, must not be longer than 2000`}},
		"long list": {"messenger-profile.request", `{"whitelisted_domains":["a"` + strings.Repeat(`,"a"`, 50) + `]}`, []string{
			`/whitelisted_domains: must have at most 50 elements`}},
		"no members": {"event.postback", `{` + who + `,"postback":{}}`, []string{
			`/postback: must have at least 1 of its members`}},
		"none of the alternatives": {"event.read", `{` + who + `,"read":{}}`, []string{
			`/read: must have exactly one of watermark or mid`}},
		"two of the alternatives": {"event.read", `{` + who + `,"read":{"watermark":1,"mid":"M"}}`, []string{
			`/read: must have exactly one of watermark or mid`}},
		"long values are cut": {"event.message-request", `{` + who + `,"message_request":"` + strings.Repeat("ö", 99) + `"}`, []string{
			`/message_request: is "` + strings.Repeat("ö", 59) + `…, must be "accept"`}},
		"one problem found by two schemas is one": {"event", `{` + who + `,"pass_thread_control":{"new_owner_app_id":"1"},"take_thread_control":{"previous_owner_app_id":"1"}}`, []string{
			`the document: must have exactly one of pass_thread_control, take_thread_control or request_thread_control`}},
		"an empty list": {"envelope", `{"object":"page","entry":[]}`, []string{
			`/entry: must have at least 1 element`}},
	} {
		t.Run(name, func(t *testing.T) {
			var broken *schemas.ValidationError
			if err := schemas.Validate(tc.schema, []byte(tc.doc)); !asValidation(err, &broken) {
				t.Fatalf("got %v, want a validation error", err)
			}
			var got []string
			for _, p := range broken.Problems {
				got = append(got, p.String())
			}
			if !slices.Equal(got, tc.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.want, "\n"))
			}
			if text := broken.Error(); !strings.Contains(text, tc.schema) || !strings.Contains(text, tc.want[0]) {
				t.Errorf("the error does not say everything: %s", text)
			}
		})
	}
}

func TestValidateSaysWhatIsWrongWithTheCall(t *testing.T) {
	for name, tc := range map[string]struct{ schema, doc, want string }{
		"unknown schema":   {"event.teleport", `{}`, `there is no schema "event.teleport"; there are: batch.request`},
		"shared parts":     {"common", `{}`, `there is no schema "common"`},
		"empty":            {"envelope", ``, "it is empty"},
		"only spaces":      {"envelope", " \n", "it is empty"},
		"cut off":          {"envelope", "{\n\"object\":", "line 2, column 10: it ends too early"},
		"comma":            {"envelope", "{\n  \"ö\": 1,\n}", `line 3, column 1: there is a comma before "}"`},
		"as Meta prints":   {"event.referral", `{"referral":{"ref":<REF>}}`, `line 1, column 20: a value has to stand there, and "<" does`},
		"two values":       {"envelope", "{}\n {}", "line 2, column 2: there is more after the value"},
		"garbage after it": {"envelope", "{}x", "line 1, column 3: there is more after the value"},
		"not UTF-8":        {"envelope", "{\"object\":\"\xff\"}", "it is not UTF-8"},
		"byte order mark":  {"envelope", "\ufeff{}", "line 1, column 1: a byte order mark"},
	} {
		t.Run(name, func(t *testing.T) {
			err := schemas.Validate(tc.schema, []byte(tc.doc))
			var broken *schemas.ValidationError
			if err == nil || asValidation(err, &broken) || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q and not a validation error", err, tc.want)
			}
		})
	}
}

func TestNumbersKeepTheirDigits(t *testing.T) {
	const event = `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":%,"referral":{"ref":"R"}}`
	for number, valid := range map[string]bool{
		"1458692752478":                    true,
		"9007199254740993":                 true,
		"123456789012345678901234567890":   true,
		"1.0":                              true,
		"14586927524780e-1":                true,
		"9007199254740993.1":               false,
		"123456789012345678901234567890.5": false,
		"-1":                               false,
		"1e400":                            true,
		"1e401":                            false,
		"1e99999999999999999999":           false,
	} {
		err := schemas.Validate("event.referral", []byte(strings.Replace(event, "%", number, 1)))
		var broken *schemas.ValidationError
		switch {
		case valid && err != nil:
			t.Errorf("%s: %v", number, err)
		case !valid && (!asValidation(err, &broken) || broken.Problems[0].Pointer != "/timestamp"):
			t.Errorf("%s: got %v, want a problem at /timestamp", number, err)
		}
	}
}

func TestValidateFromManyGoroutines(t *testing.T) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, v := range schemas.All() {
				if err := schemas.Validate(v.Schema, []byte(fill(t, v))); err != nil {
					t.Errorf("%s: %v", v.ID, err)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzValidate(f *testing.F) {
	names := schemas.SchemaNames()
	for _, v := range schemas.All() {
		f.Add(uint(slices.Index(names, v.Schema)), []byte(fill(f, v)))
	}
	for _, doc := range []string{`[[[[]]]]`, `{"":{"~":"%"}}`, `1e999999999`, `{"timestamp":-0.0e-0}`, `"\ud800"`} {
		f.Add(uint(0), []byte(doc))
	}
	f.Fuzz(func(t *testing.T, index uint, doc []byte) {
		name := names[index%uint(len(names))]
		err := schemas.Validate(name, doc)
		if err != nil && !json.Valid(doc) {
			return
		}
		var broken *schemas.ValidationError
		if !asValidation(err, &broken) {
			return
		}
		if len(broken.Problems) == 0 || broken.Schema != name {
			t.Errorf("%q: %+v", doc, broken)
		}
		for _, p := range broken.Problems {
			if p.Message == "" || p.Pointer != "" && !strings.HasPrefix(p.Pointer, "/") {
				t.Errorf("%q: %+v", doc, p)
			}
		}
	})
}

func BenchmarkValidate(b *testing.B) {
	v, _ := schemas.ByID("referral.ads")
	doc := []byte(fill(b, v))
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if err := schemas.Validate(v.Schema, doc); err != nil {
			b.Fatal(err)
		}
	}
}
