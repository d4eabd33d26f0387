package graph

import "strings"

// linkedPerson is whom an account_linking_token stands for; "" for a token that is
// none. The token of a person begins with the person's id here, with anything behind
// a dot; what is in Meta's is not documented.
func (s *Server) linkedPerson(token string) string {
	id, _, _ := strings.Cut(token, ".")
	if !isNumber(id) || s.objectOf(id) != "person" {
		return ""
	}
	return id
}

// linkingNode is GET /me?fields=recipient&account_linking_token={token}.
// https://developers.facebook.com/docs/messenger-platform/identity/account-linking
func (s *Server) linkingNode(c *call) answer {
	person := s.linkedPerson(c.param("account_linking_token"))
	if person == "" {
		return s.refuse(c, errorTable()["invalid-linking-token"], "account_linking_token: is not that of a person, which begins with the person's id")
	}
	return s.node(c, node{kind: pageKind, id: s.opts.PageID, values: map[string]any{"recipient": person}}, "recipient")
}

// unlinkAccounts is POST /me/unlink_accounts. It takes people who are not linked, too:
// the platform does not know who is.
func (s *Server) unlinkAccounts(c *call) answer {
	c.brings(Effect{Kind: Unlinked})
	return s.reply(c, map[string]string{"result": "unlink account success"})
}

// idsForApps is GET /{psid}/ids_for_apps. It is empty, as for somebody who has logged in
// to no app of the business.
// https://developers.facebook.com/docs/messenger-platform/identity/id-matching
func (s *Server) idsForApps(c *call) answer {
	return s.list(c, listing{path: c.path[0] + "/ids_for_apps"})
}
