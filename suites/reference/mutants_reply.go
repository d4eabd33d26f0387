package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// replyMutants are the receivers that call the Graph API wrongly, that answer
// what is not for them, or that cannot stand it when the Graph API fails.
func replyMutants() []Mutant {
	return []Mutant{
		{
			Name:   "sends-unknown-messaging-type",
			Defect: "Sends replies with the messaging_type REPLY, which the Send API does not have.",
			Cause:  "miscalls.valid",
			Breaks: []string{"reply.messaging-type", "reply.valid"},
			apply: repliesOtherwise(func(_ event, all []message) []message {
				for i := range all {
					all[i].MessagingType = "REPLY"
				}
				return all
			}),
		},
		{
			Name:   "sends-members-of-its-own",
			Defect: "Sends replies with a member preview in the message, which the Send API does not have.",
			Cause:  "miscalls.valid",
			Breaks: []string{"reply.valid"},
			apply: repliesOtherwise(func(_ event, all []message) []message {
				for i := range all {
					all[i].Message["preview"] = true
				}
				return all
			}),
		},
		{
			Name:   "tags-without-a-tag",
			Defect: "Sends replies with the messaging_type MESSAGE_TAG and without a tag.",
			Cause:  "miscalls.valid",
			Breaks: []string{"reply.messaging-type", "reply.valid"},
			apply: repliesOtherwise(func(_ event, all []message) []message {
				for i := range all {
					all[i].MessagingType = "MESSAGE_TAG"
				}
				return all
			}),
		},
		{
			Name:   "tags-referrals-without-a-tag",
			Defect: "Answers referrals with the messaging_type MESSAGE_TAG and without a tag, and all else as it should.",
			Cause:  "miscalls.messaging-type",
			Breaks: []string{"reply.messaging-type"},
			apply: repliesOtherwise(func(e event, all []message) []message {
				for i := range all {
					if e["referral"] != nil {
						all[i].MessagingType = "MESSAGE_TAG"
					}
				}
				return all
			}),
		},
		{
			Name:   "sends-no-token",
			Defect: "Calls the Send API without an access token.",
			Cause:  "miscalls.token",
			Breaks: []string{"reply.token"},
			apply:  callsWithToken(""),
		},
		{
			Name:   "sends-another-token",
			Defect: "Calls the Send API with a token that is not the page's.",
			Cause:  "miscalls.page-token",
			Breaks: []string{"reply.page-token"},
			apply:  callsWithToken("the-token-of-another-page"),
		},
		{
			Name:   "replies-to-nobody",
			Defect: "Answers an event without a sender, with a message that has no recipient.",
			Cause:  "miscalls.somebody",
			Breaks: []string{"reply.somebody"},
			apply: repliesOtherwise(func(e event, all []message) []message {
				if member, _ := sender(e); member == "" {
					return append(all, message{Recipient: object{}, MessagingType: "RESPONSE", Message: object{"text": replyText}})
				}
				return all
			}),
		},
		{
			Name:   "answers-echoes",
			Defect: "Takes an echo for a message of a person.",
			Cause:  "handles.echo",
			Breaks: []string{"reply.echo", "reply.instagram-echo"},
			apply: func(r *Receiver) {
				r.steps.echo = func(event) bool { return false }
			},
		},
		{
			Name:   "answers-echoes-of-other-apps",
			Defect: "Skips the echoes of one app only.",
			Cause:  "handles.echo",
			Breaks: []string{"reply.echo", "reply.instagram-echo"},
			apply: func(r *Receiver) {
				original := r.steps.echo
				r.steps.echo = func(e event) bool {
					message, _ := e["message"].(object)
					_, number := message["app_id"].(json.Number)
					return number && original(e)
				}
			},
		},
		{
			Name:   "knows-echoes-by-their-app",
			Defect: "Takes an echo without an app_id for a message of a person.",
			Cause:  "handles.echo",
			Breaks: []string{"reply.echo", "reply.instagram-echo"},
			apply: func(r *Receiver) {
				original := r.steps.echo
				r.steps.echo = func(e event) bool {
					message, _ := e["message"].(object)
					return message["app_id"] != nil && original(e)
				}
			},
		},
		{
			Name:   "answers-for-every-page",
			Defect: "Answers what comes for another page with the token of its own.",
			Cause:  "handles.other-page",
			Breaks: []string{"reply.other-page"},
			apply:  func(r *Receiver) { r.steps.ours = func(event) bool { return true } },
		},
		{
			Name:   "answers-delivery-confirmations",
			Defect: "Replies to a delivery confirmation.",
			Cause:  "handles.delivery",
			Breaks: []string{"reply.delivery"},
			apply:  repliesToo(func(e event) bool { return e["delivery"] != nil }),
		},
		{
			Name:   "answers-read-confirmations",
			Defect: "Replies to a read confirmation.",
			Cause:  "handles.read",
			Breaks: []string{"reply.read"},
			apply:  repliesToo(func(e event) bool { return e["read"] != nil }),
		},
		{
			Name:   "answers-confirmations",
			Defect: "Replies to whatever has no text, and so to each confirmation.",
			Cause:  "handles.confirmations",
			Breaks: []string{"reply.delivery", "reply.read"},
			apply:  repliesToo(func(e event) bool { return e["delivery"] != nil || e["read"] != nil }),
		},
		{
			Name:   "answers-everything",
			Defect: "Replies to every event, echoes and confirmations among them.",
			Cause:  "handles.every-event",
			Breaks: []string{"reply.delivery", "reply.echo", "reply.instagram-echo", "reply.read"},
			apply: func(r *Receiver) {
				repliesToo(func(e event) bool { return e["delivery"] != nil || e["read"] != nil })(r)
				r.steps.echo = func(event) bool { return false }
			},
		},
		{
			Name:   "never-stops-sending",
			Defect: "Answers a linked account with message after message.",
			Cause:  "storms.storm",
			Breaks: []string{"reply.storm"},
			apply: repliesOtherwise(func(e event, all []message) []message {
				if member, value := sender(e); e["account_linking"] != nil && member != "" {
					one := message{Recipient: object{member: value}, MessagingType: "RESPONSE", Message: object{"text": replyText}}
					all = append(all, slices.Repeat([]message{one}, 30)...)
				}
				return all
			}),
		},
		{
			Name:   "pesters-whoever-wrote-last",
			Defect: "Sends a message every 100 ms, to whoever wrote last.",
			Cause:  "storms.storm",
			Breaks: []string{"reply.storm"},
			Hides:  []string{"redelivery.after-failure", "reply.empty-answer.once"}, // which count messages
			apply: func(r *Receiver) {
				var last atomic.Value // of recipients
				var once sync.Once
				original := r.steps.replies
				r.steps.replies = func(e event) []message {
					wrote := e["message"] != nil || e["postback"] != nil || e["referral"] != nil
					if member, value := sender(e); member != "" && wrote {
						last.Store(object{member: value})
						once.Do(func() {
							ctx := r.current().ctx
							go func() {
								for pause(ctx, 100*time.Millisecond) {
									_ = r.steps.send(ctx, message{Recipient: last.Load().(object), MessagingType: "RESPONSE", Message: object{"text": replyText}})
								}
							}()
						})
					}
					return original(e)
				}
			},
		},
		{
			Name:   "fails-when-its-reply-fails",
			Defect: "Answers a delivery when its reply is sent, and with 500 when that fails.",
			Cause:  "refuses.when-a-reply-fails",
			Breaks: []string{"acknowledgement.before-work", "acknowledgement.slow-graph-api", "redelivery.after-failure", "reply.*.acknowledged"},
			apply: func(r *Receiver) {
				var failed sync.Map // by whom the reply was for
				whenReplyFails(r, func(to string) { failed.Store(to, true) })
				r.steps.order = func(events []event, answer, work func()) {
					work()
					for _, e := range events {
						_, person := sender(e)
						if _, unanswered := failed.LoadAndDelete(person); unanswered {
							panic("a reply could not be sent")
						}
					}
					answer()
				}
			},
		},
		{
			Name:   "tries-replies-until-they-succeed",
			Defect: "Sends a reply that failed again at once, and goes on until it succeeds.",
			Cause:  "storms.on-failure",
			Breaks: []string{"reply.*.no-storm", "reply.empty-answer.once", "reply.given-up"},
			apply: func(r *Receiver) {
				r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
					body, err := json.Marshal(payload)
					for err == nil {
						var resp response
						if resp, err = r.try(ctx, url, token, body); token == "" || sent(resp, err) {
							return resp, err
						}
						err = ctx.Err()
					}
					return response{}, err
				}
			},
		},
		{
			Name:   "takes-empty-answers-for-failures",
			Defect: "Sends a reply again, up to three times, when the answer to it is empty.",
			Cause:  "repeats.empty-answer-once",
			Breaks: []string{"reply.empty-answer.once"},
			apply: func(r *Receiver) {
				original := r.steps.post
				r.steps.post = func(ctx context.Context, url, token string, payload any) (resp response, err error) {
					for range 3 {
						resp, err = original(ctx, url, token, payload)
						if token == "" || err != nil || resp.status != http.StatusOK || len(resp.body) > 0 {
							break
						}
					}
					return resp, err
				}
			},
		},
		{
			Name:   "never-gives-a-reply-up",
			Defect: "Sends a reply that was refused again every 160 ms, for ever.",
			Cause:  "storms.given-up",
			Breaks: []string{"reply.given-up"},
			apply: func(r *Receiver) {
				original := r.steps.post
				r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
					for {
						resp, err := original(ctx, url, token, payload)
						refused := token != "" && err == nil && resp.status == http.StatusBadRequest
						if !refused || !pause(ctx, 160*time.Millisecond) {
							return resp, err
						}
					}
				}
			},
		},
		{
			Name:   "stops-replying-after-a-failure",
			Defect: "Sends no reply any more when one could not be sent.",
			Cause:  "loses.after-a-failure",
			Breaks: []string{"acknowledgement.still-handles", "redelivery.after-failure", "reply.*.next-answered"},
			apply: func(r *Receiver) {
				var stopped atomic.Bool
				whenReplyFails(r, func(string) { stopped.Store(true) })
				original := r.steps.replies
				r.steps.replies = func(e event) []message {
					if stopped.Load() {
						return nil
					}
					return original(e)
				}
			},
		},
		{
			Name:   "dies-on-html",
			Defect: "Ends its process when the Graph API answers with what is not JSON.",
			Cause:  "dies.html-page-next-answered",
			Breaks: []string{"acknowledgement.survives", "reply.html-page.next-answered"},
			apply: func(r *Receiver) {
				original := r.steps.post
				r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
					resp, err := original(ctx, url, token, payload)
					if err == nil && bytes.HasPrefix(resp.body, []byte("<")) {
						r.die(300 * time.Millisecond)
					}
					return resp, err
				}
			},
		},
	}
}

