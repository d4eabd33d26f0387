package suites

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// The parameters of a verification request.
const (
	hubMode      = "hub.mode"
	hubChallenge = "hub.challenge"
	hubToken     = "hub.verify_token"
)

// challengeOf is a number as Meta sends one, and another for each requirement: a
// receiver may well refuse one that it has seen.
func challengeOf(s *session) string {
	sum := fnv.New32a()
	sum.Write([]byte(s.ID())) // never fails
	return strconv.FormatUint(uint64(1_000_000_000+sum.Sum32()%1_000_000_000), 10)
}

// question is a verification request in the making.
func question(token, challenge string) []wire.Field {
	return []wire.Field{{Name: hubMode, Value: "subscribe"}, {Name: hubChallenge, Value: challenge}, {Name: hubToken, Value: token}}
}

func verifyToken(s *session) string { return s.Options().VerifyToken }

// asked sends the handshake that Meta sends, with this challenge.
func asked(ctx context.Context, s *session, what, challenge string) *judge.Delivery {
	return ask(ctx, s, what, question(verifyToken(s), challenge)...)
}

// ask sends a verification request with these parameters, in this order.
func ask(ctx context.Context, s *session, what string, query ...wire.Field) *judge.Delivery {
	return s.Ask(ctx, judge.Question{What: what, Query: query})[0]
}

// askedTogether sends the handshake with each of these challenges, all at once.
func askedTogether(ctx context.Context, s *session, challenges []string) []*judge.Delivery {
	var questions []judge.Question
	for _, challenge := range challenges {
		questions = append(questions, judge.Question{
			What:  fmt.Sprintf("verification request, one of %d at once", len(challenges)),
			Query: question(verifyToken(s), challenge),
		})
	}
	return s.Ask(ctx, questions...)
}

// verified verifies that Meta would take the callback URL for verified: status
// 200 and the challenge as the body. White space after it is left to a
// requirement of its own, because Meta says nothing about it.
func verified(s *session, d *judge.Delivery, challenge string) *Finding {
	a := d.Attempt.Answer
	if d.Attempt.Err == nil && a.Status == 200 && strings.TrimRight(string(a.Body), " \t\r\n") == challenge {
		return nil
	}
	return s.Found(d, fmt.Sprintf("status 200 with the body %q", challenge), judge.Answer(d.Attempt)).As(judge.Misanswers)
}

// unverified verifies that Meta would not take the callback URL for verified. It does
// not where no answer comes either; that there is one is a requirement of its own.
func unverified(s *session, d *judge.Delivery, challenge string) *Finding {
	if verified(s, d, challenge) != nil {
		return nil
	}
	return s.Found(d, "anything but status 200 with the challenge", judge.Answer(d.Attempt)).As(judge.Admits)
}

