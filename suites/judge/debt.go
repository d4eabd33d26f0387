package judge

import (
	"crypto/sha256"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// debt is an event whose evidence has to come.
type debt struct {
	request *request
	kind    Kind
	event   event.Event
	want    Tally
	enough  func(evidence) bool // in place of want; nil: want says it
	paid    bool
	took    time.Duration // until it was paid
}

// covered reports whether this is all the evidence that has to come.
func (d *debt) covered(by evidence) bool {
	if d.enough != nil {
		return d.enough(by)
	}
	return by.tally().Covers(d.want)
}

// owing is an event of a request and the evidence that it brings: for the first
// event of a person want, for a further one as much as one brings beside it.
type owing struct {
	event   event.Event
	reading Reading
	want    Tally
	one     Tally
	enough  func(evidence) bool // in place of both; nil: they say it
}

// owing reports whether evidence is owed that may still come.
func (l *ledger) owing(now time.Time) bool {
	l.unpaid = slices.DeleteFunc(l.unpaid, func(r *request) bool {
		return !r.ended.IsZero() && r.owes == 0 || now.Sub(r.began) > l.patient()
	})
	return len(l.unpaid) > 0
}

// owe enters an event whose evidence has to come. One that was delivered before
// brings no more.
func (l *ledger) owe(r *request, o owing) {
	if !r.genuine {
		return
	}
	person := o.event.Session.Name
	identity := sha256.Sum256(append([]byte(person+"\x00"), o.event.JSON...))
	if l.known[identity] {
		return
	}
	l.known[identity] = true
	n := l.delivered[person]
	l.delivered[person]++
	d := &debt{request: r, kind: o.reading.Kind, event: o.event, want: o.want.Plus(o.one.times(n)), enough: o.enough}
	if d.covered(evidence{}) { // nothing has to come of it
		return
	}
	r.owes++
	r.debts = append(r.debts, d)
	if !o.reading.Addressable() { // its receipt may name no person, or one all the same
		l.untagged = append(l.untagged, d)
	}
	for _, id := range IDs(o.event.Session) {
		l.owed[id] = append(l.owed[id], d)
	}
}

// pay finds which of these debts are paid now. It reports whether one of them was
// open.
func (l *ledger) pay(debts []*debt) (open bool) {
	now := time.Now()
	for _, d := range debts {
		if d.paid {
			continue
		}
		open = true
		if !d.covered(l.of(d.event)) {
			continue
		}
		d.paid = true
		r := d.request
		r.owes--
		took := now.Sub(r.began)
		d.took = took
		l.late = max(l.late, took)
		if !r.untimed {
			l.measured(took)
		}
		if since := now.Sub(l.heard); since < took {
			l.gap = max(l.gap, since)
		} else {
			l.gap = max(l.gap, took)
		}
		l.heard = now
		l.answered(r, took, d.kind)
	}
	l.change()
	return open
}

// measured notes a time to evidence. One that was slow once, because the machine or
// the receiver was busy, does not count for ever.
func (l *ledger) measured(took time.Duration) {
	const most = 128
	if len(l.recent) == most {
		l.recent = l.recent[1:]
	}
	l.recent = append(l.recent, took)
	l.longest = slices.Max(l.recent)
}

// answered notes that an event of a request, of this kind, was handled: a fence
// for all that was over before it was sent.
func (l *ledger) answered(r *request, took time.Duration, k Kind) {
	now := time.Now()
	if r.owes == 0 && r.complete.IsZero() {
		r.complete = now
	}
	l.pace.answered(r, k, took, now)
	bit := uint(0)
	for i, f := range l.fences {
		if f.kind == k {
			bit = 1 << i
		}
	}
	all := uint(1)<<len(l.fences) - 1
	rest := l.unproved[:0]
	for _, u := range l.unproved {
		if u.behind < r.seq {
			u.proved |= bit
		}
		if u.proved == all {
			u.provedAt = now
		} else {
			rest = append(rest, u)
		}
	}
	clear(l.unproved[len(rest):])
	l.unproved = rest
	for _, u := range l.open { // a fence that was lost must not fill the window for ever
		if u.isFence && !u.ended.IsZero() && u.behind < r.seq {
			u.proved |= bit
		}
	}
}
