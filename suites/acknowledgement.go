package suites

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// acknowledgement checks that a delivery is answered with success, soon, and
// whatever comes of it.
func acknowledgement(spec register) {
	spec(Requirement{
		ID: "acknowledgement.in-time", Level: Must, Basis: Documented,
		Title:  "A delivery is answered with a success status in time",
		Source: sourceAcknowledge,
		Why:    "Meta sends an unanswered delivery again, alerts after 15 minutes and disables the webhook after an hour.",
		Remedy: "Answer 200 as soon as the signature is checked, and do the work afterwards.",
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Acknowledged(s.Emit(ctx, "message.text")))
	})

	spec(Requirement{
		ID: "acknowledgement.status-200", Level: Should, Basis: Documented,
		Title:  "The success status is 200 and no other",
		Source: sourceStatus,
		Why:    "Meta's current page asks for 200; whether 201, 202 or 204 are taken for success is not written anywhere today.",
		Remedy: "Answer 200.",
	}, func(ctx context.Context, s *session) {
		d := s.Emit(ctx, "message.text")
		f := s.Answered(d)
		if a := d.Attempt.Answer; f == nil && a.Status/100 == 2 && a.Status != 200 {
			f = s.Found(d, "status 200", judge.Answer(d.Attempt)).As(judge.Misanswers)
		}
		s.Verify(f)
	})

	beforeWork(spec)
	loads(spec)
	sizes(spec)

	spec(Requirement{
		ID: "acknowledgement.unknown-event", Level: Should, Basis: Observed,
		Title:  "An event of a kind that the receiver cannot know is acknowledged",
		Source: sourceStatus,
		Why:    "Meta adds event kinds; a receiver that answers one with an error gets it again for an hour and is then unsubscribed.",
		Remedy: "Answer 200 and ignore what you do not know.",
	}, func(ctx context.Context, s *session) {
		ev := s.Event("message.text", event.Rename("/message", "referee_future_event"))
		st := judge.Alone(ev)
		st.What = "an event of an unknown kind (referee_future_event)"
		odd, _ := s.SendThenGood(ctx, st) // a receiver that dies of it afterwards shows it now
		s.Verify(s.Acknowledged(odd))
	})

	spec(Requirement{
		ID: "acknowledgement.unsubscribed-field", Level: Should, Basis: Observed,
		Title:  "A delivery for a field that nobody subscribed to is acknowledged",
		Source: sourceStatus,
		Why:    "Subscriptions are changed in the dashboard, by other people and other apps; what a receiver answers with an error comes again for an hour, and then nothing comes any more.",
		Remedy: "Answer 200 to every correctly signed delivery; skip fields that you do not know.",
	}, func(ctx context.Context, s *session) {
		person := s.Person()
		s.Verify(s.Acknowledged(s.Send(ctx, s.Wrap("a delivery for the field referee_future_field", nil, event.Entry{
			ID: person.PageID, Time: s.Now().UnixMilli(),
			Changes: []json.RawMessage{json.RawMessage(`{"field":"referee_future_field","value":{"id":"` + person.PSID + `","verb":"add"}}`)},
		}))))
	})

	spec(Requirement{
		ID: "acknowledgement.survives", Level: Must, Basis: Documented,
		Title:  "The receiver stays up, and at work, through every delivery of the run",
		Source: sourceRetries,
		Why:    "One event that ends the process takes all other events with it; Meta sends it again, and it ends the process again.",
		Remedy: "Catch errors around the handling of one event; a failure there must not end the process.",

		Phase: judge.Closing,
	}, func(_ context.Context, s *session) {
		ends, gone := s.Ends()
		if len(ends) == 0 && gone == nil {
			s.Verify(nil)
			return
		}
		var stimuli, how []string
		for _, end := range ends {
			what := end.Stimulus
			if what == "" {
				what = "no delivery by itself; the last before it was " + cmp.Or(end.Before, "of calibration")
			}
			if !slices.Contains(stimuli, what) {
				stimuli = append(stimuli, what)
				how = append(how, what+": "+end.How)
			}
		}
		actual := "it ended, or answered nothing more, and was started again"
		if last := len(ends) - 1; gone != nil {
			actual = gone.Error()
		} else if last == 0 {
			actual = "it " + judge.FirstLine(ends[last].How)
		}
		s.Verify((&Finding{
			Stimulus: cmp.Or(strings.Join(stimuli, "; then "), "the deliveries of the run"),
			Expected: fmt.Sprintf("the receiver still answers at %s", s.Address()),
			Actual:   actual,
			Remedy:   jammed(ends, gone),
			Output:   strings.Join(how, "\n"),
		}).As(deedOf(ends)))
	})

	spec(Requirement{
		ID: "acknowledgement.still-handles", Level: Must, Basis: Documented,
		Title:  "After everything else an ordinary event is still handled",
		Source: sourceRetries,
		Why:    "A receiver that acknowledges and handles nothing any more loses every event from then on, and Meta, which sees success, sends none of them again.",
		Remedy: unjam,
		Needs:  []need{judge.AnAcknowledgement},
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		handles, known := s.StillHandles()
		if !known {
			s.Unjudged("the run ended before a last event was sent")
		}
		if handles {
			s.Verify(nil)
			return
		}
		s.Verify((&Finding{
			Stimulus: s.Plainest() + ", after all other deliveries but those that end the token or the rate",
			Expected: "it is acknowledged and handled, as in calibration",
			Actual:   "nothing came of it",
		}).As(judge.Loses))
	})
}

// unjam is the remedy of a receiver that keeps running and handles nothing.
const unjam = "Find out what the workers wait for: a lock that was not released, a call without a timeout, a queue that is full, a pool of connections that is used up. Let work that fails end, and its place be used again."

// jammed is the remedy of a receiver that only ever jammed, and never ended; empty for others.
func jammed(ends []judge.End, gone error) string {
	if len(ends) == 0 || gone != nil && !ends[len(ends)-1].Jam || slices.ContainsFunc(ends, func(e judge.End) bool { return !e.Jam }) {
		return ""
	}
	return unjam
}

// deedOf is what a receiver did that did not stay up.
func deedOf(ends []judge.End) judge.Deed {
	if slices.ContainsFunc(ends, func(e judge.End) bool { return !e.Jam }) || len(ends) == 0 {
		return judge.Dies
	}
	return judge.Jams
}
