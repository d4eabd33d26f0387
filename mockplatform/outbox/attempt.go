package outbox

import (
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// run makes the attempt of an entry that was taken, and what follows from it.
func (b *Outbox) run(e *entry) {
	if r, waits := b.putOff(e); waits {
		b.conclude(e, r)
		return
	}
	s, err := b.prepare(e)
	result := Result{ID: e.ID, Err: err}
	if result.Err == nil {
		b.send(e, s, &result)
	}
	if result.Err != nil {
		b.remove(e)
		b.erase(e)
		if why := b.whyDropped(e); why != nil {
			result.Err = why
		} else {
			b.opts.Logger.Warn("a delivery cannot be sent", "delivery", e.ID, "error", result.Err)
		}
	}
	b.mu.Lock()
	e.tell(result)
	b.mu.Unlock()
	if Acknowledged(result.Attempt) {
		b.repeat(e, s)
	}
	b.conclude(e, result)
}

// prepare returns the attempt to make of an entry, and stores what it has become.
func (b *Outbox) prepare(e *entry) (Shipment, error) {
	b.mu.Lock()
	parts := e.parts
	s := Shipment{Attempt: e.Attempts + 1, Faults: e.faults, Notes: e.notes}
	s.begin = func(record func()) error { return b.begin(e, record) }
	edited := false
	if e.plan != nil {
		edited = b.edit(e, e.plan.Edits)
		s.Faults = e.plan.Faults
		e.copies += e.plan.Copies
	}
	e.plan, e.notes = nil, nil
	s.Pending = e.Pending
	b.mu.Unlock()
	if edited && len(parts) == 0 {
		if err := b.save(e); err != nil {
			b.opts.Logger.Error("a delivery would be sent without its edits after a restart", "delivery", e.ID, "error", err)
		}
	}
	return s, b.merge(e, parts)
}

// begin calls record as an attempt of an entry begins, unless it was dropped.
func (b *Outbox) begin(e *entry, record func()) error {
	b.beginning.RLock()
	defer b.beginning.RUnlock()
	if why := b.whyDropped(e); why != nil {
		return why
	}
	record()
	return nil
}

// merge stores a delivery that others became part of, and only then forgets
// them: after a crash in between they are sent twice, but never lost.
func (b *Outbox) merge(e *entry, parts []*entry) error {
	if len(parts) == 0 {
		return nil
	}
	if err := b.save(e); err != nil {
		return err
	}
	for _, part := range parts {
		b.erase(part)
	}
	b.mu.Lock()
	e.parts = nil
	b.mu.Unlock()
	return nil
}

// repeat sends the copies of an acknowledged delivery.
func (b *Outbox) repeat(e *entry, s Shipment) {
	s.Faults, s.Notes, s.Copy = nil, nil, true
	for ; e.copies > 0; e.copies-- {
		s.Attempt++
		if _, err := b.opts.Send(b.life, s, func(delivery.Attempt) time.Time { return time.Time{} }); err != nil && b.whyDropped(e) == nil {
			b.opts.Logger.Error("a copy of a delivery cannot be sent", "delivery", e.ID, "error", err)
		}
	}
}

// send makes the attempt. Faults of the rules that the request does not allow are
// left out: they must not cost a delivery.
func (b *Outbox) send(e *entry, s Shipment, result *Result) {
	retryAt := func(a delivery.Attempt) time.Time {
		result.Next = b.decide(e, a, len(s.Faults) > 0)
		return result.Next
	}
	result.Attempt, result.Err = b.opts.Send(b.life, s, retryAt)
	if result.Err != nil && len(s.Faults) > 0 && !e.once && b.whyDropped(e) == nil {
		b.opts.Logger.Warn("a delivery is sent without the faults that the rules have for it", "delivery", e.ID, "error", result.Err)
		s.Faults = nil
		result.Attempt, result.Err = b.opts.Send(b.life, s, retryAt)
	}
}

// decide decides what becomes of an entry after an attempt, and returns when the
// next one is due; zero if there is none.
func (b *Outbox) decide(e *entry, a delivery.Attempt, spoilt bool) time.Time {
	if canceled(a) {
		return e.Next // of which a store knows
	}
	b.mu.Lock()
	if e.Attempts == 0 {
		e.First = a.Started
	}
	e.Attempts++
	e.Next, e.Problem = time.Time{}, problem(a)
	again := false
	if e.Problem != "" && !e.once {
		e.Next, again = b.opts.Policy.Next(e.Attempts, e.First, b.opts.Clock.Now())
	}
	changed := false
	if !spoilt && e.generation == b.generation {
		changed = b.assess(a.Started, e.Problem)
	}
	gone := b.entries[e.ID] != e || b.condition.Health == Disabled
	if gone || !again {
		e.Next = time.Time{}
		b.takeOut(e)
	}
	disabled := changed && b.condition.Health == Disabled
	b.mu.Unlock()

	switch {
	case !e.Next.IsZero():
		if err := b.save(e); err != nil {
			b.opts.Logger.Error("a delivery would be tried again at once after a restart", "delivery", e.ID, "error", err)
		}
	case !e.once:
		b.erase(e)
		if e.Problem != "" {
			b.opts.Logger.Info("a delivery is given up", "delivery", e.ID, "attempts", e.Attempts, "problem", e.Problem)
		}
	}
	if disabled {
		b.drop(ErrDisabled)
	}
	if changed && b.opts.Changed != nil {
		b.opts.Changed()
	}
	return e.Next
}

// conclude ends the work on an entry for now: it waits for its next attempt, and
// others go on.
func (b *Outbox) conclude(e *entry, r Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.age != b.age && r.Attempt.Started.IsZero() {
		r = Result{ID: e.ID, Err: b.dropped} // while it was put off
	}
	e.tell(r)
	e.running = false
	b.unlock(e)
	b.running--
	if !r.Attempt.Started.IsZero() {
		b.pass(e)
	}
	if b.entries[e.ID] == e && !e.Next.IsZero() && !b.closed {
		b.schedule(e)
	}
	b.dispatch()
	b.endWork()
}

// schedule lets the next attempt be made at its time, and at once if that has
// come. It is called under the lock.
func (b *Outbox) schedule(e *entry) {
	wait := e.Next.Sub(b.opts.Clock.Now())
	if wait <= 0 {
		b.unhold(e, false)
		b.beginWork()
		b.due = append(b.due, e)
		return
	}
	e.timer = b.opts.Clock.AfterFunc(wait, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.entries[e.ID] != e || b.closed {
			return
		}
		b.unhold(e, false)
		b.beginWork()
		b.due = append(b.due, e)
		b.dispatch()
	})
}

// Acknowledged reports whether an attempt counts as delivered: the head of an
// answer came in time, with a status 2xx. Meta asks for 200 and is silent about
// the others, and about a body that breaks off.
func Acknowledged(a delivery.Attempt) bool { return a.Answer != nil && a.Answer.Status/100 == 2 }

// problem says how an attempt failed, empty if it did not.
func problem(a delivery.Attempt) string {
	switch {
	case Acknowledged(a):
		return ""
	case a.Answer != nil:
		return fmt.Sprintf("status %d", a.Answer.Status)
	case a.Err != nil:
		return a.Err.Error()
	}
	return "no answer"
}

// canceled reports whether an attempt was cut off by the platform, which says
// nothing about the receiver.
func canceled(a delivery.Attempt) bool {
	var e *delivery.Error
	return errors.As(a.Err, &e) && e.Reason == delivery.ReasonCanceled
}
