package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// object is a JSON object of a call, its numbers as they were written.
type object = map[string]any

// value returns a parameter, decoded once for all rules; nil if it is not there.
func (c *call) value(name string) any {
	value, known := c.values[name]
	if !known {
		value = decoded(c.params[name])
		put(&c.values, name, value)
	}
	return value
}

// objectParam returns a parameter that is an object, decoded; nil if it is none.
func (c *call) objectParam(name string) object {
	value, _ := c.value(name).(object)
	return value
}

// recipientID is the id of whom a call is for; empty if it names nobody by an id.
func (c *call) recipientID() string { return idOf(c.objectParam("recipient")["id"]) }

// idOf is an id, which may be a text or a number; empty for all else.
func idOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	return ""
}

func recipientMissing(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["recipient"] == nil
}

func recipientEmpty(_ *Server, c *call) (breach, bool) {
	given := c.value("recipient")
	members, isObject := given.(object)
	return breach{}, given == "" || isObject && len(members) == 0
}

func nobodyThere(s *Server, c *call) (breach, bool) {
	id := c.recipientID()
	return breach{}, isNumber(id) && (s.isAccount(id) || s.opts.Known != nil && !s.opts.Known(id))
}

// outsideWindow looks at the clock of the platform. HUMAN_AGENT has seven days, and so
// has CUSTOMER_FEEDBACK for its own template.
func outsideWindow(s *Server, c *call) (breach, bool) {
	id := c.recipientID()
	if s.opts.Contact == nil || id == "" || c.params["message"] == nil {
		return breach{}, false
	}
	at, ok := s.opts.Contact(id)
	window := 24 * time.Hour
	switch c.param("tag") {
	case "HUMAN_AGENT":
		window *= 7
	case "CUSTOMER_FEEDBACK":
		if templateOf(c.objectParam("message"))["template_type"] == "customer_feedback" {
			window *= 7
		}
	}
	return breach{}, ok && s.opts.Clock().Sub(at) > window
}

func nothingToSend(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["message"] == nil && c.params["sender_action"] == nil
}

func messageAndAction(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["message"] != nil && c.params["sender_action"] != nil
}

// messageKeys and quickReplyKeys are the members that Meta's pages name.
func messageKeys() []string {
	return []string{"text", "attachment", "attachments", "quick_replies", "metadata", "sticker_id"}
}

func quickReplyKeys() []string { return []string{"content_type", "title", "payload", "image_url"} }

// foreign lists the members of an object that are none of these, as Meta does.
func foreign(o object, known []string) string {
	var others []string
	for name := range o {
		if !slices.Contains(known, name) {
			others = append(others, name)
		}
	}
	slices.Sort(others)
	return strings.Join(others, ", ")
}

func unknownKeys(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	if keys := foreign(message, messageKeys()); keys != "" {
		return breach{param: "message", keys: keys}, true
	}
	for i, reply := range objects(message["quick_replies"]) {
		if keys := foreign(reply, quickReplyKeys()); keys != "" {
			return breach{param: fmt.Sprintf("message[quick_replies][%d]", i), keys: keys}, true
		}
	}
	return breach{}, false
}

// objects are the elements of a list, nil in place of what is no object.
func objects(value any) []object {
	list, _ := value.([]any)
	found := make([]object, len(list))
	for i, element := range list {
		found[i], _ = element.(object)
	}
	return found
}

func textAndAttachment(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	return breach{}, message["text"] != nil && message["attachment"] != nil
}

func emptyMessage(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	if message == nil {
		return breach{}, false
	}
	for _, name := range []string{"text", "attachment", "attachments", "sticker_id"} {
		if message[name] != nil && message[name] != "" {
			return breach{}, false
		}
	}
	return breach{}, true
}

// tagsOfToday can be sent; tagsOfBefore could, until 27 April 2026.
func tagsOfToday() []string { return []string{"HUMAN_AGENT", "CUSTOMER_FEEDBACK"} }

