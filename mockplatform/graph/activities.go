package graph

import "encoding/json"

// logEvents is POST /{app}/activities, by which a bot logs events of its own. It has no
// effect. Meta's page shows neither a token in the call nor the answer; that is as
// for other calls that change something.
// https://developers.facebook.com/docs/messenger-platform/analytics/app-events
func (s *Server) logEvents(c *call) answer {
	var events []map[string]json.RawMessage
	list := c.params["custom_events"]
	if text := textOf(list); text != "" {
		list = json.RawMessage(text)
	}
	switch {
	case c.param("event") != "CUSTOM_APP_EVENTS":
		return s.invalidParameter(c, "event: must be CUSTOM_APP_EVENTS")
	case json.Unmarshal(list, &events) != nil || len(events) == 0:
		return s.invalidParameter(c, `custom_events: must be a list of events, such as [{"_eventName":"fb_mobile_purchase"}]`)
	}
	for _, event := range events {
		if textOf(event["_eventName"]) == "" {
			return s.invalidParameter(c, "custom_events: each must have an _eventName")
		}
	}
	return s.reply(c, success())
}

// scopedUser is whom events are about.
func scopedUser(c *call) string { return c.param("page_scoped_user_id") }
