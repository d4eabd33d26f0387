package graph

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// sendMessage is POST /me/messages, the Send API:
// https://developers.facebook.com/docs/messenger-platform/reference/send-api
func (s *Server) sendMessage(c *call) answer {
	if err := schemas.Validate("send.request", c.x.Doc); err != nil {
		return s.invalidMessage(c, err)
	}
	if s.opts.Blocked != nil && s.opts.Blocked(c.x.Person) {
		return s.refuse(c, errorTable()["person-unavailable"], "the person has blocked the page")
	}
	if c.params["message"] != nil && s.Owner(c.x.Person) != s.opts.AppID {
		return s.threadOfAnotherApp(c)
	}
	if refusal, ok := s.controlToFollow(c); !ok {
		return refusal
	}
	attachment, refusal, ok := s.sentFile(c)
	if !ok {
		return refusal
	}
	var sent struct {
		// RecipientID is not returned for a user_ref or a phone number. For other
		// ways to name somebody the platform has no id to return.
		RecipientID string `json:"recipient_id,omitempty"`
		MessageID   string `json:"message_id,omitempty"`
		// AttachmentID is only returned for a file that is to be sent again:
		// https://developers.facebook.com/docs/messenger-platform/send-messages/saving-assets
		AttachmentID string `json:"attachment_id,omitempty"`
	}
	sent.RecipientID = c.recipientID()
	if token := optinToken(c); token != "" {
		if refusal, ok := s.redeem(c, token); !ok {
			return refusal
		}
		if c.x.Person != token {
			sent.RecipientID = c.x.Person
		}
	}
	if c.params["message"] != nil {
		sent.MessageID = c.message()
	}
	var a answer
	if isSet(templateOf(c.objectParam("message"))["is_reusable"]) {
		sent.AttachmentID = attachment
		a = s.added(c, sent, func(m *memory) { m.give(attachment) })
	} else {
		a = s.reply(c, sent)
	}
	if sent.MessageID != "" && a.status == http.StatusOK {
		c.brings(Effect{Kind: Sent, MessageID: sent.MessageID, Message: c.params["message"]})
		s.controlAfter(c)
	}
	return a
}

// invalidMessage: a message does not have the form that is documented. Where
// Meta has a text of its own for what is too much, the answer has it.
func (s *Server) invalidMessage(c *call, err error) answer {
	names := map[string]string{"maxItems": "too-many-elements", "maxLength": "too-long"}
	var invalid *schemas.ValidationError
	if errors.As(err, &invalid) {
		for _, p := range invalid.Problems {
			if name := names[p.Keyword]; name != "" {
				e := errorTable()[name]
				e.Message = strings.NewReplacer("{param}", paramName(p.Pointer), "{limit}", strconv.Itoa(p.Limit)).Replace(e.Message)
				return s.refuse(c, e, explain(err))
			}
		}
	}
	return s.invalidParameter(c, explain(err))
}

// paramName writes a JSON pointer into a message as Meta writes it in errors:
// message[quick_replies], and name_placeholder[elements][0][buttons] for what is
// in the payload of a template.
func paramName(pointer string) string {
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	name := parts[0]
	if inTemplate, ok := strings.CutPrefix(pointer, "/message/attachment/payload/"); ok {
		parts, name = append([]string{""}, strings.Split(inTemplate, "/")...), "name_placeholder"
	}
	for _, part := range parts[1:] {
		name += "[" + part + "]"
	}
	return name
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
