package suites

import (
	"context"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// reply checks how a receiver calls the Graph API, whom it must not answer, and
// what it does when the Graph API fails. That a reply goes to the right person
// is judged where events have to be understood.
func reply(spec register) {
	calls(spec)
	versions(spec)
	loops(spec)
	failures(spec)
	storms(spec)
}

// calls are about the call of the Send API itself.
func calls(spec register) {
	spec(Requirement{
		ID: "reply.valid", Level: Must, Basis: Documented,
		Title:  "A reply has the form that the Send API documents",
		Source: sourceSendAPI,
		Why:    "The Graph API refuses a call that is not valid, and the person gets no answer.",
		Remedy: "Send recipient with an id or a user_ref, and message with a text or an attachment; messaging_type is RESPONSE, UPDATE, MESSAGE_TAG or UTILITY.",
		Needs:  []need{judge.AReply},
	}, ofReply(func(s *session, d *judge.Delivery, x journal.Exchange) *Finding {
		if problem := malformed(x); problem != "" {
			return s.Found(d, "a call that is valid for the Send API", fmt.Sprintf("%s with %s: %s", judge.Endpoint(x), x.Doc, problem)).As(judge.Miscalls)
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.messaging-type", Level: Should, Basis: Documented,
		Title:  "Every message of the run has a documented messaging_type, or none, and MESSAGE_TAG a tag",
		Source: sourceSendAPI,
		Why:    "A bot answers some events in another form than most. What the Graph API refuses of that, nobody gets.",
		Remedy: "Send RESPONSE in answer to an event; with MESSAGE_TAG, a tag that Meta still has.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		for _, x := range s.Find(judge.IsReply) {
			if problem := mistyped(x); problem != "" {
				s.Verify((&Finding{
					Stimulus: "the events of the run", Expected: "messages with RESPONSE, UPDATE, or MESSAGE_TAG and a tag",
					Actual: fmt.Sprintf("%s with %s", judge.Endpoint(x), problem),
				}).As(judge.Miscalls))
			}
		}
		s.Verify(nil)
	})

	spec(Requirement{
		ID: "reply.token", Level: Must, Basis: Documented,
		Title:  "A reply carries an access token",
		Source: sourceNoToken,
		Why:    "The Graph API refuses a call without a token, and the person gets no answer.",
		Remedy: "Send the page's access token, as the parameter access_token or in the Authorization header as Bearer.",
		Needs:  []need{judge.AReply},
	}, ofReply(func(s *session, d *judge.Delivery, x journal.Exchange) *Finding {
		if x.Token == journal.TokenMissing {
			return s.Found(d, "a call with an access token", judge.Endpoint(x)+" with none, neither in the query, nor in the body, nor in the Authorization header").As(judge.Miscalls)
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.page-token", Level: Should, Basis: Documented,
		Title:  "The access token of a reply is the page's",
		Source: sourceNoToken,
		Why:    "A token of another page, or one that has expired, is refused; here it may only be that the receiver and the run were not given the same one.",
		Remedy: "Give the receiver the token of this run, or the run that of the receiver with --page-token.",
		Needs:  []need{judge.AReply},
	}, ofReply(func(s *session, d *judge.Delivery, x journal.Exchange) *Finding {
		if x.Token == journal.TokenWrong {
			return s.Found(d, "a call with the page's access token", judge.Endpoint(x)+" with another token").As(judge.Miscalls)
		}
		return nil
	}))

	spec(Requirement{
		ID: "reply.somebody", Level: Should, Basis: Observed,
		Title:  "No message of the run is sent to nobody",
		Source: sourceNoSender,
		Why:    "An event without a sender, or with a user_ref for one, makes code that reads sender.id send to an empty recipient; the Graph API refuses the call.",
		Remedy: "Answer only events whose sender has an id or a user_ref.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		for _, x := range s.Find(judge.IsReply) {
			if x.Person == "" {
				s.Verify(sentToNobody(s, x))
			}
		}
		s.Verify(nil)
	})
}

// sentToNobody is the finding that a message has no recipient.
func sentToNobody(s *session, x journal.Exchange) *Finding {
	expected, actual := "calls of the Send API with a recipient", fmt.Sprintf("%s with %s", judge.Endpoint(x), x.Doc)
	d, event := s.Behind(x, func(r judge.Reading) bool { return !r.HasID() })
	if d == nil {
		return (&Finding{Stimulus: "the events of the run", Expected: expected, Actual: actual}).As(judge.Miscalls)
	}
	f := s.Found(d, expected, actual).As(judge.Miscalls).Of(event)
	f.Output = "" // which would be all that came since
	return f
}

// storms is about messages that never end.
func storms(spec register) {
	spec(Requirement{
		ID: "reply.storm", Level: Should, Basis: Observed,
		Title:  "Nobody gets message after message for one event",
		Source: Source{URL: sourceNoToken.URL, Quote: "Calls to this api have exceeded the rate limit."},
		Why:    "A bot that goes on sending uses up the page's rate limit, and then nobody gets an answer; people block the page, and Meta may switch its messages off.",
		Remedy: "Send what an event calls for and stop. Look for a timer that is never cleared, a loop around the call, and a bot that answers its own echoes.",
		Needs:  []need{judge.AReply},
		Phase:  judge.Closing,
	}, func(_ context.Context, s *session) {
		page := s.Env().Platform.Options().PageID
		counts := map[string]int{}
		for _, x := range s.Find(judge.IsReply) {
			if len(x.Faults) > 0 { // what it does about a failure is judged by itself
				continue
			}
			if x.Person == page || x.Person == event.InstagramID(page) { // of many echoes, each is answered: that is judged by itself too
				continue
			}
			if counts[x.Person]++; x.Person != "" && counts[x.Person] > 2*stormOf(s) {
				s.Verify((&Finding{
					Stimulus: "the events of the run",
					Expected: fmt.Sprintf("a few messages for each event of a person, as in calibration, and %d at most", 2*stormOf(s)),
					Actual:   fmt.Sprintf("%d messages and more to the person %s", counts[x.Person], x.Person),
				}).As(judge.Storms))
			}
		}
		s.Verify(nil)
	})
}

// ofReply is a spec about the first message that answers an event.
func ofReply(judge func(*session, *judge.Delivery, journal.Exchange) *Finding) judge.Body {
	return func(ctx context.Context, s *session) {
		d := s.Emit(ctx, s.Calibration().Replied())
		x, none := s.Reply(ctx, d)
		s.Verify(none)
		s.Verify(judge(s, d, x))
	}
}

// loops are events that replies bring about: a bot that answers them never stops. No page
// of Meta's says that they must not be answered, only what they are, so that all of them
// are SHOULD.
func loops(spec register) {
	spec(Requirement{
		ID: "reply.echo", Level: Should, Basis: Observed,
		Title:  "The echo of a message that the page sent is not handled",
		Source: variantSource("echo.text"),
		Why:    "Meta sends the page's own messages to its webhook too. A bot that answers them answers its own answer, and never ends.",
		Remedy: "Skip events whose message has is_echo, whichever app sent the message.",
		Needs:  []need{judge.AMessageAnswered},
	}, silentEcho("echo.text", "echo.app-id-text"))

	spec(Requirement{
		ID: "reply.instagram-echo", Level: Should, Basis: Observed,
		Title:  "The echo of a message that the account on Instagram sent is not handled",
		Source: variantSource("echo.instagram-text"),
		Why:    "Echoes come for Instagram as well, in the field messages, from the account's own id, and without an app_id. A bot that knows echoes by the page's id or by their app_id answers its own answer.",
		Remedy: "Skip events whose message has is_echo, whatever else it has, and whoever sent it.",
		Needs:  []need{judge.AMessageAnswered, judge.AFeature(Instagram)},
	}, silentEcho("echo.instagram-text"))

	spec(Requirement{
		ID: "reply.other-page", Level: Should, Basis: Observed,
		Title:  "An event of another page is not answered with the token of this one",
		Source: Source{URL: sourceSendAPI.URL},
		Why:    "One callback URL serves all pages of an app, and the id of a person is another one for each page. With the wrong page's token the Graph API finds nobody. A bot that has one page alone is not judged: Meta sends it no other.",
		Remedy: "Take the token of the page that the event's recipient names, and answer nobody where you have none.",
		Needs:  []need{judge.AReply, judge.AFeature(Pages)},
	}, func(ctx context.Context, s *session) {
		ev := ofAnotherPage(s, s.Calibration().Replied())
		st := judge.Alone(ev)
		st.What = st.Describe() + ", of another page"
		s.Verify(s.Silent(ctx, s.Send(ctx, st), func(x journal.Exchange) bool {
			return judge.IsReply(x) && judge.About(x, ev) && x.Token == journal.TokenRight
		}))
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
			Needs:  []need{judge.AReply},
		}, func(ctx context.Context, s *session) {
			d := s.Emit(ctx, c.variant)
			s.Verify(s.Silent(ctx, d, func(x journal.Exchange) bool { return judge.IsReply(x) && judge.About(x, d.Events[0]) }))
		})
	}
}

// silentEcho is a spec that nothing comes of these echoes.
func silentEcho(variants ...string) judge.Body {
	return func(ctx context.Context, s *session) {
		for _, variant := range variants {
			ev := s.Event(variant)
			// A bot that takes the sender for a person answers the page, or the account; only
			// echoes have it as their sender.
			ids := []string{ev.Session.PSID, ev.Account()}
			s.Verify(s.Silent(ctx, s.Send(ctx, judge.Alone(ev)), func(x journal.Exchange) bool {
				return slices.Contains(ids, x.Person) && (judge.IsReply(x) || x.Kind == journal.Receipt)
			}))
		}
	}
}

// malformed says what is wrong with a call of the Send API: what Meta is known to answer
// where it is known, and else what the schema says.
func malformed(x journal.Exchange) string {
	for _, w := range x.Warnings {
		if w.Certain {
			return w.Text
		}
	}
	if err := schemas.Validate("send.request", x.Doc); err != nil {
		return err.Error()
	}
	return ""
}

// mistyped says what is wrong with the messaging_type of a message; empty if nothing is.
func mistyped(x journal.Exchange) string {
	of, _ := textAt(x.Doc, "/messaging_type")
	tag, _ := textAt(x.Doc, "/tag")
	switch {
	case of == "MESSAGE_TAG" && tag == "":
		return "the messaging_type MESSAGE_TAG and no tag"
	case !slices.Contains([]string{"", "RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY"}, of):
		return "the messaging_type " + of
	}
	return ""
}

// variantSource is where a variant of the catalogue comes from.
func variantSource(id string) Source {
	v, ok := schemas.ByID(id)
	if !ok {
		panic("suites: the catalogue has no variant " + id)
	}
	return Source{URL: v.Source.URL, Quote: v.Source.Quote}
}
