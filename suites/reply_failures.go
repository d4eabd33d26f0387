package suites

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// storm is how often a call is tried before it counts as a storm. Three to five
// tries are common.
const storm = 10

// failure is a way in which the Graph API fails.
type failure struct {
	name   string
	answer fault.GraphAnswer
	quote  string // from Meta's table of errors; empty for what is not in it
	phase  phase
}

// failuresOfGraph returns the ways of failing that a receiver has to expect. After
// some of them it is wise to send nothing for a while; these are judged last,
// and it is not asked whether the next event is answered.
func failuresOfGraph() []failure {
	return []failure{
		{"invalid-token", fault.InvalidToken(), "Invalid OAuth access token", exhausting},
		{"rate-limited", fault.RateLimited(), "Calls to this api have exceeded the rate limit.", exhausting},
		{"outside-window", fault.OutsideWindow(), "This message is sent outside of allowed window.", disturbing},
		{"temporary-failure", fault.TemporaryFailure(), "Temporary send message failure. Please try again later.", disturbing},
		{"server-error", fault.ServerError(), "Unexpected internal error", disturbing},
		{"empty-answer", fault.EmptyAnswer(), "", disturbing},
		{"html-page", fault.HTMLPage(), "", disturbing},
		{"reset", fault.ConnectionReset(), "", disturbing},
	}
}

func failures(spec register) {
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
			Needs:  []Need{aReply},
			phase:  f.phase,
		}, func(ctx context.Context, s *Session) {
			ev := s.Event(s.engine.cal.replied)
			defer s.Script(ev, f.answer)()
			s.Verify(s.Acknowledged(s.Send(ctx, f.stimulus(ev))))
		})

		spec(Requirement{
			ID: "reply." + f.name + ".no-storm", Level: Should, Basis: basis,
			Title:  "A reply that is answered with " + f.answer.What + " is not sent again and again",
			Source: source,
			Why:    "Calls that are repeated without a pause use up the page's rate limit, and then nobody gets an answer.",
			Remedy: "Try a few times at most, with growing pauses, and only where trying again can help: after a connection that broke, a status of 500 and above, or an error that Meta calls temporary.",
			Needs:  []Need{aReply},
			phase:  f.phase,
		}, func(ctx context.Context, s *Session) {
			ev := s.Event(s.engine.cal.replied)
			unscript := s.Script(ev, f.answer)
			defer unscript()
			d := s.Send(ctx, f.stimulus(ev))
			tries := s.Tries(ctx, ev)
			unscript()
			s.Verify(s.Calm(d, tries))
			// A receiver that died of the answer shows it now.
			s.Send(ctx, alone(s.Event("message.text")))
		})

		if f.phase != disturbing {
			continue
		}
		spec(Requirement{
			ID: "reply." + f.name + ".next-answered", Level: Should, Basis: basis,
			Title:  "After a reply that was answered with " + f.answer.What + ", the next person gets an answer",
			Source: source,
			Why:    "One call that fails must not end the service for everybody.",
			Remedy: "Catch the errors of each call, those of parsing its answer included, and go on with the next event.",
			Needs:  []Need{aReply},
			phase:  f.phase,
		}, func(ctx context.Context, s *Session) {
			failing := s.Event(s.engine.cal.replied)
			unscript := s.Script(failing, f.answer)
			defer unscript()
			s.Send(ctx, f.stimulus(failing))
			s.Tries(ctx, failing)
			unscript()
			st := alone(s.Event(s.engine.cal.replied))
			st.What = fmt.Sprintf("%s, after the Graph API answered %s to somebody else's", st.Events[0].Variant.ID, f.answer.What)
			_, none := s.Reply(ctx, s.Send(ctx, st))
			s.Verify(none)
		})
	}
}

// stimulus is an event whose reply will fail.
func (f failure) stimulus(ev event.Event) Stimulus {
	st := alone(ev)
	st.What = fmt.Sprintf("%s, while the Graph API answers %s", ev.Variant.ID, f.answer.What)
	return st
}

// Script gives all calls of the Graph API about this event's person this answer,
// until unscript is called.
func (s *Session) Script(ev event.Event, answer fault.GraphAnswer) (unscript func()) {
	p := s.engine.env.Platform
	// More than are waited for; a storm may go on meanwhile.
	answers := slices.Repeat([]fault.GraphAnswer{answer}, 100*storm)
	for _, id := range ids(ev.Session) {
		p.Script(id, answers...)
	}
	return func() {
		for _, id := range ids(ev.Session) {
			p.Unscript(id)
		}
	}
}

// Tries says how often a call about the person of an event was made, the one
// that was made most often, until it has been quiet (the longer the more tries
// there were) or until there are enough for a storm.
func (s *Session) Tries(ctx context.Context, ev event.Event) (most int) {
	seen, tries := map[uint64]bool{}, map[string]int{}
	for most <= s.storm() {
		// Pauses may grow from one try to the next, on a busy machine those of a
		// storm as well.
		patience := s.engine.cal.Quiet * time.Duration(max(1, most))
		if len(seen) == 0 {
			patience = s.evidenceWait()
		}
		waiting, cancel := context.WithTimeout(ctx, patience)
		x, err := s.engine.env.Platform.Journal().Wait(waiting, func(x journal.Exchange) bool {
			return !seen[x.Seq] && (x.Kind == journal.Send || x.Kind == journal.Graph) && about(x, ev)
		})
		cancel()
		if err != nil {
			s.must(ctx.Err())
			break
		}
		seen[x.Seq] = true
		// Sender actions are calls of their own; all messages count as one, as
		// their texts may tell of the failure.
		action, _ := event.Get(x.Doc, "/sender_action")
		call := endpoint(x) + " " + string(action)
		tries[call]++
		most = max(most, tries[call])
	}
	return most
}

// storm is how often one call can be made without being a storm, by a receiver
// that sends as many messages for one event as calibration saw.
func (s *Session) storm() int {
	c := s.engine.cal
	return storm * max(1, c.variant[c.replied].replies)
}

// Calm verifies that these tries are no storm.
func (s *Session) Calm(d *Delivery, tries int) *Finding {
	if tries <= s.storm() {
		return nil
	}
	return s.found(d, fmt.Sprintf("%d calls at most before it is quiet", s.storm()), fmt.Sprintf("call after call, %d and more", tries))
}
