package event_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

// A template is what an event was built of: of each variant in the catalogue, by whomever
// and whenever.
func TestTemplateOfWhatWasBuilt(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 89e6, time.UTC)
	for i, v := range schemas.All() {
		s := event.NewSession(int64(i%3), []string{"Ada", "Åsa 7", "Grace"}[i%3], "208817002735")
		s.AppID = 771200417747541
		built, err := event.Build(v, s, i%40, at)
		if err != nil {
			t.Fatal(err)
		}
		template, err := event.Template(built.JSON, s, at.Add(time.Hour))
		if err != nil {
			t.Errorf("%s: %v", v.ID, err)
			continue
		}
		var want bytes.Buffer
		if err := json.Compact(&want, v.Event); err != nil {
			t.Fatal(err)
		}
		if string(template) != want.String() {
			t.Errorf("%s: of\n%s\ncame\n%s\nwant\n%s", v.ID, built.JSON, template, want.String())
		}
	}
}

// What somebody edited stays, with its digits, order and escapes.
func TestTemplateKeepsWhatWasEdited(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	s := event.NewSession(1, "Ada", "208817002735")
	doc := `{"b":120210000000000001,"sender":{"id":"` + s.PSID + `"},"a":"\u00e5 1","old":1456000000000,"n":1.0,"ref":"summer","timestamp":1772600767001}`
	want := `{"b":120210000000000001,"sender":{"id":"{{psid}}"},"a":"\u00e5 1","old":1456000000000,"n":1.0,"ref":"summer","timestamp":"{{timestamp_ms}}"}`
	if got, err := event.Template(json.RawMessage(doc), s, at); err != nil || string(got) != want {
		t.Errorf("%v: got\n%s\nwant\n%s", err, got, want)
	}
	if _, err := event.Template(json.RawMessage(`{`), s, at); err == nil {
		t.Error("what is not JSON becomes a template")
	}
}
