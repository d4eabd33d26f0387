// Package listener is the life of an HTTP server on an address of its own: it listens,
// serves, tells where it is, and ends.
package listener

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

// Listener serves on one address. It is safe for concurrent use.
type Listener struct {
	// Name is what listens, for errors: "the platform".
	Name string
	// Addr is the host:port to listen on.
	Addr string
	// Server answers; Start sets the limits that both of our servers share.
	Server *http.Server
	// Logger is told of what goes wrong.
	Logger *slog.Logger
	// Listen opens the listener, as net.ListenConfig.Listen does.
	Listen func(ctx context.Context, network, address string) (net.Listener, error)

	serving sync.WaitGroup

	mu     sync.Mutex
	closed bool
	addr   *net.TCPAddr // nil before Start
}

// Start listens, serves in the background and returns. ctx bounds only the start.
func (l *Listener) Start(ctx context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.closed:
		return fmt.Errorf("%s was closed", l.Name)
	case l.addr != nil:
		return fmt.Errorf("%s listens already, on %s", l.Name, l.addr)
	}
	ln, err := l.Listen(ctx, "tcp", l.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program listens on %s: stop it, or choose another address for %s; port 0 is any free one", l.Addr, l.Name)
	}
	if err != nil {
		return fmt.Errorf("%s cannot listen on %s: %w", l.Name, l.Addr, err)
	}
	addr, ok := ln.Addr().(*net.TCPAddr)
	if !ok {
		ln.Close()
		return fmt.Errorf("%s cannot listen on %s: it is no TCP address", l.Name, l.Addr)
	}
	l.addr = addr
	l.Server.ReadHeaderTimeout = 10 * time.Second
	l.Server.IdleTimeout = 60 * time.Second
	l.Server.ErrorLog = slog.NewLogLogger(l.Logger.Handler(), slog.LevelDebug)
	l.serving.Go(func() {
		if err := l.Server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			l.Logger.Error(l.Name+" does not listen any more", "error", err)
		}
	})
	return nil
}

// Close stops listening, cuts connections, and returns when nothing listens any more.
// It does not wait for handlers. It may be called again.
func (l *Listener) Close() error {
	l.mu.Lock()
	l.closed = true
	started := l.addr != nil
	l.mu.Unlock()
	if !started {
		return nil
	}
	err := l.Server.Close()
	l.serving.Wait()
	return err
}

// URL is where the server is, without a slash at the end: "http://127.0.0.1:41234".
// Empty before Start. For one that listens on all addresses it is the loopback one.
func (l *Listener) URL() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.addr == nil {
		return ""
	}
	reachable := *l.addr
	if reachable.IP.IsUnspecified() {
		reachable.IP = net.IPv4(127, 0, 0, 1)
	}
	return "http://" + reachable.String()
}
