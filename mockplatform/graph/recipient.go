package graph

import "fmt"

// recipient is whom a call addresses, also when it is wrong in other ways.
func recipient(c *call) string {
	return identifier(c.params["recipient"], "id", "user_ref", "comment_id", "post_id", "phone_number",
		"one_time_notif_token", "notification_messages_token")
}

// recipientID refuses a message to an id that is none, such as "undefined", which a
// bot in JavaScript has for what it did not find; ok if the id is a number, or if
// the recipient is named in another way.
// https://github.com/botpress/botpress/issues/559
func (s *Server) recipientID(c *call) (refusal answer, ok bool) {
	id := textOf(member(c.params["recipient"], "id"))
	if id == "" || isNumber(id) {
		return answer{}, true
	}
	return s.refuse(c, errorTable()["invalid-recipient-id"], fmt.Sprintf("/recipient/id: %q is not the id of a person, which has digits only", id)), false
}

// optinToken is the token of an opt-in by which a call addresses somebody; empty if it
// does so in another way.
func optinToken(c *call) string {
	recipient := c.params["recipient"]
	if identifier(recipient, "id", "user_ref", "comment_id", "post_id", "phone_number") != "" {
		return ""
	}
	return identifier(recipient, "one_time_notif_token", "notification_messages_token")
}

// redeem uses a token for a message; ok if that can be. Which error Meta has for one
// that cannot be used any more is not known; it is that of a recipient who is nobody.
// https://developers.facebook.com/docs/messenger-platform/send-messages/one-time-notification
func (s *Server) redeem(c *call, token string) (refusal answer, ok bool) {
	if s.opts.Redeem == nil || c.params["message"] == nil {
		return answer{}, true
	}
	if err := s.opts.Redeem(token); err != nil {
		return s.refuse(c, errorTable()["nobody-there"], err.Error()), false
	}
	return answer{}, true
}
