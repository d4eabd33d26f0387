package outbox

import (
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// putOff asks the rules about the attempt, and reports whether it has to wait:
// the result says until when, and of which delivery it has become part.
func (b *Outbox) putOff(e *entry) (Result, bool) {
	if b.opts.Rules == nil || e.once || e.plan != nil {
		return Result{}, false
	}
	// What one delivery is told depends on what the one before waits for.
	b.asking.Lock()
	defer b.asking.Unlock()
	// What was dropped must not use up rules that came after it.
	b.beginning.RLock()
	defer b.beginning.RUnlock()
	if b.whyDropped(e) != nil {
		return Result{}, false
	}
	plan := b.opts.Rules(b.outgoing(e))
	b.mu.Lock()
	defer b.mu.Unlock()
	if i := slices.IndexFunc(b.held, func(h *entry) bool { return plan.Join != "" && h.plan.Hold.Rule == plan.Join && h.open(e) }); i >= 0 {
		h := b.held[i]
		if err := b.join(e, h); err != nil {
			b.opts.Logger.Error("events are sent one by one, as they cannot be put into one delivery", "error", err)
			return Result{}, false
		}
		return Result{ID: h.ID, Next: h.Next}, true
	}
	e.plan = &plan
	switch {
	case plan.Hold.Most > 0:
		e.Next = b.opts.Clock.Now().Add(plan.Hold.Most)
		e.Held = "held back until another delivery of the person has passed"
		if plan.Hold.Events > 0 {
			e.Held = fmt.Sprintf("held back until it has %d events", plan.Hold.Events)
		}
		b.held = append(b.held, e)
	case plan.Delay > 0:
		e.Next = b.opts.Clock.Now().Add(plan.Delay)
		e.Held = fmt.Sprintf("delayed by %s", plan.Delay)
		e.notes = append(e.notes, e.Held)
	default:
		return Result{}, false
	}
	return Result{ID: e.ID, Next: e.Next}, true
}

// outgoing is what the rules are told of the next attempt of an entry.
func (b *Outbox) outgoing(e *entry) fault.Outgoing {
	b.mu.Lock()
	defer b.mu.Unlock()
	o := fault.Outgoing{
		DeliveryID: e.ID, Person: e.Person, Variants: slices.Clone(e.Variants), Attempt: e.Attempts + 1,
		Joinable: e.Attempts == 0 && batchable(e),
		Several:  slices.ContainsFunc(e.events, func(ev event.Event) bool { return ev.Session.Tag != e.events[0].Session.Tag }),
	}
	for _, h := range b.held {
		switch rule := h.plan.Hold.Rule; {
		case o.Joinable && h.open(e):
			o.Joins = append(o.Joins, rule)
		case h.plan.Hold.Events == 0 && h.Person == e.Person:
			o.Overtakes = append(o.Overtakes, rule)
		}
	}
	return o
}

// All that follows is called under the lock.

// open reports whether h waits for more events, and those of e can be among
// them.
func (h *entry) open(e *entry) bool {
	return h.plan.Hold.Events > 0 && h.joins(e, len(h.events), event.MaxPerDelivery)
}

// join makes an entry part of h, which waits for it.
func (b *Outbox) join(e, h *entry) error {
	events := slices.Concat(h.events, e.events)
	doc, err := event.Batch(1, events...)
	if err != nil {
		return err
	}
	h.Doc, h.events, h.Variants = doc, events, slices.Concat(h.Variants, e.Variants)
	h.parts = append(append(h.parts, e), e.parts...)
	b.takeOut(e)
	if len(events) >= h.plan.Hold.Events {
		b.expedite(h)
	}
	return nil
}

// pass lets go what waited until e had passed.
func (b *Outbox) pass(e *entry) {
	for _, h := range slices.Clone(b.held) {
		if h != e && h.plan.Hold.Events == 0 && h.Person == e.Person {
			b.expedite(h)
		}
	}
}

// expedite ends the waiting of a held entry before its time.
func (b *Outbox) expedite(e *entry) {
	b.unhold(e, true)
	e.Next = b.opts.Clock.Now()
	// Without a timer, it is yet to be scheduled; and a timer that cannot be
	// stopped is about to let it go itself.
	if e.timer != nil && e.timer.Stop() {
		b.beginWork()
		b.due = append(b.due, e)
	}
}

// unhold ends the waiting of an entry, if it does, and notes what came of it.
func (b *Outbox) unhold(e *entry, inTime bool) {
	e.Held = ""
	i := slices.Index(b.held, e)
	if i < 0 {
		return
	}
	b.held = slices.Delete(b.held, i, i+1)
	hold, note := e.plan.Hold, ""
	switch n := len(e.events); {
	case hold.Events > 0 && n > 1:
		note = fmt.Sprintf("held back until %d events were together", n)
	case hold.Events > 0:
		note = fmt.Sprintf("held back for %s for more events, and none came", hold.Most)
	case inTime:
		note = "held back until another delivery of the person had passed"
	default:
		note = fmt.Sprintf("held back for %s, and no other delivery of the person passed", hold.Most)
	}
	e.notes = append(e.notes, note)
}

// edit changes the document of an entry, and reports whether it has. What an
// event does not allow is left out: it must not cost a delivery.
func (b *Outbox) edit(e *entry, edits []fault.Edit) bool {
	before := len(e.Edited)
	for _, change := range edits {
		if slices.Contains(e.Edited, change.What) {
			continue // by a platform that ended during the first attempt
		}
		doc, err := change.Do(e.Doc)
		if err != nil {
			b.opts.Logger.Warn("a delivery is sent without an edit that the rules have for it", "delivery", e.ID, "edit", change.What, "error", err)
			continue
		}
		e.Doc, e.Edited = doc, append(e.Edited[:len(e.Edited):len(e.Edited)], change.What)
	}
	return len(e.Edited) > before
}
