package suites

import (
	"context"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// SendInTurn sends stimuli one after the other: what the first does to the
// receiver shows in the second. No delivery of another spec is between them or
// beside them, unless the receiver is so slow that this would take too long; if
// deliveries then turn out to disturb each other, the spec is judged again.
func (s *Session) SendInTurn(ctx context.Context, stimuli ...Stimulus) []*Delivery {
	s.inTurn = true
	leave, err := s.enter(ctx, true)
	s.must(err)
	defer leave()
	var sent []*Delivery
	for _, st := range stimuli {
		d, err := s.post(ctx, st)
		s.must(err)
		sent = append(sent, d)
	}
	return sent
}

// SendThenGood sends a stimulus and, at once after it, an event that this
// receiver handles.
func (s *Session) SendThenGood(ctx context.Context, odd Stimulus) (first, good *Delivery) {
	st := alone(s.Event(s.Plainest()))
	st.What = st.describe() + ", right after " + odd.describe()
	sent := s.SendInTurn(ctx, odd, st)
	return sent[0], sent[1]
}

// Plainest is the variant of calibration that this receiver answers; where it
// answers none of these, the probe that the user named; else a text message.
func (s *Session) Plainest() string {
	c := s.engine.cal
	for _, k := range calibrating {
		if c.seen[k.kind].any() {
			return k.variant
		}
	}
	if c.probe != "" {
		return c.probe
	}
	return calibrating[len(calibrating)-1].variant
}

// NotSwallowed verifies that a delivery was answered, and handled if it was
// acknowledged. One that is refused is sent again; one that is acknowledged and
// not handled is lost.
func (s *Session) NotSwallowed(ctx context.Context, d *Delivery) *Finding {
	if f := s.Answered(d); f != nil || !acknowledged(d.Attempt) {
		return f
	}
	return s.Genuine(ctx, d)
}

// encoded are the bytes in which Meta would send a stimulus of one document.
func (s *Session) encoded(doc []byte) []byte {
	body, err := wire.Encode(doc, wire.Messaging)
	s.must(err)
	return body
}
