package reference

import (
	"net/http"
	"slices"
)

// envelopeMutants are the receivers that expect one kind of envelope, with one
// kind of event in it.
func envelopeMutants() []Mutant {
	return []Mutant{
		{
			Name:   "reads-first-entry",
			Defect: "Handles only the first entry of a delivery.",
			Cause:  "loses.later-entries",
			Breaks: []string{
				"envelope.*-beside", "envelope.many-entries", "envelope.several-entries", "envelope.several-events", "evolution.*-beside",
				"redelivery.in-batch",
			},
			apply: sees(func(body object) { body["entry"] = firstOf(body["entry"]) }),
		},
		{
			Name:   "reads-ten-events",
			Defect: "Handles the first ten events of a delivery, as many as a batch of its queue has.",
			Cause:  "loses.behind-a-limit",
			Breaks: []string{"envelope.many-entries", "envelope.many-events", "envelope.several-entries", "envelope.several-events"},
			apply:  takes(10),
		},
		{
			Name:   "reads-ninety-nine-events",
			Defect: "Handles the first ninety-nine events of a delivery.",
			Cause:  "loses.behind-a-limit",
			Breaks: []string{"envelope.many-entries", "envelope.many-events"},
			apply:  takes(99),
		},
		{
			Name:   "reads-fifty-events-of-an-entry",
			Defect: "Handles the first fifty events of each entry.",
			Cause:  "loses.behind-a-limit-of-an-entry",
			Breaks: []string{"envelope.many-events"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if all, ok := entry["messaging"].([]any); ok {
						entry["messaging"] = all[:min(len(all), 50)]
					}
				}
			}),
		},
		{
			Name:   "reads-first-event",
			Defect: "Handles only the first event of each entry.",
			Cause:  "loses.later-events",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.delivery-in-entry", "envelope.echo-in-entry", "envelope.many-events",
				"envelope.new-attachment-in-entry", "envelope.read-in-entry", "envelope.several-events",
			},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if entry["messaging"] != nil {
						entry["messaging"] = firstOf(entry["messaging"])
					}
				}
			}),
		},
		{
			Name:   "requires-messaging",
			Defect: "Answers 500 to a delivery with an entry that has no messaging.",
			Cause:  "refuses.entry-without-messaging",
			Breaks: []string{
				"acknowledgement.unsubscribed-field", "envelope.bare-entry-beside",
				"envelope.call-permission.approve.accepted", "envelope.call-permission.reject.accepted",
				"envelope.calls-beside", "envelope.calls.connect.accepted", "envelope.calls.media-update.accepted",
				"envelope.calls.status-accepted.accepted", "envelope.calls.status.accepted",
				"envelope.calls.terminate-failed.accepted", "envelope.calls.terminate.accepted", "envelope.changes-beside",
				"envelope.changes.instagram-comment-bare.accepted", "envelope.changes.instagram-comment.accepted",
				"envelope.changes.leadgen.accepted", "envelope.changes.without-value.accepted", "envelope.dashboard-beside",
				"envelope.delivery.standby.accepted", "envelope.echo.standby.accepted",
				"envelope.echo.template-media-standby.accepted", "envelope.empty-lists-beside",
				"envelope.message.instagram-standby.accepted", "envelope.message.standby-image.accepted",
				"envelope.message.standby-sticker.accepted", "envelope.message.standby.accepted",
				"envelope.postback.standby-mid.accepted", "envelope.postback.standby.accepted",
				"envelope.read.standby.accepted", "envelope.standby-beside", "envelope.test.instagram-changes.accepted",
				"envelope.test.page.accepted", "evolution.messaging-beside", "evolution.new-list-beside",
			},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if entry["messaging"] == nil {
						panic("entry.messaging is not iterable")
					}
				}
			}),
		},
		{
			Name:   "requires-an-event",
			Defect: "Answers 500 to a delivery with an entry in which a list of events is empty.",
			Cause:  "refuses.empty-lists",
			Breaks: []string{"envelope.empty-lists-beside", "envelope.empty-messaging-beside"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					for _, list := range entry {
						if items, ok := list.([]any); ok && len(items) == 0 {
							panic("the list has no element 0")
						}
					}
				}
			}),
		},
		{
			Name:   "requires-an-entry",
			Defect: "Ends a request without an answer when the delivery has no entry.",
			Cause:  "hangs-up.body-entry-empty",
			Shown:  "envelope.no-entries",
			Breaks: []string{"envelope.no-entries"},
			apply: sees(func(body object) {
				if list, ok := body["entry"].([]any); body["object"] != nil && (!ok || len(list) == 0) {
					panic(http.ErrAbortHandler)
				}
			}),
		},
		{
			Name:   "takes-page-of-first-event",
			Defect: "Overlooks the events of a delivery that are not for the page of its first event.",
			Cause:  "loses.other-page-beside",
			Breaks: []string{"envelope.other-page-beside"},
			apply: func(r *Receiver) {
				original := r.steps.events
				r.steps.events = func(doc any) []event {
					var page any
					return slices.DeleteFunc(original(doc), func(e event) bool {
						to, _ := e["recipient"].(object)
						id, ok := to["id"].(string)
						if page == nil && ok && e["message"] == nil {
							page = id
						}
						return page != nil && ok && id != page
					})
				}
			},
		},
		{
			Name:   "stops-at-echo",
			Defect: "Ends the loop over the events at an echo, where it should go on.",
			Cause:  "loses.echo-beside",
			Breaks: []string{"envelope.echo-beside", "envelope.echo-in-entry"},
			apply:  endsAt(echo),
		},
		{
			Name:   "fails-on-hop-context",
			Defect: "Answers 500 to a delivery with an entry that has hop_context.",
			Cause:  "refuses.entry-with-hop-context",
			Breaks: []string{"envelope.handover.hop-context.accepted", "envelope.hop-context"},
			apply:  sees(func(body object) { chokeOnMember(body, "hop_context") }),
		},
		{
			Name:   "requires-sender",
			Defect: "Answers 500 to a delivery with an event that has no sender.",
			Cause:  "refuses.event-without-sender",
			Breaks: []string{
				"envelope.handover.app-roles.accepted", "envelope.no-sender-beside", "envelope.optin.checkbox.accepted",
				"envelope.policy.*", "envelope.test.curl.accepted", "postback.sender-absent", "referral.sender-absent",
			},
			apply: chokesOn(func(e event) bool { return e["sender"] == nil }),
		},
		{
			Name:   "fails-on-neighbours",
			Defect: "Answers 500 to every event that is neither a message, a postback nor a referral.",
			Cause:  "refuses.other-kinds",
			Breaks: []string{
				"acknowledgement.batch-of-1000", "acknowledgement.unknown-event", "envelope.account-linking.*",
				"envelope.camera.branded.accepted", "envelope.customer-information.address.accepted", "envelope.delivery-beside",
				"envelope.delivery-in-entry", "envelope.delivery.mids.accepted", "envelope.delivery.seq.accepted",
				"envelope.delivery.watermark.accepted", "envelope.edit.instagram.accepted", "envelope.edit.number.accepted",
				"envelope.edit.text.accepted", "envelope.feedback.*", "envelope.game-play.solo.accepted", "envelope.handover.*",
				"envelope.message-request.accept.accepted", "envelope.message.instagram-and-read.accepted",
				"envelope.no-sender-beside", "envelope.optin.*", "envelope.order.*", "envelope.payment.checkout-update.accepted",
				"envelope.payment.pre-checkout.accepted", "envelope.payment.stripe.accepted", "envelope.policy.*",
				"envelope.reaction.*", "envelope.read-in-entry", "envelope.read.instagram-seen.accepted",
				"envelope.read.seq.accepted", "envelope.read.watermark.accepted", "envelope.response-feedback.*",
				"envelope.test.instagram-seen.accepted", "evolution.new-kind-beside",
			},
			apply: chokesOn(func(e event) bool {
				return e["message"] == nil && e["postback"] == nil && e["referral"] == nil
			}),
		},
		{
			Name:   "answers-standby",
			Defect: "Handles the events in standby, which belong to another app.",
			Cause:  "handles.standby-unanswered",
			Breaks: []string{"envelope.standby-in-entry", "envelope.standby-unanswered"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if list, ok := entry["standby"]; ok {
						entry["messaging"] = list
					}
				}
			}),
		},
		{
			Name:   "fails-on-standby",
			Defect: "Answers 500 to a delivery with standby.",
			Cause:  "refuses.entry-with-standby",
			Breaks: []string{
				"envelope.delivery.standby.accepted", "envelope.echo.standby.accepted",
				"envelope.echo.template-media-standby.accepted", "envelope.empty-lists-beside",
				"envelope.message.instagram-standby.accepted", "envelope.message.standby-image.accepted",
				"envelope.message.standby-sticker.accepted", "envelope.message.standby.accepted",
				"envelope.postback.standby-mid.accepted", "envelope.postback.standby.accepted",
				"envelope.read.standby.accepted", "envelope.standby-beside", "envelope.standby-in-entry",
			},
			apply: sees(func(body object) { chokeOnMember(body, "standby") }),
		},
		{
			Name:   "fails-on-changes",
			Defect: "Answers 500 to a delivery with changes.",
			Cause:  "refuses.entry-with-changes",
			Breaks: []string{
				"acknowledgement.unsubscribed-field", "envelope.changes-beside", "envelope.changes-in-entry",
				"envelope.changes.instagram-comment.accepted", "envelope.changes.leadgen.accepted",
				"envelope.changes.without-value.accepted", "envelope.dashboard-beside", "envelope.empty-lists-beside",
				"envelope.test.instagram-changes.accepted", "envelope.test.page.accepted",
			},
			apply: sees(func(body object) { chokeOnMember(body, "changes") }),
		},
	}
}

// sees makes a mutant that looks at a delivery in another way: change gets the
// parsed body before the events are picked out of it.
func sees(change func(body object)) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.events
		r.steps.events = func(doc any) []event {
			if body, ok := doc.(object); ok {
				change(body)
			}
			return original(doc)
		}
	}
}

func chokeOnMember(body object, member string) {
	for entry := range objects(body["entry"]) {
		if entry[member] != nil {
			panic("an entry that the mutant cannot stand")
		}
	}
}

// firstOf is a list with the first element of a list.
func firstOf(list any) []any {
	items, _ := list.([]any)
	return items[:min(1, len(items))]
}

// takes makes a mutant that handles so many events of a delivery, and no others.
func takes(most int) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.events
		r.steps.events = func(doc any) []event {
			all := original(doc)
			return all[:min(most, len(all))]
		}
	}
}
