package recorder_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder"
	"github.com/seed-11445fa1/referee/recorder/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds what a test waits for.
const patience = 20 * time.Second

// standing is a proxy in a test.
type standing struct {
	*recorder.Proxy
	addr    string
	records chan capture.Record
	unread  chan error
}

// writtenOver returns a copy of a record and lets somebody else write into the record
// itself, as whoever gets one may, while the proxy goes on.
func writtenOver(r capture.Record) capture.Record {
	kept := r
	over := func(h capture.Header) capture.Header {
		clone := slices.Clone(h)
		go func() {
			for i := range h {
				h[i].Name = "written over"
			}
		}()
		return clone
	}
	kept.Request.Header = over(r.Request.Header)
	if r.Answer != nil {
		answer := *r.Answer
		answer.Header = over(r.Answer.Header)
		kept.Answer = &answer
	}
	return kept
}

// stand puts a proxy before a receiver.
func stand(t *testing.T, o recorder.Options) standing {
	t.Helper()
	s := standing{records: make(chan capture.Record, 2000), unread: make(chan error, 100)}
	o.Done = func(r capture.Record) { s.records <- writtenOver(r) }
	o.Unread = func(err error) { s.unread <- err }
	var err error
	if s.Proxy, err = recorder.New(o); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		s.Close(ctx)
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

// record is the next record.
func (s standing) record(t *testing.T) capture.Record {
	t.Helper()
	select {
	case r := <-s.records:
		return r
	case <-time.After(patience):
		t.Fatal("there is no record")
		return capture.Record{}
	}
}

func (s standing) dial(t *testing.T) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

// scripted is a receiver that hands each connection to a function.
func scripted(t *testing.T, talk func(*net.TCPConn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				_ = c.SetDeadline(time.Now().Add(patience))
				talk(c.(*net.TCPConn))
			})
		}
	})
	t.Cleanup(func() {
		l.Close()
		all.Wait()
	})
	return "http://" + l.Addr().String()
}

// read reads so many bytes.
func read(t *testing.T, from io.Reader, n int) string {
	t.Helper()
	buffer := make([]byte, n)
	if got, err := io.ReadFull(from, buffer); err != nil {
		t.Errorf("after %q: %v", buffer[:got], err)
	}
	return string(buffer)
}

const (
	longBody = "the body is %PDF-\x00\xff\r\n\r\nGET / HTTP/1.1"
	twoDots  = "POST /a HTTP/1.1\r\nhost: x\r\nContent-Length: 2\r\n\r\n.."
	noBody   = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
)

