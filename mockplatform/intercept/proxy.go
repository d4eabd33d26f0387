package intercept

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"
	"sync"
	"time"
)

// onlyTLS refuses an intercepted host on another port or without TLS.
const onlyTLS = "the Graph API is reached by https on port 443 only"

// ServeProxy is an HTTP proxy for a receiver. It answers for the hosts itself,
// lets the receiver reach its own machine, and refuses everything else with 403
// unless the network is allowed. It returns nil after Close, which closes the
// listener, or why the listener failed.
func (i *Interceptor) ServeProxy(ln net.Listener) error {
	if !i.begin() {
		return ln.Close()
	}
	defer i.work.Done()
	err := i.proxy.Serve(entrance{Listener: ln, i: i, way: WayProxy})
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("intercept: serve the proxy on %s: %w", ln.Addr(), err)
}

// target is where a request to the proxy wants to go.
type target struct{ scheme, host, port string }

func (t target) String() string { return net.JoinHostPort(t.host, t.port) }

// targetOf reads the target of a request; false if the request is none for a
// proxy.
func targetOf(r *http.Request) (target, bool) {
	t := target{scheme: r.URL.Scheme, host: hostname(r.URL.Host), port: r.URL.Port()}
	switch {
	case r.Method == http.MethodConnect:
		t.scheme = ""
	case t.port != "":
	case t.scheme == "https":
		t.port = "443"
	case t.scheme == "http":
		t.port = "80"
	}
	return t, t.host != "" && t.port != ""
}

// serveProxy answers one request to the proxy.
func (i *Interceptor) serveProxy(w http.ResponseWriter, r *http.Request) {
	if !i.begin() {
		http.Error(w, "the platform was closed", http.StatusServiceUnavailable)
		return
	}
	defer i.work.Done()
	t, ok := targetOf(r)
	if !ok {
		http.Error(w, "this is the proxy of a receiver under test: it takes CONNECT and requests with a whole URL", http.StatusBadRequest)
		return
	}
	if reason := i.refusal(t); reason != "" {
		i.seen.add(WayProxy, Refused, t.String(), reason)
		w.Header().Set("Connection", "close")
		http.Error(w, fmt.Sprintf("Referee refused the receiver's call to %s: %s", t, reason), http.StatusForbidden)
		return
	}
	switch own := i.intercepts(t.host); {
	case r.Method == http.MethodConnect:
		i.connect(w, t, own)
	case own:
		// Some clients send a proxy the whole https URL instead of CONNECT.
		i.answer(w, origin(r), WayProxy, t.host)
	default:
		i.seen.add(WayProxy, Tunnelled, t.String(), "")
		i.forward.ServeHTTP(w, r)
	}
}

// refusal says why a target is refused, and what to do about it; "" if it is
// not.
func (i *Interceptor) refusal(t target) string {
	switch {
	case i.intercepts(t.host):
		if t.scheme == "http" || t.port != "443" {
			return onlyTLS
		}
	case !i.opts.AllowNetwork && !loopback(t.host):
		return "nothing leaves this machine; --allow-network lets it through"
	}
	return ""
}

// loopback reports whether host is this machine.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip.IsLoopback() || ip.IsUnspecified()
}

// connect answers CONNECT, and serves what follows.
func (i *Interceptor) connect(w http.ResponseWriter, t target, own bool) {
	var there net.Conn
	if !own {
		i.seen.add(WayProxy, Tunnelled, t.String(), "")
		var err error
		if there, err = i.dial(i.life, "tcp", t.String()); err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		defer there.Close()
	}
	hijacked, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	here := hijacked.(*conn)
	early, err := buf.Reader.Peek(buf.Reader.Buffered())
	if err == nil {
		_ = here.SetWriteDeadline(time.Now().Add(handshakeTime))
		_, err = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
		_ = here.SetWriteDeadline(time.Time{})
	}
	if err != nil {
		here.Close()
		return
	}
	here.before(early)
	if own {
		here.host = t.host
		i.terminate(here)
		return
	}
	defer here.Close()
	pass(here, there.(*conn))
}

// dial connects to a host that is not intercepted.
func (i *Interceptor) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: handshakeTime}
	nc, err := dialer.DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return i.adopt(nc, WayProxy, func() {}), nil
}

// pass copies in both directions until both have ended.
func pass(a, b *conn) {
	var both sync.WaitGroup
	for _, way := range [][2]*conn{{a, b}, {b, a}} {
		both.Go(func() {
			_, err := io.Copy(way[1].Conn, way[0])
			if err != nil {
				// The other direction is of no use any more.
				a.Close()
				b.Close()
			}
			way[1].closeWrite()
		})
	}
	both.Wait()
}

// origin is a request as the host in its URL would have got it.
func origin(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host, r.URL.User = "", "", nil
	if r.URL.Path == "" {
		r.URL.Path = "/"
	}
	r.RequestURI = r.URL.RequestURI()
	for name := range r.Header {
		if strings.HasPrefix(name, "Proxy-") {
			r.Header.Del(name)
		}
	}
	return r
}

// forwarder passes on requests with a whole URL.
func (i *Interceptor) forwarder() *httputil.ReverseProxy {
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {}, // the URL is where it goes
		Transport: &http.Transport{
			DialContext:        i.dial,
			DisableKeepAlives:  true,
			DisableCompression: true,
		},
		FlushInterval: -1,
		ErrorLog:      slog.NewLogLogger(i.opts.Logger.Handler(), slog.LevelDebug),
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			http.Error(w, err.Error(), http.StatusBadGateway)
		},
	}
}
