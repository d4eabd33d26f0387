package graph

import "encoding/json"

const flowKind = "WelcomeMessageFlow"

// flow is what greets people who come from an ad.
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/ads/ads-welcome-message-flows
type flow struct {
	ID        string          `json:"id"`
	Name      string          `json:"name"`
	Messages  json.RawMessage `json:"welcome_message_flow"`
	Platforms json.RawMessage `json:"eligible_platforms"`
	// Updated is when it was changed last, in the form of the Graph API.
	Updated string `json:"last_update_time"`
}

func (f flow) identity() string { return f.ID }

func (f flow) node() node {
	return node{kind: flowKind, id: f.ID, values: map[string]any{
		"name": f.Name, "welcome_message_flow": f.Messages, "eligible_platforms": f.Platforms,
		"last_update_time": f.Updated, "is_used_in_ad": false,
	}}
}

// flows is GET /{page}/welcome_message_flows, of one with the parameter flow_id.
func (s *Server) flows(c *call) answer {
	l := listing{path: s.opts.PageID + "/welcome_message_flows", fallback: []string{"name", "welcome_message_flow", "eligible_platforms", "last_update_time", "is_used_in_ad"}}
	id := c.param("flow_id")
	s.inspect(func(m *memory) {
		for _, f := range m.Flows {
			if id == "" || f.ID == id {
				l.nodes = append(l.nodes, f.node())
			}
		}
	})
	if id != "" && len(l.nodes) == 0 {
		return s.unknownFlow(c, id)
	}
	return s.list(c, l)
}

// setFlow is POST /{page}/welcome_message_flows: a new one, or with flow_id a change
// of one.
func (s *Server) setFlow(c *call) answer {
	id := c.param("flow_id")
	var f flow
	if id != "" {
		found := false
		s.inspect(func(m *memory) {
			if i := at(m.Flows, id); i >= 0 {
				f, found = m.Flows[i], true
			}
		})
		if !found {
			return s.unknownFlow(c, id)
		}
	} else {
		f.ID = c.object("flow")
		for _, name := range []string{"name", "welcome_message_flow", "eligible_platforms"} {
			if c.params[name] == nil {
				return s.invalidParameter(c, name+": is missing")
			}
		}
	}
	if name := c.param("name"); name != "" {
		f.Name = name
	}
	for name, to := range map[string]*json.RawMessage{"welcome_message_flow": &f.Messages, "eligible_platforms": &f.Platforms} {
		given := c.params[name]
		if given == nil {
			continue
		}
		if given[0] != '[' && given[0] != '{' {
			return s.invalidParameter(c, name+": must be a list in JSON")
		}
		*to = given
	}
	f.Updated = s.opts.Clock().UTC().Format(graphTime)
	var doc any = map[string]string{"flow_id": f.ID}
	if id != "" {
		doc = success()
	}
	return s.added(c, doc, func(m *memory) {
		if i := at(m.Flows, f.ID); i >= 0 {
			m.Flows[i] = f
		} else {
			m.Flows = append(m.Flows, f)
		}
	})
}

// deleteFlow is DELETE /{page}/welcome_message_flows?flow_id={id}.
func (s *Server) deleteFlow(c *call) answer {
	id := c.param("flow_id")
	if !has(s, func(m *memory) []flow { return m.Flows }, id) {
		return s.unknownFlow(c, id)
	}
	return s.removed(c, success(), func(m *memory) { m.Flows = without(m.Flows, id) })
}

// unknownFlow: a call names a flow that is not there. Meta's error for it is not
// documented.
func (s *Server) unknownFlow(c *call, id string) answer {
	return s.invalidParameter(c, "flow_id: there is no flow with the id "+id)
}
