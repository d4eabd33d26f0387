package suites

import (
	"context"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// redelivery checks what a receiver does with events that come again, and with
// events that only look as if they did. Meta asks receivers to see to duplicates
// ("should handle deduplication") and does not say how, so that all of that is SHOULD;
// what they go by in the field is the mid. To lose an ordinary event that looks like
// another is no way of seeing to duplicates, and breaks a MUST.
func redelivery(spec register) {
	repeated(spec)
	distinct(spec)
	afterFailure(spec)

	spec(Requirement{
		ID: "redelivery.acknowledged", Level: Must, Basis: Documented,
		Title:  "A delivery that comes again is acknowledged again",
		Source: sourceStatus,
		Why:    "Meta sends again what it saw no success for; a receiver that answers the duplicate with an error never gets rid of it, and is unsubscribed after an hour.",
		Remedy: "Answer 200 to an event that you know already, and do nothing more.",
	}, func(ctx context.Context, s *session) {
		first := s.Emit(ctx, "message.text")
		if !judge.Acknowledged(first.Attempt) {
			s.Inapplicable("the delivery was not acknowledged when it came first")
		}
		s.Verify(s.Acknowledged(s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.forged-first", Level: Must, Basis: Security,
		Title:  "A genuine event is handled although a forged copy came before it",
		Source: sourceSignature,
		Why:    "A receiver that remembers events before it has checked who sent them lets strangers make it lose them.",
		Remedy: "Check the signature before anything else; remember only the events of genuine deliveries.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		ev := s.Event(repeatable(s))
		forged := judge.Alone(ev)
		forged.Faults = []fault.Fault{fault.SignWith("another secret", stranger)}
		s.Send(ctx, forged)
		genuine := judge.Alone(ev)
		genuine.What = ev.Variant.ID + ", after a forged copy"
		s.Verify(s.NotLost(ctx, s.Send(ctx, genuine)))
	})

	spec(Requirement{
		ID: "redelivery.at-the-end", Level: Should, Basis: Documented,
		Title:  "What came at the beginning of the run is still known at its end",
		Source: sourceRetries,
		Why:    "Meta sends an event again for an hour. A memory of some seconds, or of some hundred events, has forgotten it by then, at a page with many visitors above all.",
		Remedy: "Remember the mid of each event for an hour at least, in a store that is not emptied by the number of its entries.",
		Needs:  []need{judge.ACall},
		Phase:  judge.Closing, BuildsOn: "acknowledgement.batch-of-1000",
	}, func(_ context.Context, s *session) {
		second, ok := s.Shared(lastAgain).(*judge.Delivery)
		if !ok {
			s.Unjudged("the delivery of 1000 events was not sent, in which it comes again")
		}
		first := s.First()
		midOf(s, first.Events[0]) // without one, redelivery.without-mid says the same
		s.Verify(s.KnownByNow(first, second))
	})
}

// lastAgain is the name under which the last delivery of the run is shared, at the end of
// which the first event comes again.
const lastAgain = "the first event at the end of the last delivery"

// repeated are events that come twice.
func repeated(spec register) {
	const why = "Meta sends a delivery again when the first answer comes late or is lost; people then get every answer twice, and orders are placed twice."
	remember := "Remember the mid of each event, for an hour at least, and skip an event whose mid you know."

	spec(Requirement{
		ID: "redelivery.same-bytes", Level: Should, Basis: Documented,
		Title: "The same delivery twice is handled once", Source: sourceRetries, Why: why, Remedy: remember,
		Needs: []need{judge.ACall},
	}, func(ctx context.Context, s *session) {
		first := s.Emit(ctx, repeatable(s))
		s.Verify(s.NotLost(ctx, first))
		s.Verify(s.HandledOnce(ctx, first, s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.without-mid", Level: Should, Basis: Documented,
		Title: "The same delivery twice is handled once, also when its event has no mid", Source: sourceRetries, Why: why,
		Remedy: "Where there is no mid, remember a hash of the whole event: postbacks came without one until 2021, and referrals do to this day.",
		Needs:  []need{judge.ACall, withoutMid},
	}, func(ctx context.Context, s *session) {
		first := s.Emit(ctx, withoutAMid(s.Calibration()))
		s.Verify(s.NotLost(ctx, first))
		s.Verify(s.HandledOnce(ctx, first, s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.together", Level: Should, Basis: Documented,
		Title: "The same delivery twice at the same time is handled once", Source: sourceRetries, Why: why,
		Remedy: "Look an event up and remember it in one step, before its work begins: an insert into a column that is unique, or a lock.",
		Needs:  []need{judge.ACall},
	}, func(ctx context.Context, s *session) {
		st := judge.Alone(s.Event(repeatable(s)))
		st.What = st.Describe() + ", twice at the same time"
		sent := s.SendTogether(ctx, st, st)
		s.Verify(s.HandledOnce(ctx, sent[0], sent[1]))
	})

	spec(Requirement{
		ID: "redelivery.entry-time", Level: Should, Basis: Observed,
		Title: "An event that comes again in an entry with another time is handled once", Source: sourceDuplicates, Why: why,
		Remedy: "Tell events apart by their mid; a hash of the whole body changes with the entry's time.",
		Needs:  []need{judge.ACall},
	}, func(ctx context.Context, s *session) {
		ev := s.Event(repeatable(s))
		in := entry(ev)
		first := s.Send(ctx, s.Wrap(ev.Variant.ID, []event.Event{ev}, in))
		s.Verify(s.NotLost(ctx, first))
		in.Time += (20 * time.Second).Milliseconds()
		second := s.Send(ctx, s.Wrap(ev.Variant.ID+", again, in an entry with another time", []event.Event{ev}, in))
		s.Verify(s.HandledOnce(ctx, first, second))
	})

	spec(Requirement{
		ID: "redelivery.in-batch", Level: Should, Basis: Observed,
		Title:  "Of a known event and a new one in one delivery, only the new one is handled",
		Source: sourceDuplicates,
		Why:    "What comes again may come with other events. A receiver that goes by whole deliveries handles the known event twice, or loses the new one.",
		Remedy: "Look at each event on its own: skip it if you know its mid, and go on with the next.",
		Needs:  []need{judge.ACall},
	}, func(ctx context.Context, s *session) {
		known, fresh := s.Event(repeatable(s)), s.Event(repeatable(s))
		first := s.Send(ctx, judge.Alone(known))
		s.Verify(s.NotLost(ctx, first))
		st := s.Wrap(known.Variant.ID+", again, with a new one after it", []event.Event{fresh}, entry(known), entry(fresh))
		second := s.Send(ctx, st)
		s.Verify(s.NotLost(ctx, second))
		s.Verify(s.HandledOnce(ctx, first, second))
	})
}

// repeatable is the variant by which redelivery is judged: with a mid, where
// this receiver answers one like it.
func repeatable(s *session) string {
	if s.Probe() == "postback.get-started" {
		return "postback.button"
	}
	return s.Probe()
}

// withoutMid is for requirements about events that have no mid.
var withoutMid = need{
	Text: "the receiver was seen to reply to a postback or a referral, or to post a receipt for one",
	Unmet: func(c Calibration) string {
		if withoutAMid(c) != "" {
			return ""
		}
		return "calibration saw neither a reply nor a receipt for a postback or a referral"
	},
}

// withoutAMid is an answered variant without a mid; empty if there is none.
func withoutAMid(c Calibration) string {
	for _, k := range []judge.Kind{judge.KindPostback, judge.KindReferral} {
		if o := c.Seen(k); o.Replies+o.Receipts > 0 {
			return o.Variant
		}
	}
	return ""
}

// again is a delivery once more, byte for byte.
func again(d *judge.Delivery) stimulus {
	return stimulus{What: d.What + ", the same bytes again", Raw: d.Attempt.Request.Body, Events: d.Events}
}
