package conversation

import (
	"encoding/json"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// maxBrief is how many characters a line about an exchange has.
const maxBrief = 120

// Brief says in one line what an exchange of events or messages is about: a
// text, a title with its payload, a ref. Empty when there is nothing to say.
func Brief(x journal.Exchange) string {
	var said string
	switch x.Kind {
	case journal.Delivery:
		said = briefDelivery(x.Request.Body)
	case journal.Send:
		said = briefSend(x.Doc)
	case journal.Receipt:
		var receipt struct {
			Kind loose `json:"kind"`
		}
		parse(x.Doc, &receipt)
		said = string(receipt.Kind)
	}
	said = strings.Join(strings.Fields(said), " ")
	if runes := []rune(said); len(runes) > maxBrief {
		said = string(runes[:maxBrief]) + "…"
	}
	return said
}

func briefDelivery(body []byte) string {
	var doc envelope
	if !parse(body, &doc) {
		return "a body that is not JSON"
	}
	for _, entry := range doc.Entry {
		for _, text := range append(entry.Messaging, entry.Standby...) {
			return briefEvent(text)
		}
	}
	if doc.Value != nil {
		return briefEvent(doc.Value)
	}
	return ""
}

func briefEvent(text json.RawMessage) string {
	var e event
	if !parse(text, &e) {
		return ""
	}
	item := e.item(text)
	parts := []string{item.Text, item.Payload}
	if item.Ref != nil {
		parts = append(parts, item.Ref.Source, item.Ref.Ref)
	}
	for _, a := range item.Attachments {
		parts = append(parts, a.Type)
	}
	return strings.Join(parts, " ")
}

func briefSend(doc json.RawMessage) string {
	var call request
	if !parse(doc, &call) {
		return ""
	}
	if call.Message == nil {
		return string(call.SenderAction)
	}
	var item Item
	call.message(&item)
	parts := []string{item.Text}
	if item.Card != nil {
		parts = append(parts, item.Card.Template+" template", item.Card.Text)
		for _, e := range item.Card.Elements {
			parts = append(parts, e.Title)
		}
	}
	for _, a := range item.Attachments {
		parts = append(parts, a.Type)
	}
	return strings.Join(parts, " ")
}
