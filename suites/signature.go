package suites

import (
	"context"
	"encoding/json"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// stranger is a secret that is not the receiver's.
const stranger = "not-the-app-secret"

// secret is the receiver's app secret.
func (s *Session) secret() string { return s.engine.env.Platform.Options().AppSecret }

// Genuine verifies that a correctly signed delivery is accepted: acknowledged,
// and handled where this receiver shows such a thing.
func (s *Session) Genuine(ctx context.Context, d *Delivery) *Finding {
	if s.Probe() == "" {
		return s.Acknowledged(d)
	}
	return s.Handled(ctx, d)
}

// Saying fills an event that this receiver answers with a text of our choice,
// where people's own words stand in it.
func (s *Session) Saying(text string) event.Event {
	variant := s.Probe()
	if variant == "" {
		variant = "message.text"
	}
	ev := s.Event(variant)
	where := "/message/text"
	switch read(ev.JSON).kind {
	case kindPostback:
		where = "/postback/title"
	case kindReferral:
		where = "/referral/referer_uri"
	}
	quoted, err := json.Marshal(text)
	s.must(err)
	ev, err = ev.Edit(event.Set(where, string(quoted)))
	s.must(err)
	return ev
}

func signature(spec register) {
	genuine(spec)
	forged(spec)
	tampered(spec)
}

// genuine are the deliveries that Meta sends: refusing one loses events.
func genuine(spec register) {
	spec(Requirement{
		ID: "signature.genuine", Level: Must, Basis: Documented,
		Title:  "A correctly signed delivery is accepted",
		Source: sourceSignature,
		Why:    "Meta sends a refused delivery again for an hour and then disables the webhook.",
		Remedy: "Compute HMAC-SHA256 of the raw body with the app secret (its text, not decoded from hex) and compare it with X-Hub-Signature-256 after `sha256=`.",
	}, func(ctx context.Context, s *Session) {
		s.Verify(s.Genuine(ctx, s.Send(ctx, alone(s.Saying("plain words")))))
	})

	spec(Requirement{
		ID: "signature.sha256-alone", Level: Should, Basis: Documented,
		Title:  "A delivery that carries only X-Hub-Signature-256 is accepted",
		Source: sourceSignature,
		Why:    "Meta's current pages name only this header; the older X-Hub-Signature may stop any day.",
		Remedy: "Check X-Hub-Signature-256 and nothing else.",
	}, func(ctx context.Context, s *Session) {
		st := alone(s.Saying("plain words"))
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
		}, func(ctx context.Context, s *Session) {
			s.Verify(s.Genuine(ctx, s.Send(ctx, alone(s.Saying(c.text)))))
		})
	}

	spec(Requirement{
		ID: "signature.spaced", Level: Should, Basis: Observed,
		Title:  "A delivery with spaces between its JSON tokens is accepted",
		Source: sourceSerialisers,
		Why:    "Deliveries with the User-Agent Webhooks/1.0 are written by another serialiser, with a space after each comma and colon.",
		Remedy: "Hash the raw body.",
	}, func(ctx context.Context, s *Session) {
		st := alone(s.Saying("plain words"))
		st.What, st.Style = st.Events[0].Variant.ID+", written as Webhooks/1.0 writes", wire.Generic
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})

	spec(Requirement{
		ID: "signature.key-order", Level: Should, Basis: Observed,
		Title:  "A delivery whose members come in another order is accepted",
		Source: sourceDashboard,
		Why:    "Captures show several orders; one that a receiver restores for its hash is a guess.",
		Remedy: "Hash the raw body.",
	}, func(ctx context.Context, s *Session) {
		st := alone(s.Saying("plain words"))
		doc, err := event.Wrap(st.Events[0])
		s.must(err)
		st.Doc, err = event.ReverseKeys()(doc)
		s.must(err)
		st.What = st.Events[0].Variant.ID + ", members in reverse order"
		s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
	})
}