func tagsOfBefore() []string {
	return []string{"CONFIRMED_EVENT_UPDATE", "ACCOUNT_UPDATE", "POST_PURCHASE_UPDATE"}
}

func invalidTag(_ *Server, c *call) (breach, bool) {
	tag := c.param("tag")
	return breach{}, tag != "" && !slices.Contains(append(tagsOfToday(), tagsOfBefore()...), tag)
}

func tagThatEnded(s *Server, c *call) (breach, bool) {
	return breach{}, c.day >= "2026-04-27" && slices.Contains(tagsOfBefore(), c.param("tag"))
}

func tagWithoutType(_ *Server, c *call) (breach, bool) {
	return breach{}, c.param("tag") != "" && c.param("messaging_type") != "MESSAGE_TAG"
}

func typeWithoutTag(_ *Server, c *call) (breach, bool) {
	return breach{}, c.param("tag") == "" && c.param("messaging_type") == "MESSAGE_TAG"
}

// How many characters texts may have.
const (
	mostOfTitle   = 20 // of a quick reply
	mostOfPayload = 1000
)

func isLonger(value any, limit int) bool {
	text, _ := value.(string)
	return utf8.RuneCountInString(text) > limit
}

func tooLong(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	for i, reply := range objects(message["quick_replies"]) {
		param := fmt.Sprintf("message[quick_replies][%d]", i)
		switch {
		case isLonger(reply["title"], mostOfTitle):
			return breach{param: param + "[title]", limit: mostOfTitle}, true
		case isLonger(reply["payload"], mostOfPayload):
			return breach{param: param + "[payload]", limit: mostOfPayload}, true
		}
	}
	var found breach
	eachButton(message, func(param string, button object) {
		if found.param == "" && isLonger(button["payload"], mostOfPayload) {
			found = breach{param: "name_placeholder" + param + "[payload]", limit: mostOfPayload}
		}
	})
	return found, found.param != ""
}

// eachButton visits the buttons of a template, those of its elements too.
func eachButton(message object, visit func(param string, button object)) {
	payload := templateOf(message)
	of := func(above string, o object) {
		for i, button := range objects(o["buttons"]) {
			visit(fmt.Sprintf("%s[buttons][%d]", above, i), button)
		}
	}
	of("", payload)
	for i, element := range objects(payload["elements"]) {
		of(fmt.Sprintf("[elements][%d]", i), element)
	}
}

// templateOf is the payload of the attachment of a message; nil if there is none.
func templateOf(message object) object {
	attachment, _ := message["attachment"].(object)
	payload, _ := attachment["payload"].(object)
	return payload
}

func emptyText(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	for i, element := range objects(templateOf(message)["elements"]) {
		if element["title"] == "" {
			return breach{param: fmt.Sprintf("[elements][%d][title]", i)}, true
		}
	}
	var found breach
	eachButton(message, func(param string, button object) {
		if found.param == "" && button["title"] == "" {
			found.param = param + "[title]"
		}
	})
	return found, found.param != ""
}

func templateThatEnded(_ *Server, c *call) (breach, bool) {
	kind, _ := templateOf(c.objectParam("message"))["template_type"].(string)
	return breach{template: kind}, c.day >= "2021-06-08" && strings.HasPrefix(kind, "airline_")
}

func attachmentNobodyUploaded(s *Server, c *call) (breach, bool) {
	payload := templateOf(c.objectParam("message"))
	ids := []string{idOf(payload["attachment_id"])}
	for _, element := range objects(payload["elements"]) {
		ids = append(ids, idOf(element["attachment_id"])) // of a media template
	}
	return breach{}, slices.ContainsFunc(ids, func(id string) bool { return isNumber(id) && !s.isUploaded(id) })
}

func personaNobodyMade(s *Server, c *call) (breach, bool) {
	id := c.param("persona_id")
	return breach{}, id != "" && !s.isPersona(id)
}
