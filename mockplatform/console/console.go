// Package console is what people and programs use to steer the platform while
// it runs: a web console, and the control API under /api/v1/ on which the web
// console rests. Both are on a listener of their own.
//
// # Safety
//
// The console is for one machine. On any address but a loopback one it wants a
// token. Requests under a foreign Host, and requests that pages of another
// origin make, are refused. What a receiver sends is foreign: the API hands it
// out as JSON, the pages put it into text nodes, and a Content-Security-Policy
// keeps anything from running or being fetched all the same. Of the pictures, films and
// sounds that it names the console itself fetches those on this machine's loopback, and
// nothing else.
//
// Memory is bounded: so many requests, so many streams, so many bytes of a body.
// A stream has no queue. It asks the journal what is new each time its reader
// has taken the last.
//
// Public API: its types are the JSON of the control API.
package console

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/net/netutil"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/internal/listener"
	"github.com/seed-11445fa1/referee/mockplatform/internal/origin"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

const (
	// maxBody is how many bytes the body of a request may have.
	maxBody = 1 << 20
	// maxConnections is how many connections are open at the same time; further
	// ones wait to be accepted.
	maxConnections = 1024
	// maxRequests is how many requests are under way at the same time; further
	// ones are answered 503.
	maxRequests = 128
	// maxStreams is how many of these may be event streams.
	maxStreams = 32
	// answerTime is how long a request may take, its reader included. A virtual
	// clock that moves by days waits for a slow receiver many times.
	answerTime = 5 * time.Minute
	// writeTime is how long a client may take to read one part of an answer.
	writeTime = 10 * time.Second
)

// Options configure a Server. Platform is required.
type Options struct {
	// Platform is what the console steers. The console does not start or close it.
	Platform *mockplatform.Platform
	// Addr is the host:port to listen on. Default "127.0.0.1:0": any free port,
	// this machine only.
	Addr string
	// Token is what every request must carry. Required for an Addr that is not a
	// loopback one. Default: none is asked for.
	Token string
	// Hosts are further names under which the console may be called, without a
	// port. Default: localhost, addresses, and the host in Addr.
	Hosts []string
	// Faults are the rules by which the platform misbehaves; the same that the
	// platform has as its Options.Rules. Default: there are no rules.
	Faults *rules.Set
	// OnReset is called after a reset, to set up again what a reset forgets.
	// Default: nothing.
	OnReset func(context.Context) error
	// Record writes talks down. Default: they cannot be.
	Record Recorder
	// Metrics are at /metrics beside the console's own. Default: none.
	Metrics prometheus.Collector
	// Site are pages about what Meta sends, which the console links to: it hands them out
	// under /site/, whose part of the address they do not see. Default: there are none.
	Site http.Handler
	// Version is what the console says it is. Default "dev".
	Version string
	// Logger is told of what goes wrong. Default: none.
	Logger *slog.Logger
}

// Server is the console. It is safe for concurrent use.
type Server struct {
	opts     Options
	platform *mockplatform.Platform
	handler  http.Handler
	api      huma.API
	streams  chan struct{} // one for each stream
	meter    *meter
	steered  signal // given after each request that may have changed something

	life context.Context // ends with Close
	end  context.CancelFunc
	work sync.WaitGroup

	listener *listener.Listener
	starting sync.Mutex // held by Start, so that Close waits for what it sets going
}

// Check says what is wrong with address and token, for who has to know it before there
// is a platform.
func (o Options) Check() error {
	o.Addr = cmp.Or(o.Addr, anyPort)
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return fmt.Errorf("the address %q of the console is not host:port, such as 127.0.0.1:7071", o.Addr)
	}
	if o.Token == "" && !origin.Loopback(host) {
		return fmt.Errorf("the console would listen on %s for others than this machine: give it a token, or an address such as 127.0.0.1:7071", o.Addr)
	}
	return nil
}

// anyPort is where a console listens that is not told where.
const anyPort = "127.0.0.1:0"

// New returns a console that does not listen yet.
func New(o Options) (*Server, error) {
	if o.Platform == nil {
		return nil, errors.New("the console needs a platform")
	}
	if err := o.Check(); err != nil {
		return nil, err
	}
	o.Addr = cmp.Or(o.Addr, anyPort)
	if o.Version == "" {
		o.Version = "dev"
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{opts: o, platform: o.Platform, streams: make(chan struct{}, maxStreams)}
	s.life, s.end = context.WithCancel(context.Background())
	s.meter = newMeter(s)
	s.handler = newGuard(s.routes(), o)
	s.listener = &listener.Listener{Name: "the console", Addr: o.Addr, Logger: o.Logger, Listen: listen, Server: &http.Server{
		// Streams have no end, so each part of an answer has a deadline of its own.
		Handler:        s.handler,
		MaxHeaderBytes: 32 << 10,
		BaseContext:    func(net.Listener) context.Context { return s.life },
	}}
	return s, nil
}

// Handler is the console with its guard, for a server of one's own.
func (s *Server) Handler() http.Handler { return s.handler }

// OpenAPI describes the control API: OpenAPI 3.1, as it is served at
// /api/v1/openapi.json.
func (s *Server) OpenAPI() *huma.OpenAPI { return s.api.OpenAPI() }

// listen opens a listener that accepts maxConnections at a time.
func listen(ctx context.Context, network, address string) (net.Listener, error) {
	var config net.ListenConfig
	ln, err := config.Listen(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return netutil.LimitListener(ln, maxConnections), nil
}

// Start listens on Options.Addr and returns. ctx bounds only the start.
func (s *Server) Start(ctx context.Context) error {
	s.starting.Lock()
	defer s.starting.Unlock()
	if err := s.listener.Start(ctx); err != nil {
		return err
	}
	s.work.Go(func() { s.meter.follow(s.life) })
	return nil
}

// Close stops listening, ends streams and requests, and returns when no
// goroutine of the console's own is left. It may be called again.
func (s *Server) Close() error {
	s.end()
	s.starting.Lock()
	err := s.listener.Close()
	s.starting.Unlock()
	s.work.Wait()
	return err
}

// URL is where the console is, with a slash at the end: "http://127.0.0.1:7071/".
// Empty before Start. For a console that listens on all addresses it is the
// loopback one.
func (s *Server) URL() string {
	if url := s.listener.URL(); url != "" {
		return url + "/"
	}
	return ""
}