// TestBytesPass sends bytes both ways, and compares what came with them, and
// what was recorded.
func TestBytesPass(t *testing.T) {
	for _, c := range []struct {
		name, request, answer string
		want                  []string // method, target, body, status, body of each record
		unread                bool
		end                   bool // the receiver ends the connection after its answer
	}{
		{
			name:    "headers in any order, case and number",
			request: "POST /webhook?a=%20b HTTP/1.1\r\nX-b: 1\r\nhOST: bot.example\r\nX-B:2\r\nx-hub-Signature:   sha1=x \r\nContent-length: 5\r\n\r\nhello",
			answer:  "HTTP/1.1 200 Fine\r\nset-cookie: a\r\nSET-COOKIE: b\r\nZ:\r\nContent-Length: 2\r\n\r\nok",
			want:    []string{"POST /webhook?a=%20b hello 200 ok"},
		},
		{
			name:    "a body that looks like anything",
			request: fmt.Sprintf("POST / HTTP/1.1\r\nContent-Length: %d\r\n\r\n%s", len(longBody), longBody), answer: noBody,
			want: []string{"POST / " + longBody + " 200 "},
		},
		{
			name:    "chunks, with extensions and a trailer",
			request: "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n02\r\nde\r\n0\r\nX-Last: 1\r\n\r\n",
			answer:  "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\n1\r\nk\r\n0\r\n\r\n",
			want:    []string{"POST / abcde 200 k"},
		},
		{
			name: "requests one after the other, without waiting", request: twoDots + "\r\n" + twoDots + "GET /b HTTP/1.0\n\n",
			answer: noBody + "HTTP/1.1 500 No\r\nContent-Length: 1\r\n\r\n!" + noBody,
			want:   []string{"POST /a .. 200 ", "POST /a .. 500 !", "GET /b  200 "},
		},
		{
			name: "answers without a body", request: "HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\nGET /d HTTP/1.1\r\n\r\n",
			answer: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n" + noBody,
			want:   []string{"HEAD /a  200 ", "GET /b  204 ", "GET /c  304 ", "GET /d  200 "},
		},
		{
			name: "informational answers", request: twoDots,
			answer: "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + noBody, want: []string{"POST /a .. 200 "},
		},
		{
			name: "an answer that ends with the connection", request: twoDots, end: true,
			answer: "HTTP/1.0 200 OK\r\n\r\nall of this", want: []string{"POST /a .. 200 all of this"},
		},
		{
			name: "two ways to say the length", answer: noBody,
			request: "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
			want:    []string{"POST / x 200 "},
		},
		{
			name: "something behind it", answer: noBody + noBody, unread: true,
			request: "POST / HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + twoDots,
			want:    []string{"POST /  0 "},
		},
		{
			name: "two lengths", answer: noBody, unread: true,
			request: "POST / HTTP/1.1\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde", want: []string{"POST /  0 "},
		},
		{
			name: "a header on two lines", answer: noBody, unread: true,
			request: "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", want: []string{"   0 "},
		},
		{
			name: "a target that is no path", request: "GET /.%%32%65/x HTTP/1.1\r\n\r\n", answer: noBody,
			want: []string{"GET /.%%32%65/x  200 "},
		},
		{name: "another protocol", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", answer: "\x00\x00\x00\x04", unread: true, want: []string{"PRI *  0 "}},
		{name: "an answer that nobody asked for", answer: "HTTP/1.1 408 Request Timeout\r\n\r\n", end: true},
	} {
		for _, piece := range []int{1, 7, 1 << 20} {
			t.Run(fmt.Sprintf("%s, in pieces of %d", c.name, piece), func(t *testing.T) {
				came := make(chan string, 1)
				url := scripted(t, func(receiver *net.TCPConn) {
					came <- read(t, receiver, len(c.request))
					send(t, receiver, c.answer, piece)
					if !c.end {
						_, _ = io.Copy(io.Discard, receiver)
					}
				})
				s := stand(t, recorder.Options{Forward: url})
				sender := s.dial(t)
				send(t, sender, c.request, piece)
				if got := read(t, sender, len(c.answer)); got != c.answer {
					t.Errorf("the answer became %q", got)
				}
				if got := <-came; got != c.request {
					t.Errorf("the request became %q", got)
				}
				sender.Close()
				for _, want := range c.want {
					r := s.record(t)
					answer := r.Answer
					if answer == nil {
						answer = &capture.Message{}
					}
					if got := fmt.Sprintf("%s %s %s %d %s", r.Request.Method, r.Request.Target, r.Request.Body, answer.Status, answer.Body); got != want {
						t.Errorf("recorded %q, want %q (%s)", got, want, r.Err)
					}
					if (r.Err != "") != c.unread {
						t.Errorf("the record says: %q", r.Err)
					}
				}
				if c.unread {
					<-s.unread
				}
				select {
				case r := <-s.records:
					t.Errorf("one record too many: %+v", r)
				case err := <-s.unread:
					t.Error(err)
				default:
				}
			})
		}
	}
}

// send writes a text in pieces.
func send(t *testing.T, to io.Writer, text string, piece int) {
	t.Helper()
	for len(text) > 0 {
		n := min(piece, len(text))
		if _, err := io.WriteString(to, text[:n]); err != nil {
			t.Error(err)
			return
		}
		text = text[n:]
	}
}

func TestHeadersAreRecordedAsTheyCame(t *testing.T) {
	url := scripted(t, func(c *net.TCPConn) {
		read(t, c, len("GET /?q HTTP/1.1\r\nb: 2\r\nA:1\r\nb:  3 \r\n\r\n"))
		send(t, c, noBody, 100)
	})
	s := stand(t, recorder.Options{Forward: url + "/"})
	send(t, s.dial(t), "GET /?q HTTP/1.1\r\nb: 2\r\nA:1\r\nb:  3 \r\n\r\n", 100)
	r := s.record(t)
	want := capture.Header{{Name: "b", Value: "2"}, {Name: "A", Value: "1"}, {Name: "b", Value: "3"}}
	if fmt.Sprint(r.Request.Header) != fmt.Sprint(want) || r.Request.Proto != "HTTP/1.1" || r.Answer.Proto != "HTTP/1.1" {
		t.Errorf("recorded %+v", r)
	}
	if r.At.IsZero() || r.Milliseconds <= 0 {
		t.Errorf("recorded at %s, %g ms", r.At, r.Milliseconds)
	}
}

// TestTLS: both ways can be TLS; what is inside passes as it is.
func TestTLS(t *testing.T) {
	receiver := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s for %s", r.Proto, r.Host)
	}))
	defer receiver.Close()
	trusting := receiver.Client().Transport.(*http.Transport).TLSClientConfig
	p, err := recorder.New(recorder.Options{Forward: receiver.URL, TLS: trusting})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: receiver.TLS.Certificates, NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(listener) }()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: trusting}}
	response, err := client.Get("https://" + listener.Addr().String() + "/")
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	response.Body.Close()
	if want := "HTTP/1.1 for " + listener.Addr().String(); string(body) != want || err != nil {
		t.Errorf("answered %q, %v, want %q", body, err, want)
	}
	client.CloseIdleConnections()
	p.Close(t.Context())
	if err := <-served; err != nil {
		t.Error(err)
	}
}

