package mockplatform

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strconv"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

// Meta's inboxes, in which people answer for a page:
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing
const (
	pageInbox      = "263902037430900"
	instagramInbox = "1217981644879628"
)

// owner is the app that has the thread with somebody.
func (p *Platform) owner(person Person) string {
	for _, id := range person.ids() {
		if app := p.graph.Owner(id); app != p.opts.AppID {
			return app
		}
	}
	return p.opts.AppID
}

// routed is an event as the receiver gets it: beside the conversation, in standby, while
// another app has the thread. Which events come there is documented; a postback comes
// without its payload, but to the app that sent the button it comes as ever.
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/standby
func (p *Platform) routed(ev event.Event, person Person) event.Event {
	carried := []string{"messages", "messaging_postbacks", "message_reads", "message_deliveries", "message_echoes", "messaging_seen"}
	if ev.Variant.Form != schemas.FormMessaging || !slices.Contains(carried, ev.Variant.Field) || p.owner(person) == p.opts.AppID {
		return ev
	}
	if payload, there := event.Get(ev.JSON, "/postback/payload"); there {
		if p.sentButton(person, payload) {
			return ev
		}
		if edited, err := ev.Edit(event.Remove("/postback/payload")); err == nil {
			ev = edited
		}
	}
	ev.Variant.Form = schemas.FormStandby
	return ev
}

// sentButton reports whether the receiver sent somebody a template with this payload.
func (p *Platform) sentButton(person Person, payload json.RawMessage) bool {
	return slices.ContainsFunc(p.Replies(person), func(r Reply) bool {
		var message struct {
			Attachment struct{ Payload any }
		}
		var wanted any
		return json.Unmarshal(r.Message, &message) == nil && json.Unmarshal(payload, &wanted) == nil && hasPayload(message.Attachment.Payload, wanted)
	})
}

// hasPayload reports whether a template has a button with this payload, anywhere in it.
func hasPayload(value, payload any) bool {
	switch value := value.(type) {
	case map[string]any:
		if own, there := value["payload"]; there && reflect.DeepEqual(own, payload) {
			return true
		}
		for _, member := range value {
			if hasPayload(member, payload) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(element any) bool { return hasPayload(element, payload) })
	}
	return false
}

// handoverFacts are who is who in an event that somebody emits by hand: what comes to the
// receiver gives it the thread, or takes the thread from it.
func (p *Platform) handoverFacts(draft event.Event, person Person) (edits []event.Edit) {
	set := func(pointer, value string) {
		if old, there := event.Get(draft.JSON, pointer); there && string(old) != "null" {
			edits = append(edits, event.Set(pointer, value))
		}
	}
	own := strconv.Quote(p.opts.AppID)
	set("/pass_thread_control/new_owner_app_id", own)
	if owner := p.owner(person); owner != p.opts.AppID {
		set("/pass_thread_control/previous_owner_app_id", strconv.Quote(owner))
		set("/take_thread_control/previous_owner_app_id", strconv.Quote(owner))
	}
	if _, both := event.Get(draft.JSON, "/take_thread_control/new_owner_app_id"); !both {
		set("/take_thread_control/previous_owner_app_id", own)
	}
	return edits
}

// handedOver gives the thread to whom an event says that has it now.
func (p *Platform) handedOver(ev event.Event, person Person) {
	var said struct {
		Pass *struct {
			New looseID `json:"new_owner_app_id"`
		} `json:"pass_thread_control"`
		Take *struct {
			Previous looseID `json:"previous_owner_app_id"`
			New      looseID `json:"new_owner_app_id"`
		} `json:"take_thread_control"`
	}
	if json.Unmarshal(ev.JSON, &said) != nil {
		return
	}
	app := ""
	switch own := looseID(p.opts.AppID); {
	case said.Pass != nil && said.Pass.New == own:
		app = p.opts.AppID
	case said.Take != nil && said.Take.New != "":
		app = string(said.Take.New)
	case said.Take != nil && said.Take.Previous == own && ev.Variant.Object == "instagram":
		app = instagramInbox
	case said.Take != nil && said.Take.Previous == own:
		app = pageInbox
	default:
		return
	}
	for _, id := range person.ids() {
		if app == p.opts.AppID || id == person.ID() {
			p.graph.GiveThread(id, app)
		}
	}
}

// looseID is an id that may be text or a number; null is none.
type looseID string

// UnmarshalJSON implements json.Unmarshaler.
func (l *looseID) UnmarshalJSON(text []byte) error {
	*l = looseID(bytes.Trim(text, `"`))
	if *l == "null" {
		*l = ""
	}
	return nil
}
