package reference

import (
	"encoding/json"
	"net/http"
	"time"
)

// eventMutants are the receivers that lose events, or a part of what they say.
func eventMutants() []Mutant {
	return []Mutant{
		{
			Name:   "fails-on-referrals",
			Defect: "Answers 500 to a referral that does not come with a postback.",
			Cause:  "refuses.referrals-outside-postbacks",
			Shown:  "referral.test.instagram-referral.accepted",
			Breaks: []string{
				"envelope.referral.lead-foreign-entry.accepted", "evolution.ads-context-beside", "referral.*.accepted",
				"referral.*.understood", "referral.message.ref-*",
			},
			apply: chokesOn(func(e event) bool { return e["postback"] == nil && understand(e).Referral != nil }),
		},
		{
			Name:   "fails-on-message-referrals",
			Defect: "Answers 500 to a message that carries a referral.",
			Cause:  "refuses.message-with-referral",
			Shown:  "referral.message.referral-product.accepted",
			Breaks: []string{"referral.message.*"},
			apply: chokesOn(func(e event) bool {
				message, _ := e["message"].(object)
				return message["referral"] != nil
			}),
		},
		{
			Name:   "fails-on-postbacks",
			Defect: "Answers 500 to a delivery with a postback.",
			Cause:  "refuses.postback",
			Breaks: []string{"evolution.postback-beside", "evolution.postback-referral-beside", "postback.*.accepted", "postback.*.understood"},
			apply:  chokesOn(func(e event) bool { return e["postback"] != nil }),
		},
		{
			Name:   "loses-user-ref",
			Defect: "Overlooks events whose sender has no id.",
			Cause:  "loses.sender-without-id",
			Breaks: []string{
				"postback.chat-plugin.understood", "postback.user-ref-messaging.understood", "postback.user-ref.understood",
				"referral.chat-plugin-user-ref.understood",
			},
			apply: overlooks(func(e event) bool {
				who, _ := e["sender"].(object)
				return who != nil && who["id"] == nil
			}),
		},
		{
			Name:   "answers-user-ref-as-id",
			Defect: "Sends the reply for a user_ref to an id of that name.",
			Cause:  "misaddresses.sender-without-id",
			Shown:  "postback.user-ref-messaging.understood",
			Breaks: []string{
				"postback.chat-plugin.understood", "postback.user-ref-messaging.understood", "postback.user-ref.understood",
				"referral.chat-plugin-user-ref.understood",
			},
			apply: func(r *Receiver) {
				r.steps.replies = func(e event) []message {
					all := replies(e)
					for _, m := range all {
						if ref, ok := m.Recipient["user_ref"]; ok {
							m.Recipient["id"] = ref
							delete(m.Recipient, "user_ref")
						}
					}
					return all
				}
			},
		},
		{
			Name:   "requires-ref",
			Defect: "Answers 500 to a referral without a ref.",
			Cause:  "refuses.referral-without-ref",
			Breaks: []string{
				"envelope.referral.lead-foreign-entry.accepted", "evolution.postback-referral-empty", "evolution.ref-null",
				"postback.ads-context-without-ref.accepted", "postback.ads-context-without-ref.understood",
				"postback.ads-without-ref.accepted", "postback.ads-without-ref.understood", "postback.chat-plugin.*",
				"postback.referral-source-only.*", "referral.ads-context-without-ref.accepted",
				"referral.ads-context-without-ref.understood", "referral.ads-without-ref.*", "referral.discover-tab.*",
				"referral.instagram-without-ref.accepted", "referral.instagram-without-ref.understood",
				"referral.lead-complete.*", "referral.lead-incomplete.*",
				"referral.message.instagram-referral-ads-without-ref.accepted",
				"referral.message.instagram-referral-ads-without-ref.understood",
				"referral.message.instagram-referral-product.*", "referral.message.referral-ads-without-ref.accepted",
				"referral.message.referral-ads-without-ref.understood", "referral.message.referral-product.*",
				"referral.source-only.*",
			},
			apply: chokesOn(func(e event) bool {
				referral := understand(e).Referral
				return referral != nil && referral["ref"] == nil
			}),
		},
		{
			Name:   "requires-source",
			Defect: "Overlooks a referral without a source.",
			Cause:  "loses.postbacks-and-referrals-and-referral-without-source",
			Breaks: []string{
				"evolution.postback-referral-empty", "evolution.source-null", "referral.no-source.understood",
			},
			apply: overlooks(func(e event) bool {
				referral := understand(e).Referral
				return referral != nil && referral["source"] == nil && referral["product"] == nil
			}),
		},
		{
			Name:   "requires-payload",
			Defect: "Answers 500 to a postback without a payload.",
			Cause:  "refuses.postback-without-payload",
			Breaks: []string{"evolution.payload-null", "evolution.payload-removed", "postback.null-title.*"},
			apply: chokesOn(func(e event) bool {
				postback, ok := e["postback"].(object)
				return ok && postback["payload"] == nil
			}),
		},
		{
			Name:   "requires-title",
			Defect: "Overlooks a postback whose title is null or empty.",
			Cause:  "loses.no-postback-title",
			Breaks: []string{
				"evolution.title-empty", "evolution.title-null", "evolution.title-removed", "postback.chat-plugin.understood",
				"postback.null-title.understood",
			},
			apply: overlooks(func(e event) bool {
				postback, ok := e["postback"].(object)
				return ok && (postback["title"] == nil || postback["title"] == "")
			}),
		},
		{
			Name:   "knows-open-thread-only",
			Defect: "Overlooks a referral whose type is there and is not OPEN_THREAD.",
			Cause:  "loses.other-referral-type",
			Breaks: []string{
				"evolution.new-type", "evolution.type-empty", "referral.lead-complete.understood",
				"referral.lead-incomplete.understood",
			},
			apply: overlooks(func(e event) bool {
				referral := understand(e).Referral
				return referral["type"] != nil && referral["type"] != "OPEN_THREAD"
			}),
		},
		{
			Name:   "drops-ads-context",
			Defect: "Leaves ads_context_data out of what it understood.",
			Cause:  "misreads.referral-ads-context-data",
			Shown:  "referral.ads-required-context.understood",
			Breaks: []string{
				"postback.ads-context-without-ref.understood", "postback.ads-context.understood",
				"referral.ads-context-without-ref.understood", "referral.ads-five-members.understood",
				"referral.ads-four-members.understood", "referral.ads-required-context.understood",
				"referral.ads-video.understood", "referral.ads.understood", "referral.lead-complete.understood",
				"referral.lead-incomplete.understood", "referral.long-ids",
				"referral.message.instagram-referral-ads-picture.understood",
				"referral.message.instagram-referral-ads-without-ref.understood",
				"referral.message.instagram-referral-ads.understood", "referral.message.ref-*",
				"referral.message.referral-ads-flow.understood", "referral.message.referral-ads-without-ref.understood",
				"referral.message.referral-ads.understood", "referral.text.*",
			},
			apply: misreads(func(_ event, r *receipt) { r.Referral = without(r.Referral, "ads_context_data") }),
		},
		{
			Name:   "drops-flow-id",
			Defect: "Leaves flow_id, which only the example shows, out of ads_context_data.",
			Cause:  "misreads.ads-context-data-flow-id",
			Shown:  "referral.ads-context-without-ref.understood",
			Breaks: []string{
				"postback.ads-context.understood", "referral.ads-context-without-ref.understood", "referral.ads.understood",
				"referral.message.referral-ads-flow.understood", "referral.message.referral-ads-without-ref.understood",
			},
			apply: misreads(func(_ event, r *receipt) {
				if ads, ok := r.Referral["ads_context_data"].(object); ok {
					r.Referral = without(r.Referral, "ads_context_data")
					r.Referral["ads_context_data"] = without(ads, "flow_id")
				}
			}),
		},
		{
			Name:   "converts-ad-id-to-number",
			Defect: "Reports ad_id as a number.",
			Cause:  "misreads.referral-ad-id",
			Shown:  "referral.ads-without-ref.understood",
			Breaks: []string{
				"postback.ads-context-without-ref.understood", "postback.ads-context.understood",
				"postback.ads-mid.understood", "postback.ads-without-ref.understood", "postback.ads.understood",
				"referral.ads-context-without-ref.understood", "referral.ads-five-members.understood",
				"referral.ads-four-members.understood", "referral.ads-required-context.understood",
				"referral.ads-video.understood", "referral.ads-without-context.understood",
				"referral.ads-without-ref.understood", "referral.ads.understood", "referral.lead-complete.understood",
				"referral.lead-incomplete.understood", "referral.long-ids",
				"referral.message.instagram-referral-ads-picture.understood",
				"referral.message.instagram-referral-ads-without-ref.understood",
				"referral.message.instagram-referral-ads.understood", "referral.message.ref-*",
				"referral.message.referral-ads-flow.understood", "referral.message.referral-ads-without-ref.understood",
				"referral.message.referral-ads.understood", "referral.text.*", "referral.timestamp-seconds.understood",
			},
			apply: misreads(func(_ event, r *receipt) {
				if id, ok := r.Referral["ad_id"].(string); ok {
					r.Referral = without(r.Referral, "ad_id")
					r.Referral["ad_id"] = json.Number(id)
				}
			}),
		},
		{
			Name:   "drops-postback-referral",
			Defect: "Leaves the referral inside a postback out of what it understood.",
			Cause:  "misreads.postback-with-referral",
			Shown:  "postback.ref-characters",
			Breaks: []string{
				"evolution.unknown-in-postback-referral", "postback.ads-context-without-ref.understood",
				"postback.ads-context.understood", "postback.ads-mid.understood", "postback.ads-without-ref.understood",
				"postback.ads.understood", "postback.chat-plugin-guest.understood", "postback.chat-plugin.understood",
				"postback.get-started-referral-mid.understood", "postback.get-started-referral.understood",
				"postback.instagram-referral.understood", "postback.null-title.understood", "postback.ref-*",
				"postback.referral-source-only.understood", "postback.user-ref-messaging.understood", "postback.user-ref.understood",
			},
			apply: misreads(func(e event, r *receipt) {
				if e["postback"] != nil {
					r.Referral = nil
				}
			}),
		},
		{
			Name:   "drops-events-of-the-future",
			Defect: "Overlooks an event whose timestamp lies three seconds ahead of its own clock.",
			Cause:  "loses.ahead-of-its-clock",
			Breaks: []string{"*.timestamp.ahead"},
			apply: func(r *Receiver) {
				overlooks(func(e event) bool {
					return milliseconds(e["timestamp"]) > r.config.Now().Add(3*time.Second).UnixMilli()
				})(r)
			},
		},
		{
			Name:   "reads-seconds-as-milliseconds",
			Defect: "Takes every timestamp for milliseconds.",
			Cause:  "misreads.timestamp",
			Shown:  "referral.lead-complete.understood",
			Breaks: []string{
				"*.timestamp.seconds", "referral.lead-complete.understood", "referral.lead-incomplete.understood",
				"referral.timestamp-seconds.understood",
			},
			apply: misreads(func(e event, r *receipt) {
				if n, ok := e["timestamp"].(json.Number); ok {
					r.TimestampMS, _ = n.Int64()
				}
			}),
		},
		{
			Name:   "requires-number-timestamp",
			Defect: "Answers 400 to an event whose timestamp is a text.",
			Cause:  "refuses.event-timestamp-as-string-and-postbacks-and-referrals",
			Breaks: []string{"*.timestamp.*-text", "*.timestamp.*-text.accepted", "evolution.timestamp-text", "postback.user-ref.*"},
			apply: chokesOn(func(e event) bool {
				_, text := e["timestamp"].(string)
				return text && understand(e).Kind != kindOther
			}),
		},
		{
			Name:   "replies-twice",
			Defect: "Sends each reply twice when the person comes from an ad.",
			Cause:  "repeats.referral-with-ad-id",
			Shown:  "referral.ads-without-ref.understood",
			Breaks: []string{
				"evolution.ad-id-number", "evolution.ad-title-*", "evolution.ads-context-empty", "evolution.ads-context-null",
				"evolution.ads-members-*", "evolution.post-id-number", "evolution.unknown-in-ads-context",
				"postback.ads-context-without-ref.understood", "postback.ads-context.understood", "postback.ads-mid.understood",
				"postback.ads-without-ref.understood", "postback.ads.understood", "referral.ads-context-without-ref.understood",
				"referral.ads-five-members.understood", "referral.ads-four-members.understood",
				"referral.ads-required-context.understood", "referral.ads-video.understood",
				"referral.ads-without-context.understood", "referral.ads-without-ref.understood", "referral.ads.understood",
				"referral.lead-complete.understood", "referral.lead-incomplete.understood", "referral.long-ids", "referral.text.*",
				"referral.timestamp-seconds.understood",
			},
			apply: func(r *Receiver) {
				r.steps.replies = func(e event) []message {
					all := replies(e)
					if understand(e).Referral["ad_id"] != nil {
						all = append(all, all...)
					}
					return all
				}
			},
		},
		{
			Name:   "ignores-instagram",
			Defect: "Answers 404 to what does not come from a page.",
			Cause:  "refuses.other-object",
			Breaks: []string{
				"envelope.changes.instagram-comment-bare.accepted", "envelope.changes.instagram-comment.accepted",
				"envelope.echo.instagram-deleted.accepted", "envelope.echo.instagram-image.accepted",
				"envelope.echo.instagram-text.accepted", "envelope.edit.instagram.accepted",
				"envelope.handover.instagram-pass.accepted", "envelope.message.instagram-and-read.accepted",
				"envelope.message.instagram-audio.accepted", "envelope.message.instagram-deleted-text.accepted",
				"envelope.message.instagram-deleted.accepted", "envelope.message.instagram-ephemeral.accepted",
				"envelope.message.instagram-file.accepted", "envelope.message.instagram-ig-story.accepted",
				"envelope.message.instagram-image.accepted", "envelope.message.instagram-media.accepted",
				"envelope.message.instagram-post.accepted", "envelope.message.instagram-quick-reply.accepted",
				"envelope.message.instagram-reel-without-title.accepted", "envelope.message.instagram-reel.accepted",
				"envelope.message.instagram-reply-to-mid.accepted", "envelope.message.instagram-reply-to.accepted",
				"envelope.message.instagram-self.accepted", "envelope.message.instagram-share-and-post.accepted",
				"envelope.message.instagram-share.accepted", "envelope.message.instagram-standby.accepted",
				"envelope.message.instagram-story-mention.accepted", "envelope.message.instagram-story-reply.accepted",
				"envelope.message.instagram-story.accepted", "envelope.message.instagram-text.accepted",
				"envelope.message.instagram-unsupported.accepted", "envelope.message.instagram-video.accepted",
				"envelope.reaction.instagram-angry.accepted", "envelope.reaction.instagram-laugh.accepted",
				"envelope.reaction.instagram-like.accepted", "envelope.reaction.instagram-other.accepted",
				"envelope.reaction.instagram-react.accepted", "envelope.reaction.instagram-sad.accepted",
				"envelope.reaction.instagram-unreact.accepted", "envelope.reaction.instagram-wow.accepted",
				"envelope.read.instagram-seen.accepted", "envelope.test.instagram-changes.accepted",
				"envelope.test.instagram-messaging.accepted", "postback.instagram-ad-quick-reply.accepted",
				"postback.instagram-ad-quick-reply.understood", "postback.instagram-ice-breaker.*",
				"postback.instagram-referral.*", "postback.instagram-without-mid.*", "referral.instagram-no-type.*",
				"referral.instagram-shortlink.*", "referral.instagram-shortlinks.*", "referral.instagram-source-link.*",
				"referral.instagram-source-url.*", "referral.instagram-without-ref.accepted",
				"referral.instagram-without-ref.understood", "referral.message.instagram-referral-ads-picture.accepted",
				"referral.message.instagram-referral-ads-picture.understood",
				"referral.message.instagram-referral-ads-without-ref.accepted",
				"referral.message.instagram-referral-ads-without-ref.understood",
				"referral.message.instagram-referral-ads.*", "referral.message.instagram-referral-no-type.accepted",
				"referral.message.instagram-referral-no-type.understood", "referral.message.instagram-referral-product.*",
				"referral.message.instagram-referral.*",
			},
			apply: func(r *Receiver) {
				r.steps.events = func(doc any) []event {
					if body, ok := doc.(object); ok && body["object"] == "instagram" {
						panic(http.StatusNotFound)
					}
					return events(doc)
				}
			},
		},
		{
			Name:   "loses-bare-form",
			Defect: "Overlooks the form with field and value that the reference page prints.",
			Cause:  "loses.bare-form",
			Breaks: []string{"postback.user-ref.understood"},
			apply: func(r *Receiver) {
				r.steps.events = func(doc any) []event {
					if body, ok := doc.(object); ok && body["field"] != nil {
						return nil
					}
					return events(doc)
				}
			},
		},
	}
}

// chokesOn makes a mutant that fails on a delivery with such an event: it
// answers 500 and handles nothing of it.
func chokesOn(strange func(event) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.events
		r.steps.events = func(doc any) []event {
			all := original(doc)
			for _, e := range all {
				if strange(e) {
					panic("an event that the mutant cannot stand")
				}
			}
			return all
		}
	}
}

// overlooks makes a mutant that acknowledges such events and handles none.
func overlooks(strange func(event) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.echo
		r.steps.echo = func(e event) bool { return strange(e) || original(e) }
	}
}

// misreads makes a mutant that understands something else.
func misreads(change func(event, *receipt)) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.understand
		r.steps.understand = func(e event) receipt {
			rec := original(e)
			change(e, &rec)
			return rec
		}
	}
}

// without is a copy of an object that lacks a member; nil stays nil.
func without(o object, member string) object {
	if o == nil {
		return nil
	}
	kept := object{}
	for name, value := range o {
		if name != member {
			kept[name] = value
		}
	}
	return kept
}
