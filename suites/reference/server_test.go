package reference

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func textLogger(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// signal is a log that closes a channel at the first line with this text.
type signal struct {
	text string
	seen chan struct{}
}

func (s *signal) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(s.text)) {
		close(s.seen)
	}
	return len(line), nil
}

func host(t *testing.T, s *Server) string {
	t.Helper()
	u, err := url.Parse(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	return u.Host
}

func TestListen(t *testing.T) {
	r := New(Config{})
	s := listen(t, r)
	if _, err := Listen("127.0.0.1:0", r); err == nil {
		t.Error("a receiver got a second server")
	}
	other := New(Config{})
	defer other.Close()
	if _, err := Listen(host(t, s), other); err == nil {
		t.Error("two servers listen on one address")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := net.Dial("tcp", host(t, s)); err == nil {
		t.Error("a closed server accepts connections")
	}
}

func TestURL(t *testing.T) {
	tests := []struct {
		addr net.TCPAddr
		want string
	}{
		{net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 80}, "http://127.0.0.1:80/webhook"},
		{net.TCPAddr{IP: net.IPv6loopback, Port: 80}, "http://[::1]:80/webhook"},
		{net.TCPAddr{IP: net.IPv6zero, Port: 80}, "http://127.0.0.1:80/webhook"},
		{net.TCPAddr{IP: net.IPv4zero, Port: 80}, "http://127.0.0.1:80/webhook"},
	}
	for _, tt := range tests {
		s := Server{addr: &tt.addr}
		if got := s.URL(); got != tt.want {
			t.Errorf("URL of %v is %s, want %s", &tt.addr, got, tt.want)
		}
	}
}

func TestDie(t *testing.T) {
	p := newPlatform(t, nil)
	log := &signal{text: "listening again", seen: make(chan struct{})}
	c := p.config()
	c.Logger = textLogger(log)
	r := New(c)
	original := r.steps.events
	r.steps.events = func(doc any) []event {
		ours := original(doc)
		if len(ours) == 0 {
			r.die(time.Millisecond)
		}
		return ours
	}
	s := listen(t, r)
	mustDeliver(t, s, messaging(postback("7", "m1")))
	<-p.calls
	<-p.calls

	if status, _, err := do(delivery(t, s.URL(), messaging())); err == nil {
		t.Errorf("the dying receiver answers %d", status)
	}
	<-log.seen
	mustDeliver(t, s, messaging(postback("7", "m1")))
	if c := <-p.calls; c.path != "/receipts" {
		t.Error("the receiver remembers its former life")
	}
	<-p.calls
}

func TestDieWhileItWorks(t *testing.T) {
	p := newPlatform(t, nil)
	r := New(p.config())
	died := make(chan struct{})
	r.steps.replies = func(event) []message {
		defer close(died)
		r.die(time.Hour)
		return nil
	}
	s := listen(t, r)
	mustDeliver(t, s, messaging(postback("7", "m1")))
	<-died
	if _, err := net.Dial("tcp", host(t, s)); err == nil {
		t.Error("the dead receiver accepts connections")
	}
}

func TestDieWithoutAServer(t *testing.T) {
	r := newRecord(t)
	before := r.current()
	r.steps.serve = func(http.ResponseWriter, *http.Request) { r.die(0) }
	func() {
		defer func() {
			if v := recover(); v != http.ErrAbortHandler {
				t.Errorf("panic with %v", v)
			}
		}()
		serve(r, delivery(t, "/", messaging()))
	}()
	if r.current() == before || before.ctx.Err() == nil {
		t.Error("the receiver lives on")
	}
}

func TestHangingStepEndsWithClose(t *testing.T) {
	r := New(Config{AppSecret: testSecret, Grace: time.Hour})
	hanging := make(chan struct{})
	r.steps.order = func(_ []event, answer, work func()) {
		close(hanging)
		<-r.closing
		work()
	}
	s := listen(t, r)
	done := make(chan error, 1)
	go func() {
		_, _, err := do(delivery(t, s.URL(), messaging()))
		done <- err
	}()
	<-hanging
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	<-done
}

func TestBodyInPieces(t *testing.T) {
	s := listen(t, New(Config{AppSecret: testSecret}))
	body := messaging(`{"message":{"text":"é"}}`)
	cut := strings.Index(body, "é") + 1 // between the two bytes of the character
	pieces, w := io.Pipe()
	go func() {
		for _, piece := range []string{body[:cut], body[cut:]} {
			_, _ = io.WriteString(w, piece)
		}
		_ = w.Close()
	}()
	req := delivery(t, s.URL(), body)
	req.Body = pieces
	if status, _, err := do(req); err != nil || status != http.StatusOK {
		t.Errorf("status %d, error %v", status, err)
	}
}
