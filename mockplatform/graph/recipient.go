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
