package reference

import (
	"html"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// handshakeMutants are the receivers that Meta could not verify, or that
// anybody could.
func handshakeMutants() []Mutant {
	return []Mutant{
		{
			Name:   "answers-ok-to-challenge",
			Defect: "Answers a verification request with the text OK instead of the challenge.",
			Cause:  "misanswers.challenge",
			Breaks: []string{
				"handshake.after-deliveries", "handshake.challenge", "handshake.challenge-decoded", "handshake.challenge-exact",
				"handshake.challenge-leading-zeros", "handshake.challenge-long", "handshake.challenge-opaque", "handshake.challenge-percent",
				"handshake.challenge-zero", "handshake.extra-parameters", "handshake.parameter-order", "handshake.repeated",
				"handshake.together",
			},
			apply: verifiedWith(func(string) string { return "OK" }),
		},
		{
			Name:   "appends-newline-to-challenge",
			Defect: "Ends the challenge with a newline.",
			Cause:  "misanswers.challenge-exact",
			Breaks: []string{"handshake.challenge-exact"},
			apply:  verifiedWith(func(challenge string) string { return challenge + "\n" }),
		},
		{
			Name:   "converts-challenge-to-number",
			Defect: "Converts the challenge to a number, and answers NaN to what is none.",
			Cause:  "misanswers.challenge-that-is-no-number",
			Breaks: []string{
				"handshake.challenge-decoded", "handshake.challenge-leading-zeros", "handshake.challenge-long",
				"handshake.challenge-opaque", "handshake.challenge-percent",
			},
			apply: verifiedWith(func(challenge string) string {
				n, err := strconv.ParseInt(challenge, 10, 64)
				if err != nil {
					return "NaN"
				}
				return strconv.FormatInt(n, 10)
			}),
		},
		{
			Name:   "strips-leading-zeros",
			Defect: "Takes the zeros off the front of a challenge of several digits.",
			Cause:  "misanswers.challenge-leading-zeros",
			Breaks: []string{"handshake.challenge-leading-zeros"},
			apply: verifiedWith(func(challenge string) string {
				if challenge == "0" {
					return challenge
				}
				return strings.TrimLeft(challenge, "0")
			}),
		},
		{
			Name:   "takes-zero-for-no-challenge",
			Defect: "Takes the challenge 0 for a missing one.",
			Cause:  "misanswers.challenge-zero",
			Breaks: []string{"handshake.challenge-zero"},
			apply: verifiedWith(func(challenge string) string {
				if challenge == "0" {
					return ""
				}
				return challenge
			}),
		},
		{
			Name:   "cuts-challenge-at-256",
			Defect: "Cuts a challenge off after 256 bytes.",
			Cause:  "misanswers.challenge-long",
			Breaks: []string{"handshake.challenge-long"},
			apply:  verifiedWith(func(challenge string) string { return challenge[:min(256, len(challenge))] }),
		},
		{
			Name:   "escapes-challenge-as-html",
			Defect: "Escapes the challenge as HTML.",
			Cause:  "misanswers.challenge-decoded",
			Breaks: []string{"handshake.challenge-decoded"},
			apply:  verifiedWith(html.EscapeString),
		},
		{
			Name:   "reads-parameters-by-position",
			Defect: "Takes the query parameters by their position instead of by name.",
			Cause:  "misanswers.parameter-order",
			Breaks: []string{"handshake.parameter-order"},
			apply: verifiedIf(func(query string) bool {
				pairs := strings.Split(query, "&")
				for i, name := range []string{"hub.mode", "hub.challenge", "hub.verify_token"} {
					if i >= len(pairs) || !strings.HasPrefix(pairs[i], name+"=") {
						return false
					}
				}
				return true
			}),
		},
		{
			Name:   "refuses-unknown-parameters",
			Defect: "Refuses a verification request with a parameter that it does not know.",
			Cause:  "misanswers.extra-parameters",
			Breaks: []string{"handshake.extra-parameters"},
			apply:  verifiedIf(func(query string) bool { return strings.Count(query, "&") < 3 }),
		},
		{
			Name:   "verifies-once",
			Defect: "Takes a challenge that it has seen before for a replay and refuses it.",
			Cause:  "misanswers.repeated",
			Breaks: []string{"handshake.repeated"},
			apply: func(r *Receiver) {
				var seen sync.Map
				verifiedIf(func(query string) bool {
					_, before := seen.LoadOrStore(query, true)
					return !before
				})(r)
			},
		},
		{
			Name:   "keeps-challenge-where-all-see-it",
			Defect: "Keeps the challenge in a variable that all requests share, and reads it back a moment later.",
			Cause:  "misanswers.together",
			Breaks: []string{"handshake.together"},
			apply: func(r *Receiver) {
				var mu sync.Mutex
				var last string
				verifiedWith(func(challenge string) string {
					mu.Lock()
					last = challenge
					mu.Unlock()
					pause(r.current().ctx, 20*time.Millisecond)
					mu.Lock()
					defer mu.Unlock()
					return last
				})(r)
			},
		},
		{
			Name:   "verifies-before-the-first-delivery-only",
			Defect: "Refuses verification requests from the first genuine delivery on.",
			Cause:  "misanswers.challenge",
			Breaks: []string{
				"handshake.after-deliveries", "handshake.challenge", "handshake.challenge-decoded", "handshake.challenge-exact",
				"handshake.challenge-leading-zeros", "handshake.challenge-long", "handshake.challenge-opaque", "handshake.challenge-percent",
				"handshake.challenge-zero", "handshake.extra-parameters", "handshake.parameter-order", "handshake.repeated",
				"handshake.together",
			},
			apply: func(r *Receiver) {
				var atWork atomic.Bool
				authentic := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					if !authentic(h, body) {
						return false
					}
					atWork.Store(true)
					return true
				}
				verifiedIf(func(string) bool { return !atWork.Load() })(r)
			},
		},
		{
			Name:   "ignores-verify-token",
			Defect: "Answers every verification request with its challenge.",
			Cause:  "admits.any-token",
			Breaks: []string{
				"handshake.empty-token", "handshake.missing-token", "handshake.no-reflection", "handshake.token-case",
				"handshake.token-elsewhere", "handshake.token-prefix", "handshake.token-suffix", "handshake.wrong-token", "handshake.wrong-token-status",
			},
			apply: tokenFits(func(_, _ string, _ bool) bool { return true }),
		},
		{
			Name:   "takes-token-from-anywhere",
			Defect: "Takes any parameter that is the token for hub.verify_token.",
			Cause:  "admits.token-elsewhere",
			Breaks: []string{"handshake.token-elsewhere"},
			apply: func(r *Receiver) {
				original := r.steps.handshake
				r.steps.handshake = func(rawQuery string) answer {
					query, err := url.ParseQuery(rawQuery)
					if err == nil && !query.Has("hub.verify_token") {
						for _, values := range query {
							if slices.Contains(values, r.config.VerifyToken) {
								query.Set("hub.verify_token", r.config.VerifyToken)
								return original(query.Encode())
							}
						}
					}
					return original(rawQuery)
				}
			},
		},
		{
			Name:   "accepts-missing-token",
			Defect: "Accepts a verification request that has no token.",
			Cause:  "admits.missing-token",
			Breaks: []string{"handshake.missing-token", "handshake.token-elsewhere"},
			apply:  tokenFits(func(want, got string, given bool) bool { return got == want || !given }),
		},
		{
			Name:   "accepts-empty-token",
			Defect: "Accepts a verification request whose token is empty.",
			Cause:  "admits.empty-token",
			Breaks: []string{"handshake.empty-token"},
			apply:  tokenFits(func(want, got string, given bool) bool { return got == want || given && got == "" }),
		},
		{
			Name:   "accepts-token-prefix",
			Defect: "Compares only as much of the token as was sent.",
			Cause:  "admits.token-prefix",
			Breaks: []string{"handshake.token-prefix"},
			apply:  tokenFits(func(want, got string, _ bool) bool { return got != "" && strings.HasPrefix(want, got) }),
		},
		{
			Name:   "accepts-token-suffix",
			Defect: "Accepts whatever begins with the token.",
			Cause:  "admits.token-suffix",
			Breaks: []string{"handshake.token-suffix"},
			apply:  tokenFits(func(want, got string, _ bool) bool { return strings.HasPrefix(got, want) }),
		},
		{
			Name:   "ignores-token-case",
			Defect: "Compares the token without regard to case.",
			Cause:  "admits.token-case",
			Breaks: []string{"handshake.token-case"},
			apply:  tokenFits(func(want, got string, _ bool) bool { return strings.EqualFold(got, want) }),
		},
		{
			Name:   "refuses-token-with-200",
			Defect: "Refuses a wrong token with status 200 and a text.",
			Cause:  "misanswers.wrong-token-status",
			Breaks: []string{"handshake.wrong-token-status"},
			apply:  refusedWith(func(a answer, _ url.Values) answer { a.status = http.StatusOK; return a }),
		},
		{
			Name:   "reflects-challenge-of-stranger",
			Defect: "Quotes the challenge in its answer to a wrong token.",
			Cause:  "leaks.no-reflection",
			Breaks: []string{"handshake.no-reflection"},
			apply: refusedWith(func(a answer, q url.Values) answer {
				a.body = "cannot verify " + q.Get("hub.challenge")
				return a
			}),
		},
		{
			Name:   "reflects-token-of-stranger",
			Defect: "Quotes a wrong token in a page of HTML.",
			Cause:  "leaks.no-reflection",
			Breaks: []string{"handshake.no-reflection"},
			apply: refusedWith(func(a answer, q url.Values) answer {
				a.header = map[string]string{"Content-Type": "text/html; charset=utf-8"}
				a.body = "<p>" + q.Get("hub.verify_token") + " is not the token.</p>"
				return a
			}),
		},
		{
			Name:   "decodes-challenge-twice",
			Defect: "Decodes the percent signs of a challenge that was decoded already.",
			Cause:  "misanswers.challenge-percent",
			Breaks: []string{"handshake.challenge-percent"},
			apply: verifiedWith(func(challenge string) string {
				if again, err := url.PathUnescape(challenge); err == nil {
					return again
				}
				return challenge
			}),
		},
		{
			Name:   "ignores-mode",
			Defect: "Does not look at hub.mode.",
			Cause:  "admits.any-mode",
			Breaks: []string{"handshake.missing-mode", "handshake.other-mode"},
			apply: func(r *Receiver) {
				r.steps.handshake = func(rawQuery string) answer {
					q, _ := url.ParseQuery(rawQuery)
					q.Set("hub.mode", "subscribe")
					return handshake(r.config.VerifyToken, q.Encode())
				}
			},
		},
		{
			Name:   "dies-without-parameters",
			Defect: "Ends its process when a GET has no parameter.",
			Cause:  "dies.no-parameters",
			Breaks: []string{"acknowledgement.survives", "handshake.no-parameters", "signature.survives-strangers"},
			apply: func(r *Receiver) {
				original := r.steps.handshake
				r.steps.handshake = func(rawQuery string) answer {
					if rawQuery == "" {
						r.die(100 * time.Millisecond)
					}
					return original(rawQuery)
				}
			},
		},
		{
			Name:   "drops-request-without-challenge",
			Defect: "Closes the connection without an answer when there is no challenge, or an empty one.",
			Cause:  "hangs-up.without-challenge",
			Breaks: []string{"handshake.challenge-empty", "handshake.challenge-missing", "handshake.no-parameters"},
			apply: func(r *Receiver) {
				original := r.steps.handshake
				r.steps.handshake = func(rawQuery string) answer {
					if q, _ := url.ParseQuery(rawQuery); q.Get("hub.challenge") == "" {
						panic(http.ErrAbortHandler)
					}
					return original(rawQuery)
				}
			},
		},
	}
}

