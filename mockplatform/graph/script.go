package graph

import (
	"cmp"
	"net"
	"net/http"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Script gives the next calls that concern this person these answers, one each
// and in this order; what was scripted before comes first. A scripted call has
// no effect and is not checked, not even its token. Elements of a batch count
// as calls, receipts do not. An empty person is nobody.
func (s *Server) Script(person string, answers ...fault.GraphAnswer) {
	s.scripts.add(person, answers)
}

// Unscript drops the answers that this person's calls did not get yet.
func (s *Server) Unscript(person string) { s.scripts.drop(person) }

// scripted returns the answer that is scripted for a call, or that of serve.
func (s *Server) scripted(c *call, serve func() answer) answer {
	if c.x.Kind == journal.Receipt {
		return serve()
	}
	a, ok := s.scripts.take(c.x.Person)
	if !ok {
		return serve()
	}
	out := answer{fault: a.What, problem: "answered on purpose with " + a.What, reset: a.Reset}
	if !a.Reset {
		out.status, out.header, out.body = cmp.Or(a.Status, http.StatusOK), a.Header, a.Body
	}
	return out
}

// cut ends the connection of a call without an answer.
func cut(w http.ResponseWriter) {
	nc, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // net/http's own way, which is a softer one
	}
	if secure, ok := nc.(interface{ NetConn() net.Conn }); ok {
		nc = secure.NetConn() // without the alert that says farewell
	}
	if tcp, ok := nc.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // what is left is dropped, and the other side told by a reset
	}
	_ = nc.Close() // nobody is left who could act on its error
}

// scripts keep answers for calls to come, by person. Their zero value has none.
type scripts struct {
	mu   sync.Mutex
	next map[string][]fault.GraphAnswer
}

func (s *scripts) add(person string, answers []fault.GraphAnswer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if person == "" {
		return
	}
	if s.next == nil {
		s.next = map[string][]fault.GraphAnswer{}
	}
	s.next[person] = append(s.next[person], answers...)
}

func (s *scripts) drop(person string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.next, person)
}

func (s *scripts) take(person string) (fault.GraphAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.next[person]
	if len(list) == 0 {
		return fault.GraphAnswer{}, false
	}
	s.next[person] = list[1:]
	return list[0], true
}
