package suites

import (
	"context"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// forged are the deliveries of somebody who does not know the app secret.
func forged(spec register) {
	for _, c := range []struct {
		id, title string
		fault     func(*session) []fault.Fault
	}{
		{"signature.missing", "A delivery without a signature is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.Unsigned()} }},
		{"signature.empty", "A delivery whose signature is `sha256=` alone is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.EmptySignature()} }},
		{"signature.empty-header", "A delivery whose signature headers are empty is not handled", func(*session) []fault.Fault {
			return []fault.Fault{fault.SignatureHeader("X-Hub-Signature", ""), fault.SignatureHeader("X-Hub-Signature-256", "")}
		}},
		{"signature.truncated", "A delivery whose signature is cut short is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.TruncatedDigest(32)} }},
		{"signature.extended", "A delivery whose signature goes on after the digest is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.ExtendedDigest("00")} }},
		{"signature.wrong-secret", "A delivery signed with another app's secret is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.SignWith("another secret", stranger)} }},
		{"signature.empty-secret", "A delivery signed with an empty secret is not handled", func(*session) []fault.Fault { return []fault.Fault{fault.SignWith("an empty secret", "")} }},
		{"signature.verify-token-as-secret", "A delivery signed with the verify token is not handled", func(s *session) []fault.Fault {
			return []fault.Fault{fault.SignWith("the verify token", verifyToken(s))}
		}},
		{"signature.page-token-as-secret", "A delivery signed with the page token is not handled", func(s *session) []fault.Fault {
			return []fault.Fault{fault.SignWith("the page token", s.Options().PageToken)}
		}},
		{"signature.other-delivery", "A delivery with the signature of another delivery is not handled", func(s *session) []fault.Fault {
			other := []byte(`{"object":"page","entry":[]}`)
			return []fault.Fault{fault.SignatureOf(secretOf(s, other), other)}
		}},
	} {
		spec(Requirement{
			ID: c.id, Level: Must, Basis: Security, Title: c.title, Source: sourceSignature,
			Why:    "Anyone who knows the URL could speak for Meta: invent customers, press buttons, send messages in your page's name.",
			Remedy: "Require X-Hub-Signature-256; compute HMAC-SHA256 of the raw body with the app secret and compare all 64 digits in constant time. Handle nothing when they differ.",
			Needs:  []need{judge.ARefusal},
		}, func(ctx context.Context, s *session) {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), c.fault(s)...)))
		})
	}
}

// weaker are deliveries whose sender does know the secret and says so in
// another way than Meta does: a receiver that takes them lets the sender choose
// how he is believed. Nobody can do so without the secret today, so none is a
// MUST.
//
// A right SHA-1 signature alone is one of them. Meta sent it alone until 2022,
// and its pages of those years name it. Every capture since 2023 has both, and
// today's page names SHA-256 alone: whoever refuses the delivery loses nothing
// that Meta sends, and whoever takes it can be talked down to the older
// algorithm by leaving a header out.
func weaker(spec register) {
	const choice = "The sender would choose the algorithm, and with it the weakest that the receiver knows."
	const prefix = "Code that cuts the prefix off unread compares a digest without knowing what made it; on the day of another algorithm it compares the wrong one."
	for _, c := range []struct {
		id, title, why string
		faults         []fault.Fault
	}{
		{
			"signature.wrong-sha256", "A delivery with a right SHA-1 and a wrong SHA-256 signature is not handled",
			"Whoever breaks the older algorithm has broken the receiver: the stronger signature beside it is not looked at.",
			[]fault.Fault{fault.WrongSHA256KeepSHA1()},
		},
		{
			"signature.sha1-alone", "A delivery that carries only X-Hub-Signature, the SHA-1 signature, is not handled",
			"Whoever breaks the older algorithm has broken the receiver, as the header with the stronger signature can be left out.",
			[]fault.Fault{fault.OnlySHA1()},
		},
		{
			"signature.other-algorithm", "A SHA-1 digest in X-Hub-Signature-256 is not accepted", choice,
			[]fault.Fault{fault.SHA1AsSHA256()},
		},
		// X-Hub-Signature is left out of these: sha1= would be right there.
		{"signature.prefix-md5", "A delivery with the prefix `md5=` before its SHA-256 digest is not handled", prefix, []fault.Fault{fault.OnlySHA256(), fault.OtherPrefix("md5")}},
		{"signature.prefix-sha1", "A delivery with the prefix `sha1=` before its SHA-256 digest is not handled", prefix, []fault.Fault{fault.OnlySHA256(), fault.OtherPrefix("sha1")}},
		{"signature.prefix-sha512", "A delivery with the prefix `sha512=` before its SHA-256 digest is not handled", prefix, []fault.Fault{fault.OnlySHA256(), fault.OtherPrefix("sha512")}},
		{"signature.prefix-none", "A delivery whose SHA-256 digest has no prefix is not handled", prefix, []fault.Fault{fault.OnlySHA256(), fault.NoPrefix()}},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Observed, Title: c.title, Source: sourceSignature, Why: c.why,
			Remedy: "Look at X-Hub-Signature-256 alone, require the prefix `sha256=`, and refuse the delivery when it does not fit.",
			Needs:  []need{judge.ARefusal},
		}, func(ctx context.Context, s *session) {
			s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), c.faults...)))
		})
	}
}

// twice are deliveries with two signatures. Whether one right signature beside a
// wrong one is enough is left to the receiver: whoever made the right one has
// the secret, and Meta sends no such delivery.
func twice(spec register) {
	spec(Requirement{
		ID: "signature.twice-wrong", Level: Must, Basis: Security,
		Title:  "A delivery with two wrong signatures is not handled",
		Source: sourceSignature,
		Why:    "Frameworks make a list or a joined text of a header that comes twice; a check that was written for one text may then be skipped.",
		Remedy: "Refuse a delivery whose X-Hub-Signature-256 is not exactly one text that fits.",
		Needs:  []need{judge.ARefusal},
	}, func(ctx context.Context, s *session) {
		s.Verify(s.NotHandled(ctx, s.Emit(ctx, s.Probe(), fault.SignWith("another secret", stranger), fault.DuplicatedHeader(true))))
	})

	spec(Requirement{
		ID: "signature.twice", Level: Should, Basis: Observed,
		Title:  "A delivery with a right and a wrong signature is answered, in either order, and the next one handled",
		Source: Source{URL: "https://www.rfc-editor.org/rfc/rfc9110#section-5.3"},
		Why:    "Code that expects one text fails on a list; where nothing catches that, the request gets no answer or the process ends.",
		Remedy: "Expect that a header comes twice; refuse such a delivery, or look at one of the two always.",
		Needs:  []need{judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		good := judge.Alone(s.Event(s.Plainest()))
		good.What = good.Describe() + ", right after deliveries with two signatures"
		var all []stimulus
		for _, wrongFirst := range []bool{true, false} {
			st := judge.Alone(s.Event(s.Plainest()))
			st.Faults = []fault.Fault{fault.DuplicatedHeader(wrongFirst)}
			all = append(all, st)
		}
		sent := s.SendInTurn(ctx, append(all, good)...)
		s.Verify(s.Answered(sent[0]), s.Answered(sent[1]), s.Genuine(ctx, sent[2]))
	})
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
			Needs:  []need{judge.ARefusal},
		}, func(ctx context.Context, s *session) {
			st := judge.Alone(saying(s, "words"))
			st.What, st.Faults = st.Events[0].Variant.ID, []fault.Fault{c.fault}
			st.Style = c.style
			s.Verify(s.NotHandled(ctx, s.Send(ctx, st)))
		})
	}
}
