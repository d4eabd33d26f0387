package graph

import (
	"encoding/json"
	"slices"
)

// moderate is POST /{page}/moderate_conversations. It has no effect: whom a page
// blocks goes on to write here when told to.
// https://developers.facebook.com/docs/messenger-platform/instagram/features/moderate-conversations
func (s *Server) moderate(c *call) answer {
	var users []json.RawMessage
	var actions []string
	switch {
	case json.Unmarshal(c.params["user_ids"], &users) != nil || len(users) == 0 || len(users) > 10:
		return s.invalidParameter(c, `user_ids: must be a list of 1 to 10 people, such as [{"id":"123"}]`)
	case json.Unmarshal(c.params["actions"], &actions) != nil || len(actions) == 0 || len(actions) > 2:
		return s.invalidParameter(c, `actions: must be a list of 1 or 2 actions, such as ["block_user"]`)
	}
	for _, action := range actions {
		if !slices.Contains([]string{"block_user", "unblock_user", "move_to_spam", "ban_user", "unban_user"}, action) {
			return s.invalidParameter(c, "actions: must be of block_user, unblock_user, move_to_spam, ban_user and unban_user")
		}
	}
	return s.reply(c, success())
}
