package intercept_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// TestMain is a receiver in Go where a test starts it as one.
func TestMain(m *testing.M) {
	if url := os.Getenv("REFEREE_TEST_CALL"); url != "" {
		os.Exit(callAsReceiver(url))
	}
	goleak.VerifyTestMain(m)
}

// graphAPI answers with what the handler got.
func graphAPI(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	fmt.Fprintf(w, "%s %s %s url=%s proxy=%q body=%q", r.Method, r.Host, r.RequestURI, r.URL, r.Header["Proxy-Connection"], body)
}

// events is a slog.Handler that turns lines into events to wait for.
type events chan string

func (e events) Enabled(context.Context, slog.Level) bool { return true }
func (e events) WithAttrs([]slog.Attr) slog.Handler       { return e }
func (e events) WithGroup(string) slog.Handler            { return e }
func (e events) Handle(_ context.Context, r slog.Record) error {
	e <- r.Message
	return nil
}

// platform is an Interceptor that serves in both ways.
type platform struct {
	*intercept.Interceptor
	t          *testing.T
	tls, proxy string // addresses
	events     events
}

// start serves until the end of the test.
func start(t *testing.T, o intercept.Options) *platform {
	t.Helper()
	p := &platform{t: t, events: make(events, 1000)}
	if o.Handler == nil {
		o.Handler = http.HandlerFunc(graphAPI)
	}
	o.Logger = slog.New(p.events)
	i, err := intercept.New(o)
	if err != nil {
		t.Fatal(err)
	}
	p.Interceptor = i
	serve := func(serve func(net.Listener) error) (addr string) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- serve(ln) }()
		t.Cleanup(func() {
			if err := i.Close(); err != nil {
				t.Error("Close:", err)
			}
			if err := <-ended; err != nil {
				t.Error("after Close:", err)
			}
		})
		return ln.Addr().String()
	}
	p.tls, p.proxy = serve(i.ServeTLS), serve(i.ServeProxy)
	return p
}

// seen waits until a call like one of those that are wanted was seen once.
func (p *platform) seen(want ...intercept.Call) {
	p.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		for _, c := range p.Seen() {
			once := c.Count == 1
			c.Count = 0
			if once && slices.Contains(want, c) {
				return
			}
		}
		select {
		case <-p.events:
		case <-deadline:
			p.t.Fatalf("seen %+v, want %+v", p.Seen(), want)
		}
	}
}

// proxyURL is what the proxy variables say.
func (p *platform) proxyURL() *url.URL { return &url.URL{Scheme: "http", Host: p.proxy} }

// roots trusts the CA and nobody else.
func (p *platform) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(p.CA())
	return pool
}

// client goes through the proxy, or else has all names lead to the listener of
// ServeTLS. A request takes a connection of its own.
func (p *platform) client(way intercept.Way, trust *x509.CertPool) *http.Client {
	tr := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trust}, ForceAttemptHTTP2: true}
	if way == intercept.WayProxy {
		tr.Proxy = http.ProxyURL(p.proxyURL())
	} else {
		tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, p.tls)
		}
	}
	return &http.Client{Transport: tr}
}

// get returns the body of an answer with status 200.
func get(t *testing.T, c *http.Client, url string) string {
	t.Helper()
	resp, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %q, %v", url, resp.Status, body, err)
	}
	return string(body)
}

func TestNewRefuses(t *testing.T) {
	handler := http.HandlerFunc(graphAPI)
	for name, test := range map[string]struct {
		options intercept.Options
		want    string
	}{
		"no handler":  {intercept.Options{}, "no handler"},
		"no hosts":    {intercept.Options{Handler: handler, Hosts: []string{}}, "no host"},
		"an address":  {intercept.Options{Handler: handler, Hosts: []string{"127.0.0.1"}}, "is an address"},
		"a wildcard":  {intercept.Options{Handler: handler, Hosts: []string{"*.facebook.com"}}, "DNS name"},
		"a URL":       {intercept.Options{Handler: handler, Hosts: []string{"https://graph.facebook.com"}}, "DNS name"},
		"upper case":  {intercept.Options{Handler: handler, Hosts: []string{"Graph.facebook.com"}}, "DNS name"},
		"empty label": {intercept.Options{Handler: handler, Hosts: []string{"graph..com"}}, "DNS name"},
		"too long":    {intercept.Options{Handler: handler, Hosts: []string{strings.Repeat("a.", 127)}}, "DNS name"},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := intercept.New(test.options); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestCAsDiffer(t *testing.T) {
	one, two := start(t, intercept.Options{}), start(t, intercept.Options{})
	if bytes.Equal(one.CA(), two.CA()) {
		t.Error("two runs have the same CA")
	}
	if _, err := one.client(intercept.WayTLS, two.roots()).Get("https://graph.facebook.com/"); err == nil {
		t.Error("the CA of another run is trusted")
	}
}

func TestServeAfterClose(t *testing.T) {
	i, err := intercept.New(intercept.Options{Handler: http.HandlerFunc(graphAPI)})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
	for name, serve := range map[string]func(net.Listener) error{"ServeTLS": i.ServeTLS, "ServeProxy": i.ServeProxy} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := serve(ln); err != nil {
			t.Errorf("%s after Close: %v", name, err)
		}
		if err := ln.Close(); err == nil {
			t.Errorf("%s after Close leaves the listener open", name)
		}
	}
}

func TestServeReportsAListenerThatFails(t *testing.T) {
	p := start(t, intercept.Options{})
	for name, serve := range map[string]func(net.Listener) error{"ServeTLS": p.ServeTLS, "ServeProxy": p.ServeProxy} {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ln.Close()
		if err := serve(ln); err == nil || !strings.Contains(err.Error(), ln.Addr().String()) {
			t.Errorf("%s: error %v, want one that names %s", name, err, ln.Addr())
		}
	}
}

// TestCloseEndsCalls has a call under way in both ways.
func TestCloseEndsCalls(t *testing.T) {
	arrived := make(chan struct{}, 2)
	p := start(t, intercept.Options{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-r.Context().Done()
	})})
	ended := make(chan error, 2)
	for _, way := range []intercept.Way{intercept.WayTLS, intercept.WayProxy} {
		go func() {
			resp, err := p.client(way, p.roots()).Get("https://graph.facebook.com/")
			if err == nil {
				resp.Body.Close()
			}
			ended <- err
		}()
		<-arrived
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for range 2 {
		if err := <-ended; err == nil {
			t.Error("a call got an answer from a closed platform")
		}
	}
}
