package suites

import (
	"context"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// refusals are the verification requests that must not succeed.
func refusals(spec register) {
	set := func(name, value string) func(*session) []wire.Field {
		return func(s *session) []wire.Field {
			q := question(verifyToken(s), challengeOf(s))
			for i := range q {
				if q[i].Name == name {
					q[i].Value = value
				}
			}
			return q
		}
	}
	without := func(name string) func(*session) []wire.Field {
		return func(s *session) []wire.Field {
			var q []wire.Field
			for _, f := range question(verifyToken(s), challengeOf(s)) {
				if f.Name != name {
					q = append(q, f)
				}
			}
			return q
		}
	}
	token := func(change func(string) string) func(*session) []wire.Field {
		return func(s *session) []wire.Field { return question(change(verifyToken(s)), challengeOf(s)) }
	}
	for _, c := range []struct {
		id, title string
		query     func(*session) []wire.Field
	}{
		{"handshake.wrong-token", "with a wrong token", set(hubToken, "not-the-token")},
		{"handshake.empty-token", "with an empty token", set(hubToken, "")},
		{"handshake.missing-token", "without a token", without(hubToken)},
		{"handshake.token-prefix", "with the beginning of the token", token(func(t string) string { return t[:len(t)-1] })},
		{"handshake.token-suffix", "with the token and one more character", token(func(t string) string { return t + "x" })},
		{"handshake.token-case", "with the token in other case", token(otherCase)},
	} {
		spec(Requirement{
			ID: c.id, Level: Must, Basis: Security,
			Title:  "A verification request " + c.title + " does not succeed",
			Source: sourceMismatch,
			Why:    "Anyone could have Meta send another app's events to this URL, or learn what serves it.",
			Remedy: "Compare the whole token, exactly, with a token that is not empty.",
		}, func(ctx context.Context, s *session) {
			s.Verify(unverified(s, ask(ctx, s, "verification request "+c.title, c.query(s)...), challengeOf(s)))
		})
	}
	spec(Requirement{
		ID: "handshake.token-elsewhere", Level: Should, Basis: Security,
		Title:  "A verification request with the token under other names alone does not succeed",
		Source: sourceMismatch,
		Why:    "Meta sends the token as hub.verify_token. Who takes it from other parameters too takes what other software has put there, where it is logged, and does not see a request that is none of Meta's.",
		Remedy: "Read hub.verify_token, and no other parameter, for the token.",
	}, func(ctx context.Context, s *session) {
		// Not as hub_verify_token, which PHP makes of hub.verify_token.
		q := append(without(hubToken)(s), wire.Field{Name: "verify_token", Value: verifyToken(s)}, wire.Field{Name: "token", Value: verifyToken(s)})
		s.Verify(unverified(s, ask(ctx, s, "verification request with the token as verify_token and as token", q...), challengeOf(s)))
	})
	for _, c := range []struct {
		id, title string
		query     func(*session) []wire.Field
	}{
		{"handshake.missing-mode", "without a mode", without(hubMode)},
		{"handshake.other-mode", "with the mode unsubscribe", set(hubMode, "unsubscribe")},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Documented,
			Title:  "A verification request " + c.title + " does not succeed",
			Source: sourceVerified,
			Why:    "Meta sends subscribe and nothing else; another mode is not a request to verify.",
			Remedy: "Answer with the challenge only when hub.mode is subscribe.",
		}, func(ctx context.Context, s *session) {
			s.Verify(unverified(s, ask(ctx, s, "verification request "+c.title, c.query(s)...), challengeOf(s)))
		})
	}
}

// otherCase swaps the case of a token's letters; a token without letters gets
// one more character instead, so that it differs in any case.
func otherCase(token string) string {
	swapped := strings.Map(func(r rune) rune {
		if lower := strings.ToLower(string(r)); lower != string(r) {
			return []rune(lower)[0]
		}
		return []rune(strings.ToUpper(string(r)))[0]
	}, token)
	if swapped == token {
		return token + "X"
	}
	return swapped
}
