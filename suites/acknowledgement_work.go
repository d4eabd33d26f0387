package suites

import (
	"context"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// beforeWork checks that the acknowledgement comes before the work: nothing that
// the Graph API does delays or changes it. Failures that Meta documents are
// judged with the replies.
func beforeWork(spec register) {
	spec(Requirement{
		ID: "acknowledgement.slow-graph-api", Level: Should, Basis: Documented,
		Title:  "A delivery is acknowledged before a slow Graph API has answered",
		Source: sourceAcknowledge,
		Why:    "A receiver that waits for the Graph API is as slow as that, for every delivery behind this one too, and misses the deadline on a bad day.",
		Remedy: "Acknowledge first; call the Graph API afterwards, from a queue or a task of its own.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Occupying,
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Calibration().Replied())
		slow := slowAnswer(s)
		defer script(s, ev, fault.Slow(slow))()
		st := judge.Alone(ev)
		st.What = fmt.Sprintf("%s, while the Graph API takes %s to answer", ev.Variant.ID, slow)
		d := s.Send(ctx, st)
		s.Verify(s.Acknowledged(d))
		if d.Attempt.Timing.FirstByte >= slow {
			s.WorksFirst()
			s.Share(waits, true)
			s.Verify(s.Found(d, fmt.Sprintf("an acknowledgement before the Graph API's answer, which takes %s", slow), judge.Answer(d.Attempt)).As(judge.Delays))
		}
	})

	spec(Requirement{
		ID: "acknowledgement.before-work", Level: Must, Basis: Documented,
		Title:  "A delivery is acknowledged before the Graph API has answered",
		Source: sourceAcknowledge,
		Why:    "When the Graph API is slow, a receiver that waits for it misses the deadline; Meta then sends the event again, and people get the answer twice.",
		Remedy: "Acknowledge first; call the Graph API afterwards, from a queue or a task of its own.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Occupying, // a receiver that waits keeps others waiting
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Calibration().Replied())
		release := hold(s, ev)
		defer release()
		st := judge.Alone(ev)
		st.What = ev.Variant.ID + ", while the Graph API does not answer"
		f := s.Acknowledged(s.Send(ctx, st))
		if s.Shared(waits) != nil {
			f = f.Confirmed() // and the deadline need not be waited for once more
		}
		s.Verify(f)
	})

	spec(Requirement{
		ID: "acknowledgement.graph-api-garbage", Level: Should, Basis: Observed,
		Title:  "An event is acknowledged although the Graph API answers its reply with " + fault.MalformedJSON().What,
		Source: sourceStatus,
		Why:    "What comes back from the Graph API is no concern of the delivery's: Meta sends an event again that is answered with an error, and its reply fails again.",
		Remedy: "Acknowledge first; catch the errors of parsing an answer, and log them.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Disturbing,
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Calibration().Replied())
		defer script(s, ev, fault.MalformedJSON())()
		st := judge.Alone(ev)
		st.What = fmt.Sprintf("%s, while the Graph API answers %s", ev.Variant.ID, fault.MalformedJSON().What)
		s.Verify(s.Acknowledged(s.Send(ctx, st)))
	})
}

// waits is the name under which it is shared that the receiver was seen to wait for the
// Graph API.
const waits = "waits for the Graph API"

// slowAnswer is how long a slow Graph API takes: well within the deadline, and long
// enough that no busy machine is taken for a receiver that waits.
func slowAnswer(s *session) time.Duration {
	return max(s.Env().AckDeadline/4, 3*s.Calibration().ToAcknowledge())
}

// hold keeps the Graph API from answering calls about this event's person.
func hold(s *session, ev event.Event) (release func()) {
	var releases []func()
	for _, id := range judge.IDs(ev.Session) {
		releases = append(releases, s.Env().Platform.Hold(id))
	}
	return func() {
		for _, release := range releases {
			release()
		}
	}
}
