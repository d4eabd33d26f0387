package reference

import (
	"encoding/json"
	"maps"
	"math"
	"strconv"
)

// The kinds of a receipt.
const (
	kindReferral = "referral"
	kindPostback = "postback"
	kindOther    = "other"
)

// receipt is what the receiver understood of one event. Objects are nil when
// the event has none.
type receipt struct {
	Kind        string `json:"kind"`
	Sender      object `json:"sender,omitempty"`
	Recipient   object `json:"recipient,omitempty"`
	TimestampMS int64  `json:"timestamp_ms,omitempty"` // 0: unknown
	Postback    object `json:"postback,omitempty"`     // without its referral
	Referral    object `json:"referral,omitempty"`     // wherever it stood
}

func understand(e event) receipt {
	r := receipt{Kind: kind(e), TimestampMS: milliseconds(e["timestamp"])}
	r.Sender, _ = e["sender"].(object)
	r.Recipient, _ = e["recipient"].(object)
	postback, _ := e["postback"].(object)
	if postback != nil {
		r.Postback = maps.Clone(postback)
		delete(r.Postback, "referral")
	}
	message, _ := e["message"].(object)
	// A person who comes back brings a referral event; one who comes for the
	// first time has it in the Get Started postback or in the first message.
	for _, place := range []any{e["referral"], postback["referral"], message["referral"]} {
		if referral, ok := place.(object); ok {
			r.Referral = referral
			break
		}
	}
	return r
}

func kind(e event) string {
	if _, ok := e["referral"].(object); ok {
		return kindReferral
	}
	if _, ok := e["postback"].(object); ok {
		return kindPostback
	}
	return kindOther
}

// milliseconds returns the instant of a timestamp in ms since 1970, or 0 if it
// names none. On the wire a timestamp is a number in ms, for lead ads a number
// in seconds, and in dashboard samples a string of either. Numbers below 1e11
// are seconds: as ms they would lie before March 1973.
func milliseconds(timestamp any) int64 {
	var text string
	switch t := timestamp.(type) {
	case json.Number:
		text = t.String()
	case string:
		text = t
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0 && n < 1<<53) { // NaN fails both comparisons
		return 0
	}
	if n < 1e11 {
		n *= 1000
	}
	return int64(math.Round(n))
}
