package reference

import "slices"

// messageMutants are the receivers that fail on messages that are no plain text.
func messageMutants() []Mutant {
	// known reports whether a type of attachment is in one of Meta's two lists.
	known := func(types ...string) func(object) bool {
		return func(a object) bool { typ, _ := a["type"].(string); return slices.Contains(types, typ) }
	}
	overview := known("image", "audio", "video", "file", "reel", "ig_reel", "fallback")
	today := known(
		"image", "audio", "video", "file", "sticker", "reel", "ig_reel", "post", "ig_post", "appointment_booking", "template", "fallback",
	)
	return []Mutant{
		{
			Name:   "raises-on-unknown-attachments",
			Defect: "Answers 500 to a message with an attachment of a type that Meta does not document today.",
			Cause:  "refuses.other-attachments-type",
			Breaks: []string{
				"envelope.message.attachment-location.accepted", "envelope.message.instagram-ephemeral.accepted",
				"envelope.message.instagram-ig-story.accepted", "envelope.message.instagram-media.accepted",
				"envelope.message.instagram-share-and-post.accepted", "envelope.message.instagram-share.accepted",
				"envelope.message.instagram-story-mention.accepted", "envelope.message.instagram-story.accepted",
				"envelope.new-attachment-in-entry", "evolution.new-attachment", "evolution.new-attachment-*",
			},
			apply: chokesOn(withAttachment(func(a object) bool { return !today(a) })),
		},
		{
			Name:   "loses-unknown-attachments",
			Defect: "Acknowledges a delivery and ends its work at the first attachment of a type that Meta does not document today.",
			Cause:  "loses.unknown-attachments",
			Breaks: []string{"envelope.new-attachment-in-entry", "evolution.new-attachment", "evolution.new-attachment-*"},
			apply:  endsAt(withAttachment(func(a object) bool { return !today(a) })),
		},
		{
			Name:   "knows-older-attachments-only",
			Defect: "Answers 500 to a message with an attachment of a type that is not in the overview of webhooks.",
			Cause:  "refuses.other-attachments-type",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.echo.appointment-cancelled.accepted",
				"envelope.echo.appointment-declined.accepted", "envelope.echo.appointment.accepted",
				"envelope.echo.sticker-and-image.accepted", "envelope.echo.sticker.accepted",
				"envelope.echo.template-button.accepted", "envelope.echo.template-generic.accepted",
				"envelope.echo.template-media.accepted", "envelope.echo.template-product.accepted",
				"envelope.message.attachment-appointment-cancelled.accepted",
				"envelope.message.attachment-appointment.accepted", "envelope.message.attachment-ig-post.accepted",
				"envelope.message.attachment-location.accepted", "envelope.message.attachment-post.accepted",
				"envelope.message.attachment-product.accepted", "envelope.message.attachment-sticker-and-image.accepted",
				"envelope.message.attachment-sticker-first.accepted",
				"envelope.message.attachment-sticker-id-text.accepted", "envelope.message.attachment-sticker.accepted",
				"envelope.message.instagram-ephemeral.accepted", "envelope.message.instagram-ig-story.accepted",
				"envelope.message.instagram-media.accepted", "envelope.message.instagram-post.accepted",
				"envelope.message.instagram-share-and-post.accepted", "envelope.message.instagram-share.accepted",
				"envelope.message.instagram-story-mention.accepted", "envelope.message.instagram-story.accepted",
				"envelope.new-attachment-in-entry", "evolution.new-attachment", "evolution.new-attachment-*",
			},
			apply: chokesOn(withAttachment(func(a object) bool { return !overview(a) })),
		},
		{
			Name:   "requires-attachment-payload",
			Defect: "Answers 500 to a message with an attachment without a payload, or with null for one.",
			Cause:  "refuses.attachments-without-payload",
			Breaks: []string{
				"envelope.attachments-in-entry", "envelope.echo.attachment-fallback.accepted",
				"envelope.message.attachment-fallback.accepted", "envelope.message.attachment-null-payload.accepted",
				"envelope.message.instagram-ephemeral.accepted",
			},
			apply: chokesOn(withAttachment(func(a object) bool { return a["payload"] == nil })),
		},
		{
			Name:   "requires-reply-to-mid",
			Defect: "Answers 500 to a message that replies to something else than a message.",
			Cause:  "refuses.reply-to-without-mid",
			Breaks: []string{"envelope.message.instagram-story-reply.accepted"},
			apply: chokesOn(func(e event) bool {
				message, _ := e["message"].(object)
				to, ok := message["reply_to"].(object)
				return ok && to["mid"] == nil
			}),
		},
		{
			Name:   "takes-entries-for-one-kind",
			Defect: "Takes an entry with a confirmation or an echo for one of these, and handles nothing else in it.",
			Cause:  "loses.in-one-entry",
			Breaks: []string{"envelope.delivery-in-entry", "envelope.echo-in-entry", "envelope.read-in-entry"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					all := slices.Collect(objects(entry["messaging"]))
					if len(all) > 1 && slices.ContainsFunc(all, confirms) && !slices.ContainsFunc(all, func(e object) bool { return e["sender"] == nil }) {
						delete(entry, "messaging")
					}
				}
			}),
		},
		{
			Name:   "takes-entries-for-one-list",
			Defect: "Handles no events of an entry that has changes or standby beside them.",
			Cause:  "loses.beside-another-list",
			Breaks: []string{"envelope.changes-in-entry", "envelope.standby-in-entry"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if entry["changes"] != nil || entry["standby"] != nil {
						delete(entry, "messaging")
					}
				}
			}),
		},
	}
}

// withAttachment reports whether an event has such an attachment.
func withAttachment(such func(object) bool) func(event) bool {
	return func(e event) bool {
		message, _ := e["message"].(object)
		for a := range objects(message["attachments"]) {
			if such(a) {
				return true
			}
		}
		return false
	}
}

// endsAt makes a mutant that acknowledges a delivery and handles nothing of it from the
// first such event on.
func endsAt(strange func(event) bool) func(*Receiver) {
	return func(r *Receiver) {
		original := r.steps.events
		r.steps.events = func(doc any) []event {
			all := original(doc)
			if i := slices.IndexFunc(all, strange); i >= 0 {
				return all[:i]
			}
			return all
		}
	}
}

// confirms reports whether an event tells of a message of the page's own.
func confirms(e object) bool {
	return e["read"] != nil || e["delivery"] != nil || echo(event(e))
}
