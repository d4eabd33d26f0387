package report_test

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/report"
)

// Every time is in the class above it and in no lower one, and the part of them that ended
// within some time is never said to be larger than it was.
func TestDistributed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		us := rapid.SliceOfN(rapid.IntRange(0, 100_000_000), 1, 50).Draw(t, "times")
		d := report.Distributed(times(us...))
		total, below := 0, int64(0)
		for _, c := range d.Classes {
			within := 0
			for _, n := range us {
				if n = max(n, 1); int64(n) <= c.UpToUS && int64(n) > below {
					within++
				}
			}
			if within != c.Count {
				t.Fatalf("%d are in (%d, %d], not %d", within, below, c.UpToUS, c.Count)
			}
			total, below = total+c.Count, c.UpToUS
		}
		if total != len(us) || d.Count != total {
			t.Fatalf("%d of %d are counted", total, len(us))
		}
		part := rapid.Float64Range(0.01, 1).Draw(t, "part")
		ended := 0
		for _, n := range us {
			if time.Duration(max(n, 1))*time.Microsecond <= d.Within(part) {
				ended++
			}
		}
		if float64(ended) < part*float64(len(us)) {
			t.Fatalf("%d of %d ended within %s, which is less than %g", ended, len(us), d.Within(part), part)
		}
	})
}

// Times that were counted apart are those that were counted together.
func TestLatenciesAddUp(t *testing.T) {
	t.Parallel()
	times := []time.Duration{time.Millisecond, 3 * time.Millisecond, 40 * time.Millisecond, 2 * time.Second, time.Millisecond}
	part := func(from, to int) report.Result {
		r := of(map[string]report.Status{"x.a": report.Passed})
		r.Latencies = &report.Latencies{Acknowledgement: report.Distributed(times[from:to]), Evidence: report.Distributed(nil)}
		return r
	}
	got := report.Repeated([]report.Result{part(0, 2), part(2, 5)}).Latencies
	if want := report.Distributed(times); got == nil || !reflect.DeepEqual(got.Acknowledgement, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
