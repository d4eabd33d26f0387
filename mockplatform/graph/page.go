package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"sync"
)

//go:embed page.json
var pageData []byte

// pageFacts is what there is to know of the page and of the receiver's app,
// but for their ids.
type pageFacts struct {
	Page, App map[string]any
	// Scopes are the permissions of the page's access token.
	Scopes []string
	// SubscribedFields are what the app is subscribed to at first.
	SubscribedFields []string `json:"subscribed_fields"`
}

var aboutPage = sync.OnceValue(func() pageFacts {
	var facts pageFacts
	if err := json.Unmarshal(pageData, &facts); err != nil {
		panic(fmt.Sprintf("page.json: %v", err))
	}
	return facts
})

// pageNode is GET /me and GET /{page-id}:
// https://developers.facebook.com/docs/graph-api/reference/page
func (s *Server) pageNode(c *call) answer {
	if c.params["account_linking_token"] != nil {
		return s.linkingNode(c)
	}
	return s.node(c, node{
		kind: pageKind, id: s.opts.PageID, values: aboutPage().Page,
		edges: map[string]func(field) (any, error){
			"conversations": func(f field) (any, error) {
				return c.expand(s.conversationList(c, func(name string) string { return f.args[name] }), f)
			},
			"custom_labels": func(f field) (any, error) { return c.expand(s.labelList(s.opts.PageID, ""), f) },
			"personas":      func(f field) (any, error) { return c.expand(s.personaList(), f) },
			"picture":       func(field) (any, error) { return pictureNode(pictureURL(c.base, s.opts.PageID)), nil },
		},
	}, "name")
}

// accounts is GET /me/accounts, which for a person at Meta lists the pages: here the
// only one, and its token.
// https://developers.facebook.com/docs/graph-api/reference/user/accounts
func (s *Server) accounts(c *call) answer {
	values := map[string]any{"access_token": s.opts.PageToken, "tasks": []string{"ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE"}}
	maps.Copy(values, aboutPage().Page)
	return s.list(c, listing{
		path: s.opts.PageID + "/accounts", fallback: []string{"access_token", "category", "name", "tasks"},
		nodes: []node{{kind: pageKind, id: s.opts.PageID, values: values}},
	})
}
