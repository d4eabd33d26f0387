package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// acknowledgement holds that a delivery is answered with success, soon, and
// whatever comes of it.
func acknowledgement(spec register) {
	spec(Requirement{
		ID: "acknowledgement.in-time", Level: Must, Basis: Documented,
		Title:  "A delivery is answered with a success status in time",
		Source: sourceAcknowledge,
		Why:    "Meta sends an unanswered delivery again, alerts after 15 minutes and disables the webhook after an hour.",
		Remedy: "Answer 200 as soon as the signature is checked, and do the work afterwards.",
	}, func(ctx context.Context, s *Session) {
		s.Verify(s.Acknowledged(s.Emit(ctx, "message.text")))
	})

	spec(Requirement{
		ID: "acknowledgement.status-200", Level: Should, Basis: Documented,
		Title:  "The success status is 200 and no other",
		Source: sourceStatus,
		Why:    "Meta's current page asks for 200; whether 201, 202 or 204 are taken for success is not written anywhere today.",
		Remedy: "Answer 200.",
	}, func(ctx context.Context, s *Session) {
		d := s.Emit(ctx, "message.text")
		f := s.Answered(d)
		if a := d.Attempt.Answer; f == nil && a.Status/100 == 2 && a.Status != 200 {
			f = s.found(d, "status 200", answered(d.Attempt))
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
	}, func(ctx context.Context, s *Session) {
		ev := s.Event("message.text", event.Rename("/message", "referee_future_event"))
		st := alone(ev)
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
	}, func(ctx context.Context, s *Session) {
		person := s.Person()
		s.Verify(s.Acknowledged(s.Send(ctx, s.Wrap("a delivery for the field referee_future_field", nil, event.Entry{
			ID: person.PageID, Time: s.engine.env.Platform.Now().UnixMilli(),
			Changes: []json.RawMessage{json.RawMessage(`{"field":"referee_future_field","value":{"id":"` + person.PSID + `","verb":"add"}}`)},
		}))))
	})

	spec(Requirement{
		ID: "acknowledgement.survives", Level: Must, Basis: Documented,
		Title:  "The receiver stays up through every delivery of the run",
		Source: sourceRetries,
		Why:    "One event that ends the process takes all other events with it; Meta sends it again, and it ends the process again.",
		Remedy: "Catch errors around the handling of one event; a failure there must not end the process.",

		phase: closing,
	}, func(_ context.Context, s *Session) {
		deaths, gone := s.engine.lifeline.died()
		if len(deaths) == 0 {
			s.Verify(nil)
			return
		}
		var after, how []string
		for i, d := range deaths {
			after = append(after, d.after)
			first, _, more := strings.Cut(d.how, "\n")
			if i == 0 {
				first = d.how // with its last output; that of the others is much the same
			} else if more {
				first += " …"
			}
			if first != "" {
				how = append(how, d.after+": "+first)
			}
		}
		actual := "it listened no more, and came back"
		if gone != nil {
			actual = gone.Error()
		}
		s.Verify(&Finding{
			Stimulus: strings.Join(after, "; then "),
			Expected: fmt.Sprintf("the receiver still listens at %s", s.engine.lifeline.address),
			Actual:   actual,
			Output:   strings.Join(how, "\n"),
		})
	})
}
