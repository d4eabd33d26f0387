package graph

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// named is a value by which a call names a person, and its parameter as Meta writes it.
type named struct {
	param string
	value any
}

// people are the values by which a call names people by their ids; none if it names them
// in another way, or not at all.
func (c *call) people() []named {
	one := func(param string) []named {
		if value := c.value(param); value != nil {
			return []named{{param, value}}
		}
		return nil
	}
	switch c.x.Edge {
	case "thread_owner":
		return one("recipient")
	case "custom_user_settings", "unlink_accounts", "label":
		return one(personParam(c))
	case "moderate_conversations":
		var all []named
		for i, user := range objects(c.value("user_ids")) {
			all = append(all, named{fmt.Sprintf("user_ids[%d][id]", i), user["id"]})
		}
		return all
	}
	if id, given := c.objectParam("recipient")["id"]; given {
		return []named{{"recipient[id]", id}}
	}
	return nil
}

// personParam is the parameter that names the person whom a call concerns, which has no
// recipient.
func personParam(c *call) string {
	switch c.x.Edge {
	case "label":
		return "user"
	case "moderate_conversations":
		return "user_ids"
	}
	return "psid"
}

// recipientID is the id of whom a call is for; empty if it names nobody by an id.
func (c *call) recipientID() string { return idOf(c.objectParam("recipient")["id"]) }

// idOf is an id, which may be a text or a number; empty for all else.
func idOf(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		return value.String()
	}
	return ""
}

func recipientMissing(_ *Server, c *call) (breach, bool) {
	return breach{}, c.params["recipient"] == nil
}

func recipientEmpty(_ *Server, c *call) (breach, bool) {
	given := c.value("recipient")
	members, isObject := given.(object)
	return breach{}, given == "" || isObject && len(members) == 0
}

func personMissing(_ *Server, c *call) (breach, bool) {
	param := personParam(c)
	return breach{param: param}, c.params[param] == nil
}

// notAnID: a bot in JavaScript has "undefined" for what it did not find.
func notAnID(_ *Server, c *call) (breach, bool) {
	for _, one := range c.people() {
		if !isNumber(idOf(one.value)) {
			return breach{param: one.param}, true
		}
	}
	return breach{}, false
}

// nobodyNamed: what a bot in JavaScript has for what it did not find names nobody in any
// other way either.
func nobodyNamed(_ *Server, c *call) (breach, bool) {
	recipient := c.objectParam("recipient")
	return breach{}, slices.ContainsFunc([]string{"user_ref", "comment_id", "post_id", "phone_number"}, func(name string) bool {
		text, _ := recipient[name].(string)
		return slices.Contains([]string{"undefined", "null", "NaN", "[object Object]"}, text)
	})
}

// nobodyThere: Meta knows nobody by this id, or it is the page's own.
func nobodyThere(s *Server, c *call) (breach, bool) {
	return breach{}, slices.ContainsFunc(c.people(), func(one named) bool {
		id := idOf(one.value)
		return isNumber(id) && (s.isAccount(id) || s.opts.Known != nil && !s.opts.Known(id))
	})
}

// outsideWindow looks at the clock of the platform. HUMAN_AGENT has seven days, and so
// has CUSTOMER_FEEDBACK for its own template.
func outsideWindow(s *Server, c *call) (breach, bool) {
	id := c.recipientID()
	if s.opts.Contact == nil || id == "" || c.params["message"] == nil {
		return breach{}, false
	}
	at, ok := s.opts.Contact(id)
	window := 24 * time.Hour
	switch c.param("tag") {
	case "HUMAN_AGENT":
		window *= 7
	case "CUSTOMER_FEEDBACK":
		if templateOf(c.objectParam("message"))["template_type"] == "customer_feedback" {
			window *= 7
		}
	}
	return breach{}, ok && s.opts.Clock().Sub(at) > window
}
