package judge

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// Wanted are the messages that an event has to bring, as somebody expects them who knows
// the receiver.
type Wanted struct {
	// Text names them, behind the word "expected".
	Text string
	// Least is how many they are.
	Least int
	// Exactly reports that no other may come.
	Exactly bool
	// Come reports whether they are among these messages, in their order. It is called
	// often, and with more messages each time.
	Come func([]journal.Exchange) bool
	// Said says what messages came, behind the word "actual".
	Said func([]journal.Exchange) string
	// Within is the time from the delivery in which the last of them has to come. 0: any.
	Within time.Duration
}

// Talk is what a person and the receiver say to each other, one event after the other.
type Talk struct {
	session *Session
	person  event.Session
	last    *turnOfTalk
}

// turnOfTalk is an event of a talk, and what has come of it.
type turnOfTalk struct {
	session  *Session
	before   *turnOfTalk // nil: it begins the talk
	next     *turnOfTalk // nil: none yet
	delivery *Delivery
	event    event.Event
	want     Wanted
	after    uint64 // messages behind this one are of this turn
	until    uint64 // and up to this one, where it is over
	over     bool
}

// Talk begins a talk with a person of its own.
func (s *Session) Talk() *Talk { return &Talk{session: s, person: s.Person()} }

// Event fills a variant for the person of the talk.
func (t *Talk) Event(variant string, edits ...event.Edit) event.Event {
	return t.session.EventOf(t.person, variant, edits...)
}

// Say sends an event of the talk and verifies that it brings what is wanted. It waits until
// no message has come for a stall, so that what the event before it brings is not taken for
// what it brings itself.
func (t *Talk) Say(ctx context.Context, what string, ev event.Event, want Wanted) *Finding {
	s := t.session
	n := &turnOfTalk{session: s, before: t.last, event: ev, want: want}
	if before := t.last; before != nil {
		s.drain(ctx, before.delivery)
		before.rest(ctx)
		before.until, before.over = before.newest(), true
		n.after, before.next = before.until, n
	}
	t.last = n
	evident := s.engine.cal.Evident()
	st := Alone(ev)
	st.What = what
	st.enough = func(e evidence) bool {
		come := n.of(e.replies)
		return want.Come(come) || evident && len(come) >= want.Least && len(come) > 0
	}
	n.delivery = s.Send(ctx, st)
	n.delivery.turn = n
	if f := s.Acknowledged(n.delivery); f != nil {
		return n.told(f)
	}
	s.await(ctx, n.delivery)
	if !want.Come(n.messages()) && len(n.messages()) >= want.Least && want.Least > 0 {
		s.drain(ctx, n.delivery) // another may come beside those that did
	}
	if f := n.missing(); f != nil {
		return f
	}
	if f := n.late(); f != nil {
		return f
	}
	if !want.Exactly {
		return nil
	}
	s.alarms = append(s.alarms, n.more)
	s.drain(ctx, n.delivery)
	n.delivery.request.watch()
	s.checks = append(s.checks, n.more)
	return n.more()
}

// of are those of a person's messages that came of this turn.
func (n *turnOfTalk) of(replies []journal.Exchange) (come []journal.Exchange) {
	for _, x := range replies {
		if x.Seq > n.after && (!n.over || x.Seq <= n.until) {
			come = append(come, x)
		}
	}
	return come
}

// only is what of a person's evidence came of this turn. What is no message is told apart by
// the turn before which it came.
func (n *turnOfTalk) only(e evidence) evidence {
	meanwhile := func(all []journal.Exchange) (come []journal.Exchange) {
		for _, x := range all {
			early := n.before != nil && x.At.Before(n.delivery.Attempt.Started)
			late := n.next != nil && n.next.delivery != nil && !x.At.Before(n.next.delivery.Attempt.Started)
			if !early && !late {
				come = append(come, x)
			}
		}
		return come
	}
	return evidence{replies: n.of(e.replies), receipts: meanwhile(e.receipts), lines: meanwhile(e.lines), typing: e.typing}
}

// messages are those that have come of this turn so far.
func (n *turnOfTalk) messages() []journal.Exchange {
	return n.of(n.session.evidenceFor([]event.Event{n.event})[0].replies)
}

// rest waits until no message has come for a stall.
func (n *turnOfTalk) rest(ctx context.Context) {
	l := n.session.engine.ledger
	since, before := time.Now(), len(n.messages())
	n.session.park(ctx, &waiter{ready: func(now time.Time) (bool, time.Time) {
		if come := len(n.of(l.of(n.event).replies)); come != before {
			since, before = now, come
		}
		until := since.Add(l.stall())
		return !now.Before(until), until
	}})
}

// newest is the number of the last message so far.
func (n *turnOfTalk) newest() uint64 {
	newest := n.after
	for _, x := range n.messages() {
		newest = max(newest, x.Seq)
	}
	return newest
}

// missing is the finding that what is wanted has not come: nothing has, or something else.
func (n *turnOfTalk) missing() *Finding {
	come := n.messages()
	if n.want.Come(come) {
		return nil
	}
	f := n.found(n.want.Said(come)).gone(func() bool { return n.want.Come(n.messages()) })
	if len(come) >= n.want.Least {
		f.bendable = false // it has answered, and would again
	}
	return f
}

// late is the finding that what is wanted came after its time.
func (n *turnOfTalk) late() *Finding {
	if n.want.Within == 0 {
		return nil
	}
	come := n.messages()
	at := 0
	for !n.want.Come(come[:at]) {
		at++
	}
	if at == 0 {
		return nil
	}
	took := come[at-1].At.Sub(n.delivery.Attempt.Started)
	if took <= n.want.Within {
		return nil
	}
	f := n.found(fmt.Sprintf("it came after %s", round(took)))
	f.bendable = true
	return f
}

// more is the finding that more came than is wanted.
func (n *turnOfTalk) more() *Finding {
	come := n.messages()
	if len(come) <= n.want.Least {
		return nil
	}
	return n.found(n.want.Said(come))
}

// found is a finding about the turn.
func (n *turnOfTalk) found(actual string) *Finding {
	return n.told(n.session.Found(n.delivery, n.want.Text, actual).Of(0))
}

// told has a finding tell what was said before, each with what it brought: what a bot
// answers depends on that, and so does the command that shows it again.
func (n *turnOfTalk) told(f *Finding) *Finding {
	const most = 5 // turns before; of a longer talk they are counted
	left := 0
	for before := n.before; before != nil; before = before.before {
		if left++; left <= most {
			f.Stimulus = fmt.Sprintf("%s, which brought %s; then %s", before.delivery.What, before.want.Said(before.messages()), f.Stimulus)
		}
		if command := n.session.curl(before.delivery); command == "" || f.Reproduce == "" {
			f.Reproduce = ""
		} else {
			f.Reproduce = command + "\n" + f.Reproduce
		}
	}
	if left > most {
		f.Stimulus = fmt.Sprintf("%s; then %s", plural.Count(left-most, "event"), f.Stimulus)
	}
	return f
}
