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
	// takes says which access tokens are right. The page's if it is not said.
	takes tokens
	// answer is for calls that could be read and have the right token. Nil: the
	// platform does not play the edge.
	answer func(*Server, *call) answer
}

// edgeTable has the edges by method, object and name; a node has no name.
func edgeTable() map[string]edge {
	return map[string]edge{
		"GET page/":                        {answer: (*Server).pageNode},
		"POST page/messages":               {answer: (*Server).sendMessage, kind: journal.Send, person: recipient},
		"POST page/message_attachments":    {answer: (*Server).uploadAttachment},
		"GET page/messenger_profile":       {answer: (*Server).messengerProfile},
		"POST page/messenger_profile":      {answer: (*Server).setMessengerProfile},
		"DELETE page/messenger_profile":    {answer: (*Server).deleteMessengerProfile},
		"GET page/custom_user_settings":    {answer: (*Server).userSettings, person: psid},
		"POST page/custom_user_settings":   {answer: (*Server).setUserSettings, person: psid},
		"DELETE page/custom_user_settings": {answer: (*Server).deleteUserSettings, person: psid},
		"GET page/personas":                {answer: (*Server).personas},
		"POST page/personas":               {answer: (*Server).createPersona},
		"POST page/nlp_configs":            {answer: (*Server).setNLP},
		"GET page/subscribed_apps":         {answer: (*Server).subscribedApps},
		"POST page/subscribed_apps":        {answer: (*Server).subscribeApp},
		"DELETE page/subscribed_apps":      {answer: (*Server).unsubscribeApp},
		"POST page/pass_thread_control":    {answer: (*Server).passThread, person: recipient},
		"POST page/take_thread_control":    {answer: (*Server).takeThread, person: recipient},
		"POST page/request_thread_control": {answer: (*Server).requestThread, person: recipient},
		"GET page/thread_owner":            {answer: (*Server).threadOwner, person: func(c *call) string { return c.param("recipient") }},
		"GET page/secondary_receivers":     {answer: (*Server).secondaryReceivers},
		"POST page/release_thread_control": {answer: (*Server).releaseThread, person: recipient},
		"POST page/extend_thread_control":  {answer: (*Server).extendThread, person: recipient},

		"GET page/conversations":            {answer: (*Server).listConversations},
		"GET conversation/":                 {answer: (*Server).readConversation},
		"GET conversation/messages":         {answer: (*Server).listMessages},
		"GET message/":                      {answer: (*Server).readMessage},
		"POST page/moderate_conversations":  {answer: (*Server).moderate},
		"GET page/custom_labels":            {answer: (*Server).labels},
		"POST page/custom_labels":           {answer: (*Server).createLabel},
		"GET label/":                        {answer: (*Server).labelNode},
		"DELETE label/":                     {answer: (*Server).deleteLabel},
		"POST label/label":                  {answer: (*Server).assignLabel, person: user},
		"DELETE label/label":                {answer: (*Server).unassignLabel, person: user},
		"GET person/custom_labels":          {answer: (*Server).labelsOf, person: theObject},
		"GET page/welcome_message_flows":    {answer: (*Server).flows},
		"POST page/welcome_message_flows":   {answer: (*Server).setFlow},
		"DELETE page/welcome_message_flows": {answer: (*Server).deleteFlow},
		"GET page/insights":                 {answer: (*Server).insights},
		"GET page/accounts":                 {answer: (*Server).accounts},
		"GET page/picture":                  {answer: (*Server).picture},
		"GET person/picture":                {answer: (*Server).picture, person: theObject},
		"POST page/unlink_accounts":         {answer: (*Server).unlinkAccounts, person: psid},
		"GET page/messaging_feature_review": {answer: (*Server).featureReview},
		"GET person/ids_for_apps":           {answer: (*Server).idsForApps, person: theObject},
		"GET oauth/access_token":            {answer: (*Server).accessToken, takes: noTokens},
		"POST oauth/access_token":           {answer: (*Server).accessToken, takes: noTokens},

		"GET app/":                      {answer: (*Server).appNode, takes: anyTokens},
		"GET app/subscriptions":         {answer: (*Server).appSubscriptions, takes: appTokens},
		"POST app/subscriptions":        {answer: (*Server).subscribe, takes: appTokens},
		"DELETE app/subscriptions":      {answer: (*Server).unsubscribe, takes: appTokens},
		"POST app/activities":           {answer: (*Server).logEvents, takes: noTokens, person: scopedUser},
		"POST app/subscriptions_sample": {answer: (*Server).sample, takes: appTokens},

		"GET persona/":     {answer: (*Server).personaNode},
		"DELETE persona/":  {answer: (*Server).deletePersona},
		"GET person/":      {answer: (*Server).userProfile, person: theObject},
		"GET debug_token/": {answer: (*Server).debugToken, takes: anyTokens},
	}
}

// theObject is whom a call concerns whose object is a person.
func theObject(c *call) string { return c.path[0] }

// isAccount reports whether an id is the page's, or that of its account on Instagram.
func (s *Server) isAccount(id string) bool {
	return id != "" && (id == s.opts.PageID || id == s.opts.InstagramID)
}

