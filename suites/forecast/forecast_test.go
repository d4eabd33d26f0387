package forecast_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/drift"
	"github.com/seed-11445fa1/referee/suites/forecast"
)

var now = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// body is a forecast as a delivery.
func body(t testing.TB, f forecast.Forecast) []byte {
	t.Helper()
	v, _ := schemas.ByID(f.Variant)
	v, err := f.Apply(v)
	if err != nil {
		t.Fatal(err)
	}
	ev, err := event.Build(v, event.NewSession(1, "Ada", "104508901353867"), 1, now)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func drifts(doc []byte) []drift.Item {
	c := drift.NewCollector(schemas.Everything())
	c.Add(drift.Sample{Body: doc, At: "2026-11-26T12:00:00Z", Where: "test"})
	return c.Report().Items
}

// A variant of the catalogue never drifts against itself.
func TestVariantsDoNotDrift(t *testing.T) {
	for _, v := range schemas.All() {
		if found := drifts(body(t, forecast.Forecast{Variant: v.ID})); len(found) > 0 {
			t.Errorf("%s: %+v", v.ID, found)
		}
	}
}

// draw makes a forecast of one mutation.
func draw(t *rapid.T) forecast.Forecast {
	random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0))
	f := forecast.Next(random, forecast.Variants(schemas.Everything()))
	f.Mutations = f.Mutations[:1]
	return f
}

// Each applied mutation is reported exactly once, unless the catalogue allows
// what it leads to: then it is not reported at all.
func TestEachMutationIsReportedOnce(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		f := draw(r)
		doc := body(t, f)
		found := drifts(doc)
		allowed := schemas.Validate("envelope", doc) == nil
		m := f.Mutations[0]
		switch {
		case m.Op == forecast.Reorder && len(found) > 0:
			r.Errorf("%s: the order is no drift: %+v", f, found)
		case len(found) > 1 || len(found) == 1 && found[0].Count != 1:
			r.Errorf("%s: is reported as %+v", f, found)
		case len(found) == 0 && !allowed:
			r.Errorf("%s: is not reported", f)
		case len(found) == 1 && allowed && found[0].What != drift.NewValue:
			r.Errorf("%s: the schema allows it, and it is reported as %+v", f, found)
		}
	})
}

// The same seed gives the same forecasts.
func TestForecastsAreDeterministic(t *testing.T) {
	ten := func() []forecast.Forecast {
		random := rand.New(rand.NewPCG(7, 0))
		var all []forecast.Forecast
		for range 10 {
			all = append(all, forecast.Next(random, forecast.Variants(schemas.Everything())))
		}
		return all
	}
	if !reflect.DeepEqual(ten(), ten()) {
		t.Error("the forecasts differ")
	}
}

// Every forecast can be applied, and what it keeps is kept.
func TestForecastsApply(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 0))
	for range 2000 {
		f := forecast.Next(random, forecast.Variants(schemas.Everything()))
		doc := body(t, f)
		if !json.Valid(doc) {
			t.Fatalf("%s: %s is not JSON", f, doc)
		}
	}
}
