package graph

import (
	"cmp"
	"encoding/json"
	"time"
)

// releaseThread is POST /{page}/release_thread_control: nobody has the thread then,
// and the receiver's app answers it as the default.
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing
// No webhook tells of it.
func (s *Server) releaseThread(c *call) answer {
	if refusal, ok := s.threadControl(c); !ok {
		return refusal
	}
	return s.removed(c, success(), func(m *memory) { delete(m.Threads, c.x.Person) })
}

// controlToFollow refuses a message whose member thread_control cannot be read, if the
// Graph API is strict: what it may say is documented for passing alone, that it can
// release is inferred, and so is that anything else is refused.
func (s *Server) controlToFollow(c *call) (refusal answer, ok bool) {
	control := c.params["thread_control"]
	if control == nil || !s.opts.Strict {
		return answer{}, true
	}
	app := member(control, "app_id")
	switch kind := textOf(member(control, "control_type")); {
	case kind != "pass" && kind != "release":
		return s.invalidParameter(c, `thread_control: control_type must be "pass" or "release"`), false
	case app != nil && !isNumber(textOf(app)):
		return s.invalidParameter(c, "thread_control: app_id must be the id of an app"), false
	}
	return answer{}, true
}

// controlAfter does with the thread what a message says that was sent. Without app_id
// the default app gets it, which is the receiver's.
func (s *Server) controlAfter(c *call) {
	control := c.params["thread_control"]
	switch textOf(member(control, "control_type")) {
	case "release":
		s.change(0, func(m *memory) { delete(m.Threads, c.x.Person) })
	case "pass":
		app := cmp.Or(textOf(member(control, "app_id")), s.opts.AppID)
		s.change(perEntry+len(c.x.Doc), func(m *memory) { s.pass(c, m, app) })
	}
}

// longestControl is for how long an app may have a thread at most, one that an ad
// began.
const longestControl = 30 * 24 * time.Hour

// extendThread is POST /{page}/extend_thread_control. How it names the time is
// inferred: duration, in seconds. Control does not end by itself here.
func (s *Server) extendThread(c *call) answer {
	if refusal, ok := s.threadControl(c); !ok {
		return refusal
	}
	if s.Owner(c.x.Person) != s.opts.AppID {
		return s.threadOfAnotherApp(c)
	}
	if given := c.params["duration"]; given != nil {
		var seconds json.Number
		if json.Unmarshal([]byte(textOf(given)), &seconds) != nil {
			return s.invalidParameter(c, "duration: must be a number of seconds")
		}
		if n, err := seconds.Int64(); err != nil || n < 1 || n > int64(longestControl/time.Second) {
			return s.invalidParameter(c, "duration: must be 1 to 2592000 seconds, which are 30 days")
		}
	}
	return s.reply(c, success())
}
