package conversation

import (
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
		MessageID loose `json:"message_id"`
		Reaction  loose `json:"reaction"`
	} `json:"payload"`
	PersonaID loose `json:"persona_id"`
}

type quickReplyIn struct {
	ContentType loose `json:"content_type"`
	Title       loose `json:"title"`
	Payload     loose `json:"payload"`
	Image       loose `json:"image_url"`
}

// send adds what the page sent to this person.
func (r *reader) send(x journal.Exchange) {
	var call request
	if !r.who.has(x.Person) || !parse(x.Doc, &call) {
		return
	}
	item := Item{ID: fmt.Sprintf("%d.0", x.Seq), Exchange: x.Seq, At: x.At, From: Page, State: Done}
	if call.PersonaID != "" {
		item.Persona = &Persona{ID: string(call.PersonaID)}
	}
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
		item.Kind, item.Of, item.Text = Reaction, string(call.Payload.MessageID), action+" "+string(call.Payload.Reaction)
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
		offer := QuickReply{ContentType: string(q.ContentType), Title: string(q.Title), Payload: string(q.Payload), Image: string(q.Image)}
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
