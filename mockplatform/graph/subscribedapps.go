package graph

import (
	"maps"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
)

// Subscribed reports whether the page lets the app hear of a field: it does not if a
// receiver asked for other fields, or left the page's subscribed apps.
func (s *Server) Subscribed(field string) bool {
	subscribed := true
	s.inspect(func(m *memory) {
		subscribed = !m.Unsubscribed && (m.SubscribedFields == nil || slices.Contains(m.SubscribedFields, field))
	})
	return subscribed
}

// subscribedApps is GET /me/subscribed_apps. What it answers decides over what a platform
// with consequences delivers; that of a run delivers whatever it is told to deliver.
// https://developers.facebook.com/docs/graph-api/reference/page/subscribed_apps
func (s *Server) subscribedApps(c *call) answer {
	fields, err := c.fields()
	if err != nil {
		return s.wrongFields(c, err)
	}
	app := node{kind: appKind, id: s.opts.AppID, values: maps.Clone(aboutPage().App)}
	left := false
	s.inspect(func(m *memory) {
		left = m.Unsubscribed
		app.values["subscribed_fields"] = aboutPage().SubscribedFields
		if m.SubscribedFields != nil {
			app.values["subscribed_fields"] = m.SubscribedFields
		}
	})
	doc, err := app.choose(fields, "category", "link", "name", "subscribed_fields")
	switch {
	case err != nil:
		return s.wrongFields(c, err)
	case left:
		return s.reply(c, plainList())
	}
	return s.reply(c, plainList(doc))
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
