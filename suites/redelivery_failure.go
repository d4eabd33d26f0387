package suites

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// afterFailure is about an event that comes again because something failed the
// first time. No harness can make a receiver answer 500; that the Graph API does
// so while the event is at work is the nearest that can happen to any.
func afterFailure(spec register) {
	spec(Requirement{
		ID: "redelivery.after-failure", Level: Should, Basis: Documented,
		Title:  "An event that comes again after its reply failed is neither lost nor answered twice",
		Source: sourceRetries,
		Why:    "A receiver that remembers the event, fails, and answers the delivery with an error, takes the second delivery for a duplicate: nobody ever gets an answer. One that queues the failed reply and handles the event anew answers twice.",
		Remedy: "Remember an event and queue its work in one step, then acknowledge. Where the delivery is answered with an error, forget the event again.",
		Needs:  []Need{aReply},
		phase:  disturbing,
	}, func(ctx context.Context, s *Session) {
		ev := s.Event(s.engine.cal.replied)
		answer := fault.ServerError()
		unscript := s.Script(ev, answer)
		defer unscript()
		st := alone(ev)
		st.What = fmt.Sprintf("%s, while the Graph API answers %s", ev.Variant.ID, answer.What)
		first := s.Send(ctx, st)
		s.Tries(ctx, ev)
		unscript()
		failed := s.replies(ev)
		second := again(first)
		second.What = ev.Variant.ID + ", the same bytes again, after its reply failed"
		s.Verify(s.AnsweredOnce(ctx, first, s.Send(ctx, second), failed))
	})
}

// AnsweredOnce verifies that an event whose replies failed so far, and that was
// delivered again, is answered no more than once now, and that it is answered if
// the first delivery was not acknowledged. One that was, was not Meta's to send
// again: whether its reply is made up for is left to the receiver.
func (s *Session) AnsweredOnce(ctx context.Context, first, second *Delivery, failed int) *Finding {
	ev := first.Events[0]
	owing := !acknowledged(first.Attempt)
	_, err := s.listen(ctx, []event.Event{ev}, func(found []evidence, _ time.Duration) time.Duration {
		if owing && len(found[0].replies) <= failed {
			return s.evidenceWait()
		}
		return s.engine.cal.Quiet
	})
	s.must(err)
	one, got := max(1, s.one(ev).replies), s.replies(ev)-failed
	switch {
	case owing && got == 0:
		return s.found(second, "a reply, as the first delivery was not acknowledged", fmt.Sprintf("no reply within %s", s.evidenceWait()))
	case got >= 2*one:
		return s.found(second, "no more than one event brings: "+count(one, "reply"), count(got, "reply"))
	}
	s.restOn(second)
	return nil
}

// replies counts the messages so far to the person of an event.
func (s *Session) replies(ev event.Event) int {
	return len(s.engine.env.Platform.Journal().Find(func(x journal.Exchange) bool { return isReply(x) && about(x, ev) }))
}
