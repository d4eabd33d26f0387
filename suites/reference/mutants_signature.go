package reference

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// signatureMutants are the receivers that believe too much or too little.
func signatureMutants() []Mutant {
	return []Mutant{
		{
			Name:   "accepts-any-signature",
			Defect: "Believes every delivery, whatever its signature is.",
			Cause:  "handles.forged",
			Breaks: []string{
				"signature.empty", "signature.empty-header", "signature.empty-secret", "signature.extended",
				"signature.forged-batch", "signature.forged-changes", "signature.forged-chunked", "signature.forged-form",
				"signature.forged-in-changes", "signature.forged-instagram", "signature.forged-kinds", "signature.forged-large", "signature.forged-mebibyte",
				"signature.forged-octets",
				"signature.forged-text", "signature.forged-undeclared", "signature.missing", "signature.of-nothing", "signature.other-algorithm", "signature.other-delivery", "signature.page-token-as-secret", "signature.prefix-*",
				"signature.sha1-alone", "signature.tampered-added", "signature.tampered-end", "signature.tampered-middle",
				"signature.tampered-removed", "signature.tampered-start", "signature.truncated", "signature.twice-wrong",
				"signature.verify-token-as-secret", "signature.wrong-secret", "signature.wrong-sha256",
			},
			apply: func(r *Receiver) {
				r.steps.authentic = func(http.Header, []byte) bool { return true }
			},
		},
		{
			Name:   "compares-sha1-only",
			Defect: "Compares X-Hub-Signature and does not look at X-Hub-Signature-256.",
			Cause:  "handles.signed-with-sha1",
			Breaks: []string{"signature.sha1-alone", "signature.sha256-alone", "signature.wrong-sha256"},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return hmac.Equal([]byte(h.Get("X-Hub-Signature")), []byte(sha1Of(r.config.AppSecret, body)))
				}
			},
		},
		{
			Name:   "falls-back-to-sha1",
			Defect: "Looks at X-Hub-Signature when X-Hub-Signature-256 does not fit.",
			Cause:  "handles.signed-with-sha1",
			Breaks: []string{"signature.sha1-alone", "signature.wrong-sha256"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return hmac.Equal([]byte(h.Get("X-Hub-Signature")), []byte(sha1Of(r.config.AppSecret, body)))
			}),
		},
		{
			Name:   "takes-sha1-for-want-of-sha256",
			Defect: "Looks at X-Hub-Signature when there is no X-Hub-Signature-256.",
			Cause:  "handles.sha1-alone",
			Breaks: []string{"signature.sha1-alone"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return h.Get("X-Hub-Signature-256") == "" &&
					hmac.Equal([]byte(h.Get("X-Hub-Signature")), []byte(sha1Of(r.config.AppSecret, body)))
			}),
		},
		{
			Name:   "cuts-prefix-off-unread",
			Defect: "Compares what follows the equals sign in the signature, whatever stands before it.",
			Cause:  "handles.any-prefix",
			Breaks: []string{"signature.prefix-md5", "signature.prefix-sha1", "signature.prefix-sha512"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				_, digest, _ := strings.Cut(h.Get("X-Hub-Signature-256"), "=")
				return "sha256="+digest == sha256Of(r.config.AppSecret, body)
			}),
		},
		{
			Name:   "takes-bare-digest",
			Defect: "Takes a digest without a prefix for a signature.",
			Cause:  "handles.prefix-none",
			Breaks: []string{"signature.prefix-none"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return "sha256="+h.Get("X-Hub-Signature-256") == sha256Of(r.config.AppSecret, body)
			}),
		},
		{
			Name:   "lets-sender-choose-algorithm",
			Defect: "Takes the algorithm from the prefix in X-Hub-Signature-256, SHA-1 too.",
			Cause:  "handles.other-algorithm",
			Breaks: []string{"signature.other-algorithm"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return hmac.Equal([]byte(h.Get("X-Hub-Signature-256")), []byte(sha1Of(r.config.AppSecret, body)))
			}),
		},
		{
			Name:   "requires-both-signatures",
			Defect: "Refuses a delivery that has no X-Hub-Signature beside X-Hub-Signature-256.",
			Cause:  "refuses.sha256-alone",
			Breaks: []string{"signature.sha256-alone"},
			apply: func(r *Receiver) {
				original := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return h.Get("X-Hub-Signature") != "" && original(h, body)
				}
			},
		},
		{
			Name:   "accepts-missing-signature",
			Defect: "Warns about a missing signature and goes on.",
			Cause:  "handles.unsigned",
			Breaks: []string{"signature.empty-header", "signature.missing"},
			apply: alsoBelieves(func(_ *Receiver, h http.Header, _ []byte) bool {
				return h.Get("X-Hub-Signature-256") == "" && h.Get("X-Hub-Signature") == ""
			}),
		},
		{
			Name:   "compares-no-empty-signature",
			Defect: "Asks whether there is a signature header, and compares it only if something stands in it.",
			Cause:  "handles.empty-header",
			Breaks: []string{"signature.empty-header"},
			apply: alsoBelieves(func(_ *Receiver, h http.Header, _ []byte) bool {
				values := h.Values("X-Hub-Signature-256")
				return len(values) == 1 && values[0] == ""
			}),
		},
		{
			Name:   "compares-no-list",
			Defect: "Compares a signature that is one text, and believes a list of them.",
			Cause:  "handles.twice-wrong",
			Breaks: []string{"signature.twice-wrong"},
			apply: alsoBelieves(func(_ *Receiver, h http.Header, _ []byte) bool {
				return len(h.Values("X-Hub-Signature-256")) > 1
			}),
		},
		{
			Name:   "fails-on-two-signatures",
			Defect: "Ends a request with two signatures without an answer.",
			Cause:  "hangs-up.twice",
			Breaks: []string{"signature.twice"},
			apply: func(r *Receiver) {
				original := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					if len(h.Values("X-Hub-Signature-256")) > 1 {
						panic(http.ErrAbortHandler)
					}
					return original(h, body)
				}
			},
		},
		{
			Name:   "compares-as-much-as-was-sent",
			Defect: "Compares only as many digits of the signature as were sent.",
			Cause:  "handles.short-signatures",
			Breaks: []string{"signature.empty", "signature.truncated"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				got := h.Get("X-Hub-Signature-256")
				return strings.HasPrefix(got, "sha256=") && strings.HasPrefix(sha256Of(r.config.AppSecret, body), got)
			}),
		},
		{
			Name:   "ignores-end-of-signature",
			Defect: "Ignores what follows the 64 digits of the signature.",
			Cause:  "handles.extended",
			Breaks: []string{"signature.extended"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return strings.HasPrefix(h.Get("X-Hub-Signature-256"), sha256Of(r.config.AppSecret, body))
			}),
		},
		{
			Name:   "knows-verify-token-as-secret",
			Defect: "Also believes signatures made with the verify token.",
			Cause:  "handles.verify-token-as-secret",
			Breaks: []string{"signature.verify-token-as-secret"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return authentic(r.config.VerifyToken, h, body)
			}),
		},
		{
			Name:   "knows-page-token-as-secret",
			Defect: "Also believes signatures made with the page token.",
			Cause:  "handles.page-token-as-secret",
			Breaks: []string{"signature.page-token-as-secret"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, body []byte) bool {
				return authentic(r.config.PageToken, h, body)
			}),
		},
		{
			Name:   "falls-back-to-empty-secret",
			Defect: "Also believes signatures made with an empty secret, as after a forgotten setting.",
			Cause:  "handles.empty-secret",
			Breaks: []string{"signature.empty-secret"},
			apply: alsoBelieves(func(_ *Receiver, h http.Header, body []byte) bool {
				return h.Get("X-Hub-Signature-256") == sha256Of("", body)
			}),
		},
		{
			Name:   "falls-back-to-nothing",
			Defect: "Also believes the signature of an empty body, as where a parser has read the body before the check.",
			Cause:  "handles.of-nothing",
			Breaks: []string{"signature.of-nothing"},
			apply: alsoBelieves(func(r *Receiver, h http.Header, _ []byte) bool {
				return h.Get("X-Hub-Signature-256") == sha256Of(r.config.AppSecret, nil)
			}),
		},
		{
			Name:   "checks-json-only",
			Defect: "Checks the signature where a body is declared as application/json, as a parser for JSON does with a function to verify it.",
			Cause:  "handles.forged-other-content-types",
			Breaks: []string{"signature.forged-form", "signature.forged-octets", "signature.forged-text", "signature.forged-undeclared"},
			apply: alsoBelieves(func(_ *Receiver, h http.Header, _ []byte) bool {
				return !strings.HasPrefix(h.Get("Content-Type"), "application/json")
			}),
		},
		{
			Name:   "checks-post-only",
			Defect: "Checks the signature of what comes by POST, and handles what comes by PUT and PATCH too.",
			Cause:  "handles.forged-other-methods",
			Breaks: []string{"signature.forged-patch", "signature.forged-put"},
			apply:  alsoDelivers(http.MethodPut, http.MethodPatch),
		},
		{
			Name:   "checks-small-bodies-only",
			Defect: "Checks the signature of bodies that it has in memory, which those over 100 KiB are not.",
			Cause:  "handles.forged-large",
			Breaks: []string{"signature.forged-large", "signature.forged-mebibyte"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return len(body) > 100<<10
			}),
		},
		{
			Name:   "checks-bodies-of-known-length",
			Defect: "Checks the signature of as much of the body as Content-Length says, and so none of a body in chunks.",
			Cause:  "handles.forged-chunked",
			Breaks: []string{"signature.forged-chunked"},
			apply: func(r *Receiver) {
				const mark = "Referee-Chunked" // of which nothing is left in the header
				serve := r.steps.serve
				r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
					if req.ContentLength < 0 {
						req.Header.Set(mark, "yes")
					}
					serve(w, req)
				}
				alsoBelieves(func(_ *Receiver, h http.Header, _ []byte) bool { return h.Get(mark) != "" })(r)
			},
		},
		{
			Name:   "checks-pages-only",
			Defect: "Checks the signature of deliveries for a page, not of those for an Instagram account, which have a secret of their own.",
			Cause:  "handles.forged-instagram",
			Breaks: []string{"signature.forged-instagram"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return bytes.Contains(body, []byte(`"object":"instagram"`))
			}),
		},
		{
			Name:   "checks-messaging-only",
			Defect: "Checks the signature of what has events in messaging, and not of what has them in changes.",
			Cause:  "handles.forged-in-changes",
			Breaks: []string{"signature.forged-in-changes"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return !bytes.Contains(body, []byte(`"messaging":`)) && bytes.Contains(body, []byte(`"changes":`))
			}),
		},
		{
			Name:   "checks-all-but-delete",
			Defect: "Checks no signature of a DELETE, and handles what comes by it.",
			Cause:  "handles.forged-delete",
			Breaks: []string{"signature.forged-delete"},
			apply:  alsoDelivers(http.MethodDelete),
		},
		{
			Name:   "checks-up-to-a-mebibyte",
			Defect: "Checks the signature of bodies up to one mebibyte.",
			Cause:  "handles.forged-mebibyte",
			Breaks: []string{"signature.forged-mebibyte"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return len(body) > 1<<20
			}),
		},
		{
			Name:   "checks-single-events",
			Defect: "Checks the signature of a delivery with one event, not of a batch.",
			Cause:  "handles.forged-batch",
			Breaks: []string{"signature.forged-batch"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return bytes.Count(body, []byte(`"sender"`)) > 1
			}),
		},
		{
			Name:   "checks-no-referrals",
			Defect: "Checks the signature in the handlers of messages and of postbacks, and not in that of referrals.",
			Cause:  "handles.forged-kinds",
			Breaks: []string{"signature.forged-kinds"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return bytes.Contains(body, []byte(`"referral"`))
			}),
		},
		{
			Name:   "checks-messages-only",
			Defect: "Checks no signature where there are changes in a delivery, as those go to another part of it.",
			Cause:  "handles.forged-changes",
			Breaks: []string{"signature.forged-changes", "signature.forged-in-changes"},
			apply: alsoBelieves(func(_ *Receiver, _ http.Header, body []byte) bool {
				return bytes.Contains(body, []byte(`"changes":`))
			}),
		},
		{
			Name:   "bans-senders",
			Defect: "Refuses everybody for a second after 25 wrong signatures in a row.",
			Cause:  "refuses.after-forged",
			Breaks: []string{"signature.after-forged"},
			apply: func(r *Receiver) {
				var wrong, since atomic.Int64
				original := r.steps.authentic
				r.steps.authentic = func(h http.Header, body []byte) bool {
					if at := since.Load(); at > 0 && time.Since(time.Unix(0, at)) < time.Second {
						return false
					}
					if original(h, body) {
						wrong.Store(0)
						return true
					}
					if wrong.Add(1) == 25 {
						wrong.Store(0)
						since.Store(time.Now().UnixNano())
					}
					return false
				}
			},
		},
		{
			Name:   "trims-body",
			Defect: "Hashes the body without the white space around it.",
			Cause:  "handles.white-space-around",
			Breaks: []string{"signature.tampered-end", "signature.tampered-start"},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return authentic(r.config.AppSecret, h, bytes.TrimSpace(body))
				}
			},
		},
		{
			Name:   "hashes-nothing",
			Defect: "Hashes an empty text instead of the body, which something else has read already.",
			Cause:  "refuses.everything",
			Breaks: []string{
				"acknowledgement.batch-of-1000", "acknowledgement.hundred-together", "acknowledgement.in-time",
				"acknowledgement.kept-connection", "acknowledgement.large-body", "acknowledgement.mebibyte",
				"acknowledgement.together", "acknowledgement.unknown-event", "acknowledgement.unsubscribed-field",
				"envelope.account-linking.*", "envelope.call-permission.approve.accepted",
				"envelope.call-permission.reject.accepted", "envelope.calls.connect.accepted",
				"envelope.calls.media-update.accepted", "envelope.calls.status-accepted.accepted",
				"envelope.calls.status.accepted", "envelope.calls.terminate-failed.accepted",
				"envelope.calls.terminate.accepted", "envelope.camera.branded.accepted",
				"envelope.changes.instagram-comment-bare.accepted", "envelope.changes.instagram-comment.accepted",
				"envelope.changes.leadgen.accepted", "envelope.changes.without-value.accepted",
				"envelope.customer-information.address.accepted", "envelope.delivery.*", "envelope.echo.*",
				"envelope.edit.*", "envelope.feedback.*", "envelope.game-play.solo.accepted", "envelope.handover.*",
				"envelope.message-request.accept.accepted", "envelope.message.*", "envelope.optin.*", "envelope.order.*",
				"envelope.payment.checkout-update.accepted", "envelope.payment.pre-checkout.accepted",
				"envelope.payment.stripe.accepted", "envelope.policy.*", "envelope.postback.standby-mid.accepted",
				"envelope.postback.standby.accepted", "envelope.reaction.*", "envelope.read.*",
				"envelope.referral.lead-foreign-entry.accepted", "envelope.response-feedback.*", "envelope.test.*",
				"postback.*.accepted", "postback.*.understood", "referral.*.accepted", "referral.*.understood",
				"signature.escaped-at", "signature.escaped-emoji", "signature.escaped-less-than",
				"signature.escaped-percent", "signature.escaped-slash", "signature.escaped-unicode", "signature.genuine",
				"signature.key-order", "signature.numbers", "signature.sha256-alone", "signature.spaced",
			},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, _ []byte) bool {
					return authentic(r.config.AppSecret, h, nil)
				}
			},
		},
		{
			Name:   "signs-reserialised-json",
			Defect: "Hashes the body after parsing and printing it again, so an escaped character breaks a genuine delivery.",
			Cause:  "refuses.other-than-its-own-json",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.echo.appointment-cancelled.accepted",
				"envelope.echo.appointment-declined.accepted", "envelope.echo.appointment.accepted",
				"envelope.echo.attachment-fallback.accepted", "envelope.echo.audio.accepted", "envelope.echo.file.accepted",
				"envelope.echo.image.accepted", "envelope.echo.instagram-image.accepted",
				"envelope.echo.sticker-and-image.accepted", "envelope.echo.sticker.accepted",
				"envelope.echo.template-media-standby.accepted", "envelope.echo.template-media.accepted",
				"envelope.echo.template-product.accepted", "envelope.echo.video.accepted", "envelope.feedback.*",
				"envelope.message.attachment-appointment-cancelled.accepted",
				"envelope.message.attachment-appointment.accepted", "envelope.message.attachment-audio.accepted",
				"envelope.message.attachment-file.accepted", "envelope.message.attachment-ig-post.accepted",
				"envelope.message.attachment-ig-reel.accepted", "envelope.message.attachment-image-sticker-id.accepted",
				"envelope.message.attachment-link.accepted", "envelope.message.attachment-null-payload.accepted",
				"envelope.message.attachment-post.accepted", "envelope.message.attachment-product.accepted",
				"envelope.message.attachment-reel.accepted", "envelope.message.attachment-sticker-and-image.accepted",
				"envelope.message.attachment-sticker-first.accepted",
				"envelope.message.attachment-sticker-id-text.accepted", "envelope.message.attachment-sticker.accepted",
				"envelope.message.attachment-video.accepted", "envelope.message.attachment.accepted",
				"envelope.message.instagram-audio.accepted", "envelope.message.instagram-file.accepted",
				"envelope.message.instagram-ig-story.accepted", "envelope.message.instagram-image.accepted",
				"envelope.message.instagram-media.accepted", "envelope.message.instagram-post.accepted",
				"envelope.message.instagram-reel-without-title.accepted", "envelope.message.instagram-reel.accepted",
				"envelope.message.instagram-share-and-post.accepted", "envelope.message.instagram-share.accepted",
				"envelope.message.instagram-story-mention.accepted", "envelope.message.instagram-story-reply.accepted",
				"envelope.message.instagram-story.accepted", "envelope.message.instagram-video.accepted",
				"envelope.message.quick-reply-email.accepted", "envelope.message.standby-image.accepted",
				"envelope.message.standby-sticker.accepted", "envelope.message.sticker-id-twice.accepted",
				"envelope.new-attachment-in-entry", "envelope.order.*", "envelope.reaction.angry.accepted",
				"envelope.reaction.dislike.accepted", "envelope.reaction.instagram-angry.accepted",
				"envelope.reaction.instagram-laugh.accepted", "envelope.reaction.instagram-like.accepted",
				"envelope.reaction.instagram-other.accepted", "envelope.reaction.instagram-react.accepted",
				"envelope.reaction.instagram-sad.accepted", "envelope.reaction.instagram-wow.accepted",
				"envelope.reaction.like.accepted", "envelope.reaction.love.accepted", "envelope.reaction.other.accepted",
				"envelope.reaction.react.accepted", "envelope.reaction.surrogate-pair.accepted",
				"envelope.reaction.wow.accepted", "envelope.referral.lead-foreign-entry.accepted",
				"evolution.ads-members-*", "evolution.new-attachment-beside", "evolution.post-id-number",
				"postback.ads-context-without-ref.accepted", "postback.ads-context-without-ref.understood",
				"postback.ads-context.accepted", "postback.ads-context.understood", "postback.chat-plugin-guest.*",
				"postback.chat-plugin.*", "postback.null-title.*", "postback.payload-separators",
				"postback.referral-source-only.*", "postback.text.*", "referral.ads-context-without-ref.accepted",
				"referral.ads-context-without-ref.understood", "referral.ads-five-members.*", "referral.ads-four-members.*",
				"referral.ads-required-context.*", "referral.ads-video.accepted", "referral.ads-video.understood",
				"referral.ads.*", "referral.chat-plugin-guest.*", "referral.chat-plugin-origin-domain.*",
				"referral.chat-plugin-user-ref.*", "referral.chat-plugin.*", "referral.instagram-source-url.*",
				"referral.lead-complete.*", "referral.lead-incomplete.*", "referral.long-ids",
				"referral.message.instagram-referral-ads-picture.accepted",
				"referral.message.instagram-referral-ads-picture.understood",
				"referral.message.instagram-referral-ads-without-ref.accepted",
				"referral.message.instagram-referral-ads-without-ref.understood",
				"referral.message.instagram-referral-ads.*", "referral.message.ref-*",
				"referral.message.referral-ads-flow.accepted", "referral.message.referral-ads-flow.understood",
				"referral.message.referral-ads-without-ref.accepted",
				"referral.message.referral-ads-without-ref.understood", "referral.message.referral-ads.*",
				"referral.text.*", "robustness.split-escape", "signature.escaped-at", "signature.escaped-emoji",
				"signature.escaped-less-than", "signature.escaped-percent", "signature.escaped-slash",
				"signature.escaped-unicode", "signature.spaced", "signature.tampered-added", "signature.tampered-end",
				"signature.tampered-start",
			},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return authentic(r.config.AppSecret, h, stringify(body))
				}
			},
		},
		{
			Name:   "signs-reprinted-numbers",
			Defect: "Hashes the body after its numbers were parsed and printed again: 1.0 as 1, 1e3 as 1000.",
			Cause:  "refuses.other-numbers",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.message.attachment-ig-post.accepted",
				"envelope.message.attachment-post.accepted", "envelope.message.attachment-reel.accepted", "signature.numbers",
			},
			apply: func(r *Receiver) {
				r.steps.authentic = func(h http.Header, body []byte) bool {
					return authentic(r.config.AppSecret, h, reprintNumbers(body))
				}
			},
		},
	}
}

