package load

import (
	"testing"
	"time"
)

// What the seconds of a load say adds up to what its result says, and so does its meter.
func TestSecondsAddUp(t *testing.T) {
	t.Parallel()
	meter := NewMeter()
	b := newBot(t, func(event uint64) (int, bool) { return 2 - 2*int(event%100/99), event%50 != 3 }) // one in 100 is lost
	r := b.judged(t, Options{Series: seriesOf(t, 1, 1, "message.text"), Stages: []Stage{{1e5, 1e5, time.Hour}}, Count: 2000, Concurrency: 8, Meter: meter})
	if r.Handled == nil || *r.Lost == 0 || r.Errors == 0 {
		t.Fatalf("it is %+v", r)
	}
	var all Second
	handled, waiting := uint64(0), uint64(0)
	by := map[string]uint64{}
	for _, s := range r.Seconds {
		all.Planned += s.Planned
		all.Sent += s.Sent
		all.Acknowledged += s.Acknowledged
		all.Errors += s.Errors
		all.Dropped += s.Dropped
		for kind, n := range s.ErrorsBy {
			by[kind] += n
		}
		handled += *s.Handled
		waiting = *s.Waiting
		if s.P50 > s.P90 || s.P90 > s.P99 || s.P99 > s.Max || s.Acknowledged > 0 && s.P50 == 0 {
			t.Errorf("a second is %+v", s)
		}
	}
	if all.Planned != 2000 || all.Sent != r.Deliveries || all.Acknowledged != r.Deliveries-r.Errors || all.Errors != r.Errors || all.Dropped != r.Dropped {
		t.Errorf("the seconds add up to %+v, and the result is %+v", all, r)
	}
	if handled != *r.Handled || waiting != *r.Lost || by["status 500"] != r.Errors {
		t.Errorf("%d were handled and %d wait, and the errors are %v; the result is %+v", handled, waiting, by, r)
	}
	classed, last := uint64(0), int64(0)
	for _, c := range r.LatencyClasses {
		classed += c.Count
		if c.UpToUS <= last {
			t.Errorf("the classes are %v", r.LatencyClasses)
		}
		last = c.UpToUS
	}
	if classed != all.Acknowledged || float64(last) < r.Latency.Max*1000*0.998 { // a histogram rounds
		t.Errorf("%d are in the classes up to %d µs, and the longest of %d took %g ms", classed, last, all.Acknowledged, r.Latency.Max)
	}
	got := gathered(t, meter)
	for name, want := range map[string]uint64{
		"deliveries_sent_total": r.Deliveries, "deliveries_acknowledged_total": all.Acknowledged, "errors_total": r.Errors, "deliveries_planned_total": 2000, "deliveries_dropped_total": r.Dropped,
		"deliveries_in_flight": 0, "events_handled_total": *r.Handled, "events_waiting": *r.Lost, "unexpected_total": *r.Unexpected,
	} {
		if v, is := got["referee_load_"+name]; !is || v != float64(want) {
			t.Errorf("%s is %v, want %d", name, v, want)
		}
	}
}

// How many are planned until an instant is what at says of each.
func TestPlannedUntil(t *testing.T) {
	all := Schedule{{0, 100, 10 * time.Second}, {100, 100, time.Second}, {100, 50, 2 * time.Second}}
	for after, want := range map[time.Duration]uint64{0: 1, 5 * time.Second: 126, 10 * time.Second: 501, 10500 * time.Millisecond: 551, 13 * time.Second: 750, time.Hour: 750} {
		if n := all.until(after); n != want {
			t.Errorf("%d are planned until %s, want %d", n, after, want)
		}
	}
	if n := (Schedule{}).until(time.Hour); n != 0 {
		t.Errorf("%d are planned in the closed model", n)
	}
}
