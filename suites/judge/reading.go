package judge

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Kind is the receipt contract's word for what an event is.
type Kind string

const (
	KindReferral Kind = "referral"
	KindPostback Kind = "postback"
	KindOther    Kind = "other"
)

// Reading is an event as a receiver has to understand it.
type Reading struct {
	Kind     Kind
	Echo     bool
	Event    map[string]any
	Postback map[string]any // without its referral
	Referral map[string]any // from the event, its postback or its message
}

// Read reads a single event object. The zero reading stands for what is none.
func Read(doc []byte) Reading {
	ev, _ := Decode(doc).(map[string]any)
	r := Reading{Kind: KindOther, Event: ev}
	if p, ok := ev["postback"].(map[string]any); ok {
		r.Kind = KindPostback
		r.Postback = map[string]any{}
		for name, v := range p {
			if name != "referral" {
				r.Postback[name] = v
			}
		}
		r.Referral, _ = p["referral"].(map[string]any)
	}
	if m, ok := ev["message"].(map[string]any); ok {
		r.Echo, _ = m["is_echo"].(bool)
		if ref, ok := m["referral"].(map[string]any); ok {
			r.Referral = ref
		}
	}
	if ref, ok := ev["referral"].(map[string]any); ok {
		r.Kind, r.Referral = KindReferral, ref
	}
	return r
}

// Addressable reports whether a reply to the event's sender is possible.
func (r Reading) Addressable() bool {
	sender, _ := r.Event["sender"].(map[string]any)
	return r.HasID() || sender["user_ref"] != nil
}

// HasID reports whether the event's sender has an id.
func (r Reading) HasID() bool {
	sender, _ := r.Event["sender"].(map[string]any)
	return sender["id"] != nil
}

// plain reports whether the event has the form of calibration's event of the same
// kind too: a sender with an id, an instant that is a number.
func (r Reading) plain() bool {
	sender, _ := r.Event["sender"].(map[string]any)
	_, id := sender["id"].(string)
	_, number := r.Event["timestamp"].(json.Number)
	return id && number && r.alike()
}

// alike reports whether the event says what calibration's event of the same kind
// says: what a bot would look at is there, and nothing else is.
func (r Reading) alike() bool {
	if r.Echo || !r.Addressable() {
		return false
	}
	switch r.Kind {
	case KindPostback:
		payload, _ := r.Postback["payload"].(string)
		title, _ := r.Postback["title"].(string)
		return payload != "" && title != "" && r.Referral == nil
	case KindReferral:
		ref, _ := r.Referral["ref"].(string)
		return ref != "" && r.Referral["type"] == "OPEN_THREAD"
	default:
		message, _ := r.Event["message"].(map[string]any)
		text, _ := message["text"].(string)
		return text != "" && r.Referral == nil
	}
}

// Receipt is what the contract asks for after this event.
func (r Reading) Receipt() map[string]any {
	out := map[string]any{"kind": string(r.Kind)}
	for _, name := range []string{"sender", "recipient"} {
		if v, ok := r.Event[name].(map[string]any); ok {
			out[name] = v
		}
	}
	if ms, ok := milliseconds(r.Event["timestamp"]); ok {
		out["timestamp_ms"] = json.Number(strconv.FormatInt(ms, 10))
	}
	if r.Postback != nil {
		out["postback"] = r.Postback
	}
	if r.Referral != nil {
		out["referral"] = r.Referral
	}
	return out
}

// secondsBelow separates the two units in which Meta writes instants: as
// seconds it is the year 5138, as milliseconds it is 1973.
const secondsBelow = 100_000_000_000

// milliseconds reads an instant in any of the four forms in which Meta sends
// one: number or string, seconds or milliseconds.
func milliseconds(v any) (int64, bool) {
	var text string
	switch v := v.(type) {
	case json.Number:
		text = v.String()
	case string:
		text = v
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, false
	}
	if n < secondsBelow {
		n *= 1000
	}
	return n, true
}

// Decode parses JSON without losing a digit; nil stands for what is not JSON.
func Decode(doc []byte) any {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}
