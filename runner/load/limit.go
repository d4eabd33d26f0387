package load

import (
	"context"
	"errors"
	"strconv"
	"time"
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
// left. tried, if set, hears of each.
func FindLimit(ctx context.Context, o Options, tried func(Probe)) (Limit, error) {
	limit := Limit{Probes: []Probe{}}
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
	deadline := float64(l.opts.AckDeadline) / float64(time.Millisecond)
	switch {
	case r.Restarts > 0:
		p.Why = "the receiver ended: " + r.Deaths[0].How
	case r.Errors > 0:
		p.Why = "deliveries were not acknowledged"
	case r.Dropped > 0:
		p.Why = "deliveries could not be started in time"
	case r.Latency == nil:
		p.Why = "nothing was acknowledged"
	case r.Latency.Max > deadline:
		p.Why = "deliveries were acknowledged too late"
	}
	p.Holds = p.Why == ""
	return p, l, nil
}
