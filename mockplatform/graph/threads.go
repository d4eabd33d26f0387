package graph

import (
	"sync"

	"github.com/seed-11445fa1/referee/schemas"
)

// threads knows which app controls the thread with a person.
type threads struct {
	app string // the receiver's, which has those that it did not pass on

	mu     sync.Mutex
	passed map[string]string // person to app
}

func (t *threads) owner(person string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if app, ok := t.passed[person]; ok {
		return app
	}
	return t.app
}

func (t *threads) pass(person, app string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.passed == nil {
		t.passed = map[string]string{}
	}
	t.passed[person] = app
}

func (t *threads) take(person string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.passed, person)
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
	s.threads.pass(c.x.Person, app)
	return s.reply(c, success())
}

// takeThread is POST /me/take_thread_control:
// https://developers.facebook.com/docs/graph-api/reference/page/take_thread_control
func (s *Server) takeThread(c *call) answer {
	if err := schemas.Validate("thread-control.request", c.x.Doc); err != nil {
		return s.invalidParameter(c, explain(err))
	}
	s.threads.take(c.x.Person)
	return s.reply(c, success())
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
	if c.x.Person == "" {
		return s.invalidParameter(c, "recipient: names nobody, must be the id of a person")
	}
	owner := map[string]string{"app_id": s.threads.owner(c.x.Person)}
	return s.reply(c, list(map[string]any{"thread_owner": owner}))
}

// secondaryReceivers is GET /me/secondary_receivers. The page has no other app.
// https://developers.facebook.com/docs/graph-api/reference/page/secondary_receivers
func (s *Server) secondaryReceivers(c *call) answer { return s.reply(c, list()) }
