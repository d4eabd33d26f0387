package suites

import (
	"context"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
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
		Needs:  []need{judge.AReply},
		Phase:  judge.Disturbing,
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Calibration().Replied())
		answer := fault.ServerError()
		unscript := script(s, ev, answer)
		defer unscript()
		st := judge.Alone(ev)
		st.What = fmt.Sprintf("%s, while the Graph API answers %s", ev.Variant.ID, answer.What)
		first := s.Send(ctx, st)
		s.Tries(ctx, first, stormOf(s))
		unscript()
		failed := s.RepliesTo(ev)
		second := again(first)
		second.What = ev.Variant.ID + ", the same bytes again, after its reply failed"
		s.Verify(s.AnsweredOnce(ctx, first, s.Send(ctx, second), failed))
	})
}
