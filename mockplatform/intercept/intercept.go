// Package intercept is graph.facebook.com, graph.instagram.com and
// graph-video.facebook.com for a receiver that has these hosts written in.
//
// There are two ways to it. A receiver whose hosts file names the listener of
// ServeTLS reaches it as if it were Meta. Elsewhere the proxy variables lead to
// ServeProxy, which answers for these hosts and refuses all others. Both ways
// end in TLS with a certificate of a CA that exists for one run; the receiver
// learns to trust it by the variables that Variables lists.
//
// The package makes certificates and serves; processes, files and the
// environment are the caller's.
package intercept

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// handshakeTime is how long a TLS handshake may take, and the connection to
	// a host that a tunnel leads to.
	handshakeTime = 10 * time.Second

	// maxConnections is how many connections are served at a time; more wait in
	// the backlog of the listener.
	maxConnections = 512
)

// MetaHosts are the names under which Meta's Graph API is called.
func MetaHosts() []string {
	return []string{"graph.facebook.com", "graph.instagram.com", "graph-video.facebook.com"}
}

// Options configure an Interceptor. Handler is required.
type Options struct {
	// Handler plays the Graph API. The Host of its requests is one of Hosts,
	// without a port, and their URL has neither scheme nor host.
	Handler http.Handler
	// Hosts are the names to answer for: DNS names in lower case. Default
	// MetaHosts.
	Hosts []string
	// AllowNetwork lets the proxy connect to hosts beyond this machine. Those
	// of Hosts are intercepted all the same. Default false.
	AllowNetwork bool
	// Clock is what the lifetime of the certificates is counted from. Default
	// time.Now.
	Clock func() time.Time
	// Logger gets a line for each call, refusal and failed handshake, at the
	// level debug. Default: none.
	Logger *slog.Logger
}

// Interceptor answers in the name of its hosts. It is safe for concurrent use.
type Interceptor struct {
	opts    Options
	ca      []byte // the certificate, in DER
	config  *tls.Config
	api     *http.Server
	proxy   *http.Server
	forward *httputil.ReverseProxy
	slots   chan struct{} // one for each connection that may be open
	seen    ledger

	life context.Context // ends with Close
	end  context.CancelFunc
	work sync.WaitGroup // all that Close has to wait for

	mu     sync.Mutex
	closed bool
}

// New makes the CA and the certificate of the hosts. The key of the CA is
// forgotten before New returns. Close ends what the Serve methods begin.
func New(o Options) (*Interceptor, error) {
	if o.Handler == nil {
		return nil, errors.New("intercept: there is no handler to play the Graph API")
	}
	if o.Hosts == nil {
		o.Hosts = MetaHosts()
	}
	o.Hosts = slices.Clone(o.Hosts)
	if err := checkHosts(o.Hosts); err != nil {
		return nil, fmt.Errorf("intercept: %w", err)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	root, err := newAuthority(o.Hosts, o.Clock())
	if err != nil {
		return nil, fmt.Errorf("intercept: make a CA: %w", err)
	}
	leaf, err := issue(root, o.Hosts...)
	if err != nil {
		return nil, fmt.Errorf("intercept: make the certificate of %s: %w", strings.Join(o.Hosts, ", "), err)
	}
	i := &Interceptor{opts: o, ca: root.Certificate().Raw, slots: make(chan struct{}, maxConnections)}
	i.seen.logger = o.Logger
	i.config = i.serverConfig(leaf)
	i.api = i.server(i.serveAPI)
	i.api.ConnContext = withConn
	i.api.ConnState = i.watch
	i.proxy = i.server(i.serveProxy)
	i.forward = i.forwarder()
	i.life, i.end = context.WithCancel(context.Background())
	return i, nil
}

// server returns an HTTP/1.1 server with limits against slow clients. It has no
// write timeout, because calls of the Graph API can be held; whoever answers
// sets a deadline.
func (i *Interceptor) server(h http.HandlerFunc) *http.Server {
	return &http.Server{
		Handler:                      h,
		DisableGeneralOptionsHandler: true,
		ReadHeaderTimeout:            10 * time.Second,
		ReadTimeout:                  30 * time.Second,
		IdleTimeout:                  60 * time.Second,
		MaxHeaderBytes:               64 << 10,
		ErrorLog:                     slog.NewLogLogger(i.opts.Logger.Handler(), slog.LevelDebug),
	}
}

// Hosts returns the names that are intercepted.
func (i *Interceptor) Hosts() []string { return slices.Clone(i.opts.Hosts) }

// intercepts reports whether host, without a port, is one of the hosts.
func (i *Interceptor) intercepts(host string) bool { return slices.Contains(i.opts.Hosts, host) }

// begin counts something that Close has to wait for, unless it is too late.
func (i *Interceptor) begin() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.closed {
		i.work.Add(1)
	}
	return !i.closed
}

// Close stops listening, cuts all connections, and returns when every call to
// the handler has returned. It may be called again.
func (i *Interceptor) Close() error {
	i.mu.Lock()
	i.closed = true
	i.mu.Unlock()
	i.end()
	err := errors.Join(i.proxy.Close(), i.api.Close())
	i.work.Wait()
	return err
}

// checkHosts says which of the hosts cannot be intercepted, and why.
func checkHosts(hosts []string) error {
	if len(hosts) == 0 {
		return errors.New("there is no host to intercept")
	}
	for _, h := range hosts {
		if net.ParseIP(h) != nil {
			return fmt.Errorf("%q is an address; only names can be intercepted", h)
		}
		foreign := strings.Trim(h, "abcdefghijklmnopqrstuvwxyz0123456789.-") != ""
		if foreign || len(h) > 253 || slices.Contains(strings.Split(h, "."), "") {
			return fmt.Errorf("%q is not a DNS name in lower case, such as graph.facebook.com", h)
		}
	}
	return nil
}
