package graph

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/schemas"
)

// psid is whom a call about the settings of one person concerns.
func psid(c *call) string { return c.param("psid") }

// userSettings is GET /me/custom_user_settings?psid={psid}: the menu of the
// person, if there is one, and the page's.
// https://developers.facebook.com/docs/messenger-platform/send-messages/persistent-menu
func (s *Server) userSettings(c *call) answer {
	settings := map[string]json.RawMessage{}
	s.inspect(func(m *memory) {
		if menu, ok := m.Menus[c.x.Person]; ok {
			settings["user_level_persistent_menu"] = menu
		}
		if menu, ok := m.Profile["persistent_menu"]; ok {
			settings["page_level_persistent_menu"] = menu
		}
	})
	if len(settings) == 0 {
		return s.reply(c, plainList())
	}
	return s.reply(c, plainList(settings))
}

// Menu returns the persistent menu that a person has alone; nil for none.
func (s *Server) Menu(person string) (menu json.RawMessage) {
	s.inspect(func(m *memory) { menu = bytes.Clone(m.Menus[person]) })
	return menu
}

// setUserSettings is POST /me/custom_user_settings.
func (s *Server) setUserSettings(c *call) answer {
	if err := schemas.Validate("custom-user-settings.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	return s.added(c, profileChanged(), func(m *memory) { put(&m.Menus, c.x.Person, c.params["persistent_menu"]) })
}

// deleteUserSettings is DELETE /me/custom_user_settings. It takes people who
// have no menu.
func (s *Server) deleteUserSettings(c *call) answer {
	settings := c.list("params")
	for _, name := range settings {
		if name != "persistent_menu" {
			return s.invalidParameter(c, fmt.Sprintf("params: %q is no setting of a person, the only one is persistent_menu", name))
		}
	}
	if len(settings) == 0 {
		return s.invalidParameter(c, `params: names no setting to delete, must be ["persistent_menu"]`)
	}
	return s.removed(c, profileChanged(), func(m *memory) { delete(m.Menus, c.x.Person) })
}

// setNLP is POST /me/nlp_configs. It changes nothing: the platform reads no
// messages.
// https://developers.facebook.com/docs/graph-api/reference/page/nlp_configs
func (s *Server) setNLP(c *call) answer {
	if err := schemas.Validate("nlp-configs.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	return s.reply(c, success())
}
