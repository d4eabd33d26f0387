package suites

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

const (
	// burstMost is how many deliveries a burst has.
	burstMost = 100
	// burstFirst is how many are tried first. A receiver that serves them one
	// after the other is not given more than it can be expected to acknowledge:
	// it would be at it long after the deadline, when others are judged.
	burstFirst = 10
	// burstTries is how often a burst is made before it counts as slow. What the
	// machine does beside the run makes acknowledgements slower, never faster.
	burstTries = 3
)

// burst is what became of many deliveries at once.
type burst struct {
	sent []*Delivery
}

// lost is a delivery that was not acknowledged; nil if all were.
func (b *burst) lost() *Delivery {
	i := slices.IndexFunc(b.sent, func(d *Delivery) bool { return !acknowledged(d.Attempt) })
	if i < 0 {
		return nil
	}
	return b.sent[i]
}

// quantile is the time within which this share of the acknowledgements came; 0
// if there was none.
func (b *burst) quantile(share float64) (time.Duration, *Delivery) {
	var all []*Delivery
	for _, d := range b.sent {
		if acknowledged(d.Attempt) {
			all = append(all, d)
		}
	}
	if len(all) == 0 {
		return 0, nil
	}
	slices.SortFunc(all, func(a, b *Delivery) int { return int(a.Attempt.Timing.FirstByte - b.Attempt.Timing.FirstByte) })
	d := all[int(math.Ceil(share*float64(len(all))))-1]
	return d.Attempt.Timing.FirstByte, d
}

// Burst is the latest burst of the run, or a new one.
func (s *Session) Burst(ctx context.Context, anew bool) *burst {
	if s.engine.burst == nil || anew {
		s.engine.burst = s.rise(ctx)
	}
	return s.engine.burst
}

// rise sends ten messages at once, and more and more until there are enough, or
// until one of them is not acknowledged.
func (s *Session) rise(ctx context.Context) *burst {
	for n := burstFirst; ; {
		var stimuli []Stimulus
		for range n {
			st := alone(s.Event("message.text"))
			st.What = fmt.Sprintf("message.text, %d times at once", n)
			stimuli = append(stimuli, st)
		}
		b := &burst{sent: s.SendTogether(ctx, stimuli...)}
		if n == burstMost || b.lost() != nil {
			return b
		}
		slowest, _ := b.quantile(1)
		within := int(float64(n) * float64(s.engine.env.AckDeadline) / float64(slowest+1))
		n = min(burstMost, max(2*n, within))
	}
}

// bursts are many deliveries at once, and how long their acknowledgements take.
func bursts(spec register) {
	spec(Requirement{
		ID: "acknowledgement.hundred-together", Level: Should, Basis: Observed,
		Title:  "A hundred deliveries at once are all acknowledged",
		Source: Source{URL: sourceLatency.URL},
		Why:    "Meta's requests are concurrent; a post that goes viral, or an hour in which the receiver was down, brings many at once.",
		Remedy: "Serve requests side by side, and leave the work to a queue; let what stands in front of the receiver queue connections instead of refusing them.",
		phase:  flooding,
	}, func(ctx context.Context, s *Session) {
		if lost := s.Burst(ctx, s.before > 0).lost(); lost != nil {
			s.Verify(s.Acknowledged(lost))
		}
		s.Verify(nil)
	})

	for _, c := range []struct {
		id, title string
		share     float64
		limit     time.Duration
	}{
		{"acknowledgement.median", "Of a hundred deliveries at once, half are acknowledged within 250 ms", 0.5, 250 * time.Millisecond},
		{"acknowledgement.percentile-99", "Of a hundred deliveries at once, 99 are acknowledged within a second", 0.99, time.Second},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Documented,
			Title: c.title, Source: sourceLatency,
			Why:    "Meta asks it of WhatsApp's receivers; for Messenger it documents no more than the deadline. Who is slow with a hundred misses that with a thousand.",
			Remedy: "Check the signature, put the body into a queue, answer: nothing of that needs the network or a database transaction.",
			phase:  flooding,
		}, func(ctx context.Context, s *Session) {
			for try := 1; ; try++ {
				took, d := s.Burst(ctx, try > 1 || s.before > 0).quantile(c.share)
				switch {
				case d == nil:
					s.Inapplicable("none of the deliveries was acknowledged")
				case took <= c.limit:
					s.Verify(nil)
					return
				case try == burstTries, s.engine.cal.acknowledged > c.limit: // it is no slower than ever
					s.Verify(s.found(d, fmt.Sprintf("%.0f %% of the acknowledgements within %s", 100*c.share, c.limit), fmt.Sprintf("within %s", round(took))))
				}
			}
		})
	}
}
