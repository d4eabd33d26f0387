package graph

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// edge is one edge of the Graph API, or a node, with one method: what the
// journal has to know of a call when it arrives, and its answer.
type edge struct {
	// kind is journal.Graph if it is not said.
	kind journal.Kind
	// person is whom the call concerns. Nil: nobody.
	person func(*call) string
	// answer is for calls that could be read and have the right token. Nil: the
	// platform does not play the edge.
	answer func(*Server, *call) answer
}

// pageEdges are the page's, by method and name; that of the page itself is "".
func pageEdges() map[string]edge {
	return map[string]edge{
		"GET ":                        {answer: (*Server).pageNode},
		"POST messages":               {answer: (*Server).sendMessage, kind: journal.Send, person: recipient},
		"POST message_attachments":    {answer: (*Server).uploadAttachment},
		"GET messenger_profile":       {answer: (*Server).messengerProfile},
		"POST messenger_profile":      {answer: (*Server).setMessengerProfile},
		"DELETE messenger_profile":    {answer: (*Server).deleteMessengerProfile},
		"GET subscribed_apps":         {answer: (*Server).subscribedApps},
		"POST subscribed_apps":        {answer: (*Server).subscribeApp},
		"DELETE subscribed_apps":      {answer: (*Server).unsubscribeApp},
		"POST pass_thread_control":    {answer: (*Server).passThread, person: recipient},
		"POST take_thread_control":    {answer: (*Server).takeThread, person: recipient},
		"POST request_thread_control": {answer: (*Server).requestThread, person: recipient},
		"GET thread_owner":            {answer: (*Server).threadOwner, person: func(c *call) string { return c.param("recipient") }},
		"GET secondary_receivers":     {answer: (*Server).secondaryReceivers},
	}
}

// edgeOf finds what a call with this method and path asks for.
func (s *Server) edgeOf(method string, path []string) edge {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if len(path) == 0 || len(path) > 2 {
		return edge{}
	}
	object, name := path[0], strings.Join(path[1:], "")
	switch {
	case object == "me" || object == s.opts.PageID:
		return s.edges[method+" "+name]
	case name == "" && method == http.MethodGet && isNumber(object):
		return edge{answer: (*Server).userProfile, person: func(*call) string { return object }}
	case name == "messages" && method == http.MethodPost:
		// Not played, for it is another page's, but the receiver did send.
		return edge{kind: journal.Send, person: recipient}
	}
	return edge{}
}

// methodsOf lists the methods that a path takes, for OPTIONS.
func (s *Server) methodsOf(path []string) []string {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete}
	return slices.DeleteFunc(methods, func(m string) bool { return s.edgeOf(m, path).answer == nil })
}

// graph prepares the answer to a Graph API call with this body.
func (s *Server) graph(r *http.Request, c *call, body []byte) func() answer {
	unreadable := c.read(r, body)
	if c.method == http.MethodPost && c.params["batch"] != nil {
		c.x.Kind, c.x.Token = journal.Graph, c.tokenState(s.opts.PageToken)
		return func() answer {
			if unreadable != nil {
				return s.invalidParameter(c, unreadable.Error())
			}
			return s.batch(r.Context(), c)
		}
	}
	return s.prepare(c, unreadable)
}

// prepare completes what the journal has to know of a call, and returns what
// will answer it. unreadable says why the call could not be read, if it could
// not.
func (s *Server) prepare(c *call, unreadable error) func() answer {
	e := s.edgeOf(c.method, c.path)
	c.x.Kind, c.x.Token = cmp.Or(e.kind, journal.Graph), c.tokenState(s.opts.PageToken)
	if e.person != nil {
		c.x.Person = e.person(c)
	}
	return func() answer {
		switch allowed := s.methodsOf(c.path); {
		case c.method == http.MethodOptions && len(allowed) > 0:
			return options(allowed)
		case e.answer == nil:
			return s.unsupportedRequest(c)
		case unreadable != nil:
			return s.invalidParameter(c, unreadable.Error())
		case c.x.Token != journal.TokenRight:
			return s.invalidToken(c)
		}
		return e.answer(s, c)
	}
}

// recipient is whom a call addresses, also when it is wrong in other ways.
func recipient(c *call) string {
	return identifier(c.params["recipient"], "id", "user_ref", "comment_id", "post_id", "phone_number",
		"one_time_notif_token", "notification_messages_token")
}
