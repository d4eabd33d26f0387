package suites

import (
	"context"
	"encoding/json"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// stranger is a secret that is not the receiver's.
const stranger = "not-the-app-secret"

// secretOf is the secret that a body has to be signed with.
func secretOf(s *session, body []byte) string { return s.Options().Keys().For(body) }

// saying fills an event that this receiver answers with a text of our choice,
// where people's own words stand in it.
func saying(s *session, text string) event.Event {
	variant := s.Probe()
	if variant == "" {
		variant = "message.text"
	}
	ev := s.Event(variant)
	where := "/message/text"
	switch judge.Read(ev.JSON).Kind {
	case judge.KindPostback:
		where = "/postback/title"
	case judge.KindReferral:
		where = "/referral/referer_uri"
	}
	quoted, err := json.Marshal(text)
	s.Must(err)
	ev, err = ev.Edit(event.Set(where, string(quoted)))
	s.Must(err)
	return ev
}

func signature(spec register) {
	genuine(spec)
	instagramSecret(spec)
	forged(spec)
	unlike(spec)
	weaker(spec)
	twice(spec)
	tampered(spec)
	leaks(spec)
	survival(spec)
}

// genuine are the deliveries that Meta sends: refusing one loses events.
func genuine(spec register) {
	spec(Requirement{
		ID: "signature.genuine", Level: Must, Basis: Documented,
		Title:  "A correctly signed delivery is accepted",
		Source: sourceSignature,
		Why:    "Meta sends a refused delivery again for an hour and then disables the webhook.",
		Remedy: "Compute HMAC-SHA256 of the raw body with the app secret (its text, not decoded from hex) and compare it with X-Hub-Signature-256 after `sha256=`.",
	}, func(ctx context.Context, s *session) {
		s.Verify(s.Genuine(ctx, s.Send(ctx, judge.Alone(saying(s, "plain words")))))
	})

	spec(Requirement{
		ID: "signature.sha256-alone", Level: Should, Basis: Documented,
		Title:  "A delivery that carries only X-Hub-Signature-256 is accepted",
		Source: sourceSignature,
		Why:    "Meta's current pages name only this header; the older X-Hub-Signature may stop any day.",
		Remedy: "Check X-Hub-Signature-256 and nothing else.",
	}, func(ctx context.Context, s *session) {
		st := judge.Alone(saying(s, "plain words"))
		st.Faults = []fault.Fault{fault.OnlySHA256()}
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

	for _, c := range []struct {
		id, what, text string
		level          Level
		basis          Basis
		source         Source
	}{
		{"signature.escaped-unicode", `letters beyond ASCII (\u00e4)`, "äöå", Must, Documented, sourceEscaping},
		{"signature.escaped-emoji", `an emoji (\ud83d\udc51)`, "👑📈", Must, Documented, sourceEscaping},
		{"signature.escaped-slash", `a slash (\/)`, "https://example.com/a/b", Must, Documented, sourceEscapedSet},
		{"signature.escaped-at", `an at sign (\u0040)`, "somebody@example.com", Must, Documented, sourceEscapedSet},
		{"signature.escaped-percent", `a percent sign (\u0025)`, "100 %", Must, Documented, sourceEscapedSet},
		{"signature.escaped-less-than", `a less-than sign (\u003C)`, "<b>bold</b>", Must, Documented, sourceEscapedSet},
	} {
		spec(Requirement{
			ID: c.id, Level: c.level, Basis: c.basis,
			Title:  "A delivery whose text has " + c.what + " is accepted",
			Source: c.source,
			Why:    "The body arrives escaped and is signed as it arrives; JSON that was parsed and written again has other bytes.",
			Remedy: "Hash the bytes of the request body before anything parses them; do not escape, unescape or serialise them.",
		}, func(ctx context.Context, s *session) {
			s.Verify(s.Genuine(ctx, s.Send(ctx, judge.Alone(saying(s, c.text)))))
		})
	}

	spec(Requirement{
		ID: "signature.spaced", Level: Should, Basis: Observed,
		Title:  "A delivery with spaces between its JSON tokens is accepted",
		Source: sourceSerialisers,
		Why:    "Deliveries with the User-Agent Webhooks/1.0 are written by another serialiser, with a space after each comma and colon.",
		Remedy: "Hash the raw body.",
	}, func(ctx context.Context, s *session) {
		st := judge.Alone(saying(s, "plain words"))
		st.What, st.Style = st.Events[0].Variant.ID+", written as Webhooks/1.0 writes", wire.Generic
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

	spec(Requirement{
		ID: "signature.key-order", Level: Should, Basis: Observed,
		Title:  "A delivery whose members come in another order is accepted",
		Source: sourceDashboard,
		Why:    "Captures show several orders; one that a receiver restores for its hash is a guess.",
		Remedy: "Hash the raw body.",
	}, func(ctx context.Context, s *session) {
		st := enveloped(s, saying(s, "plain words"), "members in reverse order", event.ReverseKeys())
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

	spec(Requirement{
		ID: "signature.numbers", Level: Should, Basis: Observed,
		Title:  "A delivery with numbers such as 1.0 and 1e3 is accepted",
		Source: Source{URL: jsonRFC + "#section-6"},
		Why:    "Such numbers stand in what Meta's language processing adds to a message; most languages write 1.0 as 1 and 1e3 as 1000, which are other bytes.",
		Remedy: "Hash the raw body.",
	}, func(ctx context.Context, s *session) {
		ev := s.Event("message.text", event.Set("/message/nlp", `{"traits":{"wit$greetings":[{"value":"true","confidence":1.0}]},"limit":1e3}`))
		st := judge.Alone(ev)
		st.What = ev.Variant.ID + ", with the numbers 1.0 and 1e3"
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})
}
