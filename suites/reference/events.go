package reference

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// object is a parsed JSON object. Members are kept in maps and not in structs
// because payloads come with members missing, null or of another type than
// documented, and because Go's struct decoding takes "Sender" for "sender".
type object = map[string]any

// event is one element of entry[].messaging[], or what stands for it.
type event object

// decode parses a body that holds one JSON value and nothing else. Numbers
// keep their digits. Of members with the same name the last one counts.
func decode(body []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var doc any
	if err := d.Decode(&doc); err != nil {
		return nil, fmt.Errorf("decode the body: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("decode the body: something follows the JSON value")
	}
	return doc, nil
}

// events returns the events of a delivery that are ours to handle, in order.
// They come in three forms: as elements of entry[].messaging[], as the value
// of an entry[].changes[] element with a messaging field, and, in samples from
// the app dashboard, as the value of a bare {"field": …, "value": …}.
//
// entry[].standby[] holds copies for an app that does not own the thread;
// another app answers these. Whatever has an unexpected type is passed over
// alone, so that it does not take the events beside it with it.
func events(doc any) []event {
	body, _ := doc.(object)
	if field, ok := body["field"].(string); ok {
		if value, ok := body["value"].(object); ok && field != "standby" {
			return []event{event(value)}
		}
	}
	var ours []event
	for entry := range objects(body["entry"]) {
		for item := range objects(entry["messaging"]) {
			ours = append(ours, event(item))
		}
		for change := range objects(entry["changes"]) {
			field, _ := change["field"].(string)
			if value, ok := change["value"].(object); ok && strings.HasPrefix(field, "messaging_") {
				ours = append(ours, event(value))
			}
		}
	}
	return ours
}

// objects yields the elements of a JSON array that are objects; none if list
// is no array.
func objects(list any) func(yield func(object) bool) {
	return func(yield func(object) bool) {
		items, _ := list.([]any)
		for _, item := range items {
			if o, ok := item.(object); ok && !yield(o) {
				return
			}
		}
	}
}

// echo tells whether the event is a copy of a message that the page sent. A
// bot that answers its echoes talks to itself for ever.
//
// See https://developers.facebook.com/docs/messenger-platform/reference/webhook-events/message-echoes.
func echo(e event) bool {
	message, _ := e["message"].(object)
	// Dashboard samples print every property as a string.
	return message["is_echo"] == true || message["is_echo"] == "true"
}

// sender says who sent an event: the member that identifies the person, "id" or
// "user_ref" (a person that only a website plugin knows), and its value. Both
// are empty when nobody did, as with some system events.
func sender(e event) (member, value string) {
	who, _ := e["sender"].(object)
	for _, member := range []string{"id", "user_ref"} {
		switch value := who[member].(type) {
		case string:
			if value != "" {
				return member, value
			}
		case json.Number: // ids were numbers until 2016
			return member, value.String()
		}
	}
	return "", ""
}
