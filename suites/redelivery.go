package suites

import (
	"context"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// redelivery holds what a receiver does with events that come again, and with
// events that only look as if they did. Meta asks receivers to see to duplicates
// and does not say how; what they go by in the field is the mid.
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
	}, func(ctx context.Context, s *Session) {
		first := s.Emit(ctx, "message.text")
		if !acknowledged(first.Attempt) {
			s.Inapplicable("the delivery was not acknowledged when it came first")
		}
		s.Verify(s.Acknowledged(s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.forged-first", Level: Must, Basis: Security,
		Title:  "A genuine event is handled although a forged copy came before it",
		Source: sourceSignature,
		Why:    "A receiver that remembers events before it has checked who sent them lets strangers make it lose them.",
		Remedy: "Check the signature before anything else; remember the events of genuine deliveries alone.",
		Needs:  []Need{aProbe},
	}, func(ctx context.Context, s *Session) {
		ev := s.Event(s.repeatable())
		forged := alone(ev)
		forged.Faults = []fault.Fault{fault.SignWith("another secret", stranger)}
		s.Send(ctx, forged)
		genuine := alone(ev)
		genuine.What = ev.Variant.ID + ", after a forged copy"
		s.Verify(s.NotLost(ctx, s.Send(ctx, genuine)))
	})
}

// repeated are events that come twice.
func repeated(spec register) {
	const why = "Meta sends a delivery again when the first answer comes late or is lost; people then get every answer twice, and orders are placed twice."
	remember := "Remember the mid of each event, for an hour at least, and skip an event whose mid you know."

	spec(Requirement{
		ID: "redelivery.same-bytes", Level: Should, Basis: Documented,
		Title: "The same delivery twice is handled once", Source: sourceRetries, Why: why, Remedy: remember,
		Needs: []Need{aCall},
	}, func(ctx context.Context, s *Session) {
		first := s.Emit(ctx, s.repeatable())
		s.Verify(s.Handled(ctx, first))
		s.Verify(s.HandledOnce(ctx, first, s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.without-mid", Level: Should, Basis: Documented,
		Title: "The same delivery twice is handled once, also when its event has no mid", Source: sourceRetries, Why: why,
		Remedy: "Where there is no mid, remember a hash of the whole event: postbacks came without one until 2021, and referrals do to this day.",
		Needs:  []Need{aCall, withoutMid},
	}, func(ctx context.Context, s *Session) {
		first := s.Emit(ctx, s.engine.cal.withoutMid())
		s.Verify(s.Handled(ctx, first))
		s.Verify(s.HandledOnce(ctx, first, s.Send(ctx, again(first))))
	})

	spec(Requirement{
		ID: "redelivery.together", Level: Should, Basis: Documented,
		Title: "The same delivery twice at the same time is handled once", Source: sourceRetries, Why: why,
		Remedy: "Look an event up and remember it in one step, before its work begins: an insert into a column that is unique, or a lock.",
		Needs:  []Need{aCall},
	}, func(ctx context.Context, s *Session) {
		st := alone(s.Event(s.repeatable()))
		st.What = st.describe() + ", twice at the same time"
		sent := s.SendTogether(ctx, st, st)
		s.Verify(s.HandledOnce(ctx, sent[0], sent[1]))
	})

	spec(Requirement{
		ID: "redelivery.entry-time", Level: Should, Basis: Observed,
		Title: "An event that comes again in an entry with another time is handled once", Source: sourceDuplicates, Why: why,
		Remedy: "Tell events apart by their mid; a hash of the whole body changes with the entry's time.",
		Needs:  []Need{aCall},
	}, func(ctx context.Context, s *Session) {
		ev := s.Event(s.repeatable())
		in := entry(ev)
		first := s.Send(ctx, s.Wrap(ev.Variant.ID, []event.Event{ev}, in))
		s.Verify(s.Handled(ctx, first))
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
		Needs:  []Need{aCall},
	}, func(ctx context.Context, s *Session) {
		known, fresh := s.Event(s.repeatable()), s.Event(s.repeatable())
		first := s.Send(ctx, alone(known))
		s.Verify(s.Handled(ctx, first))
		st := s.Wrap(known.Variant.ID+", again, with a new one after it", []event.Event{fresh}, entry(known), entry(fresh))
		second := s.Send(ctx, st)
		s.Verify(s.NotLost(ctx, second))
		s.Verify(s.HandledOnce(ctx, first, second))
	})
}

// distinct are events of one person that are easily taken for one.
func distinct(spec register) {
	for _, c := range []struct {
		id, title, what, why, remedy string
		basis                        Basis
		source                       Source
		// arrange makes the two events of the pair, in the order of sending.
		arrange func(s *Session, older, newer event.Event) (first, second event.Event)
	}{
		{
			id:     "redelivery.same-millisecond",
			title:  "Two events of one person in one millisecond are both handled",
			what:   "in the millisecond of the event before",
			why:    "Person and timestamp together are no identity: a receiver that takes them for one drops an event that nobody sends again.",
			remedy: "Tell events apart by their mid; where there is none, by a hash of the whole event.",
			basis:  Observed, source: sourceDuplicates,
			arrange: func(s *Session, older, newer event.Event) (event.Event, event.Event) {
				at, _ := event.Get(older.JSON, "/timestamp")
				newer, err := newer.Edit(event.Set("/timestamp", string(at)))
				s.must(err)
				return older, newer
			},
		},
		{
			id:     "redelivery.out-of-order",
			title:  "An event that comes after a newer one of the same person is handled",
			what:   "older than the event before",
			why:    "Meta does not promise the order; an event that was sent again comes after later ones, and it is no less an event.",
			remedy: "Use the timestamp to put events in order where that matters, not to drop them.",
			basis:  Documented, source: sourceOrder,
			arrange: func(_ *Session, older, newer event.Event) (event.Event, event.Event) { return newer, older },
		},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: c.basis, Title: c.title, Source: c.source, Why: c.why, Remedy: c.remedy,
			Needs: []Need{aProbe},
		}, func(ctx context.Context, s *Session) {
			older, newer := s.two()
			if _, ok := event.Get(older.JSON, "/timestamp"); !ok {
				s.Inapplicable("the event that the receiver is known to answer has no timestamp")
			}
			ordinary := older
			s.Send(ctx, alone(older))
			s.Send(ctx, alone(newer))

			older, newer = s.two()
			first, second := c.arrange(s, older, newer)
			s.Send(ctx, alone(first))
			st := alone(second)
			st.What = second.Variant.ID + ", " + c.what
			s.Verify(s.BothHandled(ctx, ordinary, s.Send(ctx, st)))
		})
	}
}

