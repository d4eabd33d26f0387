package graph

import (
	"github.com/seed-11445fa1/referee/schemas"
)

// persona is a name and a picture under which a receiver sends.
type persona struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Picture string `json:"profile_picture_url"`
}

func (p persona) identity() string { return p.ID }

func (p persona) node() node {
	return node{kind: personaKind, id: p.ID, values: map[string]any{"name": p.Name, "profile_picture_url": p.Picture}}
}

func personasOf(m *memory) []persona { return m.Personas }

// isPersona reports whether a persona has this id.
func (s *Server) isPersona(id string) bool { return has(s, personasOf, id) }

// Persona returns the name and the picture of the persona of this id; false if there is
// none.
func (s *Server) Persona(id string) (name, picture string, ok bool) {
	s.inspect(func(m *memory) {
		if i := at(m.Personas, id); i >= 0 {
			name, picture, ok = m.Personas[i].Name, m.Personas[i].Picture, true
		}
	})
	return name, picture, ok
}

// createPersona is POST /me/personas. The picture is not fetched.
// https://developers.facebook.com/docs/messenger-platform/send-messages/personas
func (s *Server) createPersona(c *call) answer {
	if err := schemas.Validate("persona.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	p := persona{ID: s.fresh(c, "persona"), Name: c.param("name"), Picture: c.param("profile_picture_url")}
	return s.added(c, map[string]string{"id": p.ID}, func(m *memory) { m.Personas = append(m.Personas, p) })
}

// personas is GET /me/personas.
func (s *Server) personas(c *call) answer { return s.list(c, s.personaList()) }

func (s *Server) personaList() listing {
	l := listing{path: s.opts.PageID + "/personas", fallback: []string{"name", "profile_picture_url"}}
	s.inspect(func(m *memory) {
		for _, p := range m.Personas {
			l.nodes = append(l.nodes, p.node())
		}
	})
	return l
}

// personaNode is GET /{persona-id}.
func (s *Server) personaNode(c *call) answer {
	return show(s, c, personasOf, "name", "profile_picture_url")
}

// deletePersona is DELETE /{persona-id}.
func (s *Server) deletePersona(c *call) answer {
	return s.removed(c, success(), func(m *memory) { m.Personas = without(m.Personas, c.path[0]) })
}
