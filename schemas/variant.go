package schemas

import (
	"bytes"
	"encoding/json"
)

// Status says how sure it is that Meta sends a variant.
type Status string

const (
	// Documented variants are printed or described on a page of Meta's.
	Documented Status = "documented"
	// Observed variants are known from captures, issues or fixtures only.
	Observed Status = "observed"
	// Retired variants are no longer sent.
	Retired Status = "retired"
)

// Form says how an event is wrapped on the wire. One that has no name here is a list in
// entry[] that a team's own catalogue knows: events are its elements.
type Form string

const (
	// FormMessaging is an element of entry[].messaging[].
	FormMessaging Form = "messaging"
	// FormStandby is an element of entry[].standby[]: another app owns the thread.
	FormStandby Form = "standby"
	// FormChanges is an element of entry[].changes[]; entry.time is in seconds there.
	FormChanges Form = "changes"
	// FormCalls is an element of entry[].calls[]; entry.time is in seconds there.
	FormCalls Form = "calls"
	// FormEntry is an element of entry[] itself, without a list around it.
	FormEntry Form = "entry"
	// FormValue makes {"field": Field, "value": event} the whole body.
	FormValue Form = "value"
	// FormBody makes the event itself the whole body.
	FormBody Form = "body"
)

// Source is where a variant is known from.
type Source struct {
	// URL is a page of Meta's documentation, a repository or an issue.
	URL string `json:"url"`
	// Quote is the short text or JSON that shows the variant.
	Quote string `json:"quote"`
}

// Variant is one documented shape of one event.
type Variant struct {
	// ID is the file's name without its ending: "referral.ads".
	ID string `json:"id"`
	// Field is the webhook field that a page subscribes to: "messaging_referrals".
	Field string `json:"field"`
	// Title is one line for people.
	Title string `json:"title"`
	// Status says how sure it is that Meta sends this.
	Status Status `json:"status"`
	// Since and Until are "2006", "2006-01" or "2006-01-02"; empty if unknown.
	Since string `json:"since,omitempty"`
	Until string `json:"until,omitempty"`
	// Source is where the variant is known from.
	Source Source `json:"source"`
	// Notes say what is special about it and what breaks on it.
	Notes string `json:"notes,omitempty"`
	// Object is the envelope's: "page" or "instagram".
	Object string `json:"object"`
	// Form says how the event is wrapped.
	Form Form `json:"form"`
	// Schema names the schema of the event, as Validate takes it.
	Schema string `json:"schema"`
	// Event is the payload with placeholders such as "{{psid}}", its members and
	// number literals as in the file. A placeholder that is a whole string takes
	// the type of its value; inside a longer string its text is inserted.
	Event json.RawMessage `json:"event"`
}

// All returns every variant that Meta ever sent, sorted by ID. The caller owns
// what it gets.
func All() []Variant { return Everything().All() }

// ByID returns the variant with this ID, and whether there is one. The caller
// owns what it gets.
func ByID(id string) (Variant, bool) { return Everything().ByID(id) }

// ParseVariant reads a variant file that is not in the catalogue. The error says
// what is wrong with it, and where.
func ParseVariant(text []byte) (Variant, error) {
	if err := Validate("format.variant", text); err != nil {
		return Variant{}, err
	}
	return decodeVariant(text)
}

func (v Variant) clone() Variant {
	v.Event = bytes.Clone(v.Event)
	return v
}
