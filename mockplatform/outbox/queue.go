package outbox

import (
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

// All of this file is called under the lock.

// beginWork counts an entry that is in hand, and stops the clock for it.
func (b *Outbox) beginWork() {
	if b.inHand == 0 {
		b.proceed = b.opts.Clock.Work()
	}
	b.inHand++
}

// endWork is the end of a hold.
func (b *Outbox) endWork() {
	if b.inHand--; b.inHand == 0 {
		b.proceed()
	}
}

// queue puts an entry behind those of its person that wait for their first
// attempt.
func (b *Outbox) queue(e *entry) {
	l := b.lanes[e.Person]
	if l == nil {
		l = &lane{person: e.Person}
		b.lanes[e.Person] = l
	}
	l.queue = append(l.queue, e)
	if !l.busy && len(l.queue) == 1 {
		b.ready = append(b.ready, l)
	}
}

// dispatch begins as many attempts as may be under way.
func (b *Outbox) dispatch() {
	for b.running < b.opts.Parallel && !b.closed {
		e := b.take()
		if e == nil {
			return
		}
		b.running++
		e.running, e.generation = true, b.generation
		b.work.Go(func() { b.run(e) })
	}
}

// take returns an entry whose attempt is to be made now, nil if there is none.
// Later attempts come first: what is new would keep them waiting for ever.
func (b *Outbox) take() *entry {
	if len(b.due) > 0 {
		e := b.due[0]
		b.due = b.due[1:]
		return e
	}
	if len(b.ready) == 0 {
		return nil
	}
	e := b.ready[0].queue[0]
	for i, n := range b.batch(e) {
		b.takeFrom(b.ready[i], n, e)
	}
	b.ready = slices.Delete(b.ready, 0, len(e.lanes))
	return e
}

// batch returns how many entries of each of the first lanes are put into one
// delivery with e, the first of the first lane, and makes that delivery of e.
func (b *Outbox) batch(e *entry) []int {
	counts := []int{1}
	if b.opts.MaxBatch == 1 {
		return counts
	}
	events, variants := slices.Clone(e.events), slices.Clone(e.Variants)
	for i, l := range b.ready {
		n := 0
		for _, other := range l.queue {
			if other != e {
				if !e.joins(other, len(events), b.opts.MaxBatch) || !b.opts.Together(e.Variants, other.Variants) {
					break
				}
				events = append(events, other.events...)
				variants = append(variants, other.Variants...)
			}
			n++
		}
		if n == 0 {
			break
		}
		counts = append(counts[:i], n)
	}
	if len(events) == len(e.events) {
		return counts
	}
	doc, err := event.Batch(1, events...)
	if err != nil {
		b.opts.Logger.Error("events are sent one by one, as they cannot be put into one delivery", "error", err)
		return []int{1}
	}
	e.Doc, e.events, e.Variants = doc, events, variants
	return counts
}

// joins reports whether other can be put into one delivery with e, which has so
// many events already.
func (e *entry) joins(other *entry, events, most int) bool {
	return batchable(e) && batchable(other) && e.Style == other.Style &&
		e.events[0].Variant.Object == other.events[0].Variant.Object && events+len(other.events) <= most
}

func batchable(e *entry) bool {
	return len(e.events) > 0 && !slices.ContainsFunc(e.events, func(ev event.Event) bool {
		return ev.Variant.Form != schemas.FormMessaging
	})
}

// takeFrom takes the first n entries of a lane, which become part of e; the lane
// then waits for the first attempt of e.
func (b *Outbox) takeFrom(l *lane, n int, e *entry) {
	for _, part := range l.queue[:n] {
		if part == e {
			continue
		}
		e.first = append(e.first, part.first...)
		e.parts = append(e.parts, part)
		part.first = nil
		b.takeOut(part)
		b.endWork()
	}
	l.queue = slices.Delete(l.queue, 0, n)
	l.busy = true
	e.lanes = append(e.lanes, l)
}

// unlock lets the next entries of the lanes that e held go.
func (b *Outbox) unlock(e *entry) {
	for _, l := range e.lanes {
		l.busy = false
		if len(l.queue) > 0 {
			b.ready = append(b.ready, l)
		} else {
			delete(b.lanes, l.person)
		}
	}
	e.lanes = nil
}

// empty takes away everything that waits for an attempt, and tells those who
// wait for the first one. What is under way goes on.
func (b *Outbox) empty(err error) {
	for _, e := range b.entries {
		if e.timer != nil {
			e.timer.Stop()
		}
		if !e.running {
			e.tell(Result{ID: e.ID, Err: err})
		}
	}
	for range b.due {
		b.endWork()
	}
	for person, l := range b.lanes {
		for range l.queue {
			b.endWork()
		}
		l.queue = nil
		if !l.busy {
			delete(b.lanes, person)
		}
	}
	b.due, b.ready, b.held = nil, nil, nil
}
