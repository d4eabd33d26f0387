package fault_test

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestContentType(t *testing.T) {
	for value, want := range map[string][]string{
		"":           nil,
		"text/plain": {"text/plain"},
	} {
		r := apply(t, fault.ContentType(value), body)
		if got := values(r.Header, "content-type"); !slices.Equal(got, want) {
			t.Errorf("%q: got %q", value, got)
		}
		if !slices.Equal(fits(r, secret), []bool{true, true}) {
			t.Errorf("%q: the signatures do not fit any more", value)
		}
	}
}
