package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const (
	// maxBody is how many bytes the body of a call may have; a larger one is
	// answered 413. It is also how many of a body the journal keeps.
	maxBody = 1 << 20

	// maxUpload is how many bytes a form in parts may have, because of the file
	// in it; for a larger one there is an error of Meta's.
	maxUpload = 25 << 20

	// maxForms is how many forms in parts are in memory at once; more wait.
	maxForms = 4

	// ReceiptsPath is where receipts are posted.
	ReceiptsPath = ownPath + "receipts"

	// LoadPath is where those who send a load post which events were not acknowledged.
	LoadPath = ownPath + "load"

	// ownPath is what the platform answers in its own name, not in Meta's.
	ownPath = "/_referee/"

	// answerTime is how long a client may take to read an answer.
	answerTime = 10 * time.Second
)

// Server is an http.Handler for the platform's listener. It is safe for
// concurrent use.
type Server struct {
	opts    Options
	edges   map[string]edge
	rules   map[string][]rule // by what a call asks for
	calls   atomic.Uint64
	holds   holds
	scripts scripts
	// onPurpose are asked in this order what a call is answered on purpose.
	onPurpose []func(journal.Exchange) (fault.GraphAnswer, bool)
	state     state
	uploads   uploads
	forms     chan struct{} // has an entry for each form in parts under way
	closed    chan struct{}
	close     sync.Once
}

// New returns a server.
func New(o Options) *Server {
	o = o.complete()
	s := &Server{opts: o, edges: edgeTable(), rules: rulesByCall(), forms: make(chan struct{}, maxForms), closed: make(chan struct{})}
	s.uploads.store = o.Files
	s.onPurpose = append(s.onPurpose, s.scripts.take)
	if o.Answer != nil {
		s.onPurpose = append(s.onPurpose, o.Answer)
	}
	return s
}

// Hold lets Graph API calls that concern this person wait, after they were
// recorded, until release is called, their client goes away, or the server is
// closed. Calls that concern others, and receipts, go on. release may be
// called more than once; a person held twice has to be released twice. An
// empty person holds nobody.
func (s *Server) Hold(person string) (release func()) { return s.holds.hold(person) }

// Close releases all calls that are held or delayed; later ones are so no more.
func (s *Server) Close() {
	s.close.Do(func() { close(s.closed) })
	s.holds.close()
}

// answer is what a call gets.
type answer struct {
	// status is 0 if the client is not there any more to get one, or if it gets
	// none because its connection is reset.
	status int
	header http.Header
	body   []byte
	reset  bool
	// problem tells the journal why the call was refused; empty if it was not.
	problem string
	// fault describes what was done to the answer on purpose; empty for nothing.
	fault string
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	limit := int64(maxBody)
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		limit = maxUpload
		select {
		case s.forms <- struct{}{}:
			defer func() { <-s.forms }()
		case <-r.Context().Done():
			return // with nothing to record: nothing was read
		}
	}
	c, serve := s.arrive(w, r, limit)
	s.record(c)
	switch a := s.respond(c, serve); {
	case a.reset:
		cut(w)
	case a.status != 0:
		send(w, a, acceptsGzip(r) && a.fault == "" && len(a.body) > 0)
	}
	s.tell(w, c)
}

// arrive reads a call for the journal, and returns what will answer it.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request, limit int64) (c *call, serve func() answer) {
	c = s.newCall(r.Context())
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	c.x = journal.Exchange{
		At:        s.opts.Clock(),
		Direction: journal.FromReceiver,
		Kind:      journal.Unknown,
		Request: journal.Message{
			Method: r.Method, URL: r.RequestURI, Proto: r.Proto,
			Header: append(wire.Header{{Name: "Host", Value: r.Host}}, journal.SortedHeader(r.Header)...),
			Body:   body[:min(len(body), maxBody)], Cut: err != nil || len(body) > maxBody,
		},
	}
	if strings.HasPrefix(r.URL.Path, ownPath) {
		serve = s.own(r, c)
	} else {
		serve = s.graph(r, c, body)
	}
	if err != nil {
		serve = func() answer { return s.unread(c, err) }
	}
	return c, serve
}

