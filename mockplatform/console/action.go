package console

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// Action is what a person does in Messenger or on the way to it.
type Action struct {
	Type    string `json:"type" enum:"text,quick-reply,button,get-started,link,ad,code,plugin,image,video,audio,file,sticker,location,reaction,edit,unsend,account-link,account-unlink,feedback,opt-in,game" doc:"Write a text; press a quick reply, a button (of a template or the menu) or Get Started; open an m.me link; click an ad; scan a code; come by the chat plugin; send a file, a sticker or a place; react to a message, edit it, take it back; link an account or end that; answer a survey; opt in by a template; play a round of a game"`
	Text    string `json:"text,omitempty" maxLength:"2000" doc:"What is written; with an ad, the first message that carries the ad's data; with an edit, the new text"`
	Title   string `json:"title,omitempty" doc:"The text on what is pressed"`
	Payload string `json:"payload,omitempty" doc:"The payload of what is pressed, of what is opted in to, or of a game that sets one; default of that: the catalogue's example"`
	Ref     string `json:"ref,omitempty" doc:"The ref of a link, an ad, a code or the plugin"`
	AdID    string `json:"ad_id,omitempty" doc:"Default: one that is always the same for this person"`
	// Context is nil for the default one.
	Context json.RawMessage `json:"ads_context_data,omitempty" doc:"The ad's context data, an object; default: the catalogue's example; null leaves it out"`
	Page    string          `json:"referer_uri,omitempty" doc:"The page on which the chat plugin is; default: the catalogue's example"`
	// ContentType of other quick replies than those of texts sends what the person is.
	ContentType string   `json:"content_type,omitempty" enum:"text,user_phone_number,user_email" doc:"What a quick reply sends: its payload, or the person's own phone number or e-mail address; default: text"`
	URL         string   `json:"url,omitempty" doc:"Where a file is; default: the catalogue's example. POST /api/v1/files makes one"`
	StickerID   string   `json:"sticker_id,omitempty" pattern:"^[0-9]{1,20}$" doc:"Default: the thumb"`
	Lat         float64  `json:"lat,omitempty" minimum:"-90" maximum:"90"`
	Long        float64  `json:"long,omitempty" minimum:"-180" maximum:"180"`
	MID         string   `json:"mid,omitempty" doc:"The message that a reaction, an edit or an unsend is about; with a text, the one that it replies to"`
	Reaction    string   `json:"reaction,omitempty" enum:"smile,angry,sad,wow,love,like,dislike,other" doc:"Default: the reaction is taken back"`
	Emoji       string   `json:"emoji,omitempty" doc:"How the reaction looks"`
	Code        string   `json:"authorization_code,omitempty" doc:"The code that the bot's log-in page gave; default: the catalogue's example"`
	Template    string   `json:"template,omitempty" enum:"notification_messages,one_time_notif_req" doc:"The template by which somebody opts in"`
	Answers     []Answer `json:"answers,omitempty" doc:"What is answered to a survey"`
	Score       string   `json:"score,omitempty" pattern:"^-?[0-9]{1,20}$" doc:"The score of a round of a game; default: the catalogue's example"`
	Async       bool     `json:"async,omitempty" doc:"Answer at once, before the first attempt is over"`
}

// Answer is what somebody answers to one question of a survey.
type Answer struct {
	Screen   int    `json:"screen" minimum:"0" doc:"The index of its screen"`
	Question string `json:"question" minLength:"1" doc:"The id of the question"`
	Type     string `json:"type" doc:"csat, nps or ces"`
	Payload  string `json:"payload" doc:"The score"`
	FollowUp string `json:"follow_up,omitempty" doc:"What is written beside it"`
}

// missingError says what an action lacks.
type missingError struct{ text string }

func (e *missingError) Error() string { return e.text }

// scene is in which somebody acts.
type scene struct {
	person mockplatform.Person
	who    mockplatform.Identity
	// getStarted is the payload of the Get Started button; empty if the bot did not set
	// one.
	getStarted string
	// thread is what was said so far.
	thread func() conversation.Thread
}

// emission is the event that Meta documents for the action.
//
// A referral is an event of its own in a thread that is there already. A new
// thread begins with Get Started, and the referral comes in its postback:
// https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/messaging_referrals
func (a Action) emission(in scene) (mockplatform.Emission, error) {
	p, getStarted := in.person, in.getStarted
	e := mockplatform.Emission{Person: p.Name}
	set := func(pointer, value string) { e.Edits = append(e.Edits, event.Set(pointer, value)) }
	welcomed := p.Events == 0 && getStarted != ""
	switch a.Type {
	case "text":
		if a.Text == "" {
			return e, &missingError{"a text of nothing cannot be sent: give it a text"}
		}
		e.Variant = "message.text"
		if a.MID != "" {
			replied, err := in.message(a.MID)
			if err != nil {
				return e, err
			}
			e.Variant = "message.reply-to"
			set("/message/reply_to", fmt.Sprintf(`{"mid":%s,"is_self_reply":%v}`, quoted(a.MID), replied.From == conversation.Person))
		}
		set("/message/text", quoted(a.Text))
	case "quick-reply":
		a.quickReply(&e, set, in.who)
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
	case "image", "video", "audio", "file", "sticker", "location":
		a.attach(&e, set)
	case "reaction", "edit", "unsend":
		if err := a.change(&e, set, in); err != nil {
			return e, err
		}
	case "account-link":
		e.Variant = "account-linking.linked"
		if a.Code != "" {
			set("/account_linking/authorization_code", quoted(a.Code))
		}
	case "account-unlink":
		e.Variant = "account-linking.unlinked"
	case "feedback":
		if len(a.Answers) == 0 {
			return e, &missingError{"nothing is answered: give at least one of answers"}
		}
		e.Variant = "feedback.csat"
		set("/messaging_feedback", a.feedback())
	case "opt-in":
		if e.Variant = optin(a.Template); e.Variant == "" {
			return e, &missingError{"an opt-in needs the template by which it is given: notification_messages or one_time_notif_req"}
		}
		set("/optin/payload", quoted(a.Payload))
		if a.Template == "notification_messages" {
			set("/optin/title", quoted(a.Title))
		}
	case "game":
		// It follows a round that was played, and not the press on the button that opens the
		// game: https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_game_plays
		e.Variant = "game-play.solo"
		if a.Score != "" {
			set("/game_play/score", quoted(a.Score))
		}
		if a.Payload != "" {
			set("/game_play/payload", quoted(a.Payload))
		}
	default:
		return e, &missingError{fmt.Sprintf("%q is not something that a person can do", a.Type)}
	}
	if err := onInstagram(&e, p.Kind); err != nil {
		return e, err
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
