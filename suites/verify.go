package suites

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Acknowledged verifies that a delivery was answered with a 2xx status within
// the deadline. Meta's current page asks for 200, its earlier one for any 2xx;
// the difference is a requirement of its own.
func (s *Session) Acknowledged(d *Delivery) *Finding {
	if acknowledged(d.Attempt) {
		return nil
	}
	return s.found(d, fmt.Sprintf("a 200 answer within %s", s.engine.env.AckDeadline), answered(d.Attempt))
}

// Handled verifies that every watched event of a delivery was handled exactly
// once and was understood: one receipt that says what came, and a reply to the
// person who caused it, as far as this receiver gives such evidence.
func (s *Session) Handled(ctx context.Context, d *Delivery) *Finding {
	return s.handled(ctx, d, s.judgeReceipt)
}

// handled is Handled with another way to judge a receipt.
func (s *Session) handled(ctx context.Context, d *Delivery, judge receiptJudge) *Finding {
	if f := s.Acknowledged(d); f != nil {
		return f
	}
	found, err := s.listen(ctx, d.Events, s.settled(d.Events))
	s.must(err)
	for i, ev := range d.Events {
		if f := s.judgeEvidence(d, ev, found[i], judge); f != nil {
			return f
		}
	}
	return nil
}

// NotHandled verifies that nothing came of a delivery: no evidence for any of
// its watched events until a quiet period has passed.
func (s *Session) NotHandled(ctx context.Context, d *Delivery) *Finding {
	found, err := s.listen(ctx, d.Events, func([]evidence, time.Duration) time.Duration { return s.engine.cal.Quiet })
	s.must(err)
	expected := fmt.Sprintf("no reply and no receipt within %s", s.engine.cal.Quiet.Round(time.Millisecond))
	for _, got := range found {
		if x, ok := got.first(); ok {
			return s.found(d, expected, fmt.Sprintf("%s after %s", got.tally(), round(x.At.Sub(d.Attempt.Started))))
		}
	}
	s.restOn(d)
	return nil
}

// restOn notes that a verdict rests on nothing more coming of a delivery, which
// proves nothing while the receiver is dead. What was refused is hardly at work.
func (s *Session) restOn(d *Delivery) { s.silent = s.silent || acknowledged(d.Attempt) }

// Answered verifies that the receiver gave some answer, whatever it says.
func (s *Session) Answered(d *Delivery) *Finding {
	if d.Attempt.Err == nil {
		return nil
	}
	return s.found(d, fmt.Sprintf("some HTTP answer within %s", s.engine.env.AckDeadline), answered(d.Attempt))
}

// evidenceWait is how long evidence that has to come is waited for. It is far
// above what calibration saw: a machine can be busy, and only a receiver that
// loses events pays for it.
func (s *Session) evidenceWait() time.Duration {
	c := s.engine.cal
	return max(s.engine.env.wait(3*time.Second), 10*c.Slowest, 2*c.Quiet)
}

// reproducible is the longest body, in bytes, that a person would paste into a
// terminal.
const reproducible = 16 << 10

// found makes a finding about a delivery.
func (s *Session) found(d *Delivery, expected, actual string) *Finding {
	f := &Finding{Stimulus: d.What, Expected: expected, Actual: actual, Output: s.outputSince(d.mark)}
	if r := d.Attempt.Request; len(r.Body) <= reproducible && r.Pace.Plain() && r.Line == nil && !s.beyondCurl(r) {
		f.Reproduce = delivery.Curl(r)
	}
	return f
}

// beyondCurl reports whether a request depends on what the client shows or speaks in
// TLS, which curl does not have.
func (s *Session) beyondCurl(r delivery.Request) bool {
	return r.TLS != nil || s.engine.env.overTLS() && s.engine.env.Platform.Options().ClientCA != nil
}

// answered says in words how an attempt was answered.
func answered(a delivery.Attempt) string {
	if a.Answer == nil {
		return a.Err.Error()
	}
	text := fmt.Sprintf("status %d", a.Answer.Status)
	if body := strings.TrimSpace(string(a.Answer.Body[:min(len(a.Answer.Body), 120)])); body != "" {
		text += fmt.Sprintf(" with the body %q", body)
	}
	text += fmt.Sprintf(" after %s", round(a.Timing.FirstByte))
	if a.Err != nil {
		text += "; " + a.Err.Error()
	}
	return text
}

// who names the person of an event as the receiver knows it.
func who(ev event.Event) string {
	sender, _ := event.Get(ev.JSON, "/sender")
	if len(sender) == 0 {
		return "an event without a sender"
	}
	return string(sender)
}