// newCall numbers a call, and begins to measure it.
func (s *Server) newCall(ctx context.Context) *call {
	return &call{ctx: ctx, ids: ids{seed: s.opts.Seed, call: s.calls.Add(1)}, version: s.opts.Version, day: s.day(), started: time.Now()}
}

// record writes a call to the journal as it arrived.
func (s *Server) record(c *call) { c.x.Seq = s.opts.Journal.Record(c.x) }

// respond answers a recorded call, as soon as nobody holds its person, with what
// a fault has for it or with what serve says, and completes its record. What cannot be
// kept is not done, and if it was the record of it that could not, nobody is told that all
// is well.
func (s *Server) respond(c *call, serve func() answer) answer {
	if err := s.opts.Stored(); err != nil {
		return s.complete(c, plain(http.StatusInsufficientStorage, "the call was not carried out: "+err.Error()))
	}
	a := gone()
	if c.x.Kind == journal.Receipt || s.holds.wait(c.ctx, c.x.Person) {
		a = s.play(c, serve)
	}
	s.complete(c, a)
	if err := s.opts.Stored(); err != nil && a.status != 0 {
		return s.complete(c, plain(http.StatusInsufficientStorage, "the call was carried out, but that is not kept: "+err.Error()))
	}
	return a
}

// complete completes the record of a call with its answer.
func (s *Server) complete(c *call, a answer) answer {
	s.opts.Journal.Amend(c.x.Seq, func(x *journal.Exchange) {
		if a.status != 0 {
			x.Response = journal.Message{
				Status: a.status, Proto: x.Request.Proto, Header: journal.SortedHeader(a.header),
				Body: a.body[:min(len(a.body), maxBody)], Cut: len(a.body) > maxBody,
			}
		}
		x.Err = a.problem
		if a.fault != "" {
			x.Faults = []string{a.fault}
		}
		x.Timing.Done = time.Since(c.started)
	})
	path, _, _ := strings.Cut(c.x.Request.URL, "?") // the query can have a token
	s.opts.Logger.Debug("call", "method", c.x.Request.Method, "path", path, "person", c.x.Person, "status", a.status, "problem", a.problem)
	return a
}

// gone stands for the answer to a client that is not there any more.
func gone() answer { return answer{problem: "the receiver gave up before its call was answered"} }

// unread is the answer to a call whose body could not be read.
func (s *Server) unread(c *call, err error) answer {
	var large *http.MaxBytesError
	switch isLarge := errors.As(err, &large); {
	case isLarge && large.Limit == maxUpload && c.x.Kind != journal.Receipt:
		return s.refuse(c, errorTable()["attachment-too-large"], fmt.Sprintf("the form has more than %d MiB", maxUpload>>20))
	case isLarge:
		return plain(http.StatusRequestEntityTooLarge, fmt.Sprintf("the body has more than %d MiB, which is the most that this platform reads", large.Limit>>20))
	}
	return plain(http.StatusBadRequest, "the body did not arrive whole: "+err.Error())
}

// plain is an answer in the platform's own name that refuses a call.
func plain(status int, problem string) answer {
	return answer{
		status:  status,
		header:  http.Header{"Content-Type": {"text/plain; charset=utf-8"}},
		body:    []byte(problem + "\n"),
		problem: problem,
	}
}

// send writes an answer, compressed if that is asked for: Meta does so with every
// answer. One that a fault made keeps its bytes.
func send(w http.ResponseWriter, a answer, zipped bool) {
	// The server has no write deadline of its own, because calls can be held.
	// Not every ResponseWriter can set one.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
	// Not Set, which would change the spelling of Meta's lower-case names.
	maps.Copy(w.Header(), a.header)
	if zipped {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Vary", "Accept-Encoding")
	}
	w.WriteHeader(a.status)
	// A client that has gone away is its own concern; the call was recorded.
	if zipped {
		_ = compressed(w, a.body)
	} else {
		_, _ = w.Write(a.body)
	}
}