// verifiedWith changes the body of a successful verification.
func verifiedWith(change func(challenge string) string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.handshake
		r.steps.handshake = func(rawQuery string) answer {
			a := original(rawQuery)
			if a.status == http.StatusOK {
				a.body = change(a.body)
			}
			return a
		}
	}
}

// verifiedIf makes a successful verification depend on its query as well.
func verifiedIf(fits func(rawQuery string) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.handshake
		r.steps.handshake = func(rawQuery string) answer {
			a := original(rawQuery)
			if a.status == http.StatusOK && !fits(rawQuery) {
				return original("")
			}
			return a
		}
	}
}

// refusedWith changes the answer to a verification request that is refused.
func refusedWith(change func(answer, url.Values) answer) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.handshake
		r.steps.handshake = func(rawQuery string) answer {
			a := original(rawQuery)
			if a.status == http.StatusForbidden {
				q, _ := url.ParseQuery(rawQuery)
				a = change(a, q)
			}
			return a
		}
	}
}

// tokenFits replaces the comparison of the token; given tells whether there is
// one at all.
func tokenFits(fits func(want, got string, given bool) bool) func(*Receiver) {
	return func(r *Receiver) {
		r.steps.handshake = func(rawQuery string) answer {
			q, _ := url.ParseQuery(rawQuery)
			if fits(r.config.VerifyToken, q.Get("hub.verify_token"), q.Has("hub.verify_token")) {
				q.Set("hub.verify_token", r.config.VerifyToken)
				return handshake(r.config.VerifyToken, q.Encode())
			}
			return handshake(r.config.VerifyToken, "")
		}
	}
}
