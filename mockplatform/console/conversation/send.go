package conversation

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// request is a call of the Send API:
// https://developers.facebook.com/docs/messenger-platform/reference/send-api
type request struct {
	Message *struct {
		Text         loose              `json:"text"`
		Attachment   *attachment        `json:"attachment"`
		QuickReplies list[quickReplyIn] `json:"quick_replies"`
	} `json:"message"`
	SenderAction loose `json:"sender_action"`
	Payload      struct {
		Reaction loose `json:"reaction"`
	} `json:"payload"`
}

type quickReplyIn struct {
	ContentType loose `json:"content_type"`
	Title       loose `json:"title"`
	Payload     loose `json:"payload"`
}

// send adds what the page sent to this person.
func (r *reader) send(x journal.Exchange) {
	var call request
	if !r.who.has(x.Person) || !parse(x.Doc, &call) {
		return
	}
	item := Item{ID: fmt.Sprintf("%d.0", x.Seq), Exchange: x.Seq, At: x.At, From: Page, State: Done}
	switch {
	case x.Response.Status == 0 && x.Err == "":
		item.State = Pending
	case x.Response.Status/100 != 2 || x.Err != "":
		item.State, item.Problem = Failed, x.Err
		if item.Problem == "" {
			item.Problem = fmt.Sprintf("the Graph API answered %d", x.Response.Status)
		}
	}
	if item.State == Done {
		item.Note = strings.Join(x.Faults, "; ")
	}
	switch action := string(call.SenderAction); {
	case call.Message != nil:
		item.Kind = Message
		call.message(&item)
		var sent struct {
			MessageID loose `json:"message_id"`
		}
		parse(x.Response.Body, &sent)
		item.MID = string(sent.MessageID)
	case action == "mark_seen":
		item.Kind = Seen
	case action == "react", action == "unreact":
		item.Kind, item.Text = Reaction, action+" "+string(call.Payload.Reaction)
	}
	if item.State != Failed {
		switch {
		case call.SenderAction == "typing_on":
			r.typingUntil = x.At.Add(typingTime)
		case call.SenderAction == "typing_off", item.Kind == Message:
			r.typingUntil = x.At
		}
	}
	if item.Kind != "" {
		r.add(item)
	}
}

// message fills an item with the message of a call.
func (c request) message(item *Item) {
	item.Text = string(c.Message.Text)
	for _, q := range c.Message.QuickReplies {
		offer := QuickReply{ContentType: string(q.ContentType), Title: string(q.Title), Payload: string(q.Payload)}
		switch q.ContentType { // their titles are Messenger's, with what the person's account has
		case "user_phone_number":
			offer.Title = "Send my phone number"
		case "user_email":
			offer.Title = "Send my e-mail address"
		}
		item.offers = append(item.offers, offer)
	}
	switch a := c.Message.Attachment; {
	case a == nil:
	case a.Type == "template":
		item.Card = card(a.Payload)
	default:
		item.Attachments = []Attachment{a.show()}
	}
}

// Card is a template: a text or elements, with buttons.
// https://developers.facebook.com/docs/messenger-platform/send-messages/templates
type Card struct {
	Template string          `json:"template" doc:"The template_type: generic, button, media, receipt and others"`
	Text     string          `json:"text,omitempty"`
	Elements []Element       `json:"elements,omitempty"`
	Buttons  []Button        `json:"buttons,omitempty"`
	Whole    json.RawMessage `json:"whole" doc:"The payload as the receiver sent it"`
}

// Element is a card of a carousel, or a line of a receipt.
type Element struct {
	Title    string   `json:"title,omitempty"`
	Subtitle string   `json:"subtitle,omitempty"`
	Image    string   `json:"image,omitempty" doc:"The address of its picture or film, which is never fetched"`
	Buttons  []Button `json:"buttons,omitempty"`
}

// Button is a button of a template or of the persistent menu.
type Button struct {
	Type    string   `json:"type" doc:"postback, web_url, phone_number, account_link and others"`
	Title   string   `json:"title"`
	Payload string   `json:"payload,omitempty"`
	URL     string   `json:"url,omitempty"`
	Nested  []Button `json:"nested,omitempty" doc:"The items below one of the type nested"`
}

type buttonIn struct {
	Type    loose           `json:"type"`
	Title   loose           `json:"title"`
	Payload loose           `json:"payload"`
	URL     loose           `json:"url"`
	Nested  json.RawMessage `json:"call_to_actions"`
}

// card reads a template; one that is no object has no parts.
func card(text json.RawMessage) *Card {
	var template struct {
		Type     loose          `json:"template_type"`
		Text     loose          `json:"text"`
		Buttons  list[buttonIn] `json:"buttons"`
		Elements list[struct {
			Title        loose          `json:"title"`
			Subtitle     loose          `json:"subtitle"`
			ImageURL     loose          `json:"image_url"`
			URL          loose          `json:"url"`
			AttachmentID loose          `json:"attachment_id"`
			MediaType    loose          `json:"media_type"`
			Buttons      list[buttonIn] `json:"buttons"`
		}] `json:"elements"`
	}
	parse(text, &template)
	c := &Card{Template: string(template.Type), Text: string(template.Text), Buttons: buttons(template.Buttons, 0), Whole: text}
	if text == nil {
		c.Whole = json.RawMessage("null")
	}
	for _, e := range template.Elements {
		image := e.ImageURL
		for _, other := range []loose{e.URL, e.AttachmentID} {
			if image == "" && template.Type == "media" {
				image = other
			}
		}
		title := e.Title
		if title == "" {
			title = e.MediaType
		}
		c.Elements = append(c.Elements, Element{
			Title: string(title), Subtitle: string(e.Subtitle), Image: string(image), Buttons: buttons(e.Buttons, 0),
		})
	}
	return c
}

// maxDepth is how deep buttons can be nested. Meta's menus once had three levels.
const maxDepth = 3

func buttons(in list[buttonIn], depth int) []Button {
	var all []Button
	for _, b := range in {
		button := Button{Type: string(b.Type), Title: string(b.Title), Payload: string(b.Payload), URL: string(b.URL)}
		if b.Type == "nested" && depth < maxDepth {
			var nested list[buttonIn]
			parse(b.Nested, &nested)
			button.Nested = buttons(nested, depth+1)
		}
		all = append(all, button)
	}
	return all
}
