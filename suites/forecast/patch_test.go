package forecast_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"testing/fstest"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/schemas/overlay"
	"github.com/seed-11445fa1/referee/suites/forecast"
)

// laid is the catalogue with the files that a suggestion makes.
func laid(t *testing.T, s drift.Suggestion) *schemas.Catalogue {
	files := fstest.MapFS{}
	write := func(name string, v any) {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		files[name] = &fstest.MapFile{Data: text}
	}
	for _, v := range s.Variants {
		write(v.ID+".json", v)
	}
	for schema, patch := range s.Patches {
		write(overlay.PatchFile(schema), patch)
	}
	if len(files) == 0 {
		return schemas.Everything()
	}
	o, err := overlay.Read(files)
	if err != nil {
		t.Fatal(err)
	}
	c, notes, err := o.On(schemas.Everything())
	if err != nil {
		t.Fatal(err)
	}
	for _, note := range notes {
		t.Error(note)
	}
	return c
}

// With what drift suggests for events of the future, nothing of them is new any more.
func TestSuggestionsHold(t *testing.T) {
	rounds := uint64(8)
	if testing.Short() {
		rounds = 2
	}
	for seed := range rounds {
		random := rand.New(rand.NewPCG(seed, 0))
		var docs [][]byte
		before := drift.NewCollector(schemas.Everything())
		for range 25 {
			doc := body(t, forecast.Next(random, forecast.Variants(schemas.Everything())))
			docs = append(docs, doc)
			before.Add(drift.Sample{Body: doc, At: "2026-11-26T12:00:00Z", Where: "test"})
		}
		s, err := drift.Suggest(schemas.Everything(), before.Report().Items)
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		left := map[string]bool{}
		for _, i := range s.Left {
			left[i.ID] = true
			if i.What == drift.NewEvent {
				continue // with nothing in it that could be a kind
			}
			t.Errorf("seed %d: no patch for %s, %s at %s", seed, i.ID, i.Detail, i.Place)
		}
		for _, unfit := range s.Unfit {
			t.Errorf("seed %d: no variant for %s", seed, unfit)
		}
		after := drift.NewCollector(laid(t, s))
		for _, doc := range docs {
			after.Add(drift.Sample{Body: doc})
		}
		for _, i := range after.Report().Items {
			if left[i.ID] {
				continue
			}
			t.Errorf("seed %d: there is still %s, %s at %s: %s", seed, i.ID, i.Detail, i.Place, i.Example)
		}
	}
}
