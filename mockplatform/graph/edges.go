package graph

import (
	"net/http"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// edge is one edge of the Graph API: what the journal has to know of a call
// when it arrives, and its answer.
type edge struct {
	kind   journal.Kind
	person func(*call) string
	answer func(*Server, *call) answer
}

// edgeOf finds the edge that a call asks for.
func (s *Server) edgeOf(c *call) edge {
	if len(c.path) == 2 && (c.path[0] == "me" || c.path[0] == s.opts.PageID) && c.path[1] == "messages" && c.method == http.MethodPost {
		return edge{kind: journal.Send, person: sendRecipient, answer: (*Server).sendMessage}
	}
	nobody := func(*call) string { return "" }
	return edge{kind: journal.Graph, person: nobody, answer: (*Server).unsupportedRequest}
}

// graph prepares the answer to a Graph API call.
func (s *Server) graph(r *http.Request, c *call) func() answer {
	unreadable := c.read(r)
	e := s.edgeOf(c)
	c.x.Kind, c.x.Person, c.x.Token = e.kind, e.person(c), c.tokenState(s.opts.PageToken)
	if unreadable != nil && c.x.Kind != journal.Graph {
		return func() answer { return s.invalidParameter(c, unreadable.Error()) }
	}
	return func() answer { return e.answer(s, c) }
}
