package suites

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	// abreast is how many deliveries are under way at once while latency is
	// measured: as many as a receiver has to serve side by side in any case.
	abreast = 10
	// loadMost is how many deliveries a measurement has at most, and loadFor the
	// time after which it has enough.
	loadMost = 100
	loadFor  = 500 * time.Millisecond
	// crowdMost is how many deliveries come at once where that is judged.
	crowdMost = 100
	// loadTries is how often latency is measured before it counts as too long.
	// What the machine does beside the run makes acknowledgements slower, never
	// faster.
	loadTries = 3
)

// load is what became of deliveries that came ten at a time.
type load struct {
	sent []*Delivery
}

// quantile is the delivery within whose time this share of them was acknowledged;
// nil if none was.
func (l load) quantile(share float64) *Delivery {
	var all []*Delivery
	for _, d := range l.sent {
		if acknowledged(d.Attempt) {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b *Delivery) int { return cmp.Compare(latency(a), latency(b)) })
	return all[int(math.Ceil(share*float64(len(all))))-1]
}

// latency is how long a receiver took to acknowledge, once it was connected to:
// where its queue of connections is short, the kernel of the other side waits a
// second before it asks again.
func latency(d *Delivery) time.Duration {
	t := d.Attempt.Timing
	return t.FirstByte - max(t.Connect, t.TLS)
}

// Load sends messages, ten at a time. Specs that come one after the other share
// what was measured last, unless one asks for it anew.
func (s *Session) Load(ctx context.Context, anew bool) load {
	e := s.engine
	if e.load.sent != nil && !anew && s.before == 0 {
		return e.load
	}
	e.load = load{}
	for start := time.Now(); len(e.load.sent) < loadMost && (len(e.load.sent) == 0 || time.Since(start) < loadFor); {
		e.load.sent = append(e.load.sent, s.AtOnce(ctx, abreast)...)
	}
	return e.load
}

// AtOnce sends so many messages at once.
func (s *Session) AtOnce(ctx context.Context, n int) []*Delivery {
	var stimuli []Stimulus
	for range n {
		st := alone(s.Event("message.text"))
		st.What = fmt.Sprintf("message.text, %d times at once", n)
		stimuli = append(stimuli, st)
	}
	return s.SendTogether(ctx, stimuli...)
}

// Crowd sends more and more messages at once, a hundred in the end, and returns
// the first that was not acknowledged; nil if all were. A receiver that serves
// them one after the other is not given many more than it can acknowledge in
// time: it would be at it long afterwards, when others are judged.
func (s *Session) Crowd(ctx context.Context) *Delivery {
	for n := abreast; ; {
		slowest := time.Duration(1)
		for _, d := range s.AtOnce(ctx, n) {
			if !acknowledged(d.Attempt) {
				return d
			}
			slowest = max(slowest, d.Attempt.Timing.FirstByte)
		}
		if n == crowdMost {
			return nil
		}
		inTime := float64(n) * float64(s.engine.env.AckDeadline) / float64(slowest)
		n = min(crowdMost, max(2*n, int(inTime)))
	}
}

// bursts are many deliveries at once, and how long their acknowledgements take.
func bursts(spec register) {
	for _, c := range []struct {
		id, title string
		share     float64
		limit     time.Duration
	}{
		{"acknowledgement.median", "Of deliveries that come ten at a time, half are acknowledged within 250 ms", 0.5, 250 * time.Millisecond},
		{"acknowledgement.percentile-99", "Of deliveries that come ten at a time, 99 in 100 are acknowledged within a second", 0.99, time.Second},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Documented,
			Title: c.title, Source: sourceLatency,
			Why:    "Meta asks it of WhatsApp's receivers; for Messenger it documents no more than the deadline. Who is slow with ten at a time misses that with a hundred.",
			Remedy: "Check the signature, put the body into a queue, answer: nothing of that needs the network or a database transaction.",
			phase:  flooding,
		}, func(ctx context.Context, s *Session) {
			for try := 1; ; try++ {
				d := s.Load(ctx, try > 1).quantile(c.share)
				if d == nil {
					s.Inapplicable("none of the deliveries was acknowledged")
				}
				took := latency(d)
				if took <= c.limit {
					s.Verify(nil)
					return
				}
				if try == loadTries || s.engine.cal.acknowledged > c.limit { // it is no slower than ever
					s.Verify(s.found(d, fmt.Sprintf("%.0f %% of the acknowledgements within %s", 100*c.share, c.limit), fmt.Sprintf("within %s", round(took))))
				}
			}
		})
	}

	spec(Requirement{
		ID: "acknowledgement.hundred-together", Level: Should, Basis: Observed,
		Title:  "A hundred deliveries at once are all acknowledged",
		Source: Source{URL: sourceLatency.URL},
		Why:    "Meta's requests are concurrent; a post that goes viral, or an hour in which the receiver was down, brings many at once.",
		Remedy: "Serve requests side by side, and leave the work to a queue; let what stands in front of the receiver queue connections instead of refusing them.",
		phase:  flooding,
	}, func(ctx context.Context, s *Session) {
		if lost := s.Crowd(ctx); lost != nil {
			s.Verify(s.Acknowledged(lost))
		}
		s.Verify(nil)
	})
}