// repliesOtherwise makes a mutant that sends other messages.
func repliesOtherwise(change func(event, []message) []message) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.replies
		r.steps.replies = func(e event) []message { return change(e, original(e)) }
	}
}

// repliesToo makes a mutant that also answers such events.
func repliesToo(such func(event) bool) func(*Receiver) {
	return repliesOtherwise(func(e event, all []message) []message {
		if member, value := sender(e); such(e) && member != "" {
			all = append(all, message{Recipient: object{member: value}, MessagingType: "RESPONSE", Message: object{"text": replyText}})
		}
		return all
	})
}

// callsWithToken makes a mutant whose calls of the Send API have this token.
func callsWithToken(token string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.post
		r.steps.post = func(ctx context.Context, url, right string, payload any) (response, error) {
			if right == "" { // a receipt
				return original(ctx, url, right, payload)
			}
			return original(ctx, url, token, payload)
		}
	}
}

// whenReplyFails calls f, with whom it was for, after each call of the Send API
// that did not succeed.
func whenReplyFails(r *Receiver, f func(to string)) {
	original := r.steps.post
	r.steps.post = func(ctx context.Context, url, token string, payload any) (response, error) {
		resp, err := original(ctx, url, token, payload)
		if m, ok := payload.(message); ok && token != "" && !sent(resp, err) {
			for _, id := range m.Recipient {
				f(fmt.Sprint(id))
			}
		}
		return resp, err
	}
}

// sent tells whether the Send API took a message.
func sent(resp response, err error) bool {
	return err == nil && resp.status == http.StatusOK && len(resp.body) > 0
}
