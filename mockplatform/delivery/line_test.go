package delivery_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// answers plays a connection: one answer for each request, then the end.
func answers(texts ...string) script {
	return func(conn *net.TCPConn) {
		for _, text := range texts {
			if _, err := readRequest(conn); err != nil {
				return
			}
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
		}
	}
}

func TestLineKeepsItsConnection(t *testing.T) {
	const (
		ok    = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
		chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"
	)
	for name, tt := range map[string]struct {
		play   script
		opened int // connections that three requests take
	}{
		"kept":                      {answers(ok, chunk, ok), 1},
		"without a body":            {answers("HTTP/1.1 204 No Content\r\n\r\n", ok, ok), 1},
		"ended after each answer":   {answers(ok), 3},
		"announced to end":          {answers("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"), 3},
		"HTTP/1.0":                  {answers("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"), 3},
		"more than the answer came": {answers(ok + "HTTP/1.1 408 Request Timeout\r\n\r\n"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			r := post(receiver(t, tt.play))
			r.Line = &delivery.Line{}
			defer r.Line.Close()
			client := patient()
			for range 3 {
				a := client.Do(t.Context(), r)
				if a.Err != nil || a.Answer.Status/100 != 2 || !a.Answer.Complete {
					t.Fatalf("answer %+v, error %v", a.Answer, a.Err)
				}
			}
			if got := r.Line.Opened(); got != tt.opened {
				t.Errorf("%d connections, want %d", got, tt.opened)
			}
		})
	}
}

// A connection that ends in the middle of an answer is no kept connection that
// was given up: the request has been heard.
func TestLineDoesNotRepeatWhatWasHeard(t *testing.T) {
	r := post(receiver(t, answers("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2")))
	r.Line = &delivery.Line{}
	defer r.Line.Close()
	client := patient()
	if a := client.Do(t.Context(), r); a.Err != nil {
		t.Fatal(a.Err)
	}
	check(t, client.Do(t.Context(), r), delivery.ReasonClosed, "in the middle of the answer's head")
	if got := r.Line.Opened(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

func TestLineOverTLS(t *testing.T) {
	var mu sync.Mutex
	from := map[string]int{}
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		from[r.RemoteAddr]++
	}))
	defer server.Close()
	config := server.Client().Transport.(*http.Transport).TLSClientConfig
	client := delivery.New(delivery.Options{TLS: config})
	r := post(server.URL)
	r.Line = &delivery.Line{}
	for range 3 {
		if a := client.Do(t.Context(), r); a.Err != nil {
			t.Fatal(a.Err)
		}
	}
	r.Line.Close()
	if len(from) != 1 {
		t.Errorf("requests came from %v", from)
	}
}
