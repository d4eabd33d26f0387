package mockplatform

import (
	"cmp"
	"net"
	"net/http"
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const (
	// maxStrangers is how many calls of strangers are told of, each once: a page that
	// goes on calling must not drive out of the journal what the receiver did.
	maxStrangers = 16
	// maxStrangeText is how much is kept of a header or a path that a stranger chose.
	maxStrangeText = 200
)

// GraphAPI is what answers calls of the Graph API, and takes receipts. It can be
// served on further listeners, for a receiver that has Meta's hosts written in, or is
// in a container: it is called by Options.Hosts there, by localhost or by any address.
// Calls by other names, and calls of web pages, are refused.
func (p *Platform) GraphAPI() http.Handler { return p.answering(true, p.opts.Hosts) }

// listening is what answers on the platform's own listener.
func (p *Platform) listening() http.Handler {
	host, _, _ := net.SplitHostPort(p.opts.Addr) // which was checked
	return p.answering(!origin.Loopback(host), append([]string{host}, p.opts.Hosts...))
}

// answering lets through the calls of programs, and counts them, so that Close can
// wait for them.
func (p *Platform) answering(addresses bool, hosts []string) http.Handler {
	policy := origin.Policy{
		Service: "the platform", HostFlag: "--platform-host", Hosts: hosts, Addresses: addresses,
		Takes: "the platform takes calls only from programs, and none that a web page lets a browser make; let the bot's server make it, which sends neither Sec-Fetch-Site nor Origin",
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.begin() {
			http.Error(w, errClosed.Error(), http.StatusServiceUnavailable)
			return
		}
		defer p.work.Done()
		if problem := cmp.Or(policy.Unknown(r.Host), policy.Foreign(r)); problem != "" {
			p.refuse(w, r, problem)
			return
		}
		p.graph.ServeHTTP(w, r)
	})
}

// refuse answers a stranger in the platform's own name. Nothing of the body is read.
func (p *Platform) refuse(w http.ResponseWriter, r *http.Request, problem string) {
	path := shortened(r.URL.EscapedPath())
	p.opts.Logger.Debug("call refused", "method", r.Method, "path", path, "problem", problem)
	p.strangers.count(RefusedCall{Method: shortened(r.Method), Edge: path, Problem: problem}, func() uint64 {
		return p.journal.Record(strangeExchange(r, path, problem, journal.Exchange{At: p.Now()}))
	})
	http.Error(w, problem, http.StatusForbidden)
}

// strangeExchange completes the record of a refused call: who called what, so that
// somebody who misses an answer sees why, and nothing of what it wanted to say.
func strangeExchange(r *http.Request, path, problem string, x journal.Exchange) journal.Exchange {
	header := wire.Header{{Name: "Host", Value: shortened(r.Host)}}
	for _, name := range []string{"Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site", "User-Agent"} {
		if value := r.Header.Get(name); value != "" {
			header.Add(name, shortened(value))
		}
	}
	x.Direction, x.Kind, x.Err = journal.FromReceiver, journal.Unknown, problem
	x.Request = journal.Message{Method: shortened(r.Method), URL: path, Proto: r.Proto, Header: header, Cut: r.ContentLength != 0}
	x.Response = journal.Message{
		Status: http.StatusForbidden, Proto: r.Proto, Body: []byte(problem + "\n"),
		Header: wire.Header{{Name: "Content-Type", Value: "text/plain; charset=utf-8"}, {Name: "X-Content-Type-Options", Value: "nosniff"}},
	}
	return x
}

func shortened(text string) string { return text[:min(len(text), maxStrangeText)] }

// strangers counts refused calls that are not the receiver's, or by a name that it
// must not use.
type strangers struct {
	mu   sync.Mutex
	list []RefusedCall
}

// count counts a call. record is for the first of its sort, and returns its number in
// the journal.
func (s *strangers) count(call RefusedCall, record func() uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.list, func(other RefusedCall) bool {
		other.Count, other.First = 0, 0
		return other == call
	})
	if i < 0 {
		if len(s.list) == maxStrangers {
			return
		}
		i, call.First = len(s.list), record()
		s.list = append(s.list, call)
	}
	s.list[i].Count++
}

func (s *strangers) refused() []RefusedCall {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

func (s *strangers) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = nil
}
