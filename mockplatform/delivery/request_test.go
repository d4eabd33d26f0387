package delivery_test

import (
	"io"
	"log"
	"net"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func quiet() *log.Logger { return log.New(io.Discard, "", 0) }

// sent returns the bytes in which a request arrives. $HOST stands for the
// receiver's address in the request and in what is returned.
func sent(t *testing.T, r delivery.Request) string {
	t.Helper()
	got := make(chan string, 1)
	url := receiver(t, func(conn *net.TCPConn) {
		raw, err := readRequest(conn)
		if err != nil {
			t.Errorf("receiver: %v", err)
		}
		got <- string(raw)
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	host := strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/webhook")
	r.URL = strings.ReplaceAll(r.URL, "$HOST", host)
	if a := patient().Do(t.Context(), r); a.Err != nil {
		t.Fatal(a.Err)
	}
	return strings.ReplaceAll(<-got, host, "$HOST")
}

func TestRequestBytes(t *testing.T) {
	for name, tt := range map[string]struct {
		request delivery.Request
		want    string
	}{
		"order and spelling of names": {
			delivery.Request{Method: "POST", URL: "http://$HOST/webhook", Body: []byte("{}"), Header: wire.Header{
				{Name: "x-B", Value: "1"}, {Name: "Accept", Value: "*/*"}, {Name: "X-A", Value: ""}, {Name: "x-B", Value: "2"}}},
			"POST /webhook HTTP/1.1\r\nHost: $HOST\r\nx-B: 1\r\nAccept: */*\r\nX-A: \r\nx-B: 2\r\nContent-Length: 2\r\n\r\n{}",
		},
		"a POST without a body": {
			delivery.Request{Method: "POST", URL: "http://$HOST"},
			"POST / HTTP/1.1\r\nHost: $HOST\r\nContent-Length: 0\r\n\r\n",
		},
		"path and query byte for byte": {
			delivery.Request{Method: "GET", URL: "http://$HOST/a//b/../%7e?hub.mode=x&y=%2F+%zz&&é#part"},
			"GET /a//b/../%7e?hub.mode=x&y=%2F+%zz&&é HTTP/1.1\r\nHost: $HOST\r\n\r\n",
		},
		"a query without a path": {
			delivery.Request{Method: "GET", URL: "http://$HOST?a=/b"},
			"GET /?a=/b HTTP/1.1\r\nHost: $HOST\r\n\r\n",
		},
		"a Host of its own": {
			delivery.Request{Method: "GET", URL: "http://$HOST/", Header: wire.Header{{Name: "host", Value: "example.com"}}},
			"GET / HTTP/1.1\r\nhost: example.com\r\n\r\n",
		},
		"a length of its own": {
			delivery.Request{Method: "POST", URL: "http://$HOST/", Body: []byte("abc"), Header: wire.Header{{Name: "content-length", Value: "3"}, {Name: "X", Value: "y"}}},
			"POST / HTTP/1.1\r\nHost: $HOST\r\ncontent-length: 3\r\nX: y\r\n\r\nabc",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := sent(t, tt.request); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestRequestsThatCannotBeSent(t *testing.T) {
	header := func(name, value string) delivery.Request {
		return delivery.Request{Method: "POST", URL: "http://127.0.0.1:1/", Header: wire.Header{{Name: name, Value: value}}}
	}
	for name, tt := range map[string]struct {
		request delivery.Request
		text    string
	}{
		"no URL":              {post(""), "must be absolute"},
		"no scheme":           {post("127.0.0.1:8080/webhook"), "URL cannot be read"},
		"relative":            {post("/webhook"), "must be absolute"},
		"another scheme":      {post("ftp://example.com/"), "must be absolute"},
		"no host":             {post("http:///webhook"), "must be absolute"},
		"opaque":              {post("http:example.com"), "must be absolute"},
		"a user":              {post("http://me:secret@example.com/"), "user name or a password"},
		"a space":             {post("http://127.0.0.1:1/a b"), "percent-encoded"},
		"a line break":        {post("http://127.0.0.1:1/a\r\nb"), "URL cannot be read"},
		"port 0":              {post("http://127.0.0.1:0/"), "port 0"},
		"port 65536":          {post("http://127.0.0.1:65536/"), "port 65536"},
		"not ASCII":           {post("http://bücher.example/"), "Punycode"},
		"no method":           {delivery.Request{URL: "http://127.0.0.1:1/"}, "not an HTTP method"},
		"a method in two":     {delivery.Request{Method: "GET /x", URL: "http://127.0.0.1:1/"}, "not an HTTP method"},
		"a header name":       {header("X Y", ""), "not a header name"},
		"an empty name":       {header("", ""), "not a header name"},
		"an injected header":  {header("X", "y\r\nZ: 1"), "line break"},
		"a zero byte":         {header("X", "\x00"), "zero byte"},
		"a URL with a secret": {post("http://[::1/?hub.verify_token=hush-hush"), "URL cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			a := patient().Do(t.Context(), tt.request)
			check(t, a, delivery.ReasonRequest, tt.text)
			if strings.Contains(a.Err.Error(), "secret") || strings.Contains(a.Err.Error(), "hush") {
				t.Errorf("the error tells a secret: %v", a.Err)
			}
			if a.Answer != nil || a.Timing.Connect != 0 {
				t.Error("something was sent")
			}
		})
	}
}