// BothHandled verifies that the second event of a person was handled as well as
// the first, in that there is more evidence than one event brings. ordinary is
// of a person who sent two events of whom nothing is special: a bot that answers
// only the first of these has its reasons, and is not judged.
func (s *Session) BothHandled(ctx context.Context, ordinary event.Event, second *Delivery) *Finding {
	ev := second.Events[0]
	one := s.one(ev)
	both := func(got evidence) bool {
		t := got.tally()
		return (one.replies == 0 || t.replies > one.replies) &&
			(one.receipts == 0 || t.receipts > one.receipts) &&
			(one.lines == 0 || t.lines > one.lines)
	}
	found, err := s.listen(ctx, []event.Event{ordinary, ev}, func(found []evidence, _ time.Duration) time.Duration {
		if both(found[0]) && both(found[1]) {
			return heardEnough
		}
		return s.evidenceWait()
	})
	s.must(err)
	switch {
	case !both(found[0]):
		s.Inapplicable("the receiver answers only the first of two ordinary events of one person")
	case !both(found[1]):
		return s.found(second, "more than one event brings: "+one.String(), found[1].tally().String()+" for the two events")
	}
	return nil
}

// two are events of one person of their own, the older one first.
func (s *Session) two() (older, newer event.Event) {
	person := s.Person()
	return s.EventOf(person, s.repeatable()), s.EventOf(person, s.repeatable())
}

// repeatable is the variant by which redelivery is judged: with a mid, where
// this receiver answers one like it.
func (s *Session) repeatable() string {
	if s.Probe() == "postback.get-started" {
		return "postback.button"
	}
	return s.Probe()
}

// withoutMid is for requirements about events that have no mid.
var withoutMid = Need{
	Text: "the receiver was seen to reply to a postback or a referral, or to post a receipt for one",
	unmet: func(c Calibration) string {
		if c.withoutMid() != "" {
			return ""
		}
		return "calibration saw neither a reply nor a receipt for a postback or a referral"
	},
}

// withoutMid is an answered variant without a mid; empty if there is none.
func (c Calibration) withoutMid() string {
	for _, k := range []kind{kindPostback, kindReferral} {
		if o := c.seen[k]; o.replies+o.receipts > 0 {
			return o.variant
		}
	}
	return ""
}

// again is a delivery once more, byte for byte.
func again(d *Delivery) Stimulus {
	return Stimulus{What: d.What + ", the same bytes again", Raw: d.Attempt.Request.Body, Events: d.Events}
}
