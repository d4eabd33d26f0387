package judge

import (
	"context"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// countless is why nothing can be said of how often an event was handled.
const countless = "the receiver goes on sending messages for one event, so that their number does not tell how often it handled it"

// HandledOnce verifies that an event that came with two deliveries was handled,
// and that it brought no more evidence than one event brings: not twice as many
// replies, and not another receipt. Lines in a log are not counted, as they may
// tell that the event was met before.
func (s *Session) HandledOnce(ctx context.Context, first, second *Delivery) *Finding {
	s.await(ctx, first, second) // of two that are sent together, either may be the one that owes
	s.drain(ctx, first, second)
	ev := first.Events[0]
	if s.engine.cal.storms && !s.engine.cal.Has(Receipts) {
		s.Unjudged(countless)
	}
	check := func() *Finding {
		want, _ := s.want(ev)
		if got := s.Tally(ev); !got.Covers(want) {
			return s.lost(first, ev, got)
		}
		return s.repeated(first, second)
	}
	s.checks = append(s.checks, check)
	return check()
}

// BothHandled verifies that the second event of a person was handled as well as
// the first, in that there is more evidence than one event brings. ordinary is
// the second delivery for a person who sent two events of which nothing is
// special: a bot that answers only the first of these has its reasons, and is not
// judged. A receiver that posts receipts has none, and needs no ordinary delivery: nil.
func (s *Session) BothHandled(ctx context.Context, ordinary, second *Delivery) *Finding {
	sent := []*Delivery{second}
	if ordinary != nil {
		sent = []*Delivery{ordinary, second}
	}
	for _, d := range sent {
		if f := s.Acknowledged(d); f != nil {
			return f // it owes nothing, though it may still be handled
		}
	}
	s.await(ctx, sent...)
	ev := second.Events[0]
	one := s.one(ev)
	switch {
	case one.Receipts > 0: // which say it, whatever else it does only once
		one = Tally{Receipts: one.Receipts}
	case s.engine.cal.storms:
		if one.Replies = 0; !one.Any() {
			s.Unjudged(countless)
		}
	}
	both := func(d *Delivery) bool {
		t := s.Tally(d.Events[0])
		return (one.Replies == 0 || t.Replies > one.Replies) &&
			(one.Receipts == 0 || t.Receipts > one.Receipts) &&
			(one.Lines == 0 || t.Lines > one.Lines)
	}
	switch {
	case ordinary != nil && !both(ordinary):
		s.Inapplicable("the receiver answers only the first of two ordinary events of one person")
	case !both(second):
		return s.Found(second, "more than one event brings: "+one.String(), s.Tally(ev).String()+" for the two events").As(Loses).Of(0).gone(func() bool { return both(second) })
	}
	return nil
}

// KnownByNow verifies, by what has come so far, that an event that came with two
// deliveries brought no more than one event brings.
func (s *Session) KnownByNow(first, second *Delivery) *Finding {
	if first.request.seq <= s.engine.born || len(s.engine.deaths) > 0 {
		s.Inapplicable("the receiver has ended since, and what it knew may have ended with it")
	}
	if !s.engine.ledger.shown(second.request) {
		s.Inapplicable("the receiver had more to do in the end than is waited for, so that nothing shows what came of it")
	}
	if s.engine.cal.storms && !s.engine.cal.Has(Receipts) {
		s.Unjudged(countless)
	}
	return s.repeated(first, second)
}

// repeated is the finding that the event of two deliveries brought more than one event
// brings.
func (s *Session) repeated(first, second *Delivery) *Finding {
	ev := first.Events[0]
	one, got := s.one(ev), s.Tally(ev)
	if got.Receipts > 1 || !s.engine.cal.storms && got.Replies > 0 && got.Replies >= 2*max(1, one.Replies) {
		got.Lines, one.Lines = 0, 0
		return s.Found(second, "no more than one delivery brings: "+one.String(), got.String()).As(Repeats)
	}
	return nil
}

// AnsweredOnce verifies that an event whose replies failed so far, and that was
// delivered again, is answered no more than once now, and that it is answered if
// the first delivery was not acknowledged. One that was, was not Meta's to send
// again: whether its reply is made up for is left to the receiver.
func (s *Session) AnsweredOnce(ctx context.Context, first, second *Delivery, failed int) *Finding {
	ev := first.Events[0]
	if s.engine.cal.storms {
		s.Unjudged(countless)
	}
	s.drain(ctx, first, second)
	check := func() *Finding {
		one, got := max(1, s.one(ev).Replies), s.RepliesTo(ev)-failed
		switch {
		case !Acknowledged(first.Attempt) && got == 0:
			return s.Found(second, "a reply, as the first delivery was not acknowledged", "no reply").As(Loses).Of(0).gone(func() bool { return s.RepliesTo(ev) > failed })
		case got >= 2*one:
			return s.Found(second, "no more than one event brings: "+plural.InWords(one, "reply"), plural.InWords(got, "reply")).As(Repeats)
		}
		return nil
	}
	s.checks = append(s.checks, check)
	return check()
}

// RepliesTo counts the messages so far to the person of an event.
func (s *Session) RepliesTo(ev event.Event) int {
	return len(s.evidenceFor([]event.Event{ev})[0].replies)
}

// Tries says how often a call about the person of a delivery was made, the one
// that was made most often, until it has been quiet (the longer the more tries
// there were) or until there are more than enough.
func (s *Session) Tries(ctx context.Context, d *Delivery, enough int) int {
	ev := d.Events[0]
	s.await(ctx, d)
	l := s.engine.ledger
	calls := -1
	var since time.Time
	s.park(ctx, &waiter{ready: func(now time.Time) (bool, time.Time) {
		n := 0
		for _, id := range IDs(ev.Session) {
			n += l.calls[id]
		}
		if n != calls {
			calls, since = n, now
		}
		// Pauses may grow from one try to the next.
		until := since.Add(time.Duration(max(1, min(n, enough))) * l.quiet())
		return n > 4*enough || !now.Before(until), until
	}})
	return s.Made(ev)
}

// CalledOnce verifies that the Graph API was called about the person of a delivery as often
// as for one event, and no more, however the calls were answered.
func (s *Session) CalledOnce(d *Delivery) *Finding {
	if s.engine.cal.storms {
		s.Unjudged(countless)
	}
	ev := d.Events[0]
	usual := max(1, s.one(ev).Replies)
	check := func() *Finding {
		if made := s.Made(ev); made > usual {
			return s.Found(d, plural.InWords(usual, "call"), plural.InWords(made, "call")).As(Repeats)
		}
		return nil
	}
	s.checks = append(s.checks, check)
	return check()
}

// Made is how often a call about the person of an event was made so far, the one that was
// made most often.
func (s *Session) Made(ev event.Event) (most int) {
	tries := map[string]int{}
	for _, x := range s.Find(func(x journal.Exchange) bool {
		return (x.Kind == journal.Send || x.Kind == journal.Graph) && About(x, ev)
	}) {
		// Sender actions are calls of their own; all messages count as one, as
		// their texts may tell of the failure.
		action, _ := event.Get(x.Doc, "/sender_action")
		call := Endpoint(x) + " " + string(action)
		tries[call]++
		most = max(most, tries[call])
	}
	return most
}
