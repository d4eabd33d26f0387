package suites

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
)

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

	spec(Requirement{
		ID: "acknowledgement.before-work", Level: Must, Basis: Documented,
		Title:  "A delivery is acknowledged before the Graph API has answered",
		Source: sourceAcknowledge,
		Why:    "When the Graph API is slow, a receiver that waits for it misses the deadline; Meta then sends the event again, and people get the answer twice.",
		Remedy: "Acknowledge first; call the Graph API afterwards, from a queue or a task of its own.",
		Needs:  []Need{aReply},
	}, func(ctx context.Context, s *Session) {
		ev := s.Event(s.engine.cal.replied)
		release := s.Hold(ev)
		defer release()
		st := alone(ev)
		st.What = ev.Variant.ID + ", while the Graph API does not answer"
		s.Verify(s.Acknowledged(s.Send(ctx, st)))
	})

	spec(Requirement{
		ID: "acknowledgement.together", Level: Must, Basis: Documented,
		Title:  "Ten deliveries at once are all acknowledged",
		Source: sourceAcknowledge,
		Why:    "Meta does not wait for one acknowledgement before it sends the next event of somebody else.",
		Remedy: "Serve requests side by side, or answer each so soon that a queue does not matter.",
	}, func(ctx context.Context, s *Session) {
		var stimuli []Stimulus
		for range 10 {
			st := alone(s.Event("message.text"))
			st.What = "message.text, ten times at once"
			stimuli = append(stimuli, st)
		}
		for _, d := range s.SendTogether(ctx, stimuli...) {
			s.Verify(s.Acknowledged(d))
		}
	})

	spec(Requirement{
		ID: "acknowledgement.large-body", Level: Should, Basis: Observed,
		Title:  "A delivery of 150 KiB is accepted",
		Source: sourceLarge,
		Why:    "Deliveries of more than 300 KB were seen. A limit of 100 KiB, the default of common frameworks, refuses them, and Meta sends them again and again.",
		Remedy: "Raise the body limit to 1 MiB or more.",
	}, func(ctx context.Context, s *Session) {
		ev := s.Saying(strings.Repeat("long words ", 150<<10/11))
		st := alone(ev)
		st.What = ev.Variant.ID + " with a text of 150 KiB"
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

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
		s.Verify(s.Acknowledged(s.Send(ctx, st)))
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

// Hold keeps the Graph API from answering calls about this event's person.
func (s *Session) Hold(ev event.Event) (release func()) {
	var releases []func()
	for _, id := range ids(ev.Session) {
		releases = append(releases, s.engine.env.Platform.Hold(id))
	}
	return func() {
		for _, release := range releases {
			release()
		}
	}
}
