package schemas_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// corpusEntry is a payload from outside the catalogue: made from a public
// source, with that source, and with how strong it is.
type corpusEntry struct {
	Name string
	// Evidence is C for captured payloads, O for official pages, T for fixtures,
	// S for the source of a library, and I for texts of issues.
	Evidence string
	Source   string
	// Variant is the one that it has to be recognised as.
	Variant string
	Body    json.RawMessage
}

func corpus(t testing.TB) []corpusEntry {
	t.Helper()
	text, err := os.ReadFile("testdata/corpus/payloads.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	var all []corpusEntry
	for line := range bytes.Lines(text) {
		var e corpusEntry
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("line %d: %v", len(all)+1, err)
		}
		all = append(all, e)
	}
	return all
}

// Every payload that public sources show is recognised, and valid.
func TestCorpusIsRecognised(t *testing.T) {
	captured := 0
	for _, e := range corpus(t) {
		if e.Evidence == "C" {
			captured++
		}
		r, err := schemas.Read(e.Body)
		if err != nil {
			t.Errorf("%s: %v", e.Name, err)
			continue
		}
		if len(r.Problems) > 0 || len(r.Novelties) > 0 {
			t.Errorf("%s: %v %v", e.Name, r.Problems, r.Novelties)
		}
		ids := slices.Clone(r.Variants)
		for _, event := range r.Events {
			if !event.Known {
				t.Errorf("%s: the kind %q is unknown", e.Name, event.Kind)
			}
			if len(r.Variants) == 0 && len(event.Variants) == 0 {
				t.Errorf("%s: no variant has its shape; the nearest is %s: %v", e.Name, event.Nearest, event.Differences)
			}
			ids = append(ids, event.Variants...)
		}
		if !slices.Contains(ids, e.Variant) {
			t.Errorf("%s: is taken for %v, not for %s", e.Name, ids, e.Variant)
		}
	}
	if captured < 10 {
		t.Errorf("%d captured payloads are not a corpus", captured)
	}
}
