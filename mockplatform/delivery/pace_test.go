package delivery_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// What TCP and HTTP leave open does not change what arrives.
func TestPacedRequestBytes(t *testing.T) {
	const head = "Host: $HOST\r\n"
	for name, tt := range map[string]struct {
		request delivery.Request
		want    string
	}{
		"cut up":    {delivery.Request{Method: "POST", Body: []byte("abc"), Pace: delivery.Pace{Cuts: []int{0, 1, 2}}}, "POST /webhook HTTP/1.1\r\n" + head + "Content-Length: 3\r\n\r\nabc"},
		"paused":    {delivery.Request{Method: "POST", Body: []byte("abc"), Pace: delivery.Pace{Cuts: []int{0, 2}, Pause: time.Millisecond}}, "POST /webhook HTTP/1.1\r\n" + head + "Content-Length: 3\r\n\r\nabc"},
		"chunked":   {delivery.Request{Method: "POST", Body: []byte("abcde"), Chunk: 3}, "POST /webhook HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"},
		"no chunks": {delivery.Request{Method: "POST", Chunk: 3}, "POST /webhook HTTP/1.1\r\n" + head + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
		"HTTP/1.0":  {delivery.Request{Method: "POST", Body: []byte("a"), Proto: "HTTP/1.0"}, "POST /webhook HTTP/1.0\r\n" + head + "Content-Length: 1\r\n\r\na"},
		"OPTIONS":   {delivery.Request{Method: "OPTIONS"}, "OPTIONS /webhook HTTP/1.1\r\n" + head + "\r\n"},
		"PUT":       {delivery.Request{Method: "PUT"}, "PUT /webhook HTTP/1.1\r\n" + head + "Content-Length: 0\r\n\r\n"},
		"HEAD":      {delivery.Request{Method: "HEAD"}, "HEAD /webhook HTTP/1.1\r\n" + head + "\r\n"},
		"a coding of its own": {
			delivery.Request{Method: "POST", Body: []byte("0\r\n\r\n"), Header: wire.Header{{Name: "transfer-encoding", Value: "chunked"}}},
			"POST /webhook HTTP/1.1\r\n" + head + "transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
		},
	} {
		t.Run(name, func(t *testing.T) {
			tt.request.URL = "http://$HOST/webhook"
			if got := sent(t, tt.request); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

// What stands before a cut has arrived while the rest is still to come.
func TestCutsSeparate(t *testing.T) {
	url := receiver(t, func(conn *net.TCPConn) {
		var text []byte
		for !strings.HasSuffix(string(text), "\r\n\r\n") {
			more := make([]byte, 100)
			n, err := conn.Read(more)
			if err != nil {
				t.Errorf("the head %q ends with %v", text, err)
				return
			}
			text = append(text, more[:n]...)
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n")
	})
	r := post(url)
	r.Pace = delivery.Pace{Cuts: []int{0}, Pause: time.Hour}
	a := patient().Do(t.Context(), r)
	if a.Err != nil || a.Answer.Status != 413 {
		t.Errorf("got %+v, error %v", a.Answer, a.Err)
	}
}

func TestPacesThatCannotBeKept(t *testing.T) {
	for want, p := range map[string]delivery.Pace{
		"not inside the 17 bytes":              {Cuts: []int{17}},
		"a cut at -1":                          {Cuts: []int{-1}},
		"ascending":                            {Cuts: []int{2, 1}},
		"after 17 of 17":                       {BreakOff: 17},
		"after -1 of 17":                       {BreakOff: -1},
		"a cut at 5 is not inside the 4 bytes": {Cuts: []int{5}, BreakOff: 4},
	} {
		r := post("http://127.0.0.1:1/")
		r.Pace = p
		check(t, patient().Do(t.Context(), r), delivery.ReasonRequest, want)
	}
	r := post("http://127.0.0.1:1/")
	r.Proto = "HTTPS"
	check(t, patient().Do(t.Context(), r), delivery.ReasonRequest, "not an HTTP version")
}

func TestBreakOff(t *testing.T) {
	got := make(chan string, 1)
	url := receiver(t, func(conn *net.TCPConn) {
		text, err := io.ReadAll(conn)
		if err != nil {
			t.Errorf("the connection ends with %v", err)
		}
		got <- string(text)
	})
	r := post(url)
	r.Pace = delivery.Pace{Cuts: []int{0, 3}, BreakOff: 7}
	a := patient().Do(t.Context(), r)
	check(t, a, delivery.ReasonBrokenOff, "7 bytes into the body")
	if text := <-got; !strings.HasSuffix(text, "Content-Length: 17\r\n\r\n"+`{"objec`) {
		t.Errorf("arrived %q", text)
	}
}

// A pause ends with the attempt.
func TestAPauseIsBounded(t *testing.T) {
	for name, p := range map[string]delivery.Pace{
		"that waits for an answer": {Cuts: []int{0}, Pause: time.Hour},
		"that breaks off":          {Cuts: []int{0}, Pause: time.Hour, BreakOff: 1},
	} {
		t.Run(name, func(t *testing.T) {
			url := receiver(t, func(conn *net.TCPConn) { untilClosed(conn) })
			r := post(url)
			r.Pace = p
			check(t, impatient().Do(t.Context(), r), delivery.ReasonNoAnswer, "200ms")
		})
	}
	asked := errors.New("asked to stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	url := receiver(t, func(conn *net.TCPConn) { cancel(asked); untilClosed(conn) })
	r := post(url)
	r.Pace = delivery.Pace{Cuts: []int{0}, Pause: time.Hour, BreakOff: 1}
	check(t, patient().Do(ctx, r), delivery.ReasonCanceled, "asked to stop")
}

func TestCurlOfOddRequests(t *testing.T) {
	for name, tt := range map[string]struct {
		request delivery.Request
		want    []string
	}{
		"HTTP/1.0": {delivery.Request{Method: "POST", Proto: "HTTP/1.0"}, []string{"--http1.0", "--data-raw ''"}},
		"chunked":  {delivery.Request{Method: "POST", Body: []byte("{}"), Chunk: 1}, []string{"--header 'Transfer-Encoding: chunked'"}},
		"HEAD":     {delivery.Request{Method: "HEAD"}, []string{"curl --include --http1.1 --head --header"}},
		"OPTIONS":  {delivery.Request{Method: "OPTIONS"}, []string{"--request OPTIONS --header"}},
	} {
		tt.request.URL = "http://127.0.0.1/"
		got := delivery.Curl(tt.request)
		if slices.ContainsFunc(tt.want, func(part string) bool { return !strings.Contains(got, part) }) {
			t.Errorf("%s: got %s, want %q in it", name, got, tt.want)
		}
	}
}
