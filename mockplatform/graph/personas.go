package graph

import (
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/seed-11445fa1/referee/schemas"
)

// personasPerPage is how many personas a list has if the call does not say.
const personasPerPage = 25

// persona is a name and a picture under which a receiver sends.
type persona struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Picture string `json:"profile_picture_url"`
}

func (p persona) node() map[string]any {
	return map[string]any{"id": p.ID, "name": p.Name, "profile_picture_url": p.Picture}
}

// indexOf returns where the persona with this id is, -1 for none.
func (m *memory) indexOf(id string) int {
	return slices.IndexFunc(m.Personas, func(p persona) bool { return p.ID == id })
}

// isPersona reports whether a persona has this id.
func (s *Server) isPersona(id string) (found bool) {
	s.inspect(func(m *memory) { found = m.indexOf(id) >= 0 })
	return found
}

// createPersona is POST /me/personas. The picture is not fetched.
// https://developers.facebook.com/docs/messenger-platform/send-messages/personas
func (s *Server) createPersona(c *call) answer {
	if err := schemas.Validate("persona.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	p := persona{ID: c.object("persona"), Name: c.param("name"), Picture: c.param("profile_picture_url")}
	return s.added(c, map[string]string{"id": p.ID}, func(m *memory) { m.Personas = append(m.Personas, p) })
}

// personas is GET /me/personas, with the cursors that Meta's lists have. A
// cursor is made of an id.
func (s *Server) personas(c *call) answer {
	var all []persona
	s.inspect(func(m *memory) { all = slices.Clone(m.Personas) })
	at := func(name string) int {
		id, err := base64.RawURLEncoding.DecodeString(c.param(name))
		if err != nil {
			return -1
		}
		return slices.IndexFunc(all, func(p persona) bool { return p.ID == string(id) })
	}
	limit, err := strconv.Atoi(c.param("limit"))
	if err != nil || limit < 1 {
		limit = personasPerPage
	}
	after, before := at("after"), at("before")
	switch {
	case c.param("after") != "" && after < 0, c.param("before") != "" && before < 0:
		return s.invalidParameter(c, "after, before: must be a cursor of this list")
	case before >= 0:
		all = all[max(before-limit, 0):before]
	default:
		all = all[after+1:] // after is -1 at the beginning
		all = all[:min(limit, len(all))]
	}
	if len(all) == 0 {
		return s.reply(c, list())
	}
	nodes := make([]any, len(all))
	for i, p := range all {
		nodes[i] = nodeFields(c, p.node(), "name", "profile_picture_url")
	}
	cursor := func(p persona) string { return base64.RawURLEncoding.EncodeToString([]byte(p.ID)) }
	return s.reply(c, map[string]any{"data": nodes, "paging": map[string]any{
		"cursors": map[string]string{"before": cursor(all[0]), "after": cursor(all[len(all)-1])},
	}})
}

// personaNode is GET /{persona-id}.
func (s *Server) personaNode(c *call) answer {
	var node map[string]any
	s.inspect(func(m *memory) {
		if i := m.indexOf(c.path[0]); i >= 0 {
			node = m.Personas[i].node()
		}
	})
	if node == nil { // deleted since the call arrived
		return s.unsupportedRequest(c)
	}
	return s.reply(c, nodeFields(c, node, "name", "profile_picture_url"))
}

// deletePersona is DELETE /{persona-id}.
func (s *Server) deletePersona(c *call) answer {
	return s.removed(c, success(), func(m *memory) {
		m.Personas = slices.DeleteFunc(m.Personas, func(p persona) bool { return p.ID == c.path[0] })
	})
}
