package suites

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// A forecast that fails is brought down to what it fails on, and comes with a
// variant file that reproduces it.
func TestForecastsAreMinimised(t *testing.T) { inVirtualTime(t, forecastsAreMinimised) }

func forecastsAreMinimised(t *testing.T) {
	m, _ := reference.MutantByName("has-plans-for-campaigns")
	o := red(judgeReference(t, reference.Config{}, m, nil, "evolution"))["evolution.forecast"]
	if o.Finding == nil {
		t.Fatalf("nothing was found: %+v", o)
	}
	if what := o.Finding.Stimulus; strings.Count(what, ", with") != 1 || !strings.Contains(what, ", with a new member ") || !strings.Contains(what, "/campaign_id") {
		t.Errorf("the smallest change is %q", what)
	}
	v, err := schemas.ParseVariant([]byte(o.Finding.Variant))
	if err != nil {
		t.Fatalf("%s: %v", o.Finding.Variant, err)
	}
	if !strings.HasSuffix(v.ID, "-add") || !strings.Contains(string(v.Event), `"campaign_id"`) || !strings.Contains(string(v.Event), "{{page_id}}") {
		t.Errorf("the variant is %s", o.Finding.Variant)
	}
}
