package conversation

import (
	"encoding/json"
)

// Card is a template: a text or elements, with buttons.
// https://developers.facebook.com/docs/messenger-platform/send-messages/templates
type Card struct {
	Template string          `json:"template" doc:"The template_type: generic, button, media, receipt and others"`
	Title    string          `json:"title,omitempty"`
	Subtitle string          `json:"subtitle,omitempty"`
	Text     string          `json:"text,omitempty"`
	Image    string          `json:"image,omitempty" doc:"The address of its picture"`
	Payload  string          `json:"payload,omitempty" doc:"What an opt-in by it carries"`
	Elements []Element       `json:"elements,omitempty"`
	Buttons  []Button        `json:"buttons,omitempty"`
	Receipt  *Receipt        `json:"receipt,omitempty" doc:"What a receipt has beside its elements"`
	Coupon   *Coupon         `json:"coupon,omitempty"`
	Survey   *Survey         `json:"survey,omitempty" doc:"The questions of a template customer_feedback"`
	Whole    json.RawMessage `json:"whole" doc:"The payload as the receiver sent it"`
}

// Element is a card of a carousel, or a line of a receipt.
type Element struct {
	Title    string   `json:"title,omitempty"`
	Subtitle string   `json:"subtitle,omitempty"`
	Image    string   `json:"image,omitempty" doc:"The address of its picture or film, or the id of an attachment"`
	Film     bool     `json:"film,omitempty" doc:"Whether that is a film"`
	Amount   string   `json:"amount,omitempty" doc:"The price in a receipt, as it is written, with its currency"`
	Quantity string   `json:"quantity,omitempty"`
	URL      string   `json:"url,omitempty" doc:"Where a tap on it leads"`
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

type elementIn struct {
	ID           loose `json:"id"`
	Title        loose `json:"title"`
	Subtitle     loose `json:"subtitle"`
	ImageURL     loose `json:"image_url"`
	URL          loose `json:"url"`
	AttachmentID loose `json:"attachment_id"`
	MediaType    loose `json:"media_type"`
	Price        loose `json:"price"`
	Currency     loose `json:"currency"`
	Quantity     loose `json:"quantity"`
	Tap          struct {
		URL loose `json:"url"`
	} `json:"default_action"`
	Buttons list[buttonIn] `json:"buttons"`
}

// card reads a template; one that is no object has no parts.
func card(text json.RawMessage) *Card {
	var template struct {
		Type     loose           `json:"template_type"`
		Title    loose           `json:"title"`
		Subtitle loose           `json:"subtitle"`
		Text     loose           `json:"text"`
		Image    loose           `json:"image_url"`
		Payload  loose           `json:"payload"`
		Currency loose           `json:"currency"`
		Buttons  list[buttonIn]  `json:"buttons"`
		Elements list[elementIn] `json:"elements"`
	}
	parse(text, &template)
	c := &Card{
		Template: string(template.Type), Title: string(template.Title), Subtitle: string(template.Subtitle), Text: string(template.Text),
		Image: string(template.Image), Payload: string(template.Payload), Buttons: buttons(template.Buttons, 0), Whole: text,
	}
	if text == nil {
		c.Whole = json.RawMessage("null")
	}
	for _, e := range template.Elements {
		c.Elements = append(c.Elements, e.show(c.Template, template.Currency))
	}
	switch c.Template {
	case "receipt":
		c.Receipt = receipt(text, template.Currency)
	case "coupon":
		c.Coupon = coupon(text)
	case "customer_feedback":
		c.Survey = survey(text)
	}
	return c
}

// show is an element of a template of this type.
func (e elementIn) show(template string, currency loose) Element {
	shown := Element{Title: string(e.Title), Subtitle: string(e.Subtitle), Image: string(e.ImageURL), Quantity: string(e.Quantity), URL: string(e.Tap.URL), Buttons: buttons(e.Buttons, 0)}
	switch template {
	case "media":
		shown.Film = e.MediaType == "video"
		shown.Image = string(e.URL)
		if shown.Image == "" {
			shown.Image = string(e.AttachmentID)
		}
	case "product": // of which the catalogue at Meta has the rest
		shown.Title = string("Product " + e.ID)
	case "receipt":
		if e.Currency == "" {
			e.Currency = currency
		}
		shown.Amount = amount(e.Price, e.Currency)
	}
	return shown
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
