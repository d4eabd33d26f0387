package judge

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// simSpecs are specs as topics have them, few enough for thousands of runs.
func simSpecs(saw *seen) []Spec {
	var specs []Spec
	add := func(id string, phase Phase, body Body) {
		specs = append(specs, Spec{Requirement: Requirement{ID: id, Level: Must, Title: id, Phase: phase}, Body: body})
	}

	for _, variant := range []string{"postback.button", "referral.shortlink", "message.text"} {
		add("genuine."+variant, 0, func(ctx context.Context, s *Session) { s.Verify(s.Handled(ctx, s.Emit(ctx, variant))) })
	}
	for _, text := range oddities {
		add("odd."+text[1:], 0, func(ctx context.Context, s *Session) {
			st := Alone(saying(s, text))
			st.What = text
			s.Verify(s.Handled(ctx, s.Send(ctx, st)))
		})
	}

	for _, f := range []struct {
		id    string
		fault fault.Fault
	}{
		{"signature.missing", fault.Unsigned()},
		{"signature.wrong", fault.SignWith("another secret", "not-the-secret")},
		{"signature.empty", fault.EmptySignature()},
		{"signature.truncated", fault.TruncatedDigest(32)},
		{"signature.tampered", fault.AppendSpace()},
	} {
		add(f.id, 0, func(ctx context.Context, s *Session) {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), f.fault)))
		})
	}
	add("signature.own-copy", 0, func(ctx context.Context, s *Session) { // a forged copy, then the genuine one
		genuine := Alone(s.Event(s.Probe()))
		forged := genuine
		forged.Faults = []fault.Fault{fault.Unsigned()}
		s.Send(ctx, forged)
		s.Verify(s.NotLost(ctx, s.Send(ctx, genuine)))
	})

	add("redelivery.same", 0, func(ctx context.Context, s *Session) {
		first := s.Emit(ctx, s.Probe())
		s.Verify(s.Handled(ctx, first))
		again := s.Send(ctx, Stimulus{What: "the same again", Raw: first.Attempt.Request.Body, Events: first.Events})
		s.Verify(s.HandledOnce(ctx, first, again))
	})
	add("redelivery.together", 0, func(ctx context.Context, s *Session) {
		st := Alone(s.Event(s.Probe()))
		sent := s.SendTogether(ctx, st, st)
		s.Verify(s.HandledOnce(ctx, sent[0], sent[1]))
	})
	add("redelivery.same-millisecond", 0, func(ctx context.Context, s *Session) {
		person := s.Person()
		s.Send(ctx, Alone(s.EventOf(person, s.Probe())))
		ordinary := s.Send(ctx, Alone(s.EventOf(person, s.Probe())))

		person = s.Person()
		older, newer := s.EventOf(person, s.Probe()), s.EventOf(person, s.Probe())
		at, _ := event.Get(older.JSON, "/timestamp")
		newer, err := newer.Edit(event.Set("/timestamp", string(at)))
		s.Must(err)
		s.Send(ctx, Alone(older))
		s.Verify(s.BothHandled(ctx, ordinary, s.Send(ctx, Alone(newer))))
	})

	add("envelope.standby", 0, func(ctx context.Context, s *Session) {
		ev := s.Event(s.Probe())
		s.Verify(s.NotHandled(ctx, s.Send(ctx, s.Wrap("standby", []event.Event{ev}, event.Entry{
			ID: ev.Session.PageID, Time: ev.At.UnixMilli(), Standby: []json.RawMessage{ev.JSON},
		}))))
	})
	add("envelope.batch", 0, func(ctx context.Context, s *Session) {
		s.Verify(s.Handled(ctx, s.Send(ctx, s.Batch(2, s.Event(s.Probe()), s.Event(s.Probe()), s.Event(s.Probe())))))
	})

	for _, g := range []struct {
		id     string
		faults []fault.Fault
	}{{"robustness.garbage", nil}, {"robustness.unsigned-garbage", []fault.Fault{fault.Unsigned()}}} {
		add(g.id, 0, func(ctx context.Context, s *Session) {
			odd, good := s.SendThenGood(ctx, Stimulus{What: "!" + g.id[len("robustness."):], Raw: []byte(`{"object":`), Faults: g.faults})
			s.Verify(s.Answered(odd), s.Genuine(ctx, good))
		})
	}

	add("load.acknowledged", Occupying, func(ctx context.Context, s *Session) {
		for _, d := range together(ctx, s, 10) {
			s.Verify(s.Acknowledged(d))
		}
	})
	add("load.handled", Occupying, func(ctx context.Context, s *Session) {
		for _, d := range together(ctx, s, 20) {
			s.Verify(s.NotLost(ctx, d))
		}
	})

	add("closing.goes-on", Closing, func(_ context.Context, s *Session) {
		saw.ends, saw.gone = s.Ends()
		if len(saw.ends) > 0 || saw.gone != nil {
			s.Verify(&Finding{Actual: fmt.Sprintf("it ended: %+v, %v", saw.ends, saw.gone)})
		}
		s.Verify(nil)
	})
	add("closing.handles", Closing, func(_ context.Context, s *Session) {
		handles, known := s.StillHandles()
		switch {
		case !known:
			s.Unjudged("it could not be seen")
		case !handles:
			s.Verify(&Finding{Actual: "it handles nothing at the end"})
		}
		s.Verify(nil)
	})
	return specs
}

// oddities are texts at which a receiver may have a defect. It has to handle them.
var oddities = []string{"!a", "!b", "!c", "!d"}

// seen is what the specs saw of a run.
type seen struct {
	ends []End
	gone error
}

// saying is the plainest event that the receiver answers, with this text in it.
func saying(s *Session, text string) event.Event {
	at := map[string]string{"postback.get-started": "/postback/payload", "referral.shortlink": "/referral/ref", "message.text": "/message/text"}
	return s.Event(s.Plainest(), event.Set(at[s.Plainest()], fmt.Sprintf("%q", text)))
}

// together sends so many plain events at once.
func together(ctx context.Context, s *Session, n int) []*Delivery {
	var stimuli []Stimulus
	for range n {
		stimuli = append(stimuli, Alone(s.Event(s.Plainest())))
	}
	return s.SendTogether(ctx, stimuli...)
}
