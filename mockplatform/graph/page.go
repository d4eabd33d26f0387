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
	return s.reply(c, nodeFields(c, withID(aboutPage().Page, s.opts.PageID), "name"))
}

// withID returns a node with its id.
func withID(facts map[string]any, id string) map[string]any {
	node := maps.Clone(facts)
	node["id"] = id
	return node
}
