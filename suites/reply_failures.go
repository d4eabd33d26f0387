package suites

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// storm is how often a call is tried before it counts as a storm. Three to five
// tries are common.
const storm = 10

// failure is a way in which the Graph API fails.
type failure struct {
	name   string
	answer fault.GraphAnswer
	quote  string // from Meta's table of errors; empty for what is not in it
	phase  judge.Phase
}

// failuresOfGraph returns the ways of failing that a receiver has to expect. After
// some of them it is wise to send nothing for a while; these are judged last,
// and it is not asked whether the next event is answered.
func failuresOfGraph() []failure {
	return []failure{
		{"invalid-token", fault.InvalidToken(), "Invalid OAuth access token", judge.Exhausting},
		{"rate-limited", fault.RateLimited(), "Calls to this api have exceeded the rate limit.", judge.Exhausting},
		{"outside-window", fault.OutsideWindow(), "This message is sent outside of allowed window.", judge.Disturbing},
		{"temporary-failure", fault.TemporaryFailure(), "Temporary send message failure. Please try again later.", judge.Disturbing},
		{"server-error", fault.ServerError(), "Unexpected internal error", judge.Disturbing},
		{"empty-answer", fault.EmptyAnswer(), "", judge.Disturbing},
		{"html-page", fault.HTMLPage(), "", judge.Disturbing},
		{"reset", fault.ConnectionReset(), "", judge.Disturbing},
	}
}

func failures(spec register) {
	givenUp(spec)
	for _, f := range failuresOfGraph() {
		source, basis, level := sourceGraphErrors, Observed, Should
		if f.quote != "" {
			source, basis, level = Source{URL: sourceNoToken.URL, Quote: f.quote}, Documented, Must
		}

		spec(Requirement{
			ID: "reply." + f.name + ".acknowledged", Level: level, Basis: basis,
			Title:  "An event is acknowledged although the Graph API answers its reply with " + f.answer.What,
			Source: sourceStatus,
			Why:    "What the Graph API answers is no concern of the delivery's: Meta sends an event again that is answered with an error, and every further answer fails like the first.",
			Remedy: "Acknowledge first; an error of the Graph API goes into your log, not into your answer.",
			Needs:  []need{judge.AReply},
			Phase:  f.phase,
		}, func(ctx context.Context, s *session) {
			ev := s.Event(s.Calibration().Replied())
			defer script(s, ev, f.answer)()
			s.Verify(s.Acknowledged(s.Send(ctx, f.stimulus(ev))))
		})

		spec(Requirement{
			ID: "reply." + f.name + ".no-storm", Level: Should, Basis: basis,
			Title:  "A reply that is answered with " + f.answer.What + " is not sent again and again",
			Source: source,
			Why:    "Calls that are repeated without a pause use up the page's rate limit, and then nobody gets an answer.",
			Remedy: "Try a few times at most, with growing pauses, and only where trying again can help: after a connection that broke, a status of 500 and above, or an error that Meta calls temporary.",
			Needs:  []need{judge.AReply},
			Phase:  f.phase,
		}, func(ctx context.Context, s *session) {
			d, tries := f.tries(ctx, s)
			s.Verify(noStorm(s, d, tries))
		})

		if f.name == "empty-answer" {
			sentOnce(spec, f)
		}
		if f.phase != judge.Disturbing {
			continue
		}
		spec(Requirement{
			ID: "reply." + f.name + ".next-answered", Level: Should, Basis: basis,
			Title:  "After a reply that was answered with " + f.answer.What + ", the next person gets an answer",
			Source: source,
			Why:    "One call that fails must not end the service for everybody.",
			Remedy: "Catch the errors of each call, those of parsing its answer included, and go on with the next event.",
			Needs:  []need{judge.AReply},
			Phase:  f.phase,
		}, func(ctx context.Context, s *session) {
			f.tries(ctx, s)
			st := judge.Alone(s.Event(s.Calibration().Replied()))
			st.What = fmt.Sprintf("%s, after the Graph API answered %s to somebody else's", st.Events[0].Variant.ID, f.answer.What)
			_, none := s.Reply(ctx, s.Send(ctx, st))
			s.Verify(none)
		})
	}
}