func handshake(spec register) {
	spec(Requirement{
		ID: "handshake.challenge", Level: Must, Basis: Documented,
		Title:  "A verification request with the right token is answered with status 200 and the challenge",
		Source: sourceVerified,
		Why:    "Meta does not subscribe a page to a callback URL that it could not verify.",
		Remedy: "When hub.mode is subscribe and hub.verify_token is yours, answer 200 with the value of hub.challenge as the whole body: no JSON, no quotes, no HTML.",
	}, func(ctx context.Context, s *session) {
		d := asked(ctx, s, "verification request with the right token", challengeOf(s))
		s.Verify(verified(s, d, challengeOf(s)))
	})

	spec(Requirement{
		ID: "handshake.challenge-exact", Level: Should, Basis: Observed,
		Title:  "The challenge comes back byte for byte, with nothing before or after it",
		Source: sourceQuotedChallenge,
		Why:    "Meta compares the body with the challenge; no source says that it forgives a newline.",
		Remedy: "Write the challenge alone: no newline at the end, no byte order mark.",
	}, func(ctx context.Context, s *session) {
		challenge := challengeOf(s)
		d := asked(ctx, s, "verification request with the right token", challenge)
		f := verified(s, d, challenge)
		if f == nil && string(d.Attempt.Answer.Body) != challenge {
			f = s.Found(d, fmt.Sprintf("the body %q", challenge), fmt.Sprintf("the body %q", d.Attempt.Answer.Body)).As(judge.Misanswers)
		}
		s.Verify(f)
	})

	for _, c := range []struct {
		id, challenge, title, why string
		level                     Level
		basis                     Basis
		source                    Source
	}{
		{
			"handshake.challenge-opaque", "CHALLENGE_ACCEPTED", "A challenge of letters is answered like one of digits",
			"Meta's pages call the challenge an int in one place and a random string in another; its own test command sends CHALLENGE_ACCEPTED.",
			Must, Documented, sourceHandshake,
		},
		{
			"handshake.challenge-zero", "0", "The challenge 0 is answered",
			"A test such as `if (challenge)` takes 0, after a conversion to a number, for no challenge.",
			Should, Observed, sourceHandshake,
		},
		{
			"handshake.challenge-leading-zeros", "00420042004200", "A challenge that begins with zeros keeps them",
			"A challenge that went through a number comes back as another text.",
			Should, Observed, sourceHandshake,
		},
		{
			"handshake.challenge-long", strings.Repeat("f123456789abcde0", 32), "A challenge of 512 characters comes back whole",
			"Meta publishes no greatest length.",
			Should, Observed, sourceVerified,
		},
		{
			"handshake.challenge-decoded", `a b+c/d=e&f%g"h<i>äö`, "A challenge is decoded from the URL and not encoded again",
			"A body that is percent-encoded or HTML-escaped is not the challenge.",
			Should, Observed, sourceVerified,
		},
		{
			"handshake.challenge-percent", "a%2Fb%41", "A challenge that looks encoded is decoded once",
			"What decodes a value that the framework has decoded already makes another text of it.",
			Should, Observed, sourceVerified,
		},
	} {
		spec(Requirement{
			ID: c.id, Level: c.level, Basis: c.basis, Title: c.title, Source: c.source, Why: c.why,
			Remedy: "Treat the challenge as opaque text: decode the query once, write the value back as it is.",
		}, func(ctx context.Context, s *session) {
			d := asked(ctx, s, fmt.Sprintf("verification request with the challenge %.40q", c.challenge), c.challenge)
			s.Verify(verified(s, d, c.challenge))
		})
	}

	spec(Requirement{
		ID: "handshake.parameter-order", Level: Must, Basis: Documented,
		Title:  "The order of the query parameters does not matter",
		Source: sourceParameterOrder,
		Why:    "Meta's own pages print two different orders.",
		Remedy: "Read the parameters by name.",
	}, func(ctx context.Context, s *session) {
		q := question(verifyToken(s), challengeOf(s))
		d := ask(ctx, s, "verification request with the order mode, verify_token, challenge", q[0], q[2], q[1])
		s.Verify(verified(s, d, challengeOf(s)))
		q = question(verifyToken(s), challengeOf(s)+"1")
		d = ask(ctx, s, "verification request with the order challenge, verify_token, mode", q[1], q[2], q[0])
		s.Verify(verified(s, d, challengeOf(s)+"1"))
	})

	spec(Requirement{
		ID: "handshake.extra-parameters", Level: Should, Basis: Observed,
		Title:  "Parameters that the receiver does not know do not matter",
		Source: sourceVerified,
		Why:    "A proxy, or Meta one day, may add a parameter.",
		Remedy: "Ignore parameters that you do not know.",
	}, func(ctx context.Context, s *session) {
		q := append(question(verifyToken(s), challengeOf(s)), wire.Field{Name: "hub.lease_seconds", Value: "432000"})
		d := ask(ctx, s, "verification request with a further parameter", q...)
		s.Verify(verified(s, d, challengeOf(s)))
	})

	spec(Requirement{
		ID: "handshake.repeated", Level: Must, Basis: Documented,
		Title:  "The handshake can be repeated",
		Source: sourceVerified,
		Why:    "Meta sends it again each time the callback URL or the token is edited.",
		Remedy: "Keep no state: answer every verification request alike.",
	}, func(ctx context.Context, s *session) {
		for range 3 {
			s.Verify(verified(s, asked(ctx, s, "verification request, repeated", challengeOf(s)), challengeOf(s)))
		}
	})

	spec(Requirement{
		ID: "handshake.together", Level: Should, Basis: Observed,
		Title:  "Ten verification requests at once are each answered with their own challenge",
		Source: sourceVerified,
		Why:    "One URL can serve several apps and objects, each with a handshake of its own; a challenge that is kept where all requests see it goes to somebody else.",
		Remedy: "Keep no state: answer each request from its own query.",
	}, func(ctx context.Context, s *session) {
		var challenges []string
		for i := range 10 {
			challenges = append(challenges, challengeOf(s)+strconv.Itoa(i))
		}
		for i, d := range askedTogether(ctx, s, challenges) {
			s.Verify(verified(s, d, challenges[i]))
		}
	})

	spec(Requirement{
		ID: "handshake.after-deliveries", Level: Must, Basis: Documented,
		Title:  "A verification request that comes after deliveries is answered",
		Source: sourceVerified,
		Why:    "Meta sends it again each time the callback URL or the token is edited, also to a receiver that is at work.",
		Remedy: "Answer every verification request alike, whatever was delivered before.",
	}, func(ctx context.Context, s *session) {
		s.Emit(ctx, "message.text")
		s.Emit(ctx, "message.text", fault.SignWith("another secret", stranger))
		s.Verify(verified(s, asked(ctx, s, "verification request after a genuine and a forged delivery", challengeOf(s)), challengeOf(s)))
	})

	refusals(spec)

	spec(Requirement{
		ID: "handshake.wrong-token-status", Level: Should, Basis: Documented,
		Title:  "A verification request with a wrong token is answered, with another status than 200",
		Source: sourceMismatch,
		Why:    "A 200 tells monitoring, and whoever reads the log, that all is well; no answer at all keeps a connection until somebody gives up.",
		Remedy: "Answer 403 to a wrong token, at once.",
	}, func(ctx context.Context, s *session) {
		d := ask(ctx, s, "verification request with a wrong token", question("not-the-token", challengeOf(s))...)
		f := s.Answered(d)
		if f == nil && d.Attempt.Answer.Status == 200 {
			f = s.Found(d, "a status other than 200, such as 403", judge.Answer(d.Attempt)).As(judge.Misanswers)
		}
		s.Verify(f)
	})

	spec(Requirement{
		ID: "handshake.no-reflection", Level: Must, Basis: Security,
		Title:  "Nothing of a request is reflected when the token is wrong",
		Source: sourceMismatch,
		Why:    "A page that echoes a stranger's parameter runs a stranger's script in your origin.",
		Remedy: "Answer a wrong token with a fixed text.",
	}, func(ctx context.Context, s *session) {
		script := `<script>alert("` + challengeOf(s) + `")</script>`
		q := question("not-the-token", challengeOf(s))
		with := func(i int) []wire.Field {
			changed := slices.Clone(q)
			changed[i].Value = script
			return changed
		}
		reflected := func(d *judge.Delivery) bool {
			return d.Attempt.Answer != nil && strings.Contains(string(d.Attempt.Answer.Body), script)
		}
		d := ask(ctx, s, "verification request with a wrong token and a script as the challenge", with(1)...)
		if reflected(d) {
			s.Verify(s.Found(d, "an answer without the challenge", judge.Answer(d.Attempt)).As(judge.Leaks))
		}
		// A text that no browser runs may tell somebody which token was wrong.
		for i, name := range []string{0: hubMode, 2: hubToken} {
			if name == "" {
				continue
			}
			if d := ask(ctx, s, "verification request with a script as "+name, with(i)...); reflected(d) && isPage(d) {
				s.Verify(s.Found(d, "an answer without what stood in "+name, judge.Answer(d.Attempt)).As(judge.Leaks))
			}
		}
		for _, c := range []struct {
			what  string
			query []wire.Field
		}{
			{"a further parameter", append(slices.Clone(q), wire.Field{Name: "utm_source", Value: script})},
			{"the only parameter", []wire.Field{{Name: "error", Value: script}}},
		} {
			if d := ask(ctx, s, "verification request with a script as "+c.what, c.query...); reflected(d) && isPage(d) {
				s.Verify(s.Found(d, "an answer without what stood in "+c.what, judge.Answer(d.Attempt)).As(judge.Leaks))
			}
		}
		s.Verify(nil)
	})

	for _, c := range []struct {
		id, title, what string
		query           func(*session) []wire.Field
	}{
		{
			"handshake.challenge-missing", "A verification request without a challenge is answered, whatever the answer", "verification request without a challenge",
			func(s *session) []wire.Field { q := question(verifyToken(s), ""); return []wire.Field{q[0], q[2]} },
		},
		{
			"handshake.challenge-empty", "A verification request with an empty challenge is answered, whatever the answer", "verification request with an empty challenge",
			func(s *session) []wire.Field { return question(verifyToken(s), "") },
		},
		{
			"handshake.no-parameters", "A GET without any parameter is answered, whatever the answer", "GET without parameters",
			func(*session) []wire.Field { return nil },
		},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Observed, Title: c.title, Source: sourceHang,
			Why:    "Meta's own sample answers nothing when a parameter is absent; each such request keeps a connection until somebody gives up.",
			Remedy: "Answer every path through the handler, for instance with 400 or 403.",
		}, func(ctx context.Context, s *session) {
			s.Verify(s.Answered(ask(ctx, s, c.what, c.query(s)...)))
		})
	}
}

// isPage reports whether a browser would run a script in the answer.
func isPage(d *judge.Delivery) bool {
	declared := strings.ToLower(d.Attempt.Answer.Header.Get("Content-Type"))
	return declared == "" || strings.Contains(declared, "html") || strings.Contains(declared, "xml")
}
