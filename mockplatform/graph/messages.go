package graph

import (
	"cmp"
	"errors"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// sendMessage is POST /me/messages, the Send API:
// https://developers.facebook.com/docs/messenger-platform/reference/send-api
func (s *Server) sendMessage(c *call) answer {
	if c.params["message"] != nil && c.params["sender_action"] != nil {
		return s.messageAndAction(c)
	}
	if err := schemas.Validate("send.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	if c.params["message"] != nil && s.threads.owner(c.x.Person) != s.opts.AppID {
		return s.threadOfAnotherApp(c)
	}
	// Every number is the id of an attachment: it may have been uploaded before
	// this process began, as reusable ones are.
	payload := member(c.params["message"], "attachment", "payload")
	if id := identifier(payload, "attachment_id"); id != "" && !isNumber(id) {
		return s.invalidAttachment(c, id)
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
