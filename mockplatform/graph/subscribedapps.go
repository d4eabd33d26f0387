package graph

import "sync"

// subscription is what the receiver's app is subscribed to. It only remembers:
// the platform delivers whatever it is told to deliver. Its zero value is that
// of an app that was set up before the receiver started.
type subscription struct {
	mu     sync.Mutex
	ended  bool
	fields []string // nil: what it is subscribed to at first
}

// subscribedApps is GET /me/subscribed_apps:
// https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
func (s *Server) subscribedApps(c *call) answer {
	s.subscription.mu.Lock()
	defer s.subscription.mu.Unlock()
	if s.subscription.ended {
		return s.reply(c, list())
	}
	app := withID(aboutPage().App, s.opts.AppID)
	app["subscribed_fields"] = aboutPage().SubscribedFields
	if s.subscription.fields != nil {
		app["subscribed_fields"] = s.subscription.fields
	}
	return s.reply(c, list(nodeFields(c, app, "category", "link", "name", "subscribed_fields")))
}

// subscribeApp is POST /me/subscribed_apps. Names of fields are not checked,
// because Meta adds some; without any, as before Graph API 3.2, what the app is
// subscribed to does not change.
func (s *Server) subscribeApp(c *call) answer {
	s.subscription.mu.Lock()
	defer s.subscription.mu.Unlock()
	s.subscription.ended = false
	if fields := c.list("subscribed_fields"); len(fields) > 0 {
		s.subscription.fields = fields
	}
	return s.reply(c, success())
}

// unsubscribeApp is DELETE /me/subscribed_apps.
func (s *Server) unsubscribeApp(c *call) answer {
	s.subscription.mu.Lock()
	defer s.subscription.mu.Unlock()
	s.subscription.ended = true
	return s.reply(c, success())
}
