package suites

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// robustness checks what nobody should send, and what the way between Meta and a
// receiver may make of a delivery. How a receiver answers such things is not
// judged: it has to answer, and to go on handling what is right.
func robustness(spec register) {
	bodies(spec)
	strangers(spec)
	idleness(spec)
	ways(spec)
	paces(spec)
}

// jsonRFC is the standard that the bodies of deliveries are checked against.
const jsonRFC = "https://www.rfc-editor.org/rfc/rfc8259"

// deepest is how far the body of robustness.deep is nested. It passes the limit
// of most parsers, and overflows the stack of those that have none.
const deepest = 10_000

// placeholder is the text that a spoilt body has replaced by another one.
const placeholder = "plain words"

// bodies are correctly signed and not what Meta sends.
func bodies(spec register) {
	const (
		parse = "A parser's error that nobody catches ends the request without an answer, in some frameworks the process; the sender then tries again, with the same end."
		shape = "Code that takes an object for granted fails on the first member that it reads."
		text  = "The text passes the parser and fails later: where it is stored, logged or sent on."
		catch = "Catch the parser's error and answer 400."
		check = "Check that the body is an object before you read its members; answer 400 where it is not."
		clean = "Replace what your storage cannot hold before you store it; keep a failure there from reaching the answer."
	)
	replaced := func(with string) func([]byte) []byte {
		return func(body []byte) []byte { return bytes.Replace(body, []byte(placeholder), []byte(with), 1) }
	}
	first := func(member string) func([]byte) []byte {
		return func(body []byte) []byte { return append([]byte("{"+member+","), body[1:]...) }
	}
	whole := func(text string) func([]byte) []byte {
		return func([]byte) []byte { return []byte(text) }
	}
	for _, c := range []struct {
		id, what, section, why, remedy string
		spoil                          func(body []byte) []byte
	}{
		{"malformed", "that is not JSON", "#section-2", parse, catch, func(b []byte) []byte { return bytes.Replace(b, []byte(`":`), []byte(`"`), 1) }},
		{"truncated", "that ends in its middle", "#section-2", parse, catch, func(b []byte) []byte { return b[:len(b)/2] }},
		{"empty", "without a byte", "#section-2", parse, catch, whole("")},
		{"array", "that is an array", "#section-2", shape, check, func(b []byte) []byte { return []byte("[" + string(b) + "]") }},
		{"string", "that is a string", "#section-2", shape, check, whole(`"page"`)},
		{"number", "that is a number", "#section-2", shape, check, whole("7")},
		{"boolean", "that is true", "#section-2", shape, check, whole("true")},
		{"null", "that is null", "#section-2", shape, check, whole("null")},
		{"invalid-utf8", "with bytes that are not UTF-8", "#section-8.1", text, clean, replaced("\xff\xfe\x80")},
		{"byte-order-mark", "that begins with a byte order mark", "#section-8.1", parse, catch, func(b []byte) []byte { return append([]byte("\ufeff"), b...) }},
		{"lone-surrogate", "with half an emoji (\\ud83d)", "#section-8.2", text, clean, replaced(`\ud83d`)},
		{"nul", "with a zero character (\\u0000)", "#section-7", text, clean, replaced(`a\u0000b`)},
		{
			"duplicate-members", "with the same member twice", "#section-4",
			"Parsers take the first, the last, or neither; one that throws does it before anything of the delivery is read.",
			catch, first(`"object":"page"`),
		},
		{
			"deep", "nested 10,000 levels deep", "#section-9",
			"A parser that calls itself for each level runs out of stack, which in some languages nothing can catch.",
			"Use a parser with a limit on nesting, and answer 400 where it is passed.",
			first(`"deep":` + strings.Repeat("[", deepest) + strings.Repeat("]", deepest)),
		},
		{
			"huge-numbers", "with numbers beyond every type", "#section-6",
			"Such a number becomes an error or an infinity, which no date and no database takes.",
			"Check the range of a number before you use it as a date or an id.",
			first(`"huge":1e999999,"long":` + strings.Repeat("9", 400)),
		},
	} {
		spec(Requirement{
			ID: "robustness." + c.id, Level: Should, Basis: Observed,
			Title:  "A signed body " + c.what + " is answered, and the next delivery handled",
			Source: Source{URL: jsonRFC + c.section},
			Why:    c.why, Remedy: c.remedy,
			Needs: []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			doc, err := event.Wrap(saying(s, placeholder))
			s.Must(err)
			odd, good := s.SendThenGood(ctx, stimulus{What: "a body " + c.what, Raw: c.spoil(s.Encoded(doc))})
			s.Verify(s.Answered(odd), s.Genuine(ctx, good))
		})
	}
}

// strangers are what anybody who knows the URL can do to a receiver.
func strangers(spec register) {
	const why = "It takes no secret: whoever knows the URL can switch the receiver off."
	spec(Requirement{
		ID: "robustness.unsigned-garbage", Level: Must, Basis: Security,
		Title:  "After an unsigned body that is not JSON, a delivery is handled",
		Source: sourceSignature, Why: why,
		Remedy: "Check the signature over the raw bytes before you parse them, and keep nothing of a request that was refused.",
		Needs:  []need{judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		_, good := s.SendThenGood(ctx, stimulus{
			What: "garbage", Raw: []byte(`{"object":"page","entry":[{'`), Faults: []fault.Fault{fault.Unsigned()},
		})
		s.Verify(s.Genuine(ctx, good))
	})

	spec(Requirement{
		ID: "robustness.broken-off", Level: Must, Basis: Security,
		Title:  "After a connection that ends in the middle of a body, a delivery is handled",
		Source: Source{URL: wireRFC + "#section-8"}, Why: why,
		Remedy: "Expect that reading the body fails; release what the request held, and keep nothing of it.",
		Needs:  []need{judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		st := judge.Alone(s.Event(s.Plainest()))
		st.Faults = []fault.Fault{fault.BreakOff()}
		_, good := s.SendThenGood(ctx, st)
		s.Verify(s.Genuine(ctx, good))
	})
}

// idleConnections is how many connections a stranger holds open.
const idleConnections = 200

// idleness is what takes no more of a stranger than a connection, and no word.
func idleness(spec register) {
	spec(Requirement{
		ID: "robustness.idle-connections", Level: Should, Basis: Security,
		Title:  "While 200 connections are open on which nothing comes, and after it, deliveries are handled",
		Source: Source{URL: wireRFC + "#section-9.5"},
		Why:    "It takes no secret and hardly a machine: whoever can connect can switch off a receiver that has a thread or a place for each connection and waits for its request.",
		Remedy: "Limit the time in which the head of a request has to come, and let a connection without a request cost no thread; or put a proxy in front that sees to both.",
		Needs:  []need{judge.AnAcknowledgement},
		Phase:  judge.Occupying,
	}, func(ctx context.Context, s *session) {
		idle := s.OpenIdle(ctx, idleConnections)
		defer idle.Close()
		during := judge.Alone(s.Event(s.Plainest()))
		during.What = fmt.Sprintf("%s, while %d connections are open on which nothing comes", during.Describe(), idle.Len())
		s.Verify(s.Heard(ctx, s.Send(ctx, during)))
		idle.Close()
		after := judge.Alone(s.Event(s.Plainest()))
		after.What = fmt.Sprintf("%s, after %d connections were open on which nothing came", after.Describe(), idleConnections)
		s.Verify(s.Heard(ctx, s.Send(ctx, after)))
	})
}
