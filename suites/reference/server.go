package reference

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// relistenDelay is the pause after an attempt to listen again that failed.
const relistenDelay = 50 * time.Millisecond

// Server is a [Receiver] on an address of its own.
type Server struct {
	receiver *Receiver
	addr     net.Addr
	config   *tls.Config // nil for http
	closing  chan struct{}
	running  sync.WaitGroup // what serves or is about to

	mu     sync.Mutex
	http   *http.Server // nil while the receiver is dead
	closed bool
}

// Listen serves the receiver on addr, for instance "127.0.0.1:0" for a free
// port. A receiver is served by one server at most.
func Listen(addr string, r *Receiver) (*Server, error) {
	l, err := r.config.Listen(context.Background(), "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for deliveries: %w", err)
	}
	s := &Server{receiver: r, addr: l.Addr(), closing: make(chan struct{})}
	if r.config.TLS != nil {
		if s.config, err = r.tlsConfig(s.host()); err != nil {
			return nil, errors.Join(fmt.Errorf("get a certificate for the receiver: %w", err), l.Close())
		}
	}
	if !r.attach(s) {
		return nil, errors.Join(errors.New("listen for deliveries: the receiver has a server already"), l.Close())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serve(l)
	return s, nil
}

// URL returns the callback URL. It stays the same for the life of the server.
func (s *Server) URL() string {
	scheme := "http"
	if s.config != nil {
		scheme = "https"
	}
	_, port, _ := net.SplitHostPort(s.addr.String())
	return scheme + "://" + net.JoinHostPort(s.host(), port) + "/webhook"
}

// host is the address at which the receiver can be reached.
func (s *Server) host() string {
	host, _, _ := net.SplitHostPort(s.addr.String())
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		return "127.0.0.1"
	}
	return host
}

// Close closes the receiver, then the listener and what is left of its
// connections. It may be called more than once.
func (s *Server) Close() error {
	s.receiver.Close()
	s.mu.Lock()
	if !s.closed {
		s.closed = true
		close(s.closing)
	}
	h := s.http
	s.mu.Unlock()
	var err error
	if h != nil {
		err = h.Close()
	}
	s.running.Wait()
	return err
}

// serve starts to answer what comes in on l. The caller holds s.mu.
func (s *Server) serve(l net.Listener) {
	logger := s.receiver.config.Logger
	h := &http.Server{
		Handler:           s.receiver,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       60 * time.Second,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
	s.http = h
	s.running.Go(func() {
		if err := h.Serve(listener{l, s.config, s.receiver.steps.accept}); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("the receiver serves no longer", "error", err)
		}
	})
}

// listener passes each connection, in TLS where there is a configuration,
// through a step of the receiver.
type listener struct {
	net.Listener
	config *tls.Config
	step   func(net.Conn) net.Conn
}

func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if l.config != nil {
		c = tls.Server(c, l.config)
	}
	return l.step(c), nil
}

// restart closes the listener and every connection at once, as the end of a
// process would, and listens on the same address again after down.
func (s *Server) restart(down time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.http == nil {
		return
	}
	_ = s.http.Close() // a dying process does not look at errors either
	s.http = nil
	s.running.Go(func() { s.rise(down) })
}

// rise listens again, as soon as the address is free.
func (s *Server) rise(down time.Duration) {
	for {
		timer := time.NewTimer(down)
		select {
		case <-s.closing:
			timer.Stop()
			return
		case <-timer.C:
		}
		l, err := s.receiver.config.Listen(context.Background(), "tcp", s.addr.String())
		if err == nil {
			s.resume(l)
			return
		}
		s.receiver.config.Logger.Warn("cannot listen again yet", "error", err)
		down = relistenDelay
	}
}

func (s *Server) resume(l net.Listener) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		_ = l.Close()
		return
	}
	s.serve(l)
	s.receiver.config.Logger.Info("listening again", "address", s.addr.String())
}

// attach makes s the server that goes down when the receiver dies.
func (r *Receiver) attach(s *Server) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil {
		return false
	}
	r.server = s
	return true
}

// die ends the receiver as a crash would, and has it come back after down: the
// calls in flight are cancelled, what it remembers is lost, connections break
// off and new ones are refused for a while. For mutants; it does not return.
func (r *Receiver) die(down time.Duration) {
	r.mu.Lock()
	died, server := r.life, r.server
	r.life = newLife(r.config)
	r.mu.Unlock()
	died.cancel()
	if server != nil {
		server.restart(down)
	}
	panic(http.ErrAbortHandler)
}
