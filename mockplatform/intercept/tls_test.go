package intercept_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
)

func TestHostsAnswer(t *testing.T) {
	for _, way := range []intercept.Way{intercept.WayTLS, intercept.WayProxy} {
		t.Run(string(way), func(t *testing.T) {
			p := start(t, intercept.Options{})
			for _, host := range []string{"graph.facebook.com", "graph.instagram.com", "graph-video.facebook.com"} {
				got := get(t, p.client(way, p.roots()), "https://"+host+"/v23.0/me?fields=id")
				if want := "GET " + host + ` /v23.0/me?fields=id url=/v23.0/me?fields=id proxy=[] body=""`; got != want {
					t.Errorf("the handler got %s, want %s", got, want)
				}
				p.seen(intercept.Call{Way: way, Outcome: intercept.Answered, Host: host})
			}
		})
	}
}

func TestFormBody(t *testing.T) {
	p := start(t, intercept.Options{})
	resp, err := p.client(intercept.WayTLS, p.roots()).PostForm("https://graph.facebook.com/me/messages", url.Values{"a": {"b"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	if !strings.HasSuffix(string(body), `body="a=b"`) {
		t.Errorf("the handler got %s", body)
	}
}

// dial makes a TLS connection to the platform.
func (p *platform) dial(config *tls.Config) (*tls.Conn, error) {
	config.RootCAs = p.roots()
	nc, err := tls.Dial("tcp", p.tls, config)
	if err == nil {
		p.t.Cleanup(func() { nc.Close() })
	}
	return nc, err
}

// ask sends a request and reads its answer.
func ask(t *testing.T, nc io.ReadWriter, request string) *http.Response {
	t.Helper()
	if _, err := io.WriteString(nc, request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(nc), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	return resp
}

func TestConnection(t *testing.T) {
	p := start(t, intercept.Options{})
	sessions := tls.NewLRUClientSessionCache(1)
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			for range 2 {
				nc, err := p.dial(&tls.Config{
					ServerName: "graph.facebook.com", NextProtos: []string{"h2", "http/1.1"},
					MaxVersion: version, ClientSessionCache: sessions,
				})
				if err != nil {
					t.Fatal(err)
				}
				resp := ask(t, nc, "GET / HTTP/1.1\r\nHost: graph.facebook.com\r\nConnection: close\r\n\r\n")
				if _, err := io.ReadAll(resp.Body); err != nil || !resp.Close {
					t.Errorf("Connection: close is answered with %v, %v", resp.Header, err)
				}
				if n, err := nc.Read(make([]byte, 1)); n != 0 || err != io.EOF {
					t.Errorf("after the answer came %d bytes and %v, want a closed connection", n, err)
				}
				state := nc.ConnectionState()
				if state.NegotiatedProtocol != "http/1.1" || state.DidResume {
					t.Errorf("protocol %q, resumed %t", state.NegotiatedProtocol, state.DidResume)
				}
				if _, ok := sessions.Get("graph.facebook.com"); ok {
					t.Error("a session ticket came")
				}
			}
		})
	}
}

// TestHostOfRequest tells whom a client called that sets one thing or the other.
func TestHostOfRequest(t *testing.T) {
	p := start(t, intercept.Options{})
	for name, test := range map[string]struct {
		serverName, header string
		status             int
		want               string
	}{
		"with a port":       {"graph.facebook.com", "Graph.Facebook.com:443", 200, "graph.facebook.com"},
		"header first":      {"graph.facebook.com", "graph.instagram.com", 200, "graph.instagram.com"},
		"header of another": {"graph.facebook.com", "localhost:3000", 200, "graph.facebook.com"},
		"no server name":    {"", "graph-video.facebook.com", 200, "graph-video.facebook.com"},
		"nothing":           {"", "localhost", 421, "none of"},
	} {
		t.Run(name, func(t *testing.T) {
			// Go checks a certificate only against a name.
			nc, err := p.dial(&tls.Config{ServerName: test.serverName, InsecureSkipVerify: true})
			if err != nil {
				t.Fatal(err)
			}
			resp := ask(t, nc, "GET / HTTP/1.1\r\nHost: "+test.header+"\r\nConnection: close\r\n\r\n")
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != test.status || !strings.Contains(string(body), " "+test.want+" ") {
				t.Errorf("%d %q, %v; want %d with %q", resp.StatusCode, body, err, test.status, test.want)
			}
		})
	}
	p.seen(intercept.Call{Way: intercept.WayTLS, Outcome: intercept.Refused, Host: "localhost", Reason: "the request names none of the intercepted hosts"})
}

func TestUnknownName(t *testing.T) {
	p := start(t, intercept.Options{})
	_, err := p.dial(&tls.Config{ServerName: "www.facebook.com"})
	if err == nil || !strings.Contains(err.Error(), "unrecognized name") {
		t.Errorf("error %v, want the alert for an unrecognized name", err)
	}
	p.seen(intercept.Call{
		Way: intercept.WayTLS, Outcome: intercept.Refused, Host: "www.facebook.com",
		Reason: "its address leads to the intercepted hosts, but it is none of them",
	})
}

func TestFailedHandshakes(t *testing.T) {
	const host = "graph.facebook.com"
	nobody := x509.NewCertPool()
	distrust := func(way intercept.Way) func(*platform) {
		return func(p *platform) {
			if _, err := p.client(way, nobody).Get("https://" + host); !errors.As(err, new(x509.UnknownAuthorityError)) {
				p.t.Errorf("error %v, want an unknown authority", err)
			}
		}
	}
	plain := func(text string) func(*platform) {
		return func(p *platform) {
			nc, err := net.Dial("tcp", p.tls)
			if err != nil {
				p.t.Fatal(err)
			}
			defer nc.Close()
			if _, err := io.WriteString(nc, text); err != nil {
				p.t.Fatal(err)
			}
		}
	}
	for name, test := range map[string]struct {
		call   func(*platform)
		way    intercept.Way
		host   string
		reason string
	}{
		"distrust":               {distrust(intercept.WayTLS), intercept.WayTLS, host, intercept.Untrusted},
		"distrust through proxy": {distrust(intercept.WayProxy), intercept.WayProxy, host, intercept.Untrusted},
		"abort": {func(p *platform) {
			refused := errors.New("the test sends no alert")
			nc, err := net.Dial("tcp", p.tls)
			if err != nil {
				p.t.Fatal(err)
			}
			config := &tls.Config{ServerName: host, RootCAs: p.roots(), VerifyConnection: func(tls.ConnectionState) error {
				nc.Close() // before an alert can go out
				return refused
			}}
			if err := tls.Client(nc, config).Handshake(); !errors.Is(err, refused) {
				p.t.Errorf("error %v, want %v", err, refused)
			}
		}, intercept.WayTLS, host, intercept.Aborted},
		"no TLS":  {plain("GET / HTTP/1.1\r\n\r\n"), intercept.WayTLS, "", "the receiver does not speak TLS; the Graph API is reached by https only"},
		"hung up": {plain(""), intercept.WayTLS, "", "the receiver hung up before the TLS handshake"},
		"alert":   {plain("\x15\x03\x03\x00\x02\x02\x2d"), intercept.WayTLS, "", "the receiver broke off the TLS handshake: expired certificate"},
		"old TLS": {func(p *platform) {
			if _, err := p.dial(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS11, MaxVersion: tls.VersionTLS11}); err == nil {
				p.t.Error("TLS 1.1 is spoken")
			}
		}, intercept.WayTLS, host, "the TLS handshake failed: client offered only unsupported versions: [302]"},
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t, intercept.Options{})
			test.call(p)
			p.seen(intercept.Call{Way: test.way, Outcome: intercept.Failed, Host: test.host, Reason: test.reason})
		})
	}
}
