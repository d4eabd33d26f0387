package graph

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Script gives the next calls that concern this person these answers, one each
// and in this order; what was scripted before comes first. A scripted call has
// no effect and is not checked, not even its token, but for answers that only
// come late. Elements of a batch count as calls, receipts do not. An empty
// person is nobody.
func (s *Server) Script(person string, answers ...fault.GraphAnswer) {
	s.scripts.add(person, answers)
}

// Unscript drops the answers that this person's calls did not get yet.
func (s *Server) Unscript(person string) { s.scripts.drop(person) }

// play returns the answer to a call: what a fault has for it, or that of serve.
func (s *Server) play(c *call, serve func() answer) answer {
	if c.x.Kind == journal.Receipt {
		return serve()
	}
	for _, ask := range s.onPurpose {
		if a, ok := ask(c.x); ok {
			return s.spoil(c, a, serve)
		}
	}
	return serve()
}

// spoil answers a call on purpose with this.
func (s *Server) spoil(c *call, a fault.GraphAnswer, serve func() answer) answer {
	if !s.pause(c.ctx, a.Delay) {
		out := gone()
		out.fault = a.What
		return out
	}
	if a.Pass {
		out := serve()
		out.fault = a.What
		out.header = over(out.header, a.Header)
		return out
	}
	problem := "answered on purpose with " + a.What
	if a.Error != "" {
		return s.spoilWith(c, a, problem)
	}
	out := answer{fault: a.What, problem: problem, reset: a.Reset}
	if !a.Reset {
		out.status, out.header, out.body = cmp.Or(a.Status, http.StatusOK), a.Header, a.Body
	}
	return out
}

// spoilWith answers a call on purpose with an error of Meta's.
func (s *Server) spoilWith(c *call, a fault.GraphAnswer, problem string) answer {
	e, known := errorTable()[a.Error]
	if !known {
		return plain(http.StatusInternalServerError, fmt.Sprintf("there is no error %q to answer on purpose: name one of mockplatform/graph/errors.json or refusals.json", a.Error))
	}
	out := s.refuse(c, e, problem)
	out.fault, out.status = a.What, cmp.Or(a.Status, out.status)
	out.header = over(out.header, a.Header)
	return out
}

// over puts headers in place of those of the same name, however it is written.
func over(header, added http.Header) http.Header {
	out := http.Header{}
	maps.Copy(out, header)
	for name, values := range added {
		maps.DeleteFunc(out, func(other string, _ []string) bool { return strings.EqualFold(other, name) })
		out[name] = values
	}
	return out
}

// pause waits until a delay is over or the server is closed; false if the client
// goes away before.
func (s *Server) pause(ctx context.Context, delay time.Duration) bool {
	if delay <= 0 {
		return true
	}
	over := time.NewTimer(delay)
	defer over.Stop()
	select {
	case <-over.C:
	case <-s.closed:
	case <-ctx.Done():
		return false
	}
	return true
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

func (s *scripts) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = nil
}

// take returns the next answer for the person of a call.
func (s *scripts) take(x journal.Exchange) (fault.GraphAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.next[x.Person]
	if len(list) == 0 {
		return fault.GraphAnswer{}, false
	}
	s.next[x.Person] = list[1:]
	return list[0], true
}
