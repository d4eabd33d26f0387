package intercept_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

// toProxy sends bytes to the proxy and returns the answer, and the connection.
func (p *platform) toProxy(request string) (*http.Response, net.Conn) {
	p.t.Helper()
	nc, err := net.Dial("tcp", p.proxy)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { nc.Close() })
	return ask(p.t, nc, request), nc
}

func TestProxyRefuses(t *testing.T) {
	const (
		network = "nothing leaves this machine; --allow-network lets it through"
		onlyTLS = "the Graph API is reached by https on port 443 only"
	)
	for name, test := range map[string]struct {
		request, target, reason string
		allow                   bool
	}{
		"CONNECT":              {"CONNECT api.example.com:443 HTTP/1.1", "api.example.com:443", network, false},
		"CONNECT an address":   {"CONNECT 192.0.2.1:5432 HTTP/1.1", "192.0.2.1:5432", network, false},
		"CONNECT IPv6":         {"CONNECT [2001:db8::1]:443 HTTP/1.1", "[2001:db8::1]:443", network, false},
		"like a host":          {"CONNECT graph.facebook.com.example.com:443 HTTP/1.1", "graph.facebook.com.example.com:443", network, false},
		"like loopback":        {"CONNECT localhost.example.com:443 HTTP/1.1", "localhost.example.com:443", network, false},
		"plain":                {"GET http://api.example.com/a HTTP/1.1", "api.example.com:80", network, false},
		"plain with a port":    {"GET http://api.example.com:8080/a HTTP/1.1", "api.example.com:8080", network, false},
		"whole https URL":      {"GET https://api.example.com/a HTTP/1.1", "api.example.com:443", network, false},
		"own host, other port": {"CONNECT graph.facebook.com:80 HTTP/1.1", "graph.facebook.com:80", onlyTLS, true},
		"own host, no TLS":     {"GET http://graph.facebook.com/me HTTP/1.1", "graph.facebook.com:80", onlyTLS, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, intercept.Options{AllowNetwork: test.allow})
			resp, _ := p.toProxy(test.request + "\r\nHost: " + test.target + "\r\n\r\n")
			body, err := io.ReadAll(resp.Body)
			text := string(body)
			if err != nil || resp.StatusCode != http.StatusForbidden || !strings.Contains(text, test.target) || !strings.Contains(text, test.reason) {
				t.Errorf("%s %q, %v", resp.Status, text, err)
			}
			p.seen(intercept.Call{Way: intercept.WayProxy, Outcome: intercept.Refused, Host: test.target, Reason: test.reason})
		})
	}
}

func TestProxyIsNoServer(t *testing.T) {
	p := start(t, intercept.Options{})
	for _, request := range []string{"GET /me HTTP/1.1", "CONNECT graph.facebook.com HTTP/1.1", "GET ftp://example.com/ HTTP/1.1"} {
		resp, _ := p.toProxy(request + "\r\nHost: graph.facebook.com\r\n\r\n")
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %s", request, resp.Status)
		}
	}
	if calls := p.Seen(); len(calls) != 0 {
		t.Errorf("seen %+v", calls)
	}
}

// TestWholeURL is about clients that do not know CONNECT.
func TestWholeURL(t *testing.T) {
	p := start(t, intercept.Options{})
	for target, want := range map[string]string{
		"https://graph.facebook.com/v23.0/me/messages?a=b": "/v23.0/me/messages?a=b url=/v23.0/me/messages?a=b",
		"https://graph.facebook.com:443":                   "/ url=/",
	} {
		resp, _ := p.toProxy("POST " + target + " HTTP/1.1\r\nHost: graph.facebook.com\r\nProxy-Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}")
		body, err := io.ReadAll(resp.Body)
		if want := "POST graph.facebook.com " + want + ` proxy=[] body="{}"`; err != nil || string(body) != want {
			t.Errorf("%s: the handler got %s, %v; want %s", target, body, err, want)
		}
	}
}

