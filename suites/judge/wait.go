package judge

import (
	"context"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// waiter is a spec that waits until it may read.
type waiter struct {
	// ready reports whether it may, and when that may change by itself. It is called
	// with the ledger's mu held.
	ready func(now time.Time) (yes bool, next time.Time)
	// owed are the deliveries whose evidence it waits for; nil: it waits for quiet.
	owed []*Delivery
	// missing is set when the receiver has stalled: nothing more will come.
	missing bool
	wake    chan struct{}
}

// park waits until ready says so.
func (s *Session) park(ctx context.Context, w *waiter) {
	l := s.engine.ledger
	w.wake = make(chan struct{})
	l.mu.Lock()
	s.trial.waiting = w
	l.change()
	l.mu.Unlock()
	select {
	case <-w.wake:
	case <-ctx.Done():
		l.mu.Lock()
		s.trial.waiting = nil
		l.mu.Unlock()
		s.Must(ctx.Err())
	}
}

// await waits until the evidence of these deliveries is complete. It reports
// false when the receiver has stalled before.
func (s *Session) await(ctx context.Context, sent ...*Delivery) bool {
	w := &waiter{owed: sent, ready: func(time.Time) (bool, time.Time) {
		for _, d := range sent {
			if d.request.owes > 0 {
				return false, time.Time{}
			}
		}
		return true, time.Time{}
	}}
	s.park(ctx, w)
	return !w.missing
}

// drain waits until it has been quiet after fences that were answered behind
// these deliveries: what they bring has come.
func (s *Session) drain(ctx context.Context, sent ...*Delivery) {
	l := s.engine.ledger
	s.park(ctx, &waiter{ready: func(now time.Time) (bool, time.Time) {
		var from time.Time
		for _, d := range sent {
			if d.request.provedAt.IsZero() {
				return false, time.Time{}
			}
			if d.request.provedAt.After(from) {
				from = d.request.provedAt
			}
		}
		until := from.Add(l.quiet())
		return !now.Before(until), until
	}})
	if s.engine.isOver(s.trial) {
		s.Unjudged("the receiver ended, or answered nothing more, before it was seen what came of the delivery")
	}
	for _, d := range sent {
		if d.request.unheard {
			s.Unjudged("the receiver answered nobody any more, so nothing shows whether it handles this")
		}
	}
}

// Await waits until the evidence of these deliveries is complete, or the receiver
// has stalled.
func (s *Session) Await(ctx context.Context, sent ...*Delivery) { s.await(ctx, sent...) }

// Drain waits until the evidence of these deliveries is complete or the receiver
// has stalled, and then for quiet: what they bring has come.
func (s *Session) Drain(ctx context.Context, sent ...*Delivery) {
	s.await(ctx, sent...)
	s.drain(ctx, sent...)
}

// ToEvidence waits for the evidence of deliveries of one event each, or until the receiver
// has stalled, and returns the time within which half of them brought theirs, from their
// beginning; zero where less than half brought any.
func (s *Session) ToEvidence(ctx context.Context, sent ...*Delivery) time.Duration {
	s.await(ctx, sent...)
	var took []time.Duration
	for _, d := range sent {
		if x, ok := s.evidenceFor(d.Events)[0].first(); ok {
			took = append(took, x.At.Sub(d.request.began))
		}
	}
	if 2*len(took) < len(sent) {
		return 0
	}
	slices.Sort(took)
	return took[len(sent)/2-1]
}

// Tally counts the evidence so far for the person of an event.
func (s *Session) Tally(ev event.Event) Tally {
	return s.evidenceFor([]event.Event{ev})[0].tally()
}

// Lost is the finding that an event of a delivery has brought less than it has to;
// nil if none has.
func (s *Session) Lost(d *Delivery) *Finding {
	found := s.evidenceFor(d.Events)
	if i := s.lacking(d.Events, found); i >= 0 {
		return s.lost(d, d.Events[i], found[i].tally())
	}
	return nil
}

// cameOf is the evidence so far for these events of a delivery: in a talk, where one person
// says more than one thing, what came of that delivery alone.
func (s *Session) cameOf(d *Delivery, events []event.Event) []evidence {
	found := s.evidenceFor(events)
	if d.turn != nil {
		for i := range found {
			found[i] = d.turn.only(found[i])
		}
	}
	return found
}

// evidenceFor is the evidence so far for these events, in their order.
func (s *Session) evidenceFor(events []event.Event) []evidence { return s.engine.ledger.each(events) }