// ofInstagram reports whether a call is made for the account on Instagram: by its id, or
// at the host of Instagram Login.
func (s *Server) ofInstagram(c *call) bool {
	host, _, _ := strings.Cut(c.x.Request.Header.Get("Host"), ":")
	return host == "graph.instagram.com" || len(c.path) > 0 && s.opts.InstagramID != "" && c.path[0] == s.opts.InstagramID
}

// objectOf says what the first segment of a path names.
func (s *Server) objectOf(segment string) string {
	switch {
	case segment == "me" || s.isAccount(segment):
		return "page"
	case segment == "app" || segment == s.opts.AppID:
		return "app"
	case segment == "debug_token" || segment == "oauth":
		return segment
	case strings.HasPrefix(segment, "t_"):
		return "conversation"
	case strings.HasPrefix(segment, "m_"), strings.HasPrefix(segment, "mid."), strings.HasPrefix(segment, "aWd"):
		return "message"
	case isNumber(segment) && s.isPersona(segment):
		return "persona"
	case isNumber(segment) && s.isLabel(segment):
		return "label"
	case isNumber(segment) && s.isSomebody(segment):
		return "person"
	}
	return "other"
}

// edgeOf finds what a call with this method and path asks for, as edgeTable has it, and
// its name. What is not there takes any token: whoever has none hears of that first.
func (s *Server) edgeOf(method string, path []string) (e edge, asksFor, name string) {
	if method == http.MethodHead {
		method = http.MethodGet
	}
	if len(path) == 0 {
		return edge{takes: anyTokens}, "", ""
	}
	object, name := s.objectOf(path[0]), strings.Join(path[1:], "/")
	if len(path) == 3 && path[1] == "insights" {
		name = path[1] // which metrics are asked for makes no difference here
	}
	asksFor = method + " " + object + "/" + name
	e, known := s.edges[asksFor]
	switch {
	case known:
	case method == http.MethodPost && name == "messages":
		// Not played, for it is another page's, but the receiver did send.
		e = edge{kind: journal.Send, person: recipient, takes: anyTokens}
	default:
		e.takes = anyTokens
	}
	return e, asksFor, cmp.Or(name, object)
}

// methodsOf lists the methods that a path takes, for OPTIONS.
func (s *Server) methodsOf(path []string) []string {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete}
	return slices.DeleteFunc(methods, func(method string) bool {
		e, _, _ := s.edgeOf(method, path)
		return e.answer == nil
	})
}

// graph prepares the answer to a Graph API call with this body.
func (s *Server) graph(r *http.Request, c *call, body []byte) func() answer {
	unreadable := c.parse(r, body)
	if c.method == http.MethodPost && c.params["batch"] != nil {
		c.x.Kind, c.x.Edge, c.x.Token = journal.Graph, "batch", s.tokenState(c, anyTokens)
		return func() answer {
			if unreadable != nil {
				return s.invalidParameter(c, unreadable.Error())
			}
			return s.batch(c)
		}
	}
	return s.prepare(c, unreadable)
}

// prepare completes what the journal has to know of a call, and returns what
// will answer it. unreadable says why the call could not be read, if it could
// not.
func (s *Server) prepare(c *call, unreadable error) func() answer {
	if c.method == http.MethodGet && c.params["ids"] != nil && (len(c.path) == 0 || s.objectOf(c.path[0]) == "other") {
		return s.prepareMany(c, unreadable)
	}
	e, asksFor, name := s.edgeOf(c.method, c.path)
	c.asksFor = asksFor
	c.x.Kind, c.x.Edge, c.x.Token = cmp.Or(e.kind, journal.Graph), name, s.tokenState(c, e.takes)
	if e.person != nil {
		c.x.Person = e.person(c)
	}
	if token := optinToken(c); token != "" && c.x.Kind == journal.Send && s.opts.Holder != nil {
		c.x.Person = cmp.Or(s.opts.Holder(token), c.x.Person)
	}
	if !s.opts.Strict && unreadable == nil {
		s.warn(c)
	}
	return func() answer {
		if c.method == http.MethodOptions {
			if allowed := s.methodsOf(c.path); len(allowed) > 0 {
				return options(allowed)
			}
		}
		if unreadable != nil && e.answer != nil {
			return s.invalidParameter(c, unreadable.Error())
		}
		if refusal, ok := s.credentials(c, e.takes); !ok {
			return refusal
		}
		if e.answer == nil {
			return s.unsupportedRequest(c)
		}
		if refusal, ok := s.refuseByRule(c); !ok {
			return refusal
		}
		return tagged(c, e.answer(s, c))
	}
}

// prepareMany does the same for a call about several objects.
func (s *Server) prepareMany(c *call, unreadable error) func() answer {
	c.x.Kind, c.x.Edge, c.x.Token = journal.Graph, strings.Join(c.path, "/"), s.tokenState(c, anyTokens)
	return func() answer {
		if unreadable != nil {
			return s.invalidParameter(c, unreadable.Error())
		}
		return tagged(c, s.manyByID(c))
	}
}
