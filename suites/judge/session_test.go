package judge

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

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
		s.Must(func() error { _, err := s.buildFor(event.NewSession(1, "Ada", "1"), "referral.ads"); return err }())
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
