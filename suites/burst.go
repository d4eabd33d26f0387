package suites

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/suites/judge"
)

const (
	// parallel is how many deliveries are under way at once while latency is
	// measured: as many as a receiver has to serve side by side in any case.
	parallel = 10
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
	sent []*judge.Delivery
}

// quantile is the delivery within whose time this share of them was acknowledged;
// nil if none was.
func (l load) quantile(share float64) *judge.Delivery {
	var all []*judge.Delivery
	for _, d := range l.sent {
		if judge.Acknowledged(d.Attempt) {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return nil
	}
	slices.SortFunc(all, func(a, b *judge.Delivery) int { return cmp.Compare(latency(a), latency(b)) })
	return all[int(math.Ceil(share*float64(len(all))))-1]
}

// latency is how long a receiver took to acknowledge, once it was connected to:
// where its queue of connections is short, the kernel of the other side waits a
// second before it asks again.
func latency(d *judge.Delivery) time.Duration {
	t := d.Attempt.Timing
	return t.FirstByte - max(t.Connect, t.TLS)
}

// measure sends messages, ten at a time. Specs share what was measured last, unless
// one asks for it again.
func measure(ctx context.Context, s *session, anew bool) load {
	if l, ok := s.Shared("load").(load); ok && !anew && !s.Again() {
		return l
	}
	var l load
	defer func() { s.Share("load", l) }()
	for start := time.Now(); len(l.sent) < loadMost && (len(l.sent) == 0 || time.Since(start) < loadFor); {
		l.sent = append(l.sent, atOnce(ctx, s, parallel)...)
	}
	return l
}

// atOnce sends so many messages at once.
func atOnce(ctx context.Context, s *session, n int) []*judge.Delivery {
	var stimuli []stimulus
	for range n {
		st := judge.Alone(s.Event("message.text"))
		st.What = fmt.Sprintf("message.text, %d times at once", n)
		stimuli = append(stimuli, st)
	}
	return s.SendTogether(ctx, stimuli...)
}

// crowd sends more and more messages at once, a hundred in the end, and returns
// the first that was not acknowledged; nil if all were. A receiver that serves
// them one after the other is not given many more than it can acknowledge in
// time: it would be at it long afterwards, when others are judged.
func crowd(ctx context.Context, s *session) *judge.Delivery {
	for n := parallel; ; {
		slowest := time.Duration(1)
		for _, d := range atOnce(ctx, s, n) {
			if !judge.Acknowledged(d.Attempt) {
				return d
			}
			slowest = max(slowest, d.Attempt.Timing.FirstByte)
		}
		if n == crowdMost {
			return nil
		}
		inTime := float64(n) * float64(s.Env().AckDeadline) / float64(slowest)
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
			Phase:  judge.Occupying,
		}, func(ctx context.Context, s *session) {
			for try := 1; ; try++ {
				d := measure(ctx, s, try > 1).quantile(c.share)
				if d == nil {
					s.Inapplicable("none of the deliveries was acknowledged")
				}
				took := latency(d)
				if took <= c.limit {
					s.Verify(nil)
					return
				}
				if try == loadTries || s.Calibration().ToAcknowledge() > c.limit { // it is no slower than ever
					s.Verify(s.Found(d, fmt.Sprintf("%.0f %% of the acknowledgements within %s", 100*c.share, c.limit), fmt.Sprintf("within %s", took.Round(time.Millisecond))).As(judge.Delays))
				}
			}
		})
	}

	afterwards(spec)
	heldBack(spec)
}

// afterwards are about the time after a hundred deliveries at once. They come last, when
// the receiver is done with these.
func afterwards(spec register) {
	spec(Requirement{
		ID: "acknowledgement.hundred-together", Level: Should, Basis: Observed,
		Title:  "A hundred deliveries at once are all acknowledged",
		Source: Source{URL: sourceLatency.URL},
		Why:    "Meta's requests are concurrent; a post that goes viral, or an hour in which the receiver was down, brings many at once.",
		Remedy: "Serve requests side by side, and leave the work to a queue; let what stands in front of the receiver queue connections instead of refusing them.",
		Phase:  judge.Occupying,
	}, func(ctx context.Context, s *session) {
		// What the machine does beside the run costs acknowledgements now and then; a
		// receiver that cannot do it loses some each time.
		var finding *Finding
		for range loadTries {
			lost := crowd(ctx, s)
			if lost == nil {
				s.Verify(nil)
				return
			}
			finding = s.Acknowledged(lost)
		}
		s.Verify(finding)
	})

	spec(Requirement{
		ID: "acknowledgement.after-hundred", Level: Should, Basis: Observed,
		Title:  "After a hundred deliveries at once, a delivery is acknowledged and handled about as soon as before",
		Source: Source{URL: sourceLatency.URL},
		Why:    "What a burst leaves behind, such as connections, locks and a queue that nobody empties, slows down every delivery from then on.",
		Remedy: "Look at what is still open, locked or waiting when a burst is over: give back every connection, and let work end.",
		Needs:  []need{judge.AnAcknowledgement},
		Phase:  judge.Occupying,
	}, func(ctx context.Context, s *session) {
		limit := max(250*time.Millisecond, 4*s.Calibration().ToAcknowledge())
		// Of those that come side by side one worker does the last when it is done with all others.
		work := max(time.Second, parallel*s.Calibration().Slowest)
		for try := 1; ; try++ {
			l := load{}
			for range parallel {
				l.sent = append(l.sent, s.Emit(ctx, s.Plainest()))
			}
			d := l.quantile(0.5)
			if d == nil {
				s.Verify(s.Acknowledged(l.sent[0]))
				return
			}
			took, handled := latency(d), s.ToEvidence(ctx, l.sent...)
			if took <= limit && handled <= work {
				s.Verify(nil)
				return
			}
			if try == loadTries && took <= limit {
				s.Verify(s.Found(d, fmt.Sprintf("half of the events handled within %s", work.Round(time.Millisecond)), fmt.Sprintf("within %s", handled.Round(time.Millisecond))).As(judge.Delays))
			}
			if try == loadTries {
				s.Verify(s.Found(d, fmt.Sprintf("half of the acknowledgements within %s", limit.Round(time.Millisecond)), fmt.Sprintf("within %s", took.Round(time.Millisecond))).As(judge.Delays))
			}
		}
	})
}
