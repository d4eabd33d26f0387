package graph

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// sendMessage is POST /me/messages, the Send API:
// https://developers.facebook.com/docs/messenger-platform/reference/send-api
func (s *Server) sendMessage(c *call) answer {
	if c.x.Token != journal.TokenRight {
		return s.invalidToken(c)
	}
	if c.params["message"] != nil && c.params["sender_action"] != nil {
		return s.messageAndAction(c)
	}
	if err := schemas.Validate("send.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	var sent struct {
		// RecipientID is not returned for a user_ref or a phone number. For other
		// ways to name somebody the platform has no id to return.
		RecipientID string `json:"recipient_id,omitempty"`
		MessageID   string `json:"message_id,omitempty"`
	}
	sent.RecipientID = identifier(c.params["recipient"], "id")
	if c.params["message"] != nil {
		sent.MessageID = c.message()
	}
	return s.reply(c, sent)
}

// sendRecipient is whom a Send API call concerns, also when the call is wrong
// in other ways.
func sendRecipient(c *call) string {
	return identifier(c.params["recipient"], "id", "user_ref", "comment_id", "post_id", "phone_number",
		"one_time_notif_token", "notification_messages_token")
}

// identifier returns the first of these members that an object has, as text
// whether it is a string or a number; "" when it has none of them.
func identifier(object json.RawMessage, names ...string) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(object, &members) != nil {
		return ""
	}
	for _, name := range names {
		var text string
		if json.Unmarshal(members[name], &text) == nil && text != "" {
			return text
		}
		var number json.Number
		if json.Unmarshal(members[name], &number) == nil && number != "" {
			return number.String()
		}
	}
	return ""
}

// explain words what a schema says, on one line.
func explain(err error) string {
	var invalid *schemas.ValidationError
	if !errors.As(err, &invalid) {
		return cmp.Or(errors.Unwrap(err), err).Error() // not JSON: why it is not
	}
	var problems []string
	for _, p := range invalid.Problems {
		problems = append(problems, p.String())
	}
	return strings.Join(problems, "; ")
}
