package reference

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
)

// refusalMutants are the receivers that say too much when they refuse a signature, and one
// that refuses what it has put into another order.
func refusalMutants() []Mutant {
	return []Mutant{
		{
			Name:   "shows-settings",
			Defect: "Answers a wrong signature with a page for debugging, which shows the settings.",
			Cause:  "leaks.no-secret-in-answer",
			Breaks: []string{"signature.no-secret-in-answer"},
			apply: refusesForgedWith(func(r *Receiver, _ []byte) string {
				return "Invalid signature. APP_SECRET=" + r.config.AppSecret
			}),
		},
		{
			Name:   "shows-right-signature",
			Defect: "Answers a wrong signature with the one that it expected.",
			Cause:  "leaks.no-secret-in-answer",
			Breaks: []string{"signature.no-secret-in-answer"},
			apply: refusesForgedWith(func(r *Receiver, body []byte) string {
				return "Invalid signature. Expected " + sha256Of(r.config.AppSecret, body)
			}),
		},
		{
			Name:   "shows-stack-traces",
			Defect: "Answers a wrong signature with a stack trace.",
			Cause:  "leaks.no-stack-trace",
			Breaks: []string{"signature.no-stack-trace"},
			apply:  refusesForgedWith(func(*Receiver, []byte) string { return string(debug.Stack()) }),
		},
		{
			Name:   "shows-expected-digest",
			Defect: "Answers a wrong signature with the one that it expected, in base64.",
			Cause:  "leaks.no-secret-in-answer",
			Breaks: []string{"signature.no-secret-in-answer"},
			apply: refusesForgedWith(func(r *Receiver, body []byte) string {
				mac := hmac.New(sha256.New, []byte(r.config.AppSecret))
				mac.Write(body)
				return "expected " + base64.StdEncoding.EncodeToString(mac.Sum(nil))
			}),
		},
		{
			Name:   "shows-python-frames",
			Defect: "Answers a wrong signature with the lines of its code that found it.",
			Cause:  "leaks.no-stack-trace",
			Breaks: []string{"signature.no-stack-trace"},
			apply: refusesForgedWith(func(*Receiver, []byte) string {
				return "  File \"/srv/bot/webhook.py\", line 41, in post\n    check(body)\nValueError: bad signature"
			}),
		},
		{
			Name:   "shows-verify-token",
			Defect: "Answers a wrong verify token with the one that it expected.",
			Cause:  "leaks.no-secret-in-answer",
			Breaks: []string{"signature.no-secret-in-answer"},
			apply: func(r *Receiver) {
				refusedWith(func(a answer, _ url.Values) answer {
					a.body = "expected " + r.config.VerifyToken
					return a
				})(r)
			},
		},
		{
			Name:   "shows-page-token",
			Defect: "Sends the page's token along in a header of its answers, for a proxy that needs it.",
			Cause:  "leaks.no-secret-in-answer",
			Breaks: []string{"signature.no-secret-in-answer"},
			apply: answers(accepted, func(r *Receiver, a answer) answer {
				a.header = map[string]string{"X-Upstream-Authorization": "Bearer " + r.config.PageToken}
				return a
			}),
		},
		{
			Name:   "traces-odd-signatures",
			Defect: "Answers a signature without an equals sign with a stack trace.",
			Cause:  "leaks.no-stack-trace",
			Breaks: []string{"signature.no-stack-trace"},
			apply: func(r *Receiver) {
				original := r.steps.serve
				r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
					if h := req.Header.Get("X-Hub-Signature-256"); h != "" && !strings.Contains(h, "=") {
						answer{status: http.StatusForbidden, body: string(debug.Stack())}.write(w)
						return
					}
					original(w, req)
				}
			},
		},
		{
			Name:   "traces-malformed",
			Defect: "Answers a body that is not JSON with a stack trace, though it is signed.",
			Cause:  "leaks.no-stack-trace",
			Breaks: []string{"signature.no-stack-trace"},
			apply: answers(malformed, func(_ *Receiver, a answer) answer {
				a.body = string(debug.Stack())
				return a
			}),
		},
		{
			Name:   "signs-reordered-json",
			Defect: "Restores an order of members before it hashes: a body that does not begin with object never fits.",
			Cause:  "refuses.another-order",
			Breaks: []string{
				"envelope.changes.without-value.accepted", "envelope.key-order", "envelope.test.page.accepted", "signature.key-order",
			},
			apply: func(r *Receiver) {
				original := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return !bytes.HasPrefix(bytes.TrimSpace(body), []byte(`{"entry"`)) && original(h, body)
				}
			},
		},
	}
}