// TestCloseWaitsForAnswers: who is being served gets an answer, and it is recorded.
func TestCloseWaitsForAnswers(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
		if _, err := io.ReadFull(c, make([]byte, len(twoDots))); err != nil {
			return // it is one of those below that ask for nothing
		}
		close(asked)
		<-release
		send(t, c, noBody, 100)
		_, _ = io.Copy(io.Discard, c)
	})})
	busy := s.dial(t)
	send(t, busy, twoDots, 100)
	<-asked
	closed := make(chan struct{})
	go func() {
		s.Close(context.Background())
		close(closed)
	}()
	for { // until nobody is taken any more
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			break
		}
		c.Close()
	}
	close(release)
	if got := read(t, busy, len(noBody)); got != noBody {
		t.Errorf("answered %q", got)
	}
	<-closed
	if r := s.record(t); r.Err != "" {
		t.Errorf("recorded %+v", r)
	}
}

// TestAnotherProtocol: what the two agree to speak passes, and is not read.
func TestAnotherProtocol(t *testing.T) {
	const ask, agree = "GET /ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x00\n\n"
	s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
		read(t, c, len(ask))
		send(t, c, agree, 100)
		_, _ = io.Copy(c, c)
	})})
	c := s.dial(t)
	send(t, c, ask, 100)
	if got := read(t, c, len(agree)); got != agree {
		t.Errorf("answered %q", got)
	}
	send(t, c, "\x81\x02hi", 100)
	if got := read(t, c, 4); got != "\x81\x02hi" {
		t.Errorf("what comes back is %q", got)
	}
	c.Close()
	if r := s.record(t); r.Answer == nil || r.Answer.Status != 101 || r.Err != "" {
		t.Errorf("recorded %+v", r)
	}
	if len(s.unread) > 0 {
		t.Error(<-s.unread)
	}
}

// TestRefusedProtocol: after another protocol was refused, requests are recorded as
// before.
func TestRefusedProtocol(t *testing.T) {
	const ask = "GET / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n"
	s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
		for _, request := range []string{ask, twoDots, twoDots} {
			read(t, c, len(request))
			send(t, c, noBody, 100)
		}
		_, _ = io.Copy(io.Discard, c)
	})})
	c := s.dial(t)
	for _, request := range []string{ask, twoDots, twoDots} {
		send(t, c, request, 100)
		read(t, c, len(noBody))
		if r := s.record(t); r.Answer == nil || r.Answer.Status != 200 || r.Err != "" {
			t.Errorf("recorded %+v", r)
		}
	}
	if len(s.unread) > 0 {
		t.Error(<-s.unread)
	}
}

func TestExpectContinue(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) }))
	defer receiver.Close()
	s := stand(t, recorder.Options{Forward: receiver.URL})
	c := s.dial(t)
	send(t, c, "POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n", 100)
	const first = "HTTP/1.1 100 Continue\r\n\r\n"
	if got := read(t, c, len(first)); got != first {
		t.Fatalf("answered %q", got)
	}
	send(t, c, "hi", 100)
	response, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if r := s.record(t); string(r.Request.Body) != "hi" || string(r.Answer.Body) != "hi" {
		t.Errorf("recorded %+v", r)
	}
}

func TestCheck(t *testing.T) {
	const page, instagram = `{"object":"page"}`, `{"object":"instagram"}`
	signed := func(secret, body string) capture.Header {
		s := wire.Sign(secret, []byte(body))
		return capture.Header{{Name: "x-hub-signature", Value: s.SHA1}, {Name: "X-HUB-SIGNATURE-256", Value: s.SHA256}}
	}
	for _, c := range []struct {
		keys   wire.Secrets
		body   string
		header capture.Header
		cut    int64
		want   capture.Fact
	}{
		{wire.Secrets{App: "s"}, page, signed("s", page), 0, capture.Right},
		{wire.Secrets{App: "s"}, page, signed("t", page), 0, capture.Wrong},
		{wire.Secrets{App: "s"}, page, nil, 0, capture.Missing},
		{wire.Secrets{}, page, signed("s", page), 0, capture.Unchecked},
		{wire.Secrets{App: "s"}, page, signed("s", page), 1, capture.Unchecked},
		{wire.Secrets{App: "s", Instagram: "i"}, instagram, signed("i", instagram), 0, capture.Right},
		{wire.Secrets{App: "s", Instagram: "i"}, instagram, signed("s", instagram), 0, capture.Wrong},
		{wire.Secrets{App: "s", Instagram: "i"}, page, signed("i", page), 0, capture.Wrong},
		{wire.Secrets{Instagram: "i"}, page, signed("i", page), 0, capture.Unchecked},
	} {
		r := capture.Record{Request: capture.Message{Header: c.header, Body: []byte(c.body), Cut: c.cut}}
		recorder.Check(c.keys, &r)
		if want := (capture.Signature{SHA256: c.want, SHA1: c.want}); r.Signature != want {
			t.Errorf("%+v: %+v", c, r.Signature)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, forward := range []string{"", "localhost:3000", "ftp://x", "http://", "http://x/webhook", "http://x?a=b", "http://u:p@x", "://"} {
		if _, err := recorder.New(recorder.Options{Forward: forward}); err == nil {
			t.Errorf("%q is taken", forward)
		}
	}
}

func TestServeAfterClose(t *testing.T) {
	p, err := recorder.New(recorder.Options{Forward: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	p.Close(t.Context())
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	if err := p.Serve(listener); err == nil || errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve returned %v", err)
	}
}
