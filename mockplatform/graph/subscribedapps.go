package graph

import "github.com/seed-11445fa1/referee/schemas"

// subscribedApps is GET /me/subscribed_apps. What it answers is only
// remembered: the platform delivers whatever it is told to deliver.
// https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
func (s *Server) subscribedApps(c *call) answer {
	var app map[string]any
	s.inspect(func(m *memory) {
		if m.Unsubscribed {
			return
		}
		app = withID(aboutPage().App, s.opts.AppID)
		app["subscribed_fields"] = aboutPage().SubscribedFields
		if m.SubscribedFields != nil {
			app["subscribed_fields"] = m.SubscribedFields
		}
	})
	if app == nil {
		return s.reply(c, list())
	}
	return s.reply(c, list(nodeFields(c, app, "category", "link", "name", "subscribed_fields")))
}

// subscribeApp is POST /me/subscribed_apps. Without fields, as before Graph API
// 3.2, what the app is subscribed to does not change.
func (s *Server) subscribeApp(c *call) answer {
	if err := schemas.Validate("subscribed-apps.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	return s.added(c, success(), func(m *memory) {
		m.Unsubscribed = false
		if fields := c.list("subscribed_fields"); len(fields) > 0 {
			m.SubscribedFields = fields
		}
	})
}

// unsubscribeApp is DELETE /me/subscribed_apps.
func (s *Server) unsubscribeApp(c *call) answer {
	return s.removed(c, success(), func(m *memory) { m.Unsubscribed = true })
}
