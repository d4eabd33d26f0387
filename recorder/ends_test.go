package recorder_test

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/recorder"
	"github.com/seed-11445fa1/referee/recorder/capture"
)

// TestEndsPass: how one side ends shows on the other.
func TestEndsPass(t *testing.T) {
	partial := "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nhello"
	t.Run("the sender breaks off", func(t *testing.T) {
		saw := make(chan string, 1)
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			all, _ := io.ReadAll(c)
			saw <- string(all)
		})})
		sender := s.dial(t)
		send(t, sender, partial, 100)
		sender.Close()
		if got := <-saw; got != partial {
			t.Errorf("the receiver saw %q", got)
		}
		if r := s.record(t); !strings.Contains(r.Err, "the sender ended the connection in the middle of the request") || string(r.Request.Body) != "hello" {
			t.Errorf("recorded %+v", r)
		}
	})
	t.Run("one side ends after 100 Continue", func(t *testing.T) {
		const ask, interim = "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"
		for body, want := range map[string]string{
			"hello":      "the sender ended the connection in the middle of the request",
			"hellohello": "the receiver ended the connection before there was an answer",
		} {
			s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
				read(t, c, len(ask))
				send(t, c, interim, 100)
				_, _ = io.CopyN(io.Discard, c, 10)
			})})
			sender := s.dial(t)
			send(t, sender, ask, 100)
			read(t, sender, len(interim))
			send(t, sender, body, 100)
			if len(body) == 10 {
				_, _ = io.ReadAll(sender)
			}
			sender.Close()
			if r := s.record(t); r.Err != want {
				t.Errorf("recorded %q, want %q", r.Err, want)
			}
		}
	})
	t.Run("the sender sends no more, and listens", func(t *testing.T) {
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			_, _ = io.ReadAll(c)
			send(t, c, noBody, 100)
		})})
		sender := s.dial(t)
		send(t, sender, twoDots, 100)
		if err := sender.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(sender); string(all) != noBody || err != nil {
			t.Errorf("answered %q, %v", all, err)
		}
		if r := s.record(t); r.Err != "" || r.Answer.Status != 200 {
			t.Errorf("recorded %+v", r)
		}
	})
	t.Run("the receiver ends without an answer", func(t *testing.T) {
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) { read(t, c, len(twoDots)) })})
		sender := s.dial(t)
		send(t, sender, twoDots, 100)
		if all, err := io.ReadAll(sender); len(all) > 0 || err != nil {
			t.Errorf("answered %q, %v", all, err)
		}
		sender.Close()
		if r := s.record(t); r.Err != "the receiver ended the connection before there was an answer" || r.Answer != nil {
			t.Errorf("recorded %+v", r)
		}
	})
	t.Run("the receiver resets", func(t *testing.T) {
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			read(t, c, len(twoDots))
			_ = c.SetLinger(0)
		})})
		sender := s.dial(t)
		send(t, sender, twoDots, 100)
		if _, err := io.ReadAll(sender); err == nil {
			t.Error("the sender sees no reset")
		}
		s.record(t)
	})
	t.Run("the receiver ends in the middle of its answer", func(t *testing.T) {
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			read(t, c, len(twoDots))
			send(t, c, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", 100)
		})})
		sender := s.dial(t)
		send(t, sender, twoDots, 100)
		_, _ = io.ReadAll(sender)
		sender.Close()
		if r := s.record(t); !strings.Contains(r.Err, "in the middle of the answer") || string(r.Answer.Body) != "half" {
			t.Errorf("recorded %+v", r)
		}
	})
	t.Run("the receiver resets in the middle of an answer without a length", func(t *testing.T) {
		const half = "HTTP/1.1 200 OK\r\n\r\nhalf"
		passed := make(chan struct{})
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			read(t, c, len(twoDots))
			send(t, c, half, 100)
			<-passed
			_ = c.SetLinger(0)
		})})
		sender := s.dial(t)
		send(t, sender, twoDots, 100)
		read(t, sender, len(half))
		close(passed)
		_, _ = io.ReadAll(sender)
		sender.Close()
		if r := s.record(t); r.Err != "the receiver ended the connection in the middle of the answer" || string(r.Answer.Body) != "half" {
			t.Errorf("recorded %+v", r)
		}
	})
	t.Run("the receiver answers early", func(t *testing.T) {
		const refusal = "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
		s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
			read(t, c, 100)
			send(t, c, refusal, 100)
			_ = c.CloseWrite()
			_, _ = io.Copy(io.Discard, c)
		})})
		sender := s.dial(t)
		send(t, sender, "POST / HTTP/1.1\r\nContent-Length: 10000000\r\n\r\n"+strings.Repeat("x", 1000), 10000)
		if got := read(t, sender, len(refusal)); got != refusal {
			t.Errorf("answered %q", got)
		}
		sender.Close()
		if r := s.record(t); r.Answer == nil || r.Answer.Status != 413 || r.Err == "" {
			t.Errorf("recorded %+v", r)
		}
	})
}

