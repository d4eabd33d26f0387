package reference

// envelopeMutants are the receivers that expect one kind of envelope, with one
// kind of event in it.
func envelopeMutants() []Mutant {
	return []Mutant{
		{
			Name:   "reads-first-entry",
			Defect: "Handles only the first entry of a delivery.",
			apply:  sees(func(body object) { body["entry"] = firstOf(body["entry"]) }),
		},
		{
			Name:   "reads-first-event",
			Defect: "Handles only the first event of each entry.",
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
			apply:  chokesOn(func(e event) bool { return e["sender"] == nil }),
		},
		{
			Name:   "fails-on-neighbours",
			Defect: "Answers 500 to every event that is neither a message, a postback nor a referral.",
			apply: chokesOn(func(e event) bool {
				_, future := e["referee_future_event"]
				return !future && e["message"] == nil && e["postback"] == nil && e["referral"] == nil
			}),
		},
		{
			Name:   "answers-standby",
			Defect: "Handles the events in standby, which belong to another app.",
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
			apply:  sees(func(body object) { chokeOnMember(body, "standby") }),
		},
		{
			Name:   "fails-on-changes",
			Defect: "Answers 500 to a delivery with changes.",
			apply:  sees(func(body object) { chokeOnMember(body, "changes") }),
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
