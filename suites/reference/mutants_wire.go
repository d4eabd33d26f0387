package reference

import (
	"context"
	"net/http"
	"strings"
)

// wireMutants are the receivers that do not know the wire of today: versions of the Graph
// API, and the secret of Instagram Login.
func wireMutants() []Mutant {
	return []Mutant{
		{
			Name:   "calls-a-version-that-has-ended",
			Defect: "Calls v19.0 of the Graph API, which ended in May 2026.",
			Cause:  "miscalls.graph-version",
			Breaks: []string{"reply.graph-version"},
			apply:  callsVersion("v19.0"),
		},
		{
			Name:   "calls-a-version-that-ends-soon",
			Defect: "Calls v21.0 of the Graph API, which ends in January 2027.",
			Cause:  "miscalls.graph-version",
			Breaks: []string{"reply.graph-version"},
			apply:  callsVersion("v21.0"),
		},
		{
			Name:   "knows-its-versions",
			Defect: "Answers 500 to a delivery of a newer version of the Graph API than it knows.",
			Cause:  "refuses.newer-version",
			Breaks: []string{"evolution.newer-version"},
			apply: func(r *Receiver) {
				original := r.steps.serve
				r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
					if name := req.Header.Get("Facebook-API-Version"); len(name) == len(graphVersion) && name > graphVersion {
						r.respond(w, failed)
						return
					}
					original(w, req)
				}
			},
		},
		{
			Name:   "knows-one-app-secret",
			Defect: "Checks what is for Instagram with the app secret, though the app has another one for it.",
			Cause:  "refuses.instagram-secret",
			Breaks: []string{
				"envelope.changes.instagram-comment-bare.accepted", "envelope.changes.instagram-comment.accepted",
				"envelope.echo.instagram-*", "envelope.edit.instagram.accepted",
				"envelope.handover.instagram-pass.accepted", "envelope.message.instagram-*",
				"envelope.reaction.instagram-angry.accepted", "envelope.reaction.instagram-laugh.accepted",
				"envelope.reaction.instagram-like.accepted", "envelope.reaction.instagram-other.accepted",
				"envelope.reaction.instagram-react.accepted", "envelope.reaction.instagram-sad.accepted",
				"envelope.reaction.instagram-unreact.accepted", "envelope.reaction.instagram-wow.accepted",
				"envelope.read.instagram-*", "envelope.test.instagram-changes.accepted",
				"envelope.test.instagram-messaging.accepted", "postback.instagram-*", "referral.instagram-*",
				"referral.message.instagram-*", "signature.instagram-secret",
			},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, body []byte) bool { return authentic(r.config.AppSecret, h, body) }
			},
		},
	}
}

// callsVersion makes a mutant that calls this version of the Graph API.
func callsVersion(version string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.post
		r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
			return original(ctx, strings.Replace(url, "/"+graphVersion+"/", "/"+version+"/", 1), token, payload)
		}
	}
}
