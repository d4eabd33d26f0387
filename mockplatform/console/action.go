package console

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Action is what a person does in Messenger or on the way to it.
type Action struct {
	Type    string `json:"type" enum:"text,quick-reply,button,get-started,link,ad,code,plugin" doc:"Write a text; press a quick reply, a button (of a template or the menu) or Get Started; open an m.me link; click an ad; scan a code; come by the chat plugin"`
	Text    string `json:"text,omitempty" maxLength:"2000" doc:"What is written; with an ad, the first message that carries the ad's data"`
	Title   string `json:"title,omitempty" doc:"The text on what is pressed"`
	Payload string `json:"payload,omitempty" doc:"The payload of what is pressed"`
	Ref     string `json:"ref,omitempty" doc:"The ref of a link, an ad, a code or the plugin"`
	AdID    string `json:"ad_id,omitempty" doc:"Default: one that is always the same for this person"`
	// Context is nil for the default one.
	Context json.RawMessage `json:"ads_context_data,omitempty" doc:"The ad's context data, an object; default: the catalogue's example; null leaves it out"`
	Page    string          `json:"referer_uri,omitempty" doc:"The page on which the chat plugin is; default: the catalogue's example"`
	Async   bool            `json:"async,omitempty" doc:"Answer at once, before the first attempt is over"`
}

// missingError says what an action lacks.
type missingError struct{ text string }

func (e *missingError) Error() string { return e.text }

// emission is the event that Meta documents for the action. getStarted is the
// payload of the Get Started button; empty if the bot did not set one.
//
// A referral is an event of its own in a thread that is there already. A new
// thread begins with Get Started, and the referral comes in its postback:
// https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_referrals
func (a Action) emission(p mockplatform.Person, getStarted string) (mockplatform.Emission, error) {
	e := mockplatform.Emission{Person: p.Name}
	set := func(pointer, value string) { e.Edits = append(e.Edits, event.Set(pointer, value)) }
	welcomed := p.Events == 0 && getStarted != ""
	switch a.Type {
	case "text":
		if a.Text == "" {
			return e, &missingError{"a text of nothing cannot be sent: give it a text"}
		}
		e.Variant = "message.text"
		set("/message/text", quoted(a.Text))
	case "quick-reply":
		e.Variant = "message.quick-reply"
		set("/message/text", quoted(a.Title))
		set("/message/quick_reply/payload", quoted(a.Payload))
	case "button":
		e.Variant = "postback.button"
		set("/postback/title", quoted(a.Title))
		set("/postback/payload", quoted(a.Payload))
	case "get-started":
		if getStarted == "" {
			return e, errors.New("there is no Get Started button: the bot sets one with POST /me/messenger_profile, property get_started")
		}
		e.Variant = "postback.get-started-mid"
		started(set, getStarted)
	case "link", "code":
		e.Variant = map[string]string{"link": "referral.shortlink", "code": "referral.messenger-code"}[a.Type]
		at := "/referral"
		if welcomed {
			e.Variant, at = "postback.get-started-referral-mid", "/postback/referral"
			if a.Type == "code" { // which ended before postbacks had a mid
				e.Variant = "postback.get-started-referral"
				set(at+"/source", quoted("MESSENGER_CODE"))
			}
			started(set, getStarted)
		}
		set(at+"/ref", quoted(a.Ref))
	case "ad":
		a.ad(&e, set, welcomed, getStarted)
	case "plugin":
		a.plugin(&e, set, p.Kind, welcomed, getStarted)
	default:
		return e, &missingError{fmt.Sprintf("%q is not something that a person can do", a.Type)}
	}
	// Whatever the variant says, the sender is named as the receiver knows the person.
	if p.Kind == mockplatform.Visitor {
		set("/sender", `{"user_ref":`+quoted(p.ID())+`}`)
	} else {
		set("/sender", `{"id":`+quoted(p.ID())+`}`)
	}
	return e, nil
}

// ad fills the event of a click on an ad.
func (a Action) ad(e *mockplatform.Emission, set func(pointer, value string), welcomed bool, getStarted string) {
	at := "/referral"
	switch {
	case a.Text != "":
		e.Variant, at = "message.referral-ads", "/message/referral"
		set("/message/text", quoted(a.Text))
	case welcomed:
		e.Variant, at = "postback.ads-context", "/postback/referral"
		started(set, getStarted)
	default:
		e.Variant = "referral.ads"
	}
	if a.Ref != "" {
		set(at+"/ref", quoted(a.Ref))
	}
	if a.AdID != "" {
		set(at+"/ad_id", quoted(a.AdID))
	}
	switch {
	case a.Context == nil:
	case string(a.Context) == "null":
		e.Edits = append(e.Edits, event.Remove(at+"/ads_context_data"))
	default:
		set(at+"/ads_context_data", string(a.Context))
	}
}

// plugin fills the event of a visitor who comes by the chat plugin.
func (a Action) plugin(e *mockplatform.Emission, set func(pointer, value string), kind mockplatform.PersonKind, welcomed bool, getStarted string) {
	e.Variant = map[mockplatform.PersonKind]string{
		mockplatform.Visitor: "referral.chat-plugin-user-ref", mockplatform.Guest: "referral.chat-plugin-guest",
	}[kind]
	if e.Variant == "" {
		e.Variant = "referral.chat-plugin"
	}
	at := "/referral"
	if welcomed {
		e.Variant, at = "postback.chat-plugin", "/postback/referral"
		if kind == mockplatform.Guest {
			e.Variant = "postback.chat-plugin-guest"
		}
		started(set, getStarted)
	}
	set(at+"/ref", quoted(a.Ref))
	if a.Page != "" {
		set(at+"/referer_uri", quoted(a.Page))
	}
}

// started fills the postback of the Get Started button.
func started(set func(pointer, value string), payload string) {
	set("/postback/title", quoted("Get Started"))
	set("/postback/payload", quoted(payload))
}