// alsoBelieves makes a mutant that takes deliveries for authentic which the
// receiver would refuse.
func alsoBelieves(believes func(*Receiver, http.Header, []byte) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.authentic
		r.steps.authentic = func(h http.Header, body []byte) bool {
			return original(h, body) || believes(r, h, body)
		}
	}
}

// answers makes a mutant that answers requests with this outcome in another way.
func answers(to outcome, change func(*Receiver, answer) answer) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.respond
		r.steps.respond = func(o outcome) answer {
			a := original(o)
			if o == to {
				a = change(r, a)
			}
			return a
		}
	}
}

// alsoDelivers makes a mutant that takes what comes by these methods for a delivery that is
// signed.
func alsoDelivers(methods ...string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.serve
		r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
			if slices.Contains(methods, req.Method) {
				body, err := r.steps.read(w, req)
				if err != nil {
					r.respond(w, malformed)
					return
				}
				req.Method, req.Body = http.MethodPost, io.NopCloser(bytes.NewReader(body))
				req.Header.Set("X-Hub-Signature-256", sha256Of(r.config.AppSecret, body))
			}
			original(w, req)
		}
	}
}

// refusesForgedWith makes a mutant that answers a wrong signature in its own
// words.
func refusesForgedWith(words func(r *Receiver, body []byte) string) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.serve
		r.steps.serve = func(w http.ResponseWriter, req *http.Request) {
			if req.Method != http.MethodPost {
				original(w, req)
				return
			}
			body, err := r.steps.read(w, req)
			switch {
			case err != nil:
				r.respond(w, malformed)
			case !r.steps.authentic(req.Header, body):
				answer{status: http.StatusForbidden, body: words(r, body)}.write(w)
			default:
				req.Body = io.NopCloser(bytes.NewReader(body))
				original(w, req)
			}
		}
	}
}

// sha1Of is the value of X-Hub-Signature for a body.
func sha1Of(secret string, body []byte) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return "sha1=" + hex.EncodeToString(mac.Sum(nil))
}

// sha256Of is the value of X-Hub-Signature-256 for a body.
func sha256Of(secret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
