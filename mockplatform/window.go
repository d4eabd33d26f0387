package mockplatform

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// opensWindow reports whether what a person does lets the page write for 24 hours: a
// message, a button, a link into a thread, an opt-in, a reaction. See "Messaging window"
// of https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages
func opensWindow(v schemas.Variant) bool {
	var event struct {
		Message *struct {
			Echo bool `json:"is_echo"`
		}
		Postback, Referral, Optin, Reaction any
	}
	if json.Unmarshal(v.Event, &event) != nil {
		return false // of a form of its own
	}
	return event.Message != nil && !event.Message.Echo ||
		slices.ContainsFunc([]any{event.Postback, event.Referral, event.Optin, event.Reaction}, func(kind any) bool { return kind != nil })
}

// contact is when somebody last opened the window; ok is false for whom the platform
// does not know by name, and so cannot tell.
func (p *Platform) contact(id string) (at time.Time, ok bool) {
	person, ok := p.PersonByID(id)
	return person.Contact, ok
}
