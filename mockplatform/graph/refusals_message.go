package graph

import (
	"fmt"
	"iter"
	"slices"
	"strings"
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

func nothingToSend(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["message"] == nil && c.params["sender_action"] == nil
}

func messageAndAction(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["message"] != nil && c.params["sender_action"] != nil
}

// messageKeys and quickReplyKeys are the members that Meta's pages name.
func messageKeys() []string {
	return []string{"text", "attachment", "attachments", "quick_replies", "metadata", "sticker_id", "template"}
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

func textAndAttachments(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	return breach{}, message["text"] != nil && (message["attachments"] != nil || message["sticker_id"] != nil)
}

func emptyMessage(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	if message == nil {
		return breach{}, false
	}
	for _, name := range []string{"text", "attachment", "attachments", "sticker_id", "template"} {
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

// tooLongForInstagram counts bytes, as the limit is one of bytes.
func tooLongForInstagram(_ *Server, c *call) (breach, bool) {
	const most = 1000
	text, _ := c.objectParam("message")["text"].(string)
	return breach{limit: most}, len(text) > most
}

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
	for param, button := range buttons(message) {
		if isLonger(button["payload"], mostOfPayload) {
			return breach{param: "name_placeholder" + param + "[payload]", limit: mostOfPayload}, true
		}
	}
	return breach{}, false
}

// buttons are those of a template with their parameters, those of its elements too.
func buttons(message object) iter.Seq2[string, object] {
	return func(yield func(string, object) bool) {
		payload := templateOf(message)
		of := func(above string, o object) bool {
			for i, button := range objects(o["buttons"]) {
				if !yield(fmt.Sprintf("%s[buttons][%d]", above, i), button) {
					return false
				}
			}
			return true
		}
		if !of("", payload) {
			return
		}
		for i, element := range objects(payload["elements"]) {
			if !of(fmt.Sprintf("[elements][%d]", i), element) {
				return
			}
		}
	}
}

// attachmentOf is the attachment of a message, payloadOf what is in an attachment, and
// templateOf both; nil if there is none.
func attachmentOf(message object) object {
	attachment, _ := message["attachment"].(object)
	return attachment
}

func payloadOf(attachment object) object {
	payload, _ := attachment["payload"].(object)
	return payload
}

func templateOf(message object) object { return payloadOf(attachmentOf(message)) }

func emptyText(_ *Server, c *call) (breach, bool) {
	message := c.objectParam("message")
	for i, element := range objects(templateOf(message)["elements"]) {
		if element["title"] == "" {
			return breach{param: fmt.Sprintf("[elements][%d][title]", i)}, true
		}
	}
	for param, button := range buttons(message) {
		if button["title"] == "" {
			return breach{param: param + "[title]"}, true
		}
	}
	return breach{}, false
}

func quickReplyWithoutTitle(_ *Server, c *call) (breach, bool) {
	for i, reply := range objects(c.objectParam("message")["quick_replies"]) {
		if reply["content_type"] == "text" && reply["title"] == "" {
			return breach{param: fmt.Sprintf("message[quick_replies][%d][title]", i)}, true
		}
	}
	return breach{}, false
}

func unknownButtonKeys(_ *Server, c *call) (breach, bool) {
	known := []string{
		"type", "title", "payload", "url", "webview_height_ratio", "messenger_extensions", "fallback_url", "webview_share_button",
		"share_contents", "game_metadata", "payment_summary",
	}
	for param, button := range buttons(c.objectParam("message")) {
		if keys := foreign(button, known); keys != "" {
			return breach{param: param, keys: keys}, true
		}
	}
	return breach{}, false
}

// address keeps the place of the first address that is none.
func (b *breach) address(param string, url any) {
	if text, _ := url.(string); b.param == "" && !isWebAddress(text) {
		b.param = param
	}
}

// badURL looks at all addresses of a template but those of files, which are fetched.
func badURL(_ *Server, c *call) (breach, bool) {
	var found breach
	message := c.objectParam("message")
	for param, button := range buttons(message) {
		if button["type"] == "web_url" {
			found.address(param+"[url]", button["url"])
		}
	}
	for i, element := range objects(templateOf(message)["elements"]) {
		above := fmt.Sprintf("[elements][%d]", i)
		for _, name := range []string{"image_url", "url"} {
			if url := element[name]; url != nil && url != "" {
				found.address(above+"["+name+"]", url)
			}
		}
		if action, _ := element["default_action"].(object); action["type"] == "web_url" {
			found.address(above+"[default_action][url]", action["url"])
		}
	}
	return found, found.param != ""
}

// templateOfBeforeV4 needs no day: all versions that are left are later ones.
func templateOfBeforeV4(_ *Server, c *call) (breach, bool) {
	kind, _ := templateOf(c.objectParam("message"))["template_type"].(string)
	name := map[string]string{"list": "List", "open_graph": "Open Graph"}[kind]
	return breach{template: name}, name != ""
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
