package fault_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestPace(t *testing.T) {
	for name, tt := range map[string]struct {
		fault    fault.Fault
		body     string
		cuts     []int
		breakOff int
	}{
		"SplitHead":               {fault.SplitHead(), body, []int{0}, 0},
		"SplitInside an escape":   {fault.SplitInside(`\u00e4`), `{"a":"\u00e4\u00e4"}`, []int{9}, 0},
		"SplitInside a character": {fault.SplitInside("ä"), `{"a":"ä"}`, []int{7}, 0},
		"Slowly":                  {fault.Slowly(time.Second), "[1]", []int{0, 1, 2}, 0},
		"BreakOff":                {fault.BreakOff(), "[1234]", nil, 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := apply(t, tt.fault, tt.body)
			if !slices.Equal(r.Pace.Cuts, tt.cuts) || r.Pace.BreakOff != tt.breakOff || r.Pace.Plain() {
				t.Errorf("got %+v", r.Pace)
			}
			if string(r.Body) != tt.body || !slices.Equal(fits(r, secret), []bool{true, true}) {
				t.Errorf("the request changed: %s, %v", r.Body, r.Header)
			}
		})
	}
	if r := apply(t, fault.Slowly(time.Second), "[123456]"); r.Pace.Pause != time.Second/8 {
		t.Errorf("a byte every %s, want an eighth of a second", r.Pace.Pause)
	}
	r := apply(t, fault.Slowly(time.Second), strings.Repeat("1", 1000))
	if n := len(r.Pace.Cuts); n != 12 || r.Pace.Cuts[1] != 83 || r.Pace.Pause != time.Second/12 {
		t.Errorf("a long body has %d cuts, %+v", n, r.Pace)
	}
}

func TestPaceNeedsABody(t *testing.T) {
	for name, f := range map[string]fault.Fault{
		"SplitHead": fault.SplitHead(), "SplitInside": fault.SplitInside("absent"), "Slowly": fault.Slowly(time.Second),
		"BreakOff": fault.BreakOff(), "ExpectContinue": fault.ExpectContinue(),
	} {
		var r delivery.Request
		if err := f.Apply(&r); err == nil || !strings.Contains(err.Error(), "body") || !r.Pace.Plain() {
			t.Errorf("%s: error %v, pace %+v", name, err, r.Pace)
		}
	}
}
