package graph

// namesOfPeople are the members of a recipient that name somebody, and namesOfOptins those
// that name whoever gave a token.
func namesOfPeople() []string {
	return []string{"id", "user_ref", "comment_id", "post_id", "phone_number"}
}

func namesOfOptins() []string { return []string{"one_time_notif_token", "notification_messages_token"} }

// recipient is whom a call addresses, also when it is wrong in other ways.
func recipient(c *call) string {
	return c.addressed(append(namesOfPeople(), namesOfOptins()...)...)
}

// optinToken is the token of an opt-in by which a call addresses somebody; empty if it
// does so in another way.
func optinToken(c *call) string {
	if c.addressed(namesOfPeople()...) != "" {
		return ""
	}
	return c.addressed(namesOfOptins()...)
}

// addressed is the first of these by which a call names its recipient; empty for none.
func (c *call) addressed(names ...string) string {
	recipient := c.objectParam("recipient")
	for _, name := range names {
		if id := idOf(recipient[name]); id != "" {
			return id
		}
	}
	return ""
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
