package suites

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// A forecast that fails is brought down to what it fails on, and comes with a
// variant file that reproduces it.
func TestForecastsAreMinimised(t *testing.T) {
	m, _ := reference.MutantByName("has-plans-for-campaigns")
	o := red(judgeReference(t, m, nil, "evolution"))["evolution.forecast"]
	if o.Finding == nil {
		t.Fatalf("nothing was found: %+v", o)
	}
	if what := o.Finding.Stimulus; strings.Count(what, ", with") != 1 || !strings.Contains(what, ", with a new member ") || !strings.Contains(what, "/campaign_id") {
		t.Errorf("the smallest change is %q", what)
	}
	v, err := schemas.ParseVariant(o.Finding.Variant)
	if err != nil {
		t.Fatalf("%s: %v", o.Finding.Variant, err)
	}
	if !strings.HasSuffix(v.ID, "-add") || !strings.Contains(string(v.Event), `"campaign_id"`) || !strings.Contains(string(v.Event), "{{page_id}}") {
		t.Errorf("the variant is %s", o.Finding.Variant)
	}
}

// On an earlier day, what stands on later variants is not applicable.
func TestAsOf(t *testing.T) {
	catalogue, err := schemas.AsOf("2019-01-01")
	if err != nil {
		t.Fatal(err)
	}
	s := &Session{engine: &engine{env: Env{Catalogue: catalogue}}}
	done := make(chan struct{})
	go func() { // of its own, because the session ends it
		defer close(done)
		s.must(func() error { _, err := s.buildFor(event.NewSession(1, "Ada", "1"), "referral.ads"); return err }())
	}()
	<-done
	if want := "Meta did not send referral.ads on 2019-01-01"; s.inapplicable != want {
		t.Errorf("got %q, want %q", s.inapplicable, want)
	}
	if _, err := earlier(t).complete(); err == nil || !strings.Contains(err.Error(), "did not send") {
		t.Errorf("a day before the first variant: %v", err)
	}
}

// earlier is an environment of a day on which there was nothing to send.
func earlier(t *testing.T) Env {
	t.Helper()
	catalogue, err := schemas.AsOf("2010")
	if err != nil {
		t.Fatal(err)
	}
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return Env{Platform: platform, Catalogue: catalogue}
}