func TestUnreachableReceiver(t *testing.T) {
	s := stand(t, recorder.Options{Forward: "http://127.0.0.1:1"}) // nobody is given that port by chance
	sender := s.dial(t)
	send(t, sender, twoDots, 100)
	answer, err := io.ReadAll(sender)
	if err != nil || !bytes.HasPrefix(answer, []byte("HTTP/1.1 502 ")) {
		t.Errorf("answered %q, %v", answer, err)
	}
	sender.Close()
	if r := s.record(t); !strings.Contains(r.Err, "cannot be reached") || string(r.Request.Body) != ".." || r.Answer != nil {
		t.Errorf("recorded %+v", r)
	}
}

// TestLargeBodies: all of a body passes, and its beginning is kept.
func TestLargeBodies(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	defer receiver.Close()
	s := stand(t, recorder.Options{Forward: receiver.URL, MaxRequest: 1000, MaxAnswer: 10})
	body := bytes.Repeat([]byte("0123456789"), 200_000)
	response, err := http.Post("http://"+s.addr+"/", "text/plain", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); err != nil || !bytes.Equal(got, body) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
	r := s.record(t)
	if len(r.Request.Body) != 1000 || r.Request.Cut != int64(len(body))-1000 || len(r.Answer.Body) != 10 || r.Answer.Cut != int64(len(body))-10 {
		t.Errorf("kept %d and %d, cut %d and %d", len(r.Request.Body), len(r.Answer.Body), r.Request.Cut, r.Answer.Cut)
	}
	recorder.Check(wire.Secrets{App: "secret"}, &r)
	if r.Signature.SHA256 != capture.Missing {
		t.Errorf("the signature is %s", r.Signature.SHA256)
	}
}

// TestMemoryIsBounded: of many bodies at once no more is kept than there is room.
func TestMemoryIsBounded(t *testing.T) {
	s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
		_, _ = io.Copy(io.Discard, c)
	}), MaxKept: 1000})
	var senders []*net.TCPConn
	for range 4 {
		c := s.dial(t)
		send(t, c, "POST / HTTP/1.1\r\nContent-Length: 5000\r\n\r\n"+strings.Repeat("x", 400), 10000)
		senders = append(senders, c)
	}
	for _, c := range senders {
		c.Close()
	}
	kept, cut := 0, int64(0)
	for range senders {
		r := s.record(t)
		kept, cut = kept+len(r.Request.Body), cut+r.Request.Cut
	}
	if kept+int(cut) != 1600 {
		t.Errorf("%d kept and %d cut are not what came", kept, cut)
	}
}

// TestManyUnanswered: a sender that waits for no answer cannot fill the memory.
func TestManyUnanswered(t *testing.T) {
	const n = 1200
	all := strings.Repeat("GET / HTTP/1.1\r\n\r\n", n)
	came := make(chan string, 1)
	s := stand(t, recorder.Options{Forward: scripted(t, func(c *net.TCPConn) {
		came <- read(t, c, len(all))
	})})
	send(t, s.dial(t), all, len(all))
	if got := <-came; got != all {
		t.Errorf("%d of %d bytes passed", len(got), len(all))
	}
	if err := <-s.unread; !strings.Contains(err.Error(), "without waiting for an answer") {
		t.Error(err)
	}
}

// scarce is a listener for which descriptors are short now and then.
type scarce struct {
	net.Listener
	times int
}

func (s *scarce) Accept() (net.Conn, error) {
	if s.times--; s.times >= 0 {
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return s.Listener.Accept()
}

// TestWantOfDescriptors: a recording goes on when there are some again.
func TestWantOfDescriptors(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	p, err := recorder.New(recorder.Options{Forward: receiver.URL})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(&scarce{listener, 2}) }()
	response, err := http.Get("http://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	p.Close(t.Context())
	if err := <-served; err != nil {
		t.Error(err)
	}
}
