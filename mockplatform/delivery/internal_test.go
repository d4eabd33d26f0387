package delivery

import (
	"bytes"
	"errors"
	"net"
	"testing"
	"time"
)

func TestHostHeader(t *testing.T) {
	for url, want := range map[string]destination{
		"http://example.com":            {name: "example.com", addr: "example.com:80", host: "example.com", target: "/"},
		"HTTP://example.com:80/a":       {name: "example.com", addr: "example.com:80", host: "example.com", target: "/a"},
		"http://example.com:443/":       {name: "example.com", addr: "example.com:443", host: "example.com:443", target: "/"},
		"https://example.com:443/?":     {tls: true, name: "example.com", addr: "example.com:443", host: "example.com", target: "/?"},
		"https://[::1]:8443/x":          {tls: true, name: "::1", addr: "[::1]:8443", host: "[::1]:8443", target: "/x"},
		"http://[fe80::1%25eth0]/x#y?z": {name: "fe80::1%eth0", addr: "[fe80::1%eth0]:80", host: "[fe80::1]", target: "/x"},
	} {
		if got, err := parseURL(url); err != nil || got != want {
			t.Errorf("%s: got %+v, error %v; want %+v", url, got, err, want)
		}
	}
}

// canned is a connection from which fixed bytes come.
type canned struct {
	net.Conn
	in *bytes.Reader
}

func (c canned) Read(p []byte) (int, error) { return c.in.Read(p) }

// Whatever a receiver sends, an attempt ends with an answer or an error that
// is classified, and keeps no more than it may.
func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		"", "x", "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n", "HTTP/1.0 -01 x\r\n\r\n",
	} {
		f.Add([]byte(seed))
	}
	client := New(Options{MaxAnswer: 16})
	f.Fuzz(func(t *testing.T, text []byte) {
		a := Attempt{Request: Request{Method: "POST"}}
		fail := failure{started: time.Now(), timeout: time.Second}
		_, failed := client.read(t.Context(), canned{in: bytes.NewReader(text)}, fail, &a)
		switch {
		case failed == nil && a.Answer == nil:
			t.Error("neither an answer nor an error")
		case failed != nil && (failed.Reason == "" || failed.Text == "" || errors.Unwrap(failed) == nil):
			t.Errorf("the error is not explained: %+v", failed)
		case a.Answer != nil && (len(a.Answer.Body) > 16 || failed != nil && a.Answer.Complete):
			t.Errorf("answer %+v with error %v", a.Answer, failed)
		}
	})
}
