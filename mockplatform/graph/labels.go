package graph

import "slices"

const labelKind = "PageLabel"

// label is a name that a receiver gives to people, for itself.
// https://developers.facebook.com/docs/messenger-platform/identity/custom-labels
type label struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	People []string `json:"people,omitempty"`
}

func (l label) identity() string { return l.ID }

func (l label) node() node {
	// The field is page_label_name since Graph API 18.0, and was name before.
	return node{kind: labelKind, id: l.ID, values: map[string]any{"page_label_name": l.Name, "name": l.Name}}
}

func labelsIn(m *memory) []label { return m.Labels }

func (s *Server) isLabel(id string) bool { return has(s, labelsIn, id) }

// createLabel is POST /{page}/custom_labels.
func (s *Server) createLabel(c *call) answer {
	l := label{ID: s.fresh(c, "label"), Name: c.param("page_label_name")}
	if l.Name == "" {
		l.Name = c.param("name")
	}
	if l.Name == "" {
		return s.invalidParameter(c, "page_label_name: is missing, must be the name of the label")
	}
	return s.added(c, map[string]string{"id": l.ID}, func(m *memory) { m.Labels = append(m.Labels, l) })
}

// labels is GET /{page}/custom_labels.
func (s *Server) labels(c *call) answer { return s.list(c, s.labelList(s.opts.PageID, "")) }

// labelsOf is GET /{psid}/custom_labels.
func (s *Server) labelsOf(c *call) answer { return s.list(c, s.labelList(c.path[0], c.path[0])) }

// labelList are the labels of a person, or all.
func (s *Server) labelList(owner, person string) listing {
	l := listing{path: owner + "/custom_labels"}
	s.inspect(func(m *memory) {
		for _, one := range m.Labels {
			if person == "" || slices.Contains(one.People, person) {
				l.nodes = append(l.nodes, one.node())
			}
		}
	})
	return l
}

// labelNode is GET /{label-id}.
func (s *Server) labelNode(c *call) answer { return show(s, c, labelsIn) }

// user is whom a call about a label concerns.
func user(c *call) string { return c.param("user") }

// assignLabel is POST /{label-id}/label.
func (s *Server) assignLabel(c *call) answer {
	return s.added(c, success(), func(m *memory) {
		if i := at(m.Labels, c.path[0]); i >= 0 && !slices.Contains(m.Labels[i].People, c.x.Person) {
			m.Labels[i].People = append(slices.Clone(m.Labels[i].People), c.x.Person)
		}
	})
}

// unassignLabel is DELETE /{label-id}/label. It takes people who do not have it.
func (s *Server) unassignLabel(c *call) answer {
	return s.removed(c, success(), func(m *memory) {
		if i := at(m.Labels, c.path[0]); i >= 0 {
			m.Labels[i].People = slices.DeleteFunc(slices.Clone(m.Labels[i].People), func(p string) bool { return p == c.x.Person })
		}
	})
}

// deleteLabel is DELETE /{label-id}.
func (s *Server) deleteLabel(c *call) answer {
	return s.removed(c, success(), func(m *memory) { m.Labels = without(m.Labels, c.path[0]) })
}
