package reference

// envelopeMutants are the receivers that expect one kind of envelope, with one
// kind of event in it.
func envelopeMutants() []Mutant {
	return []Mutant{
		{
			Name:   "reads-first-entry",
			Defect: "Handles only the first entry of a delivery.",
			Breaks: []string{
				"envelope.bare-entry-beside", "envelope.changes-beside", "envelope.delivery-beside",
				"envelope.empty-messaging-beside", "envelope.no-sender-beside", "envelope.several-entries",
				"envelope.several-events", "envelope.standby-beside", "evolution.*-beside", "redelivery.in-batch",
			},
			apply: sees(func(body object) { body["entry"] = firstOf(body["entry"]) }),
		},
		{
			Name:   "reads-first-event",
			Defect: "Handles only the first event of each entry.",
			Breaks: []string{"envelope.several-events"},
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
			Breaks: []string{
				"envelope.bare-entry-beside", "envelope.changes-beside", "envelope.changes.leadgen.accepted",
				"envelope.delivery.standby.accepted", "envelope.message.standby.accepted",
				"envelope.postback.standby.accepted", "envelope.read.standby.accepted", "envelope.standby-beside",
				"envelope.test.instagram-changes.accepted", "envelope.test.page.accepted",
				"evolution.messaging-beside", "evolution.new-list-beside",
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
			Defect: "Answers 500 to a delivery with an entry whose messaging is empty.",
			Breaks: []string{"envelope.empty-messaging-beside"},
			apply: sees(func(body object) {
				for entry := range objects(body["entry"]) {
					if list, ok := entry["messaging"].([]any); ok && len(list) == 0 {
						panic("entry.messaging[0] is undefined")
					}
				}
			}),
		},
		{
			Name:   "requires-sender",
			Defect: "Answers 500 to a delivery with an event that has no sender.",
			Breaks: []string{
				"envelope.handover.app-roles.accepted", "envelope.no-sender-beside", "envelope.optin.checkbox.accepted",
				"envelope.policy.*", "envelope.test.curl.accepted", "postback.sender-absent", "referral.sender-absent",
			},
			apply: chokesOn(func(e event) bool { return e["sender"] == nil }),
		},
		{
			Name:   "fails-on-neighbours",
			Defect: "Answers 500 to every event that is neither a message, a postback nor a referral.",
			Breaks: []string{
				"envelope.account-linking.*", "envelope.delivery-beside", "envelope.delivery.mids.accepted",
				"envelope.delivery.watermark.accepted", "envelope.edit.number.accepted", "envelope.edit.text.accepted",
				"envelope.feedback.*", "envelope.game-play.solo.accepted", "envelope.handover.*",
				"envelope.message-request.accept.accepted", "envelope.no-sender-beside", "envelope.optin.*", "envelope.order.*",
				"envelope.policy.*", "envelope.reaction.*", "envelope.read.instagram-seen.accepted",
				"envelope.read.watermark.accepted", "envelope.response-feedback.good.accepted",
				"envelope.test.instagram-seen.accepted", "evolution.new-kind-beside",
			},
			apply: chokesOn(func(e event) bool {
				_, future := e["referee_future_event"]
				return !future && e["message"] == nil && e["postback"] == nil && e["referral"] == nil
			}),
		},
		{
			Name:   "answers-standby",
			Defect: "Handles the events in standby, which belong to another app.",
			Breaks: []string{"envelope.standby-unanswered"},
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
			Breaks: []string{
				"envelope.delivery.standby.accepted", "envelope.message.standby.accepted", "envelope.postback.standby.accepted",
				"envelope.read.standby.accepted", "envelope.standby-beside",
			},
			apply: sees(func(body object) { chokeOnMember(body, "standby") }),
		},
		{
			Name:   "fails-on-changes",
			Defect: "Answers 500 to a delivery with changes.",
			Breaks: []string{
				"envelope.changes-beside", "envelope.changes.leadgen.accepted", "envelope.test.instagram-changes.accepted",
				"envelope.test.page.accepted",
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
