package load

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// Probe is a rate that was tried while the limit was looked for.
type Probe struct {
	Rate  float64 `json:"rate"` // deliveries a second
	Holds bool    `json:"holds"`
	// Why says why it does not hold; empty if it does.
	Why     string        `json:"why,omitempty"`
	Latency *Milliseconds `json:"latency_ms"`
}

// Limit is the highest rate that a receiver was seen to hold.
type Limit struct {
	// Rate is that one, in deliveries a second; 0 where it holds none that was tried.
	Rate   float64 `json:"rate"`
	Probes []Probe `json:"probes"`
	// Next is the number of the first delivery that was not sent.
	Next uint64 `json:"-"`
}

// How the limit is looked for.
const (
	firstRate  = 50.0
	closeBy    = 1.1 // the lowest rate that does not hold, compared with the highest that does
	mostProbes = 24
)

// FindLimit looks for the highest rate at which each delivery is acknowledged within the
// deadline, counted from its planned instant: it doubles the rate until one does not hold,
// and then halves the distance. Each rate is kept for the duration of the options, and
// has people of its own; after one that does not hold, the receiver has time for what it has
// left. A rate at which what waits for its answer grows does not hold, though all may have
// come in time by then. tried, if set, hears of each. The error may be that of Calibrate:
// no rate is tried on a receiver that acknowledges nothing.
func FindLimit(ctx context.Context, o Options, tried func(Probe)) (Limit, error) {
	limit := Limit{Probes: []Probe{}}
	if err := acknowledges(ctx, o); err != nil || ctx.Err() != nil {
		return limit, err
	}
	rate, bad := firstRate, 0.0
	for len(limit.Probes) < mostProbes && ctx.Err() == nil && rate <= MostRate && rate >= 1 {
		p, l, err := probe(ctx, o, rate)
		if err != nil {
			return limit, err
		}
		if ctx.Err() != nil {
			break
		}
		o.First = l.next.Load()
		limit.Next = o.First
		limit.Probes = append(limit.Probes, p)
		if tried != nil {
			tried(p)
		}
		if p.Holds {
			limit.Rate = rate
		} else {
			bad = rate
			l.settle(ctx)
		}
		switch {
		case bad == 0:
			rate *= 2
		case limit.Rate == 0:
			rate /= 2
		case bad/limit.Rate <= closeBy:
			return limit, nil
		default:
			rate = (limit.Rate + bad) / 2
		}
	}
	return limit, nil
}

// acknowledges says why a receiver acknowledges nothing.
func acknowledges(ctx context.Context, o Options) error {
	o.Evident = false
	l, err := New(o)
	if err != nil {
		return err
	}
	return l.Calibrate(ctx)
}

// settle waits until a receiver answers again within the deadline, so that what one rate
// has left is not counted against the next: but no longer than it takes to see that it
// does not.
func (l *Load) settle(ctx context.Context) {
	s, f := &sender{target: l.target}, l.opts.Series.Only(0).Filler()
	defer s.close()
	for i := range uint64(mostAsked) {
		if ctx.Err() != nil || s.send(ctx, f.Fill(l.calibration.first+i)).kind == "" {
			return
		}
		wait(ctx, connectAgain)
	}
}

// mostAsked is how often a receiver is asked whether it answers again.
const mostAsked = 6

// RateText is a rate for people.
func RateText(rate float64) string {
	if rate >= 10 || rate < 0.01 {
		return strconv.FormatFloat(rate, 'f', 0, 64)
	}
	return strconv.FormatFloat(rate, 'g', 3, 64)
}

// probe keeps a rate, with a load of its own.
func probe(ctx context.Context, o Options, rate float64) (Probe, *Load, error) {
	o.Stages = []Stage{{rate, rate, o.Duration}}
	o.Duration, o.Evident = 0, false
	l, err := New(o)
	if err != nil {
		return Probe{}, nil, err
	}
	r := l.Run(ctx)
	if r.Gone != "" {
		return Probe{}, nil, errors.New(r.Gone)
	}
	p := Probe{Rate: rate, Latency: r.Latency}
	if p.Latency != nil {
		p.Latency.Histogram = "" // nobody adds up what was only tried
	}
	p.Why = r.NotHeld(l.opts.AckDeadline)
	p.Holds = p.Why == ""
	return p, l, nil
}

// NotHeld says why a receiver did not hold the rate of a load of the open model, whose
// deliveries have to be acknowledged within a deadline; empty if it did.
func (r Result) NotHeld(deadline time.Duration) string {
	from, to, grows := r.growing()
	switch {
	case r.Restarts > 0:
		return "the receiver ended: " + cmp.Or(r.Deaths[0].How, "it did not listen any more")
	case r.Errors > 0:
		return fmt.Sprintf("%s not acknowledged: %s", plural.Count(int(r.Errors), "delivery"), strings.Join(mostFrequent(r.ErrorsBy), ", "))
	case r.Dropped > 0:
		return plural.Count(int(r.Dropped), "delivery") + " could not be started in time"
	case r.Latency == nil:
		return "nothing was acknowledged"
	case r.Latency.Max > float64(deadline)/float64(time.Millisecond):
		return "deliveries were acknowledged too late"
	case grows:
		return fmt.Sprintf("answers came later and later: half of them within %s at first, and %s in the end", shortTime(from), shortTime(to))
	}
	return ""
}

// growing reports whether answers took longer and longer, by the medians of the first and of
// the last second with many of them. A receiver that is a twentieth too slow lets a delivery
// wait a twentieth of a second longer after each second.
func (r Result) growing() (from, to float64, grows bool) {
	var most uint64
	for _, s := range r.Seconds {
		most = max(most, s.Acknowledged)
	}
	many := func(s Second) bool { return s.Acknowledged > most/4 }
	first := slices.IndexFunc(r.Seconds, many)
	if first < 0 {
		return 0, 0, false
	}
	last := first
	for i, s := range r.Seconds {
		if many(s) {
			last = i
		}
	}
	a, b := r.Seconds[first], r.Seconds[last]
	const slack = 20 // milliseconds, that mean nothing
	return a.P50, b.P50, b.P50 > 2*a.P50 && b.P50-a.P50 > slack+50*(b.At-a.At)
}

// mostFrequent are kinds of errors with their numbers, the most frequent first.
func mostFrequent(by map[string]uint64) (all []string) {
	kinds := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b], by[a]), strings.Compare(a, b)) })
	for _, kind := range kinds {
		all = append(all, fmt.Sprintf("%s %d", kind, by[kind]))
	}
	return all
}

// shortTime is a time in milliseconds for people.
func shortTime(ms float64) string {
	return time.Duration(ms * float64(time.Millisecond)).Round(time.Millisecond).String()
}
