package graph

import (
	"encoding/json"

	"github.com/seed-11445fa1/referee/schemas"
)

// Owner returns the app that controls the thread with a person: the
// receiver's, but for threads that it passed on.
func (s *Server) Owner(person string) string {
	owner := s.opts.AppID
	s.inspect(func(m *memory) {
		if app, ok := m.Threads[person]; ok {
			owner = app
		}
	})
	return owner
}

// threadControl refuses a call about a thread that does not say whose it is.
func (s *Server) threadControl(c *call) (refusal answer, ok bool) {
	if err := schemas.Validate("thread-control.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err)), false
	}
	return answer{}, true
}

// passThread is POST /me/pass_thread_control:
// https://developers.facebook.com/docs/graph-api/reference/page/pass_thread_control
func (s *Server) passThread(c *call) answer {
	if err := schemas.Validate("thread-control.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	app := c.param("target_app_id")
	if app == "" {
		return s.invalidParameter(c, `the document: lacks the member "target_app_id"`)
	}
	return s.added(c, success(), func(m *memory) { s.pass(c, m, app) })
}

// pass gives a thread to an app.
func (s *Server) pass(c *call, m *memory, app string) {
	previous := m.Threads[c.x.Person]
	if app == s.opts.AppID {
		delete(m.Threads, c.x.Person)
	} else {
		put(&m.Threads, c.x.Person, app)
	}
	c.brings(Effect{Kind: Passed, Previous: previous, Owner: app, Metadata: c.params["metadata"]})
}

// GiveThread makes an app the owner of the thread with a person, because that is what
// another app did. It reports whether there was room to keep it.
func (s *Server) GiveThread(person, app string) bool {
	if app == s.opts.AppID {
		return s.change(0, func(m *memory) { delete(m.Threads, person) })
	}
	return s.change(2*perEntry, func(m *memory) { put(&m.Threads, person, app) })
}

// takeThread is POST /me/take_thread_control:
// https://developers.facebook.com/docs/graph-api/reference/page/take_thread_control
func (s *Server) takeThread(c *call) answer {
	if refusal, ok := s.threadControl(c); !ok {
		return refusal
	}
	return s.removed(c, success(), func(m *memory) {
		c.brings(Effect{Kind: Taken, Previous: m.Threads[c.x.Person], Owner: s.opts.AppID, Metadata: c.params["metadata"]})
		delete(m.Threads, c.x.Person)
	})
}

// requestThread is POST /me/request_thread_control. It only asks: there is
// nobody here to pass the thread back.
// https://developers.facebook.com/docs/graph-api/reference/page/request_thread_control
func (s *Server) requestThread(c *call) answer {
	if err := schemas.Validate("thread-control.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	return s.reply(c, success())
}

// threadOwner is GET /me/thread_owner?recipient={psid}:
// https://developers.facebook.com/docs/graph-api/reference/page/thread_owner
func (s *Server) threadOwner(c *call) answer {
	owner := map[string]json.Number{"app_id": json.Number(s.Owner(c.x.Person))}
	return s.reply(c, plainList(map[string]any{"thread_owner": owner}))
}

// secondaryReceivers is GET /me/secondary_receivers. The page has no other app.
// https://developers.facebook.com/docs/graph-api/reference/page/secondary_receivers
func (s *Server) secondaryReceivers(c *call) answer { return s.reply(c, plainList()) }
