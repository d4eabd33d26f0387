package graph

import (
	_ "embed"
	"encoding/json"
	"fmt"
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
	return s.node(c, node{kind: pageKind, id: s.opts.PageID, values: aboutPage().Page}, "name")
}
