package payload_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/runner/payload"
	"github.com/seed-11445fa1/referee/schemas"
)

// TestBodiesAreJudged: whatever may be a body of Meta's is a payload, however wrong.
func TestBodiesAreJudged(t *testing.T) {
	for _, body := range []string{
		`{"object":"page"}`, `{"object":null}`, `{"entry":{}}`, `{"time":1,"id":"2","messaging":[]}`, `{ "x":1, "object" : "page"}`, `{}`, `{`, `[]`, `[`, `[{`,
		`[{"object":"page","entry":[]}]`, `{"field":"messages"}`, `{"value":{}}`, `{"sender":{"id":"1"},"recipient":{"id":"2"},"timestamp":1,"call":{}}`,
		`{"timestamp":1,"sender":{}}`, `{"message":{"text":"hi"}}`, `{"postback":{}}`, `{"object":"page","entry":[`, "{\"object\":\"page\",\"entry\":\"\xff\"}", `{"ob`,
		// Drifted: an object that is new or gone, an entry without some of its members.
		`{"object":"page_v2","entry":[]}`, `{"entry":[{"id":"1","time":1}]}`, `{"entry":[{"note":"","messaging":[]}]}`, `{"entry":[{"calls":[{}]}],"v":1}`,
		`{"entry":[{"note":""},{"changes":[]}]}`, `{"entry":[{"field":"comments","value":{}}]}`, `{"entry":[{"sender":{"id":"1"},"recipient":{"id":"2"},"call_permission_reply":{}}]}`,
		`{"entry":[{"id":"1"`, `{"entry":[{}],"x":1}`, `{"id":"1","object":"list","entry":[]}`, `{"object":"instagram","x":[]}`, `{"object":`,
		`{"value":{"postback":{}},"field":"messaging_postbacks"}`,
		"{\n  \"object\": \"page\",\n  \"entry\": [\n    {\"id\": \"1\"}\n    {\"id\": \"2\"}\n  ]\n}\n",
	} {
		got, err := all(t, source(body))
		if err != nil || len(got) != 1 {
			t.Errorf("%s: got %q, %v", body, got, err)
		}
	}
	person := event.NewSession(1, "Åsa", "104508901353867")
	for _, v := range schemas.All() {
		ev, err := event.Build(v, person, 1, time.UnixMilli(1767366245000))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := all(t, source(string(ev.JSON))); v.Form != schemas.FormChanges && v.Form != schemas.FormCalls && (err != nil || len(got) != 1) {
			t.Errorf("%s: got %q, %v", ev.JSON, got, err)
		}
	}
}

// TestForeignFilesAreRefused: a file of something else is no payload, and it is said
// what it is.
func TestForeignFilesAreRefused(t *testing.T) {
	for _, c := range []struct{ text, says string }{
		{"Do not lose this.\nOr that.\n", `in:1 is text that is not JSON: "Do not lose this."`},
		{strings.Repeat("x", 70), `"` + strings.Repeat("x", 60) + `"…`},
		{"[2026-11-26 12:00:00] INFO started\n", `in:1 is text that is not JSON: "[2026-11-26 12:00:00] INFO started"`},
		{"\n<html>", `in:2 is text that is not JSON: "<html>"`},
		{"{'object': 'page'}", `text that is not JSON: "{'object': 'page'}"`},
		{"\xef\xbb\xbf{\"object\":\"page\"}", "in:1 is text that begins with a byte order mark"},
		{"17\n", `JSON, but no object: "17"`},
		{`[{"file":"a","note":"b"}]`, "in is a list of JSON objects with the members file, note"},
		{`["a"]`, `JSON, but no object: "[\"a\"]"`},
		{`{"level":"info","timestamp":1,"message":"hello"}` + "\n", "in is a JSON object with the members level, timestamp, message, and neither a payload"},
		{"{\n \"name\": \"bot\",\n \"version\": \"1.0.0\"\n}\n", "in is a JSON object with the members name, version, and"},
		{`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7}`, "the members a, b, c, d, e, f and 1 more"},
		{`{"object":"page","entry":[]}` + "\n" + `{"level":"info"}`, "in:2 is a JSON object with the members level"},
		{record + "\nshutting down\n", `in:2 is text that is not JSON: "shutting down"`},
		{`{"name":"R1","body":{"object":"page","entry":[]}}` + "\n{}\n", "take it out, as with `jq -c '.body'`"},
		{`{"log":{"version":"1.2","entries":[` + "\n" + `{"request":{}}` + "\n]}}\n", "in is a HAR archive"},
		{`{"exchanges":[],"more":false,"version":"1","dropped":0}`, "/api/v1/exchanges/export has them whole"},
		{`{"version":2,"tool":{"name":"referee"},"verdict":"conformant","requirements":[]}`, "a result of `referee run`"},
		// Of other services that have an object or an entry too.
		{`{"id":"evt_1","object":"event","data":{"object":{"id":"ch_1","object":"charge"}}}`, "in is a JSON object with the members id, object, data, and neither a payload"},
		{`{"object":"list","data":[]}`, "in is a JSON object with the members object, data, and"},
		{`{"object":"list"}`, "in is a JSON object with the members object, and"},
		{`{"id":"c","object":"chat.completion","created":1,"choices":[{"message":{"role":"assistant"}}]}`, "the members id, object, created, choices, and"},
		{`{"object":"page","id":"59833787","properties":{}}`, "the members object, id, properties, and"},
		{`{"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:1","resource":{}}]}`, "the members resourceType, type, entry, and"},
		{`{"entry":[{"id":"1","title":"News"},{"id":"2","title":"More"}]}`, "the members entry, and"},
		{`{"field":"name","value":3}`, "the members field, value, and"},
		{`{"value":"x","field":"name"}`, "the members value, field, and"},
		{`{"value":[{"id":1}]}`, "the members value, and"},
		{`{"count":1,"value":{"id":1}}`, "the members count, value, and"},
		{`{"field":"name","label":"Name"}`, "the members field, label, and"},
		{`{"seq":1,"colour":"red"}`, "has no direction"},
	} {
		got, err := all(t, source(c.text))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %q, %v, want %s", c.text, got, err, c.says)
		}
	}
	for _, variant := range []string{"referral.ads", "test.page"} {
		text, err := os.ReadFile(filepath.Join("../../schemas/variants", variant+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := all(t, source(string(text))); err == nil || !strings.Contains(err.Error(), "a file of the catalogue") {
			t.Errorf("%s: got %v", variant, err)
		}
	}
}

// TestCheck: what is foreign is found before anything is visited, wherever it is.
func TestCheck(t *testing.T) {
	fine := source(strings.Repeat(`{"object":"page"}`+"\n", 100) + record + "\n" + record[:50])
	bad := source(strings.Repeat(`{"object":"page"}`+"\n", 100) + `{"level":"info"}` + "\n")
	if err := payload.Check(t.Context(), fine); err != nil {
		t.Errorf("a torn record is not foreign: %v", err)
	}
	if err := payload.Check(t.Context(), append(fine, bad...)); err == nil || !strings.HasPrefix(err.Error(), "in:101 is a JSON object") {
		t.Errorf("got %v", err)
	}
	once := payload.Source{Name: "pipe", Once: true, Open: func() (io.ReadCloser, error) { return nil, fmt.Errorf("it is opened") }}
	if err := payload.Check(t.Context(), []payload.Source{once}); err != nil {
		t.Error(err)
	}
}
