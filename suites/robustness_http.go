package suites

import (
	"context"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// httpRFC is HTTP's semantics, wireRFC its first version on the wire.
const (
	httpRFC = "https://www.rfc-editor.org/rfc/rfc9110"
	wireRFC = "https://www.rfc-editor.org/rfc/rfc9112"
)

// ways are the forms in which HTTP can bring a body that Meta does not use
// itself. Scanners do, and proxies on the way.
func ways(spec register) {
	for _, c := range []struct {
		id, method string
		body       bool
	}{
		{"put", "PUT", true}, {"patch", "PATCH", true}, {"delete", "DELETE", false}, {"head", "HEAD", false}, {"options", "OPTIONS", false},
	} {
		spec(Requirement{
			ID: "robustness.method-" + c.id, Level: Should, Basis: Observed,
			Title:  "A " + c.method + " request is answered, and the next delivery handled",
			Source: Source{URL: httpRFC + "#section-15.5.6"},
			Why:    "Scanners, monitors and browsers try other methods than POST; one without an answer holds a connection, one that ends the process ends everything.",
			Remedy: "Answer 405 to every method but GET and POST.",
			Needs:  []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			st := stimulus{What: "a request", Raw: []byte{}}
			if c.body {
				st = judge.Alone(s.Event(s.Plainest()))
			}
			st.Faults = []fault.Fault{fault.Method(c.method)}
			odd, good := s.SendThenGood(ctx, st)
			s.Verify(s.Answered(odd), s.Genuine(ctx, good))
		})
	}

	for _, c := range []struct{ id, what, value string }{
		{"charset", "declared as JSON with a charset", "application/json; charset=utf-8"},
		{"text", "declared as plain text", "text/plain"},
		{"form", "declared as a form", "application/x-www-form-urlencoded"},
		{"missing", "without a Content-Type", ""},
	} {
		spec(Requirement{
			ID: "robustness.content-type-" + c.id, Level: Should, Basis: Observed,
			Title:  "A delivery " + c.what + " is answered, and the next one handled",
			Source: Source{URL: httpRFC + "#section-15.5.16"},
			Why:    "Frameworks decide by this header who reads the body; code behind them finds none, or one of another type than it expects.",
			Remedy: "Read the raw body whatever it is declared as, and let the signature decide.",
			Needs:  []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			st := judge.Alone(s.Event(s.Plainest()))
			st.Faults = []fault.Fault{fault.ContentType(c.value)}
			odd, good := s.SendThenGood(ctx, st)
			s.Verify(s.Answered(odd), s.Genuine(ctx, good))
		})
	}

	for _, c := range []struct {
		id, title, source, why, remedy string
		fault                          fault.Fault
	}{
		{
			"http-1-0", "in HTTP/1.0", wireRFC + "#section-2.3",
			"Some reverse proxies speak HTTP/1.0 to what stands behind them; what is acknowledged unread there is lost.",
			"Serve both versions alike: the body is as long as Content-Length says.", fault.HTTP10(),
		},
		{
			"chunked", "in chunks", wireRFC + "#section-7.1",
			"A proxy may pass a body on while it comes in, without a Content-Length; a receiver that takes it for empty and acknowledges it loses the event.",
			"Read the body to its end, not as far as Content-Length says.", fault.Chunked(64),
		},
		{
			"expect-continue", "announced with Expect: 100-continue", httpRFC + "#section-10.1.1",
			"curl, which Meta's error messages show at work, announces large bodies and waits for leave to send them.",
			"Let your HTTP server answer 100 when the body is read; answer 417 or another error where you do not want it.", fault.ExpectContinue(),
		},
	} {
		spec(Requirement{
			ID: "robustness." + c.id, Level: Should, Basis: Observed,
			Title:  "A delivery " + c.title + " is handled or refused, and the next one handled",
			Source: Source{URL: c.source}, Why: c.why, Remedy: c.remedy,
			Needs: []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			st := judge.Alone(s.Event(s.Plainest()))
			st.Faults = []fault.Fault{c.fault}
			odd, good := s.SendThenGood(ctx, st)
			s.Verify(s.NotSwallowed(ctx, odd), s.Genuine(ctx, good))
		})
	}
}

// slowest is the time over which a body is spread.
const slowest = 200 * time.Millisecond

// paces are deliveries that mean what every delivery means: neither the case of
// header names nor the places where TCP cuts a stream say anything.
func paces(spec register) {
	const (
		segments = "How TCP cuts a stream depends on sizes, load and the way. What arrives first is seldom all of a large delivery."
		toEnd    = "Read the body until it ends, collect bytes and not text, and look at it only then."
		names    = "Proxies and newer versions of HTTP write header names in lower case; captures behind them show it."
		anyCase  = "Look headers up without regard to case, as RFC 9110 asks."
	)
	for _, c := range []struct {
		id, what, source, why, remedy, text string
		fault                               fault.Fault
	}{
		{"header-names-lower", "with header names in lower case", httpRFC + "#section-5.1", names, anyCase, placeholder, fault.HeaderCase(fault.Lower)},
		{"header-names-upper", "with header names in upper case", httpRFC + "#section-5.1", names, anyCase, placeholder, fault.HeaderCase(fault.Upper)},
		{"split-head", "whose body comes later than its head", wireRFC + "#section-6.3", segments, toEnd, placeholder, fault.SplitHead()},
		{"split-escape", "that is cut inside an escaped character", wireRFC + "#section-6.3", segments, toEnd, "👑", fault.SplitInside(`\ud83d\udc51`)},
		{"slow-body", "whose body comes a few bytes at a time", wireRFC + "#section-6.3", segments, toEnd, placeholder, fault.Slowly(slowest)},
	} {
		spec(Requirement{
			ID: "robustness." + c.id, Level: Should, Basis: Observed,
			Title:  "A delivery " + c.what + " is handled",
			Source: Source{URL: c.source}, Why: c.why, Remedy: c.remedy,
			Needs: []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			st := judge.Alone(saying(s, c.text))
			st.Faults = []fault.Fault{c.fault}
			s.Verify(s.Genuine(ctx, s.Send(ctx, st)))
		})
	}
}
