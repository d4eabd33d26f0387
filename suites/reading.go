package suites

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// kind is the receipt contract's word for what an event is.
type kind string

const (
	kindReferral kind = "referral"
	kindPostback kind = "postback"
	kindOther    kind = "other"
)

// reading is an event as a receiver has to understand it.
type reading struct {
	kind     kind
	echo     bool
	event    map[string]any
	postback map[string]any // without its referral
	referral map[string]any // from the event, its postback or its message
}

// read reads a single event object. The zero reading stands for what is none.
func read(doc []byte) reading {
	ev, _ := decode(doc).(map[string]any)
	r := reading{kind: kindOther, event: ev}
	if p, ok := ev["postback"].(map[string]any); ok {
		r.kind = kindPostback
		r.postback = map[string]any{}
		for name, v := range p {
			if name != "referral" {
				r.postback[name] = v
			}
		}
		r.referral, _ = p["referral"].(map[string]any)
	}
	if m, ok := ev["message"].(map[string]any); ok {
		r.echo, _ = m["is_echo"].(bool)
		if ref, ok := m["referral"].(map[string]any); ok {
			r.referral = ref
		}
	}
	if ref, ok := ev["referral"].(map[string]any); ok {
		r.kind, r.referral = kindReferral, ref
	}
	return r
}

// addressable reports whether a reply to the event's sender is possible.
func (r reading) addressable() bool {
	sender, _ := r.event["sender"].(map[string]any)
	return sender["id"] != nil || sender["user_ref"] != nil
}

// plain reports whether the event has the members that calibration's event of
// the same kind has: a sender with an id, and what a bot would look at.
func (r reading) plain() bool {
	sender, _ := r.event["sender"].(map[string]any)
	if _, ok := sender["id"].(string); !ok {
		return false
	}
	if _, ok := r.event["timestamp"].(json.Number); !ok {
		return false
	}
	switch r.kind {
	case kindPostback:
		payload, _ := r.postback["payload"].(string)
		title, _ := r.postback["title"].(string)
		return payload != "" && title != "" && r.referral == nil
	case kindReferral:
		ref, _ := r.referral["ref"].(string)
		return ref != "" && r.referral["type"] == "OPEN_THREAD"
	default:
		message, _ := r.event["message"].(map[string]any)
		text, _ := message["text"].(string)
		return text != "" && r.referral == nil
	}
}

// receipt is what the contract asks for after this event.
func (r reading) receipt() map[string]any {
	out := map[string]any{"kind": string(r.kind)}
	for _, name := range []string{"sender", "recipient"} {
		if v, ok := r.event[name].(map[string]any); ok {
			out[name] = v
		}
	}
	if ms, ok := milliseconds(r.event["timestamp"]); ok {
		out["timestamp_ms"] = json.Number(strconv.FormatInt(ms, 10))
	}
	if r.postback != nil {
		out["postback"] = r.postback
	}
	if r.referral != nil {
		out["referral"] = r.referral
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

// decode parses JSON without losing a digit; nil stands for what is not JSON.
func decode(doc []byte) any {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return nil
	}
	return v
}
