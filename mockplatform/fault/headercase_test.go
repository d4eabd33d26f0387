package fault_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestHeaderCase(t *testing.T) {
	for c, spell := range map[fault.Case]func(string) string{fault.Lower: strings.ToLower, fault.Upper: strings.ToUpper} {
		r := apply(t, fault.HeaderCase(c), body)
		for i, f := range genuine(body).Header {
			if got := r.Header[i]; got.Name != spell(f.Name) || got.Value != f.Value {
				t.Errorf("%s: got %v for %v", c, got, f)
			}
		}
		if !slices.Equal(fits(r, secret), []bool{true, true}) {
			t.Errorf("%s: the signatures do not fit any more", c)
		}
	}
}
