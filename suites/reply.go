package suites

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// reply holds how a receiver calls the Graph API, whom it must not answer, and
// what it does when the Graph API fails. That a reply goes to the right person
// is judged where events have to be understood.
func reply(spec register) {
	calls(spec)
	loops(spec)
	failures(spec)
}

// calls are about the call of the Send API itself.
func calls(spec register) {
	spec(Requirement{
		ID: "reply.valid", Level: Must, Basis: Documented,
		Title:  "A reply has the form that the Send API documents",
		Source: sourceSendAPI,
		Why:    "The Graph API refuses a call that is not valid, and the person gets no answer.",
		Remedy: "Send recipient with an id or a user_ref, and message with a text or an attachment; messaging_type is RESPONSE, UPDATE or MESSAGE_TAG.",
		Needs:  []Need{aReply},
	}, ofReply(func(s *Session, d *Delivery, x journal.Exchange) *Finding {
		if problem := malformed(x); problem != "" {
			return s.found(d, "a call that is valid for the Send API", fmt.Sprintf("%s with %s: %s", endpoint(x), x.Doc, problem))
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.token", Level: Must, Basis: Documented,
		Title:  "A reply carries an access token",
		Source: sourceNoToken,
		Why:    "The Graph API refuses a call without a token, and the person gets no answer.",
		Remedy: "Send the page's access token, as the parameter access_token or in the Authorization header as Bearer.",
		Needs:  []Need{aReply},
	}, ofReply(func(s *Session, d *Delivery, x journal.Exchange) *Finding {
		if x.Token == journal.TokenMissing {
			return s.found(d, "a call with an access token", endpoint(x)+" with none, neither in the query, nor in the body, nor in the Authorization header")
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.page-token", Level: Should, Basis: Documented,
		Title:  "The access token of a reply is the page's",
		Source: sourceNoToken,
		Why:    "A token of another page, or one that has expired, is refused; here it may only be that the receiver and the run were not given the same one.",
		Remedy: "Give the receiver the token of this run, or the run that of the receiver with --page-token.",
		Needs:  []Need{aReply},
	}, ofReply(func(s *Session, d *Delivery, x journal.Exchange) *Finding {
		if x.Token == journal.TokenWrong {
			return s.found(d, "a call with the page's access token", endpoint(x)+" with another token")
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.somebody", Level: Should, Basis: Observed,
		Title:  "No message of the run is sent to nobody",
		Source: sourceNoSender,
		Why:    "An event without a sender, or with a user_ref for one, makes code that reads sender.id send to an empty recipient; the Graph API refuses the call.",
		Remedy: "Answer only events whose sender has an id or a user_ref.",
		Needs:  []Need{aReply},
		phase:  closing,
	}, func(_ context.Context, s *Session) {
		for _, x := range s.engine.env.Platform.Journal().Find(isReply) {
			if x.Person == "" {
				s.Verify(&Finding{
					Stimulus: "the events of the run",
					Expected: "calls of the Send API with a recipient",
					Actual:   fmt.Sprintf("%s with %s", endpoint(x), x.Doc),
				})
			}
		}
		s.Verify(nil)
	})
}

// ofReply is a spec about the first message that answers an event.
func ofReply(judge func(*Session, *Delivery, journal.Exchange) *Finding) body {
	return func(ctx context.Context, s *Session) {
		d := s.Emit(ctx, s.engine.cal.replied)
		x, none := s.Reply(ctx, d)
		s.Verify(none)
		s.Verify(judge(s, d, x))
	}
}

// loops are events that replies bring about: who answers them never ends.
func loops(spec register) {
	spec(Requirement{
		ID: "reply.echo", Level: Should, Basis: Observed,
		Title:  "The echo of a message that the page sent is not handled",
		Source: variantSource("echo.text"),
		Why:    "Meta sends the page's own messages to its webhook too. A bot that answers them answers its own answer, and never ends.",
		Remedy: "Skip events whose message has is_echo, whichever app sent the message.",
		Needs:  []Need{aMessageAnswered},
	}, func(ctx context.Context, s *Session) {
		for _, variant := range []string{"echo.text", "echo.app-id-text"} {
			ev := s.Event(variant)
			// A bot that takes the sender for a person answers the page; only
			// echoes have it as their sender.
			ids := []string{ev.Session.PSID, ev.Session.PageID}
			s.Verify(s.Silent(ctx, s.Send(ctx, alone(ev)), func(x journal.Exchange) bool {
				return slices.Contains(ids, x.Person) && (isReply(x) || x.Kind == journal.Receipt)
			}))
		}
	})

	for _, c := range []struct{ id, title, variant string }{
		{"reply.delivery", "A delivery confirmation is not replied to", "delivery.mids"},
		{"reply.read", "A read confirmation is not replied to", "read.watermark"},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Observed, Title: c.title,
			Source: variantSource(c.variant),
			Why:    "Every message that the bot sends is confirmed. A bot that answers confirmations is confirmed again, and never ends.",
			Remedy: "Reply to the kinds of events that you know a reply to, and not to everything else.",
			Needs:  []Need{aReply},
		}, func(ctx context.Context, s *Session) {
			d := s.Emit(ctx, c.variant)
			s.Verify(s.Silent(ctx, d, func(x journal.Exchange) bool { return isReply(x) && about(x, d.Events[0]) }))
		})
	}
}

// Reply waits for the first message to the person of a delivery. The finding
// says that none came.
func (s *Session) Reply(ctx context.Context, d *Delivery) (journal.Exchange, *Finding) {
	waiting, cancel := context.WithTimeout(ctx, s.evidenceWait())
	defer cancel()
	x, err := s.engine.env.Platform.Journal().Wait(waiting, func(x journal.Exchange) bool {
		return isReply(x) && about(x, d.Events[0])
	})
	if err != nil {
		s.must(ctx.Err())
		return x, s.found(d, "a reply to "+who(d.Events[0]), fmt.Sprintf("no reply within %s", s.evidenceWait()))
	}
	return x, nil
}

// Silent verifies that the receiver makes no such call until a quiet period has
// passed.
func (s *Session) Silent(ctx context.Context, d *Delivery, such func(journal.Exchange) bool) *Finding {
	quiet, cancel := context.WithTimeout(ctx, s.engine.cal.Quiet)
	defer cancel()
	x, err := s.engine.env.Platform.Journal().Wait(quiet, such)
	if err != nil {
		s.must(ctx.Err())
		s.restOn(d)
		return nil
	}
	return s.found(d, fmt.Sprintf("no call within %s", s.engine.cal.Quiet.Round(time.Millisecond)), endpoint(x)+" with "+compact(decode(x.Doc)))
}

// isReply reports whether an exchange is a message that the receiver sent.
func isReply(x journal.Exchange) bool {
	return x.Direction == journal.FromReceiver && x.Kind == journal.Send && isMessage(x.Doc)
}

// malformed says what is wrong with the form of a call of the Send API.
func malformed(x journal.Exchange) string {
	if err := schemas.Validate("send.request", x.Doc); err != nil {
		return err.Error()
	}
	return ""
}

// endpoint is what a call asked for, without its parameters.
func endpoint(x journal.Exchange) string {
	path, _, _ := strings.Cut(x.Request.URL, "?")
	return x.Request.Method + " " + path
}

// variantSource is where a variant of the catalogue comes from.
func variantSource(id string) Source {
	v, ok := schemas.ByID(id)
	if !ok {
		panic("suites: the catalogue has no variant " + id)
	}
	return Source{URL: v.Source.URL, Quote: v.Source.Quote}
}
