package diagnosis

import (
	"reflect"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// ofBody are the traits of a whole delivery.
func (w *world) ofBody(s judge.Sent) traits {
	if len(s.Body) == 0 {
		return w.lookAt(s)
	}
	ts, met := w.bodies[&s.Body[0]]
	if !met {
		ts = w.lookAt(s)
		w.bodies[&s.Body[0]] = ts
	}
	return ts
}

func (w *world) lookAt(s judge.Sent) traits {
	ts := traits{}
	doc := w.decode(s.Body)
	switch {
	case s.Method != "POST":
		return ts
	case s.Size > 500<<10:
		ts.add(bodyOver500)
		fallthrough
	case s.Size > 100<<10:
		ts.add(bodyOver100)
	}
	if len(s.Events) > 500 {
		ts.add(over500Events)
	}
	if doc == nil {
		for _, e := range s.Events[:min(len(s.Events), 20)] { // of a body that was not kept
			event := w.decode(e.JSON)
			w.of(rootOf(event), event, ts)
		}
		return ts
	}
	if _, list := doc.([]any); list {
		ts.add(listOfDeliveries)
		return ts
	}
	w.of("body", doc, ts)
	ofText(s.Body, ts)
	if body, ok := doc.(map[string]any); ok {
		if object, is := body["object"].(string); is && object != "page" {
			ts.add(otherObject)
		}
		if _, value := body["value"]; value {
			ts.add(bareForm)
		}
		entries, _ := body["entry"].([]any)
		if len(entries) > 1 {
			ts.add(severalEntries)
		}
		for _, e := range entries {
			entry, _ := e.(map[string]any)
			if events, _ := entry["messaging"].([]any); len(events) > 1 {
				ts.add(severalEvents)
			}
		}
	}
	return ts
}

// ofEvent are the traits of one event of a delivery, and of its place there.
func (w *world) ofEvent(s judge.Sent, i int) traits {
	at := &s.Events[i].JSON[0]
	ts, met := w.events[at]
	if !met {
		ts = w.lookAtEvent(s, i)
		w.events[at] = ts
	}
	return ts
}

func (w *world) lookAtEvent(s judge.Sent, i int) traits {
	ts := traits{}
	doc := w.decode(s.Events[i].JSON)
	w.of(rootOf(doc), doc, ts)
	ofText(s.Events[i].JSON, ts)
	body, _ := w.decode(s.Body).(map[string]any)
	if _, value := body["value"]; value {
		ts.add(bareForm)
	}
	entries, _ := body["entry"].([]any)
	for n, e := range entries {
		entry, _ := e.(map[string]any)
		events, _ := entry["messaging"].([]any)
		for m, ev := range events {
			if !reflect.DeepEqual(ev, doc) {
				continue
			}
			for member := range w.members["entry"] {
				if value, there := entry[member]; member != "messaging" {
					w.ofMember("entry", member, value, there, 0, ts)
				}
			}
			if n > 0 {
				ts.add(laterEntries)
			}
			if m > 0 {
				ts.add(laterEvents)
			}
		}
	}
	return ts
}

// rootOf names what a document is: some variants are whole bodies.
func rootOf(doc any) string {
	object, _ := doc.(map[string]any)
	switch {
	case object["entry"] != nil:
		return "body"
	case object["messaging"] != nil:
		return "entry"
	}
	return "event"
}

// of collects the traits of a value and of all that is in it.
func (w *world) of(name string, v any, ts traits) {
	var look func(name string, v any, level int)
	look = func(name string, v any, level int) {
		if list, ok := v.([]any); ok {
			for _, item := range list {
				if _, object := item.(map[string]any); !object && (name == "entry" || name == "event") {
					ts.add(otherTypes)
				}
				look(name, item, level)
			}
			return
		}
		object, ok := v.(map[string]any)
		if !ok {
			return
		}
		switch name {
		case standby, changed, asked:
			return
		case "body", "entry":
			level = 0
		case "event":
			level = 0
			ofKind(object, ts)
		}
		for member := range w.members[name] {
			value, there := object[member]
			w.ofMember(name, member, value, there, level, ts)
		}
		for member, value := range object {
			if w.unknown(name, member) {
				ofUnknown(name, value, ts)
				continue
			}
			if _, list := value.([]any); name == "entry" && member == "messaging" && !list {
				continue // which is no event
			}
			look(inside(name, member), value, level+1)
		}
	}
	look(name, v, 0)
}

// ofKind is what kind of event it is.
func ofKind(event map[string]any, ts traits) {
	own, other := false, true
	for member, v := range event {
		_, object := v.(map[string]any)
		own = own || object && (member == "postback" || member == "referral")
		other = other && member != "message" && member != "postback" && member != "referral"
	}
	message, _ := event["message"].(map[string]any)
	_, referral := event["referral"].(map[string]any)
	if _, inMessage := message["referral"]; referral || inMessage {
		ts.add(&trait{id: "referrals-outside-postbacks", text: "there is a referral that does not come with a postback", rank: rankKind + 1})
	}
	switch {
	case own:
		ts.add(&trait{id: "postbacks-and-referrals", text: "the event is a postback or a referral", rank: rankKind})
	case other:
		ts.add(&trait{id: "other-kinds", text: "the event is neither a message, a postback nor a referral", rank: rankKind})
	}
}
