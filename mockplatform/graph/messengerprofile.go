package graph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
)

// profileProperties returns the properties of a Messenger profile.
func profileProperties() []string {
	return []string{"get_started", "greeting", "ice_breakers", "persistent_menu", "whitelisted_domains", "account_linking_url", "commands"}
}

// messengerProfile is GET /me/messenger_profile. Without fields it answers all
// that is set; whether Meta then refuses is not documented.
// https://developers.facebook.com/docs/messenger-platform/reference/messenger-profile-api
func (s *Server) messengerProfile(c *call) answer {
	fields, problem := profileFields(c)
	if problem != "" {
		return s.invalidParameter(c, problem)
	}
	if len(fields) == 0 {
		fields = profileProperties()
	}
	set, found := s.Profile(), map[string]any{}
	for _, name := range fields {
		if name == onlyRead {
			found[name] = false // people here live where no such rules are
		}
		if value, ok := set[name]; ok {
			found[name] = value
		}
	}
	if len(found) == 0 {
		return s.reply(c, plainList())
	}
	return s.reply(c, plainList(found))
}

// setMessengerProfile is POST /me/messenger_profile. A menu is taken without a
// Get Started button too: one may have been set before this process began.
func (s *Server) setMessengerProfile(c *call) answer {
	if err := schemas.Validate("messenger-profile.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	return s.added(c, profileChanged(), func(m *memory) {
		for _, name := range profileProperties() {
			if value, ok := c.params[name]; ok {
				put(&m.Profile, name, value)
			}
		}
	})
}

// deleteMessengerProfile is DELETE /me/messenger_profile. It takes properties
// that were not set.
func (s *Server) deleteMessengerProfile(c *call) answer {
	fields, problem := profileFields(c)
	if problem == "" && len(fields) == 0 {
		problem = "fields: names no property to delete"
	}
	if problem != "" {
		return s.invalidParameter(c, problem)
	}
	return s.removed(c, profileChanged(), func(m *memory) {
		for _, name := range fields {
			delete(m.Profile, name)
		}
	})
}

// onlyRead is a property that says whether the stricter rules of Europe hold; nobody sets it.
const onlyRead = "subject_to_new_eu_privacy_rules"

// profileFields are the properties that a call names, and what is wrong with
// them.
func profileFields(c *call) (fields []string, problem string) {
	fields = c.list("fields")
	for _, name := range fields {
		if !slices.Contains(profileProperties(), name) && (name != onlyRead || c.method != "GET") {
			return nil, fmt.Sprintf("fields: %q is none of %s", name, strings.Join(profileProperties(), ", "))
		}
	}
	return fields, ""
}

func profileChanged() any { return map[string]string{"result": "success"} }
