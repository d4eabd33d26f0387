package mockplatform

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
)

// sentMessage is the member "message" of a call of the Send API.
type sentMessage struct {
	Text        json.RawMessage  `json:"text"`
	Metadata    json.RawMessage  `json:"metadata"`
	StickerID   json.RawMessage  `json:"sticker_id"`
	Attachment  *sentAttachment  `json:"attachment"`
	Attachments []sentAttachment `json:"attachments"` // of Instagram, which takes several images
}

type sentAttachment struct {
	Type    string          `json:"type"`
	Payload json.RawMessage `json:"payload"`
}

// receipts are what follows from a message: its echo, that it was delivered, and that
// it was read. Meta promises no order; this one is plausible. On Instagram there is no
// event about the delivery.
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/message-echoes
func receipts(person Person, e graph.Effect) []Emission {
	mid := strconv.Quote(e.MessageID)
	if person.instagram {
		return []Emission{
			echo(person, e),
			{Person: person.Name, Variant: "read.instagram-seen", Edits: []event.Edit{event.Set("/read/mid", mid)}},
		}
	}
	return []Emission{
		echo(person, e),
		{Person: person.Name, Variant: "delivery.mids", Edits: append(named(person, "/sender"), event.Set("/delivery/mids", "["+mid+"]"))},
		{Person: person.Name, Variant: "read.watermark", Edits: named(person, "/sender")},
	}
}

// echo is the event that tells of a message which the receiver itself sent.
func echo(person Person, e graph.Effect) Emission {
	var sent sentMessage
	// What is of another type is left out, as the Send API took it.
	_ = json.Unmarshal(e.Message, &sent)
	if sent.Attachment != nil {
		sent.Attachments = []sentAttachment{*sent.Attachment}
	}
	out := Emission{Person: person.Name, Variant: echoVariant(sent, person.instagram)}
	if !person.instagram {
		out.Edits = named(person, "/recipient")
	}
	set := func(pointer string, value []byte) { out.Edits = append(out.Edits, event.Set(pointer, string(value))) }
	set("/message/mid", []byte(strconv.Quote(e.MessageID)))
	switch {
	case sent.Metadata != nil && !person.instagram:
		set("/message/metadata", sent.Metadata)
	case out.Variant == "echo.text":
		out.Edits = append(out.Edits, event.Remove("/message/metadata"))
	}
	switch {
	case len(sent.Attachments) > 0:
		list := []json.RawMessage{}
		for _, a := range sent.Attachments {
			list = append(list, a.echoed(person.instagram))
		}
		if slices.ContainsFunc(list, func(text json.RawMessage) bool { return text == nil }) {
			break // whose URL is Meta's own: the catalogue has an example
		}
		text, _ := json.Marshal(list) // of JSON that was read
		set("/message/attachments", text)
	case sent.StickerID != nil:
		set("/message/attachments/0/payload/sticker_id", sent.StickerID)
	case sent.Text != nil:
		set("/message/text", sent.Text)
	}
	return out
}

// echoVariant is the variant whose form an echo has.
func echoVariant(sent sentMessage, instagram bool) string {
	attached := len(sent.Attachments) > 0
	switch {
	case instagram && attached:
		return "echo.instagram-image"
	case instagram:
		return "echo.instagram-text"
	case sent.StickerID != nil:
		return "echo.sticker"
	case !attached:
		return "echo.text"
	}
	switch a := sent.Attachments[0]; a.Type {
	case "audio", "video", "file":
		return "echo." + a.Type
	case "template":
		var payload struct {
			Type string `json:"template_type"`
		}
		_ = json.Unmarshal(a.Payload, &payload) // one without a type is generic
		if payload.Type == "button" || payload.Type == "media" {
			return "echo.template-" + payload.Type
		}
		return "echo.template-generic"
	}
	return "echo.image"
}

// echoed is the attachment as an echo has it; nil for a file that was uploaded, and has
// a URL of Meta's.
func (a sentAttachment) echoed(instagram bool) json.RawMessage {
	var payload map[string]json.RawMessage
	_ = json.Unmarshal(a.Payload, &payload) // without one there is nothing to leave out
	var text []byte
	if a.Type == "template" {
		written := struct {
			Title   *string         `json:"title,omitempty"`
			URL     *string         `json:"url,omitempty"`
			Type    string          `json:"type"`
			Payload json.RawMessage `json:"payload"`
		}{Type: a.Type, Payload: numericIDs(a.Payload)}
		if !instagram {
			written.Title, written.URL = new(string), new(string)
		}
		text, _ = json.Marshal(written) // of JSON that was read
		return text
	}
	if payload["url"] == nil {
		return nil
	}
	text, _ = json.Marshal(map[string]any{"type": a.Type, "payload": map[string]any{"url": payload["url"]}})
	return text
}

// numericIDs writes the attachment_id of each element of a template as a number, which
// it is in echoes, though it is sent as text.
func numericIDs(payload json.RawMessage) json.RawMessage {
	for i := 0; ; i++ {
		at := "/elements/" + strconv.Itoa(i)
		if _, there := event.Get(payload, at); !there {
			return payload
		}
		id, _ := event.Get(payload, at+"/attachment_id")
		var text string
		if json.Unmarshal(id, &text) != nil || !isID(text) {
			continue
		}
		if edited, err := event.Set(at+"/attachment_id", text)(payload); err == nil {
			payload = edited
		}
	}
}
