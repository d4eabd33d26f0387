package graph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const (
	// MaxBody is how many bytes the body of a call may have; a larger one is
	// answered 413. It is also how many of a body the journal keeps.
	MaxBody = 1 << 20

	// MaxUpload is how many bytes a form in parts may have, because of the file
	// in it.
	MaxUpload = 25 << 20

	// ReceiptsPath is where receipts are posted.
	ReceiptsPath = ownPath + "receipts"

	// ownPath is what the platform answers in its own name, not in Meta's.
	ownPath = "/_referee/"

	// answerTime is how long a client may take to read an answer.
	answerTime = 10 * time.Second
)

// Options configure a Server. Journal is required.
type Options struct {
	// PageID is the page that "me" stands for.
	PageID string
	// PageToken is the only access token that is accepted.
	PageToken string
	// AppID is the app that the receiver speaks for: subscribed_apps lists it,
	// and it owns every thread until the receiver passes one on.
	AppID string
	// Seed determines the profiles of people, and, together with the order of
	// the calls, the ids of messages, attachments and traces.
	Seed int64
	// Journal takes every call.
	Journal *journal.Journal
	// Clock tells when a call arrived. Default time.Now.
	Clock func() time.Time
	// Logger gets a line for each call, without tokens, at the level debug.
	// Default: none.
	Logger *slog.Logger
}

// Server is an http.Handler for the platform's listener. It is safe for
// concurrent use.
type Server struct {
	opts         Options
	edges        map[string]edge
	calls        atomic.Uint64
	holds        holds
	scripts      scripts
	profile      messengerProfile
	subscription subscription
	threads      threads
}

// New returns a server.
func New(o Options) *Server {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Server{opts: o, edges: pageEdges(), threads: threads{app: o.AppID}}
}

// Hold lets Graph API calls that concern this person wait, after they were
// recorded, until release is called, their client goes away, or the server is
// closed. Calls that concern others, and receipts, go on. release may be
// called more than once; a person held twice has to be released twice. An
// empty person holds nobody.
func (s *Server) Hold(person string) (release func()) { return s.holds.hold(person) }

// Close releases all calls that are held; later ones are not held any more.
func (s *Server) Close() { s.holds.close() }

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
	// fault describes an answer that was scripted; empty if it was not.
	fault string
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, serve := s.arrive(w, r)
	s.record(c)
	switch a := s.settle(r.Context(), c, serve); {
	case a.reset:
		cut(w)
	case a.status != 0:
		send(w, a)
	}
}

// arrive reads a call for the journal, and returns what will answer it.
func (s *Server) arrive(w http.ResponseWriter, r *http.Request) (c *call, serve func() answer) {
	c = s.newCall()
	limit := int64(MaxBody)
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err == nil && media == "multipart/form-data" {
		limit = MaxUpload
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	c.x = journal.Exchange{
		At:        s.opts.Clock(),
		Direction: journal.FromReceiver,
		Kind:      journal.Unknown,
		Request: journal.Message{
			Method: r.Method, URL: r.RequestURI, Proto: r.Proto,
			Header: append(wire.Header{{Name: "Host", Value: r.Host}}, journal.SortedHeader(r.Header)...),
			Body:   body[:min(len(body), MaxBody)], Cut: err != nil || len(body) > MaxBody,
		},
	}
	if strings.HasPrefix(r.URL.Path, ownPath) {
		serve = s.own(r, c)
	} else {
		serve = s.graph(r, c, body)
	}
	if err != nil {
		serve = func() answer { return unread(err) }
	}
	return c, serve
}

// newCall numbers a call, and begins to measure it.
func (s *Server) newCall() *call {
	return &call{ids: ids{seed: s.opts.Seed, call: s.calls.Add(1)}, started: time.Now()}
}

// record writes a call to the journal as it arrived.
func (s *Server) record(c *call) { c.seq = s.opts.Journal.Record(c.x) }

// settle answers a recorded call, as soon as nobody holds its person, with what
// is scripted for it or with what serve says, and completes its record.
func (s *Server) settle(ctx context.Context, c *call, serve func() answer) answer {
	a := gone()
	if c.x.Kind == journal.Receipt || s.holds.wait(ctx, c.x.Person) {
		a = s.scripted(c, serve)
	}
	s.opts.Journal.Amend(c.seq, func(x *journal.Exchange) {
		if a.status != 0 {
			x.Response = journal.Message{Status: a.status, Proto: x.Request.Proto, Header: journal.SortedHeader(a.header), Body: a.body}
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
func gone() answer { return answer{problem: "the receiver gave up while its call was held"} }

// unread is the answer to a call whose body could not be read.
func unread(err error) answer {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
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

func send(w http.ResponseWriter, a answer) {
	// The server has no write deadline of its own, because calls can be held.
	// Not every ResponseWriter can set one.
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(answerTime))
	// Not Set, which would change the spelling of Meta's lower-case names.
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	// A client that has gone away is its own concern; the call was recorded.
	_, _ = w.Write(a.body)
}