// forged are the deliveries of somebody who does not know the app secret.
func forged(spec register) {
	for _, c := range []struct {
		id, title string
		fault     func(*Session) []fault.Fault
	}{
		{"signature.missing", "A delivery without a signature is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.Unsigned()} }},
		{"signature.empty", "A delivery whose signature is `sha256=` alone is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.EmptySignature()} }},
		{"signature.truncated", "A delivery whose signature is cut short is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.TruncatedDigest(32)} }},
		{"signature.extended", "A delivery whose signature goes on after the digest is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.ExtendedDigest("00")} }},
		{"signature.wrong-secret", "A delivery signed with another app's secret is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.SignWith("another secret", stranger)} }},
		{"signature.empty-secret", "A delivery signed with an empty secret is not handled", func(*Session) []fault.Fault { return []fault.Fault{fault.SignWith("an empty secret", "")} }},
		{"signature.verify-token-as-secret", "A delivery signed with the verify token is not handled", func(s *Session) []fault.Fault {
			return []fault.Fault{fault.SignWith("the verify token", s.token())}
		}},
		{"signature.page-token-as-secret", "A delivery signed with the page token is not handled", func(s *Session) []fault.Fault {
			return []fault.Fault{fault.SignWith("the page token", s.engine.env.Platform.Options().PageToken)}
		}},
		{"signature.other-delivery", "A delivery with the signature of another delivery is not handled", func(s *Session) []fault.Fault {
			return []fault.Fault{fault.SignatureOf(s.secret(), []byte(`{"object":"page","entry":[]}`))}
		}},
	} {
		spec(Requirement{
			ID: c.id, Level: Must, Basis: Security, Title: c.title, Source: sourceSignature,
			Why:    "Anyone who knows the URL could speak for Meta: invent customers, press buttons, send messages in your page's name.",
			Remedy: "Require X-Hub-Signature-256; compute HMAC-SHA256 of the raw body with the app secret and compare all 64 digits in constant time. Handle nothing when they differ.",
			Needs:  []Need{aProbe},
		}, func(ctx context.Context, s *Session) {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), c.fault(s)...)))
		})
	}

	for _, c := range []struct {
		id, title, why string
		fault          fault.Fault
	}{
		{
			"signature.wrong-sha256", "A delivery with a right SHA-1 and a wrong SHA-256 signature is not handled",
			"Whoever breaks the older algorithm has broken the receiver: the stronger signature beside it is not looked at.",
			fault.WrongSHA256KeepSHA1(),
		},
		{
			"signature.other-algorithm", "A SHA-1 digest in X-Hub-Signature-256 is not accepted",
			"The sender would choose the algorithm, and with it the weakest that the receiver knows.",
			fault.SHA1AsSHA256(),
		},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Observed, Title: c.title, Source: sourceSignature, Why: c.why,
			Remedy: "Look at X-Hub-Signature-256 alone, require the prefix `sha256=`, and refuse the delivery when it does not fit.",
			Needs:  []Need{aProbe},
		}, func(ctx context.Context, s *Session) {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), c.fault)))
		})
	}
}

// tampered are genuine deliveries that somebody changed on the way. Each is
// still valid JSON: only the signature can tell.
func tampered(spec register) {
	for _, c := range []struct {
		id, title string
		fault     fault.Fault
		style     wire.Style
	}{
		{"signature.tampered-start", "A delivery with a space added before its body is not handled", fault.PrependSpace(), wire.Messaging},
		{"signature.tampered-middle", "A delivery with one byte changed in its middle is not handled", fault.Replace("words", "wordz"), wire.Messaging},
		{"signature.tampered-end", "A delivery with a space added after its body is not handled", fault.AppendSpace(), wire.Messaging},
		{"signature.tampered-added", "A delivery with a space added between its tokens is not handled", fault.InsertSpace(), wire.Messaging},
		{"signature.tampered-removed", "A delivery with a space taken out from between its tokens is not handled", fault.RemoveSpace(), wire.Generic},
	} {
		spec(Requirement{
			ID: c.id, Level: Must, Basis: Security, Title: c.title, Source: sourceSignature,
			Why:    "A signature that survives a change does not protect what was signed.",
			Remedy: "Hash the whole raw body, from its first byte to its last, and nothing that was trimmed or parsed.",
			Needs:  []Need{aProbe},
		}, func(ctx context.Context, s *Session) {
			st := alone(s.Saying("words"))
			st.What, st.Faults = st.Events[0].Variant.ID, []fault.Fault{c.fault}
			st.Style = c.style
			s.Verify(s.NotHandled(ctx, s.Send(ctx, st)))
		})
	}
}