// TestEagerClient sends its first TLS bytes together with CONNECT.
func TestEagerClient(t *testing.T) {
	p := start(t, intercept.Options{})
	nc, err := net.Dial("tcp", p.proxy)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	secure := tls.Client(&eager{Conn: nc, t: t, head: "CONNECT graph.facebook.com:443 HTTP/1.1\r\nHost: graph.facebook.com:443\r\n\r\n"},
		&tls.Config{ServerName: "graph.facebook.com", RootCAs: p.roots()})
	resp := ask(t, secure, "GET /me HTTP/1.1\r\nHost: graph.facebook.com\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
}

// eager puts CONNECT before the first bytes, and reads its answer before others.
type eager struct {
	net.Conn
	t    *testing.T
	head string
	in   *bufio.Reader
}

func (e *eager) Write(b []byte) (int, error) {
	head := e.head
	e.head = ""
	n, err := e.Conn.Write(append([]byte(head), b...))
	return max(0, n-len(head)), err
}

func (e *eager) Read(b []byte) (int, error) {
	if e.in == nil {
		e.in = bufio.NewReader(e.Conn)
		resp, err := http.ReadResponse(e.in, &http.Request{Method: http.MethodConnect})
		if err != nil {
			return 0, err
		}
		if resp.StatusCode != http.StatusOK {
			e.t.Error(resp.Status)
		}
	}
	return e.in.Read(b)
}

// TestLoopback reaches a server of the receiver's own, though its client knows
// no exceptions from the proxy.
func TestLoopback(t *testing.T) {
	p := start(t, intercept.Options{})
	answer := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Method+" "+r.Host+r.URL.String()) }
	plain := httptest.NewServer(http.HandlerFunc(answer))
	defer plain.Close()
	secure := httptest.NewTLSServer(http.HandlerFunc(answer))
	defer secure.Close()

	for _, server := range []*httptest.Server{plain, secure} {
		tr := server.Client().Transport.(*http.Transport).Clone()
		tr.DisableKeepAlives = true
		tr.Proxy = http.ProxyURL(p.proxyURL())
		at, err := url.Parse(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		if got := get(t, &http.Client{Transport: tr}, server.URL+"/a?b"); got != "GET "+at.Host+"/a?b" {
			t.Errorf("the server got %s", got)
		}
		p.seen(intercept.Call{Way: intercept.WayProxy, Outcome: intercept.Tunnelled, Host: at.Host})
	}
}

// TestTunnel carries what is no HTTP, with each direction closed on its own.
func TestTunnel(t *testing.T) {
	p := start(t, intercept.Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	got := make(chan string, 1)
	go func() {
		nc, err := ln.Accept()
		if err != nil {
			got <- err.Error()
			return
		}
		defer nc.Close()
		all, _ := io.ReadAll(nc)
		got <- string(all)
		io.WriteString(nc, "the answer")
	}()
	resp, nc := p.toProxy("CONNECT " + ln.Addr().String() + " HTTP/1.1\r\nHost: a\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	io.WriteString(nc, "the question")
	nc.(*net.TCPConn).CloseWrite()
	if question := <-got; question != "the question" {
		t.Errorf("there came %q", question)
	}
	if answer, err := io.ReadAll(nc); string(answer) != "the answer" || err != nil {
		t.Errorf("back came %q, %v", answer, err)
	}
}

// TestTunnelEndsWithClose leaves a tunnel open in which nothing happens.
func TestTunnelEndsWithClose(t *testing.T) {
	p := start(t, intercept.Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	resp, nc := p.toProxy("CONNECT " + ln.Addr().String() + " HTTP/1.1\r\nHost: a\r\n\r\n")
	if resp.StatusCode != http.StatusOK {
		t.Fatal(resp.Status)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	if n, err := nc.Read(make([]byte, 1)); err == nil {
		t.Errorf("%d bytes came through a closed tunnel", n)
	}
}

func TestDeadLoopback(t *testing.T) {
	p := start(t, intercept.Options{})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := ln.Addr().String()
	ln.Close()
	for _, request := range []string{"CONNECT " + dead, "GET http://" + dead + "/"} {
		resp, _ := p.toProxy(request + " HTTP/1.1\r\nHost: " + dead + "\r\n\r\n")
		if body, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusBadGateway || !strings.Contains(string(body), "refused") {
			t.Errorf("%s: %s %q", request, resp.Status, body)
		}
	}
}

// TestAllowNetwork uses a name that leads nowhere: what matters is that the
// proxy tries.
func TestAllowNetwork(t *testing.T) {
	p := start(t, intercept.Options{AllowNetwork: true})
	for _, request := range []string{"CONNECT nowhere.invalid:443", "GET http://nowhere.invalid:443/"} {
		resp, _ := p.toProxy(request + " HTTP/1.1\r\nHost: nowhere.invalid\r\n\r\n")
		if resp.StatusCode != http.StatusBadGateway {
			t.Errorf("%s: %s", request, resp.Status)
		}
	}
	calls := p.Seen()
	if len(calls) != 1 || calls[0] != (intercept.Call{Way: intercept.WayProxy, Outcome: intercept.Tunnelled, Host: "nowhere.invalid:443", Count: 2}) {
		t.Errorf("seen %+v", calls)
	}
	if got := get(t, p.client(intercept.WayProxy, p.roots()), "https://graph.facebook.com/me"); !strings.HasPrefix(got, "GET graph.facebook.com /me ") {
		t.Errorf("the handler got %s", got)
	}
}
