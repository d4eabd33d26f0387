package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
)

// maxEdits is how often a message can be edited:
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-edits
const maxEdits = 5

// optin is the variant of a consent, by the template that asks for it; empty for any
// other.
func optin(template string) string {
	return map[string]string{
		"notification_messages": "optin.marketing-without-frequency",
		"one_time_notif_req":    "optin.one-time-notification",
	}[template]
}

// quickReply fills the event of a quick reply that is pressed. Those for a phone number
// and an e-mail address send what the person is, as text and as payload.
func (a Action) quickReply(e *mockplatform.Emission, set func(pointer, value string), who mockplatform.Identity) {
	e.Variant = "message.quick-reply"
	text, payload := a.Title, a.Payload
	switch a.ContentType {
	case "user_phone_number":
		e.Variant, text, payload = "message.quick-reply-phone", who.Phone, who.Phone
	case "user_email":
		e.Variant, text, payload = "message.quick-reply-email", who.Email, who.Email
	}
	set("/message/text", quoted(text))
	set("/message/quick_reply/payload", quoted(payload))
}

// attach fills the event of a file, a sticker or a place that is sent.
func (a Action) attach(e *mockplatform.Emission, set func(pointer, value string)) {
	e.Variant = "message.attachment-" + a.Type
	payload := "/message/attachments/0/payload"
	switch a.Type {
	case "image":
		e.Variant = "message.attachment"
	case "location":
		set(payload+"/coordinates", fmt.Sprintf(`{"lat":%s,"long":%s}`, decimal(a.Lat), decimal(a.Long)))
	case "sticker":
		if a.StickerID != "" {
			set(payload+"/sticker_id", a.StickerID)
		}
	}
	if a.URL != "" && a.Type != "location" {
		set(payload+"/url", quoted(a.URL))
	}
}

func decimal(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// message is what was said in a message, by its mid.
func (in scene) message(mid string) (conversation.Item, error) {
	if mid == "" {
		return conversation.Item{}, &missingError{"which message is meant is not said: give its mid"}
	}
	for _, item := range in.thread().Items {
		if item.MID == mid && (item.Kind == conversation.Message || item.Kind == conversation.Postback) {
			return item, nil
		}
	}
	return conversation.Item{}, &missingError{fmt.Sprintf("there is no message %q in the thread of %s; GET %speople/{name}/thread has their mids", mid, in.person.Name, apiPrefix)}
}

// change fills the event of what somebody does to a message that is there.
func (a Action) change(e *mockplatform.Emission, set func(pointer, value string), in scene) error {
	item, err := in.message(a.MID)
	if err != nil {
		return err
	}
	if a.Type == "reaction" {
		a.react(e, set)
		return nil
	}
	switch own := item.From == conversation.Person && item.Kind == conversation.Message; {
	case !own:
		return fmt.Errorf("%s did not write the message %q, and can only react and reply to it", in.person.Name, a.MID)
	case item.Unsent:
		return fmt.Errorf("the message %q was taken back", a.MID)
	case a.Type == "unsend":
		// Whether a page is told of it, and how, nobody documents.
		e.Variant = "message.unsent"
		set("/message/mid", quoted(a.MID))
		return nil
	case item.Edits >= maxEdits:
		return fmt.Errorf("a message can be edited %d times, and %q was", maxEdits, a.MID)
	case a.Text == "":
		return &missingError{"a message cannot be edited to nothing: give it a text"}
	}
	e.Variant = "edit.text"
	set("/message_edit/mid", quoted(a.MID))
	set("/message_edit/text", quoted(a.Text))
	set("/message_edit/num_edit", quoted(strconv.Itoa(item.Edits+1)))
	return nil
}

func (a Action) react(e *mockplatform.Emission, set func(pointer, value string)) {
	e.Variant = "reaction.unreact"
	if a.Reaction != "" {
		e.Variant = "reaction.react"
		set("/reaction/reaction", quoted(a.Reaction))
		if a.Emoji != "" {
			set("/reaction/emoji", quoted(a.Emoji))
		}
	}
	set("/reaction/mid", quoted(a.MID))
}

// feedback is the answers to a survey as Meta delivers them.
func (a Action) feedback() string {
	type followUp struct {
		Type    string `json:"type"`
		Payload string `json:"payload"`
	}
	type answer struct {
		Type     string    `json:"type"`
		Payload  string    `json:"payload"`
		FollowUp *followUp `json:"follow_up,omitempty"`
	}
	type screen struct {
		ID        int               `json:"screen_id"`
		Questions map[string]answer `json:"questions"`
	}
	var screens []*screen
	at := map[int]*screen{}
	for _, given := range a.Answers {
		if at[given.Screen] == nil {
			at[given.Screen] = &screen{ID: given.Screen, Questions: map[string]answer{}}
			screens = append(screens, at[given.Screen])
		}
		said := answer{Type: given.Type, Payload: given.Payload}
		if given.FollowUp != "" {
			said.FollowUp = &followUp{"free_form", given.FollowUp}
		}
		at[given.Screen].Questions[given.Question] = said
	}
	text, err := json.Marshal(map[string]any{"feedback_screens": screens})
	if err != nil {
		return "null" // which cannot be: it is made of texts
	}
	return string(text)
}

// onInstagram lets what is done be done on Instagram, by who is there.
func onInstagram(e *mockplatform.Emission, kind mockplatform.PersonKind) error {
	there, known := instagramVariants()[e.Variant]
	switch {
	case kind == mockplatform.Instagram && !known:
		return errors.New("there is no such thing on Instagram, as far as Meta documents it; add somebody who is on Messenger")
	case kind == mockplatform.Instagram:
		e.Variant = there
	case e.Variant == "message.unsent":
		return errors.New("a page is told nothing of a message that is unsent in Messenger, as far as Meta documents it: Instagram alone does; add somebody who is on Instagram")
	}
	return nil
}

// instagramVariants are the variants of what somebody does on Instagram, by those of
// Messenger.
func instagramVariants() map[string]string {
	return map[string]string{
		"message.text":             "message.instagram-text",
		"message.reply-to":         "message.instagram-reply-to",
		"message.quick-reply":      "message.instagram-quick-reply",
		"message.attachment":       "message.instagram-image",
		"message.attachment-video": "message.instagram-video",
		"message.attachment-audio": "message.instagram-audio",
		"message.attachment-file":  "message.instagram-file",
		"message.referral-ads":     "message.instagram-referral-ads",
		"message.unsent":           "message.instagram-deleted",
		"postback.button":          "postback.instagram-ice-breaker",
		"referral.shortlink":       "referral.instagram-shortlink",
		"reaction.react":           "reaction.instagram-react",
		"reaction.unreact":         "reaction.instagram-unreact",
		"edit.text":                "edit.instagram",
	}
}
