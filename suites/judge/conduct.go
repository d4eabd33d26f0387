package judge

import (
	"context"
	"time"
)

// conduct lets specs send and read until all of these are at rest: over, or
// waiting for evidence that may still come, with everything that they sent proved by
// a fence and by quiet. With resolving it goes on until all are over: when the
// receiver has stalled, what is still waited for is missing. It returns the
// incident that came between, if one did.
func (e *engine) conduct(ctx context.Context, list []*trial, resolving bool) *incident {
	l := e.ledger
	for ctx.Err() == nil {
		l.mu.Lock()
		now := time.Now()
		changed := l.changed
		next := sooner(l.admit(now), e.wakeReady(now))
		inc := e.incident
		over := inc == nil && e.atRest(list)
		var send []fence
		done := false
		switch {
		case inc != nil:
			done = !e.goesOn(list)
		case over:
			var until time.Time
			if !e.parted.IsZero() {
				next = sooner(next, e.parted)
				done = !now.Before(e.parted)
			}
			send, until = e.prove(list, now)
			if done {
				send = nil
				break
			}
			if len(send) > 0 || until.After(now) {
				next = sooner(next, until)
				break
			}
			if until.IsZero() { // fences are under way
				break
			}
			stalled := e.lastSign(list).Add(l.lostAfter())
			switch {
			case !resolving || !e.anyWaiting(list):
				done = true
			case e.asking && !e.fencesUnderWay():
				e.asking = false
				e.giveUp(list)
				next = now
			case e.asking: // see watchFences
			case now.Before(stalled):
				next = sooner(next, stalled)
			case len(l.fences) == 0:
				e.giveUp(list)
				next = now
			default: // whether it answers at all: a receiver that takes the newest first may have jammed behind the fences
				e.asking = true
				send = l.fences[:1]
			}
		default:
			starved, at := l.starved(now)
			switch {
			case !starved:
				next = sooner(next, at)
			case !e.fencesUnderWay():
				send = l.fences[:1]
			}
		}
		if inc == nil && !done {
			more, at := e.watchFences(now)
			send = append(send[:len(send):len(send)], more...)
			next = sooner(next, at)
		}
		inc = e.incident
		if len(send) > 0 {
			l.pace.batches++
		}
		l.mu.Unlock()

		if done {
			return inc
		}
		if inc != nil && inc.fresh() {
			continue
		}
		for _, f := range send {
			e.sendFence(ctx, f)
		}
		if len(send) > 0 {
			continue
		}
		e.sleep(ctx, changed, next)
	}
	return nil
}

// sleep waits for a change, an instant, or the end of the receiver.
func (e *engine) sleep(ctx context.Context, changed <-chan struct{}, until time.Time) {
	var timer <-chan time.Time
	if !until.IsZero() {
		t := time.NewTimer(time.Until(until))
		defer t.Stop()
		timer = t.C
	}
	var exited <-chan struct{}
	if e.env.Process != nil && !e.hasIncident() {
		exited = e.env.Process.Exited()
	}
	select {
	case <-changed:
	case <-timer:
	case <-exited:
		e.raise(&incident{how: "ended"})
	case <-ctx.Done():
	}
}

func (e *engine) hasIncident() bool {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	return e.incident != nil
}

// wakeReady wakes the specs that may read now, and returns when that may change by
// itself. The caller holds the ledger's mu.
func (e *engine) wakeReady(now time.Time) (next time.Time) {
	for _, t := range e.trials {
		w := t.waiting
		if w == nil {
			continue
		}
		ready, at := w.ready(now)
		if ready || w.missing || t.over {
			w.missing = w.missing || !ready && w.owed != nil
			t.waiting = nil
			close(w.wake)
		} else {
			next = sooner(next, at)
		}
	}
	return next
}

// atRest reports whether all of these are over or wait. The caller holds mu.
func (e *engine) atRest(list []*trial) bool {
	for _, t := range list {
		if t.running && t.waiting == nil {
			return false
		}
	}
	return true
}

// anyWaiting reports whether one of these is not over. The caller holds mu.
func (e *engine) anyWaiting(list []*trial) bool {
	for _, t := range list {
		if t.running {
			return true
		}
	}
	return false
}

// goesOn reports whether one of these goes on although the receiver has ended, and
// lets its waits end. The caller holds mu.
func (e *engine) goesOn(list []*trial) bool {
	if len(list) != 1 || !list[0].session.final || !list[0].running {
		return false
	}
	list[0].over = true
	// The receiver's work ended with it, and need not be waited for.
	e.ledger.open = nil
	e.ledger.admit(time.Now())
	if w := list[0].waiting; w != nil {
		w.missing = w.owed != nil
		list[0].waiting = nil
		close(w.wake)
	}
	return true
}

// lastSign is when something last showed that what these wait for may still come: anything
// that the receiver did or, where all of its work is done by then, its acknowledgement.
// The caller holds mu.
func (e *engine) lastSign(list []*trial) (at time.Time) {
	for _, t := range list {
		if t.waiting == nil || !e.ledger.worksFirst {
			continue
		}
		for _, d := range t.waiting.owed {
			if d.request.ended.After(at) {
				at = d.request.ended
			}
		}
	}
	if at.IsZero() {
		return e.ledger.progress
	}
	return at
}

// giveUp marks what these wait for as missing. The caller holds mu.
func (e *engine) giveUp(list []*trial) {
	for _, t := range list {
		if t.waiting != nil && t.waiting.owed != nil {
			t.waiting.missing = true
			t.session.waited = e.ledger.lostAfter()
		}
	}
}
