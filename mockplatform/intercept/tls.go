package intercept

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
)

// ServeTLS answers for the hosts on a listener that their names lead to. It
// returns nil after Close, which closes the listener, or why the listener
// failed.
func (i *Interceptor) ServeTLS(ln net.Listener) error {
	defer ln.Close()
	if !i.begin() {
		return nil
	}
	defer i.work.Done()
	forget := context.AfterFunc(i.life, func() { ln.Close() })
	defer forget()
	in := entrance{Listener: ln, i: i, way: WayTLS}
	for {
		nc, err := in.Accept()
		if i.life.Err() != nil {
			if err == nil {
				nc.Close()
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("intercept: accept on %s: %w", ln.Addr(), err)
		}
		i.work.Go(func() { i.terminate(nc.(*conn)) })
	}
}

// serverConfig is TLS as most clients of the Graph API can bear it: HTTP/1.1
// only, and no session tickets, which some clients resume wrongly.
func (i *Interceptor) serverConfig(leaf tls.Certificate) *tls.Config {
	nobody := &tls.Config{MinVersion: tls.VersionTLS12}
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		Certificates:           []tls.Certificate{leaf},
		NextProtos:             []string{"http/1.1"},
		SessionTicketsDisabled: true,
		GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
			c := hello.Conn.(*conn)
			c.greeted, c.name = true, strings.ToLower(hello.ServerName)
			if c.name != "" && !i.intercepts(c.name) {
				return nobody, nil // without a certificate: the alert is "unrecognized name"
			}
			return nil, nil
		},
	}
}

// terminate makes the TLS handshake and hands the connection to the API.
func (i *Interceptor) terminate(c *conn) {
	ctx, cancel := context.WithTimeout(i.life, handshakeTime)
	defer cancel()
	secure := tls.Server(c, i.config)
	if err := secure.HandshakeContext(ctx); err != nil {
		c.Close()
		i.failed(c, err)
		return
	}
	c.host = cmp.Or(c.name, c.host)
	err := i.api.Serve(&single{conn: secure, addr: c.LocalAddr()})
	if !errors.Is(err, io.EOF) {
		c.Close() // the server was closed before it took the connection
	}
}

// failed records a handshake that came to nothing.
func (i *Interceptor) failed(c *conn, err error) {
	switch host := cmp.Or(c.name, c.host); {
	case i.life.Err() != nil:
	case c.name != "" && !i.intercepts(c.name):
		i.seen.add(c.way, Refused, host, "its address leads to the intercepted hosts, but it is none of them")
	default:
		i.seen.add(c.way, Failed, host, handshakeReason(c, err))
	}
}

// handshakeReason says in the words of a report why the handshake of c failed.
func handshakeReason(c *conn, err error) string {
	// The alerts by which clients refuse a certificate whose issuer they do not
	// know: bad_certificate, certificate_unknown, unknown_ca.
	// https://www.rfc-editor.org/rfc/rfc8446#section-6.2
	distrust := []tls.AlertError{42, 46, 48}

	var op *net.OpError
	remote := errors.As(err, &op) && op.Op == "remote error"
	for _, alert := range distrust {
		if remote && op.Err.Error() == alert.Error() || c.endsWithAlert(byte(alert)) {
			return Untrusted
		}
	}
	switch {
	case remote:
		return "the receiver broke off the TLS handshake: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	case errors.As(err, new(tls.RecordHeaderError)):
		return "the receiver does not speak TLS; the Graph API is reached by https only"
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("the receiver did not finish the TLS handshake within %s", handshakeTime)
	case errors.Is(err, io.EOF), op != nil && (op.Op == "read" || op.Op == "write"):
		if c.greeted {
			return Aborted
		}
		return HungUp
	}
	return "the TLS handshake failed: " + strings.TrimPrefix(err.Error(), "tls: ")
}

// connKey is the key of a request's conn in its context.
type connKey struct{}

// under returns the conn below a TLS connection of the API's server.
func under(c net.Conn) *conn { return c.(*tls.Conn).NetConn().(*conn) }

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, under(c))
}

// watch notices connections that end without a request.
func (i *Interceptor) watch(nc net.Conn, state http.ConnState) {
	c := under(nc)
	switch state {
	case http.StateActive:
		c.asked = true
	case http.StateClosed:
		if !c.asked && i.life.Err() == nil {
			i.seen.add(c.way, Unused, c.host, "")
		}
	}
}

// serveAPI answers a request that came through TLS.
func (i *Interceptor) serveAPI(w http.ResponseWriter, r *http.Request) {
	c := r.Context().Value(connKey{}).(*conn)
	// The header tells apart hosts that share a connection; the handshake helps
	// where the header has been set to something else.
	host := hostname(r.Host)
	if !i.intercepts(host) {
		host = c.host
	}
	if host == "" {
		i.seen.add(c.way, Refused, r.Host, "the request names none of the intercepted hosts")
		http.Error(w, "the request names none of "+strings.Join(i.opts.Hosts, ", "), http.StatusMisdirectedRequest)
		return
	}
	i.answer(w, r, c.way, host)
}

// answer lets the handler answer in the name of host.
func (i *Interceptor) answer(w http.ResponseWriter, r *http.Request, way Way, host string) {
	if !i.begin() {
		http.Error(w, "the platform was closed", http.StatusServiceUnavailable)
		return
	}
	defer i.work.Done()
	i.seen.add(way, Answered, host, "")
	r = r.Clone(r.Context())
	r.Host = host
	i.opts.Handler.ServeHTTP(w, r)
}

// hostname is a host in lower case without its port and the dot of the root.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.TrimSuffix(strings.ToLower(host), ".")
}
