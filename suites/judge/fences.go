package judge

import (
	"context"
	"time"
)

// prove returns the fences that are needed behind what these have sent; none and
// zero while such fences are under way; else until when it has to be quiet. The
// caller holds mu.
func (e *engine) prove(list []*trial, now time.Time) (send []fence, until time.Time) {
	l := e.ledger
	until = now
	proved := ^uint(0)
	missing := false
	for _, t := range list {
		for _, r := range t.requests() {
			switch {
			case r.ended.IsZero():
			case r.provedAt.IsZero():
				missing = true
				proved &= r.proved
			default:
				// One that is over need not wait for quiet, unless this is to show whether
				// it ends the receiver: an end that comes later is found all the same.
				if quiet := r.provedAt.Add(l.quiet()); quiet.After(until) && t.session.final {
					until = quiet
				}
			}
		}
		if t.waiting != nil && t.waiting.owed == nil && t.waiting.ready != nil {
			if ready, at := t.waiting.ready(now); ready {
				until = now.Add(time.Nanosecond)
			} else if at.After(until) {
				until = at
			}
		}
	}
	if !missing {
		return nil, until
	}
	if e.fencesUnderWay() {
		return nil, time.Time{}
	}
	for i, f := range l.fences {
		if proved&(1<<i) == 0 {
			send = append(send, f)
		}
	}
	return send, time.Time{}
}

// fencesUnderWay forgets fences that were answered, and reports whether others are
// still to be. The caller holds mu.
func (e *engine) fencesUnderWay() bool {
	l := e.ledger
	if len(l.unproved) == 0 && len(l.pace.queue) == 0 {
		l.pace.underWay = nil
	}
	rest := l.pace.underWay[:0]
	for _, r := range l.pace.underWay {
		if r.complete.IsZero() {
			rest = append(rest, r)
		}
	}
	l.pace.underWay = rest
	if len(rest) == 0 {
		l.pace.batches = 0
	}
	return len(rest) > 0
}

// watchFences repeats a fence that is not answered for half a stall, as it may be lost,
// and when none is answered the receiver has jammed. The caller holds mu.
func (e *engine) watchFences(now time.Time) (send []fence, next time.Time) {
	l := e.ledger
	if !e.fencesUnderWay() || l.busy(now) {
		return nil, time.Time{}
	}
	last := l.pace.underWay[len(l.pace.underWay)-1]
	if half := last.began.Add(l.stall() / 2); l.pace.batches < 2 {
		if now.Before(half) {
			return nil, half
		}
		for _, f := range l.fences {
			for _, r := range l.pace.underWay {
				if r.what == f.variant {
					send = append(send, f)
					break
				}
			}
		}
		return send, time.Time{}
	}
	// What is delayed by a request may go on when that has run into its deadline.
	// Among halves of those that may have done it, a wrong guess costs only time.
	wait := l.patient()
	if e.hasty {
		wait = l.stall()
	}
	if jam := l.progress.Add(max(wait, e.env.AckDeadline+time.Second)); now.Before(jam) {
		return nil, jam
	}
	if e.mute && acknowledgedAll(l.pace.underWay) {
		for _, r := range l.unproved {
			r.provedAt, r.unheard = now, true
		}
		// A fence that is not answered must not delay the turns of others either.
		l.open, l.unproved, l.pace.underWay, l.pace.batches = nil, nil, nil, 0
		return nil, now
	}
	e.incident = &incident{jam: true, how: "stopped answering", at: now}
	return nil, time.Time{}
}

// acknowledgedAll reports whether the receiver still acknowledges.
func acknowledgedAll(fences []*request) bool {
	for _, r := range fences {
		if !r.acked {
			return false
		}
	}
	return true
}

// busy reports whether requests other than fences are under way. The caller holds mu.
func (l *ledger) busy(now time.Time) bool {
	for _, r := range l.open {
		if r.ended.IsZero() && !r.isFence && now.Before(r.began.Add(l.hung())) {
			return true
		}
	}
	return false
}

// sendFence sends a fence, as soon as no other request is under way where requests
// are sent one after the other.
func (e *engine) sendFence(ctx context.Context, f fence) {
	l := e.ledger
	s := &Session{engine: e, trial: e.self, requirement: e.self.Requirement}
	r := &request{isFence: true, what: f.variant, began: time.Now()}
	l.mu.Lock()
	e.self.tries++
	s.people = e.self.tries
	l.pace.underWay = append(l.pace.underWay, r)
	l.mu.Unlock()
	e.running.Go(func() {
		ev, err := s.build(f.variant)
		if err != nil {
			e.raise(&incident{how: err.Error()}) // the catalogue was looked at before
			return
		}
		r.turn = &turn{fence: true, begun: true, reserved: 1}
		leave, err := l.enter(ctx, r.turn)
		if err != nil {
			return
		}
		defer leave()
		_, _ = s.post(ctx, Alone(ev), r) // what became of it stands in the ledger
	})
}