// givenUp is about replies that the Graph API refuses for good.
func givenUp(spec register) {
	const most = 5 // receivers try three to five times, as a rule, whatever the reason
	spec(Requirement{
		ID: "reply.given-up", Level: Should, Basis: Documented,
		Title:  "A reply that comes too late for Meta is given up after five tries",
		Source: Source{URL: sourceNoToken.URL, Quote: "This message is sent outside of allowed window."},
		Why:    "What Meta refuses for good it refuses every time. Calls that go on for ever use up the page's rate limit, a little more for each person who was refused.",
		Remedy: "Try again only where that can help: after a connection that broke, a status of 500 and above, or an error that Meta calls temporary; and give up after a few tries.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Disturbing,
	}, func(ctx context.Context, s *session) {
		// The answer stays to the end of the run, and so do the calls.
		f := failure{answer: fault.OutsideWindow()}
		ev := s.Event(s.Calibration().Replied())
		script(s, ev, f.answer)
		d := s.Send(ctx, f.stimulus(ev))
		allowed := most * messagesOfOne(s)
		s.AtEnd(func() *Finding {
			if tries := s.Made(ev); tries > allowed {
				return s.Found(d, fmt.Sprintf("%d calls at most", allowed), fmt.Sprintf("%d calls up to the end of the run", tries)).As(judge.Storms)
			}
			return nil
		})
		s.Verify(nil)
	})
}

// sentOnce is about an answer that says nothing, and no error either.
func sentOnce(spec register, f failure) {
	spec(Requirement{
		ID: "reply." + f.name + ".once", Level: Should, Basis: Documented,
		Title:  "A reply that is answered with " + f.answer.What + " is not sent again",
		Source: Source{URL: sourceNoToken.URL},
		Why:    "Meta tells of answers that cannot be read though the messages were sent. Who sends again whatever has no readable answer writes to the person twice.",
		Remedy: "Go by the status of the answer: 200 says that the message was sent, whatever the body holds.",
		Needs:  []need{judge.AReply},
		Phase:  f.phase,
	}, func(ctx context.Context, s *session) {
		d, tries := f.tries(ctx, s)
		s.Verify(noStorm(s, d, tries), s.CalledOnce(d))
	})
}

// tries sends an event whose reply fails until the receiver has stopped trying, and says
// how often it tried.
func (f failure) tries(ctx context.Context, s *session) (*judge.Delivery, int) {
	ev := s.Event(s.Calibration().Replied())
	defer script(s, ev, f.answer)()
	d := s.Send(ctx, f.stimulus(ev))
	return d, s.Tries(ctx, d, stormOf(s))
}

// stimulus is an event whose reply will fail.
func (f failure) stimulus(ev event.Event) stimulus {
	st := judge.Alone(ev)
	st.What = fmt.Sprintf("%s, while the Graph API answers %s", ev.Variant.ID, f.answer.What)
	return st
}

// script gives all calls of the Graph API about this event's person this answer,
// until unscript is called.
func script(s *session, ev event.Event, answer fault.GraphAnswer) (unscript func()) {
	p := s.Env().Platform
	// More than are waited for; a storm may go on meanwhile.
	answers := slices.Repeat([]fault.GraphAnswer{answer}, 100*storm)
	for _, id := range judge.IDs(ev.Session) {
		p.Script(id, answers...)
	}
	return func() {
		for _, id := range judge.IDs(ev.Session) {
			p.Unscript(id)
		}
	}
}

// stormOf is how often one call can be made without being a storm, by a receiver
// that sends as many messages for one event as calibration saw.
func stormOf(s *session) int {
	return storm * messagesOfOne(s)
}

// messagesOfOne is how many messages calibration saw for one event, one at least.
func messagesOfOne(s *session) int {
	c := s.Calibration()
	return max(1, c.SeenOf(c.Replied()).Replies)
}

// noStorm verifies that these tries are no storm.
func noStorm(s *session, d *judge.Delivery, tries int) *Finding {
	if tries <= stormOf(s) {
		return nil
	}
	return s.Found(d, fmt.Sprintf("%d calls at most before it is quiet", stormOf(s)), fmt.Sprintf("call after call, %d and more", tries)).As(judge.Storms)
}
