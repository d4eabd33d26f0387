package load

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// document writes a result and reads it again, as files are.
func document(t *testing.T, file string, r Result) Document {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	d, err := ReadDocument(file, text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// fate is what a bot does with an event: how often it sends a message, of two that are
// right, and whether it acknowledges it.
func fate(event uint64) (handled int, acknowledged bool) {
	switch event % 100 {
	case 3: // lost
		return 0, true
	case 7, 8: // handled twice
		return 4, true
	case 11, 12, 13: // not acknowledged, and handled
		return 2, false
	case 17: // refused
		return 0, false
	}
	return 2, true
}

// sentBySteps sends a part of a series as k6 does: it keeps no tally, and tells a collector
// what was not acknowledged.
func sentBySteps(t *testing.T, l *Load, p Part, c *Collector) Result {
	t.Helper()
	r := Result{Version: 1, Series: IdentityOf(l.opts.Series), Part: &p, ErrorsBy: map[string]uint64{}, Latency: &Milliseconds{P50: 10, P99: 20, Max: 30}}
	s, filler := &sender{target: l.target}, l.opts.Series.Filler()
	defer s.close()
	for n := p.First; n < p.end(); n += p.Step {
		d := filler.Fill(n)
		r.Deliveries, r.Events = r.Deliveries+1, r.Events+uint64(len(d.Variants))
		if a := s.send(t.Context(), d); a.status == 200 {
			r.Acknowledged += uint64(len(d.Variants))
			continue
		}
		r.Errors++
		var events []uint64
		for i := range d.Variants {
			events = append(events, d.First+uint64(i))
		}
		if err := c.Refused(events); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// machines are two that send the first deliveries of a series, two that send the others by
// turns as k6 does, and two to which what comes back goes by turns, the first of which
// calibrates.
func machines(t *testing.T) []Document {
	t.Helper()
	s := seriesOf(t, 1, 3, "referral.ads", "message.text")
	collectors := []*Collector{NewCollector(Options{Series: s}), NewCollector(Options{Series: s})}
	b := newBot(t, fate)
	var calls atomic.Uint64
	b.handled = func(person string) { collectors[calls.Add(1)%2].Handled(person) }
	var docs []Document
	var l *Load
	for i, o := range []Options{{Count: 1000}, {First: 1000, Count: 500}} {
		o.Series, o.URL = s, b.URL
		var err error
		if l, err = New(o); err != nil {
			t.Fatal(err)
		}
		b.load.Store(l) // which knows the people
		if i == 0 {
			if shown, err := collectors[0].Calibrate(t.Context(), Options{URL: b.URL}); err != nil || !slices.Equal(shown, []int{1, 1}) {
				t.Fatalf("of two messages each, %v came to the first collector: %v", shown, err)
			}
		}
		docs = append(docs, document(t, fmt.Sprintf("sender-%d.json", i), l.Run(t.Context())))
	}
	for i, p := range []Part{{First: 1500, Step: 2, Deliveries: 251}, {First: 1501, Step: 2, Deliveries: 250}} {
		docs = append(docs, document(t, fmt.Sprintf("k6-%d.json", i), sentBySteps(t, l, p, collectors[i])))
	}
	for i, c := range collectors {
		docs = append(docs, document(t, fmt.Sprintf("tally-%d.json", i), c.Result(IdentityOf(s), false)))
	}
	return docs
}

// expected is what becomes of the first deliveries of a series by fate alone.
func expected(t *testing.T, deliveries uint64) (c counts) {
	s := seriesOf(t, 1, 3, "referral.ads", "message.text")
	for n := range deliveries {
		taken := true
		for i := range s.Size(n) {
			_, acknowledged := fate(n*3 + uint64(i))
			taken = taken && acknowledged
		}
		for i := range s.Size(n) {
			handled, _ := fate(n*3 + uint64(i))
			for what, is := range map[*uint64]bool{
				&c.events: true, &c.acknowledged: taken, &c.handled: handled > 0, &c.lost: taken && handled == 0,
				&c.duplicated: handled > 2, &c.recovered: !taken && handled > 0,
			} {
				if is {
					*what++
				}
			}
		}
	}
	return c
}

// Of several machines that send and several that collect, the account is that of one.
func TestMerge(t *testing.T) {
	docs := machines(t)
	sum, err := Merge(t.Context(), docs, schemas.Everything())
	if err != nil {
		t.Fatal(err)
	}
	if sum.Handled == nil || sum.Lost == nil || sum.Duplicated == nil || sum.Unexpected == nil || sum.Recovered == nil || len(sum.Notes) > 0 {
		t.Fatalf("%q: %+v", sum.Notes, sum)
	}
	got := counts{events: sum.Events, acknowledged: sum.Acknowledged, handled: *sum.Handled, lost: *sum.Lost, duplicated: *sum.Duplicated, recovered: *sum.Recovered}
	if want := expected(t, 2001); got != want || *sum.Unexpected != 0 || want.lost < 20 || want.recovered < 50 {
		t.Errorf("it is %+v, want %+v", got, want)
	}
	if sum.Deliveries != 2001 || *sum.Merged != (Merged{Senders: 4, Collectors: 2}) {
		t.Errorf("it is %+v of %+v", sum, sum.Merged)
	}
	document(t, "sum.json", sum)

	for name, c := range map[string]struct {
		change func([]Document) []Document
		notes  string // what is not known, and why
		known  string // of what may not be
	}{
		"nobody calibrated": {func(all []Document) []Document {
			for _, d := range all {
				if d.Result.Tally != nil {
					d.Result.Tally.Calibration = nil
				}
			}
			return all
		}, "What was duplicated is not known", "handled lost unexpected recovered"},
		"a collector is missing": {func(all []Document) []Document { return all[:len(all)-1] },
			"of its events were not acknowledged, and collectors were told of 0.", "handled duplicated unexpected"},
		"all collectors are missing": {func(all []Document) []Document { return all[:len(all)-2] }, "sender-0.json shows nothing of it, and no machine collected", ""},
		"a sender is missing":        {func(all []Document) []Document { return slices.Delete(all, 3, 4) }, " events were not acknowledged of which no result says that they were sent", "handled lost duplicated unexpected recovered"},
		"calls were missed":          {func(all []Document) []Document { all[5].Result.Missed = 3; return all }, "3 calls to the platforms were more than could be followed", ""},
		"too many messages": {func(all []Document) []Document {
			for i := range all[4].Result.Tally.Calibration {
				all[4].Result.Tally.Calibration[i].Shown = 8
			}
			return all
		}, "one event brings 9 messages, and more than 5 are not told apart", "handled lost unexpected recovered"},
	} {
		t.Run(name, func(t *testing.T) {
			var again []Document
			for _, d := range docs {
				again = append(again, document(t, d.File, d.Result))
			}
			sum, err := Merge(t.Context(), c.change(again), schemas.Everything())
			if err != nil {
				t.Fatal(err)
			}
			var known []string
			for _, of := range []struct {
				name string
				n    *uint64
			}{{"handled", sum.Handled}, {"lost", sum.Lost}, {"duplicated", sum.Duplicated}, {"unexpected", sum.Unexpected}, {"recovered", sum.Recovered}} {
				if of.n != nil {
					known = append(known, of.name)
				}
			}
			if strings.Join(known, " ") != c.known || !strings.Contains(strings.Join(append(sum.Notes, sum.Unknown), "\n"), c.notes) {
				t.Errorf("known is %v: %q %s", known, sum.Notes, sum.Unknown)
			}
		})
	}
}

// What does not belong together is refused, with the name of the file.
func TestMergeRefuses(t *testing.T) {
	s := seriesOf(t, 1, 3, "referral.ads", "message.text")
	b := newBot(t, fate)
	l, err := New(Options{Series: s, URL: b.URL, Count: 20})
	if err != nil {
		t.Fatal(err)
	}
	b.load.Store(l)
	b.handled = func(string) {}
	first := l.Run(t.Context())
	collected := NewCollector(Options{Series: s}).Result(IdentityOf(s), false)
	for name, c := range map[string]struct {
		change func(r *Result, tally *Result) // of a second sender, and of a collector
		says   string
	}{
		"seed":      {func(r, _ *Result) { r.Series.Seed = 2 }, "second.json is of another series than first.json: it has the seed 2, and not 1"},
		"page":      {func(r, _ *Result) { r.Series.PageID = "5" }, "it has the page 5, and not 104508901353867"},
		"batch":     {func(_, c *Result) { c.Series.Batch = [2]int{1, 1} }, "tally.json is of another series than first.json: it has 1 events a delivery, and not 1..3"},
		"weight":    {func(r, _ *Result) { r.Series.Mix[1].Weight = 2 }, `it has a mix with "message.text: 2", and not "message.text: 1"`},
		"mix":       {func(r, _ *Result) { r.Series.Mix = r.Series.Mix[:1] }, "it has a mix of 1 variants, and not of 2"},
		"start":     {func(r, _ *Result) { at := r.Series.Start.Add(time.Second); r.Series.Start = &at }, "are given the same --at"},
		"no series": {func(r, _ *Result) { r.Series = nil }, "second.json: it does not say of which series it is"},
		"no part":   {func(r, _ *Result) { r.Part, r.Tally = nil, nil }, "second.json: it does not say which deliveries were sent"},
		"sum":       {func(r, _ *Result) { r.Merged = &Merged{} }, "second.json: it is a sum already"},
		"limit":     {func(r, _ *Result) { r.Limit = &Limit{Probes: []Probe{}} }, "second.json: it looked for the limit"},
		"range":     {func(r, _ *Result) { r.Part.First = 1 << 60 }, "second.json: /part: it has 20 deliveries from number 1152921504606846976 on"},
		"ranges":    {func(r, _ *Result) { r.Tally.Ranges[0].First = calibrating }, "second.json: /tally/ranges/0: it has"},
		"states":    {func(_, c *Result) { c.Tally.Ranges = []Range{{0, 5, []byte("x")}} }, "tally.json: the tally of its events from number 0 on cannot be read"},
		"not sent":  {func(_, c *Result) { c.Tally = first.Tally }, "was not sent, which who collects cannot know"},
		"events":    {func(r, _ *Result) { r.Events++ }, "second.json: it says that "},
		"acks":      {func(r, _ *Result) { r.Acknowledged-- }, "second.json: it says that "},
		"too many":  {func(r, _ *Result) { r.Acknowledged = r.Events + 1 }, "second.json: more events were acknowledged than sent"},
		"variant":   {func(r, _ *Result) { r.Tally.Calibration = []Calibrated{{1 << 39, "referral.adds", 1}} }, "second.json: the variant referral.adds of its calibration is not in the mix"},
		"histogram": {func(r, _ *Result) { r.Latency.Histogram = "HISTX" }, "second.json: the histogram cannot be read"},
		"twice":     {func(r, _ *Result) { *r = first }, "first.json and second.json are the same result"},
		"same sent": {func(r, _ *Result) {
			r.Part, r.Tally, r.Events, r.Acknowledged = first.Part, first.Tally, first.Events, first.Acknowledged
		}, "second.json: it has sent event 0, and first.json has too"},
		"as it is":   {func(*Result, *Result) {}, ""},
		"other name": {func(r, _ *Result) { r.Series.Mix[0].Variant = "referral.adds" }, "second.json is of another series"},
	} {
		t.Run(name, func(t *testing.T) {
			l, err := New(Options{Series: s, URL: b.URL, First: 20, Count: 20})
			if err != nil {
				t.Fatal(err)
			}
			second, tally := l.Run(t.Context()), *new(Result)
			tally = document(t, "copy", collected).Result
			c.change(&second, &tally)
			docs := []Document{document(t, "first.json", first), document(t, "second.json", second), document(t, "tally.json", tally)}
			if _, err := Merge(t.Context(), docs, schemas.Everything()); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v\nwant %s", err, c.says)
			}
		})
	}
	if _, err := Merge(t.Context(), []Document{document(t, "tally.json", collected)}, schemas.Everything()); err == nil || !strings.Contains(err.Error(), "give those of the machines that sent, too") {
		t.Errorf("without senders: %v", err)
	}
	if _, err := ReadDocument("a.json", []byte(`{"version": 2}`)); err == nil || !strings.HasPrefix(err.Error(), "a.json is no result of a load: ") {
		t.Errorf("no result: %v", err)
	}
}

// Percentiles of several machines are those of all their values, and not means; without
// their histograms they are those of the worst.
func TestDistributionsAreAddedUp(t *testing.T) {
	random, all := rand.New(rand.NewPCG(1, 2)), newHistogram()
	var d distributions
	for machine := range 3 {
		h := newHistogram()
		for range 1000 * (machine + 1) {
			v := time.Duration(random.Int64N(1000*int64(machine+1))) * time.Microsecond
			record(h, v)
			record(all, v)
		}
		if err := d.add(encoded(h)); err != nil {
			t.Fatal(err)
		}
	}
	if got := d.sum(); *got != *encoded(all) || got.Worst || got.Histogram == "" {
		t.Errorf("it is %+v, want %+v", got, distribution(all))
	}
	exact := d.sum()
	if err := d.add(&Milliseconds{P50: 0.1, P90: 0.2, P99: 500, Max: 600}); err != nil {
		t.Fatal(err)
	}
	if got, want := *d.sum(), (Milliseconds{P50: exact.P50, P90: exact.P90, P99: 500, Max: 600, Worst: true}); got != want {
		t.Errorf("it is %+v, want %+v", got, want)
	}
	if (&distributions{}).sum() != nil {
		t.Error("nothing measured has a distribution")
	}
}

// A collector ends when as many events are settled as were asked for, and is interrupted
// before; what the series has not it refuses whole.
func TestCollectorEnds(t *testing.T) {
	s := seriesOf(t, 1, 1, "message.text")
	c := NewCollector(Options{Series: s, Count: 2})
	if err := c.Refused([]uint64{1, calibrating}); err == nil || !strings.Contains(err.Error(), "there is no event 274877906944 in the series") {
		t.Errorf("it says %v", err)
	}
	if batches := NewCollector(Options{Series: seriesOf(t, 1, 20, "message.text")}); batches.Refused([]uint64{19}) == nil {
		t.Error("it takes the twentieth event of a delivery that has fewer")
	}
	l, err := New(Options{Series: s, URL: "http://127.0.0.1:1", Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	person := seriesPerson(t, l)
	for range 2 {
		c.Handled(person)
		c.Handled("nobody")
		if err := c.Refused([]uint64{0, 5}); err != nil {
			t.Fatal(err)
		}
	}
	lived := make(chan Collected, 100)
	interrupted := c.Wait(t.Context(), func(now Collected) { lived <- now })
	r := c.Result(IdentityOf(s), interrupted)
	if now := <-lived; r.Interrupted || *r.Handled != 1 || now.Handled != 1 || now.Calls != 2 || now.Refused != 2 {
		t.Errorf("it is %+v %+v", r, now)
	}
	states := make([]byte, 8)
	if err := (&stateReader{ranges: r.Tally.Ranges}).fill(states, 0); err != nil || !slices.Equal(states, []byte{2 | stateRefused, 0, 0, 0, 0, stateRefused, 0, 0}) {
		t.Errorf("its states are %v %v", states, err)
	}
}
