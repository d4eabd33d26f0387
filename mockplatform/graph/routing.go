package graph

import (
	"encoding/json"
	"time"
)

// releaseThread is POST /{page}/release_thread_control: nobody has the thread then,
// and the receiver's app answers it as the default.
// https://developers.facebook.com/documentation/business-messaging/messenger-platform/conversation-routing
func (s *Server) releaseThread(c *call) answer { return s.takeThread(c) }

// longestControl is for how long an app may have a thread at most, one that an ad
// began.
const longestControl = 30 * 24 * time.Hour

// extendThread is POST /{page}/extend_thread_control. How it names the time is
// inferred: duration, in seconds. Control does not end by itself here.
func (s *Server) extendThread(c *call) answer {
	if refusal, ok := s.threadControl(c); !ok {
		return refusal
	}
	if s.ownerOf(c.x.Person) != s.opts.AppID {
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
