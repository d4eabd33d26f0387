package delivery_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

func TestAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		text     string
		status   int
		body     string
		complete bool
	}{
		"with a length":         {"HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\nEVENT_RECEIVED", 200, "EVENT_RECEIVED", true},
		"chunked":               {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 200, "abc", true},
		"ended by closing":      {"HTTP/1.0 200 OK\r\n\r\nall of it", 200, "all of it", true},
		"without a body":        {"HTTP/1.1 204 No Content\r\n\r\n", 204, "", true},
		"without a reason":      {"HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", 200, "", true},
		"a redirect":            {"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n", 302, "", true},
		"after 100 and 103":     {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true},
		"101 is the last":       {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\n\r\n", 101, "", true},
		"larger than MaxAnswer": {"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 100000), 200, strings.Repeat("x", 64<<10), false},
		"an unknown status":     {"HTTP/1.1 799 Odd\r\nContent-Length: 0\r\n\r\n", 799, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			a := patient().Do(t.Context(), post(receiver(t, answer(tt.text))))
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			if a.Answer.Status != tt.status || string(a.Answer.Body) != tt.body || a.Answer.Complete != tt.complete {
				t.Errorf("got status %d, %d bytes of body, complete %v; want %d, %d, %v",
					a.Answer.Status, len(a.Answer.Body), a.Answer.Complete, tt.status, len(tt.body), tt.complete)
			}
			if tm := a.Timing; tm.DNS != 0 || tm.TLS != 0 || tm.Connect <= 0 || tm.FirstByte < tm.Connect || tm.Done < tm.FirstByte {
				t.Errorf("timings out of order: %+v", tm)
			}
		})
	}
}

func TestFailures(t *testing.T) {
	endless := func(head, more string) script {
		return func(conn *net.TCPConn) {
			_, _ = readRequest(conn)
			_, err := io.WriteString(conn, head)
			for err == nil {
				_, err = io.WriteString(conn, more)
			}
		}
	}
	hang := func(head string) script {
		return func(conn *net.TCPConn) {
			_, _ = readRequest(conn)
			_, _ = io.WriteString(conn, head)
			untilClosed(conn)
		}
	}
	for name, tt := range map[string]struct {
		client *delivery.Client
		play   script
		reason delivery.Reason
		text   string
		status int // 0: no answer
	}{
		"closes at once":           {patient(), func(conn *net.TCPConn) { _, _ = readRequest(conn) }, delivery.ReasonClosed, "closed the connection without an answer", 0},
		"closes after 100":         {patient(), answer("HTTP/1.1 100 Continue\r\n\r\n"), delivery.ReasonClosed, "closed the connection without an answer", 0},
		"closes in the head":       {patient(), answer("HTTP/1.1 200 OK\r\nContent-Le"), delivery.ReasonClosed, "in the middle of the answer's head", 0},
		"resets":                   {patient(), func(conn *net.TCPConn) { _, _ = readRequest(conn); _ = conn.SetLinger(0) }, delivery.ReasonClosed, "reset the connection without an answer", 0},
		"never answers":            {impatient(), hang(""), delivery.ReasonNoAnswer, "no answer within 200ms", 0},
		"never ends its head":      {impatient(), hang("HTTP/1.1 200 OK\r\n"), delivery.ReasonNoAnswer, "head was not complete within 200ms", 0},
		"garbage":                  {patient(), hang("SSH-2.0-OpenSSH_9.6"), delivery.ReasonMalformed, `begins with "SSH-2.0-`, 0},
		"a text":                   {patient(), answer("hello\r\n\r\n"), delivery.ReasonMalformed, "not an HTTP/1.1 answer", 0},
		"a header without a colon": {patient(), answer("HTTP/1.1 200 OK\r\nnonsense\r\n\r\n"), delivery.ReasonMalformed, "not an HTTP/1.1 answer", 0},
		"two lengths":              {patient(), answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), delivery.ReasonMalformed, "not an HTTP/1.1 answer", 0},
		"never ends its body":      {impatient(), hang("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), delivery.ReasonIncomplete, "body was not complete within 200ms", 200},
		"closes in the body":       {patient(), answer("HTTP/1.1 500 Oops\r\nContent-Length: 9\r\n\r\nabc"), delivery.ReasonIncomplete, "in the middle of the answer's body", 500},
		"bad chunks":               {patient(), answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), delivery.ReasonMalformed, "body is not well-formed", 200},
		"endless body":             {patient(), endless("HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 4096)), delivery.ReasonEndless, "body did not end within 1048576 bytes", 200},
		"endless chunks":           {patient(), endless("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "3\r\nabc\r\n"), delivery.ReasonEndless, "body did not end", 200},
		"endless head":             {patient(), endless("HTTP/1.1 200 OK\r\n", "X: y\r\n"), delivery.ReasonEndless, "head did not end", 0},
		"endless 1xx":              {patient(), endless("", "HTTP/1.1 100 Continue\r\n\r\n"), delivery.ReasonEndless, "head did not end", 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := tt.client.Do(t.Context(), post(receiver(t, tt.play)))
			check(t, a, tt.reason, tt.text)
			status := 0
			if a.Answer != nil {
				status = a.Answer.Status
				if a.Answer.Complete {
					t.Error("the answer says that it is complete")
				}
			}
			if status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
		})
	}
}

func check(t *testing.T, a delivery.Attempt, reason delivery.Reason, text string) {
	t.Helper()
	var failed *delivery.Error
	if !errors.As(a.Err, &failed) {
		t.Fatalf("error %v, want reason %q", a.Err, reason)
	}
	if failed.Reason != reason || !strings.Contains(failed.Error(), text) {
		t.Errorf("error (%s) %q, want (%s) …%s…", failed.Reason, failed, reason, text)
	}
	if a.Timing.Done == 0 {
		t.Error("no duration")
	}
}

func TestRefused(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	a := patient().Do(t.Context(), post("http://"+ln.Addr().String()))
	check(t, a, delivery.ReasonConnect, "nothing listens on "+ln.Addr().String())
}

func TestNoSuchHost(t *testing.T) {
	a := patient().Do(t.Context(), post("http://receiver.invalid/"))
	check(t, a, delivery.ReasonConnect, "receiver.invalid")
}

func TestCanceledByTheCaller(t *testing.T) {
	asked := errors.New("asked to stop")
	ctx, cancel := context.WithCancelCause(t.Context())
	url := receiver(t, func(conn *net.TCPConn) {
		_, _ = readRequest(conn)
		cancel(asked)
		untilClosed(conn)
	})
	a := patient().Do(ctx, post(url))
	check(t, a, delivery.ReasonCanceled, "asked to stop")
	if !errors.Is(a.Err, asked) {
		t.Errorf("the error does not wrap the cause: %v", a.Err)
	}
}

// A receiver that refuses a large body answers without reading it. The client
// must show the answer, not its own broken pipe.
func TestEarlyAnswer(t *testing.T) {
	large := delivery.Request{Method: "POST", Body: bytes.Repeat([]byte(" "), 16<<20)}
	early := "HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n"
	t.Run("and the connection stays open", func(t *testing.T) {
		answered := make(chan struct{})
		large.URL = receiver(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, early)
			<-answered // reads nothing: the client's write blocks
		})
		a := patient().Do(t.Context(), large)
		close(answered)
		if a.Err != nil || a.Answer.Status != 413 {
			t.Errorf("got %+v, error %v", a.Answer, a.Err)
		}
	})
	t.Run("and the connection is closed", func(t *testing.T) {
		large.URL = receiver(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, early)
			_ = conn.CloseWrite()
			untilClosed(conn)
		})
		a := patient().Do(t.Context(), large)
		if a.Err != nil || a.Answer.Status != 413 {
			t.Errorf("got %+v, error %v", a.Answer, a.Err)
		}
	})
}

// A receiver that never reads must not keep the writer beyond the deadline.
func TestNeverReads(t *testing.T) {
	over := make(chan struct{})
	url := receiver(t, func(*net.TCPConn) { <-over })
	a := impatient().Do(t.Context(), delivery.Request{Method: "POST", URL: url, Body: make([]byte, 16<<20)})
	close(over)
	check(t, a, delivery.ReasonNoAnswer, "no answer within 200ms")
}

func TestTLS(t *testing.T) {
	protocols := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocols <- r.Proto + " " + r.TLS.ServerName
		_, _ = io.WriteString(w, "secure")
	}))
	server.EnableHTTP2 = true
	server.Config.ErrorLog = quiet()
	server.StartTLS()
	t.Cleanup(server.Close)
	// The test certificate names example.com and 127.0.0.1.
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())

	t.Run("trusted", func(t *testing.T) {
		client := delivery.New(delivery.Options{Timeout: time.Minute, TLS: &tls.Config{RootCAs: roots, ServerName: "example.com"}})
		a := client.Do(t.Context(), post(server.URL))
		if a.Err != nil {
			t.Fatal(a.Err)
		}
		if got := <-protocols; got != "HTTP/1.1 example.com" || string(a.Answer.Body) != "secure" {
			t.Errorf("got %q, body %q", got, a.Answer.Body)
		}
		if a.Timing.TLS <= a.Timing.Connect {
			t.Errorf("timings out of order: %+v", a.Timing)
		}
		if a.TLS == nil || a.TLS.Version != tls.VersionTLS13 || !a.TLS.PeerCertificates[0].Equal(server.Certificate()) {
			t.Errorf("the connection is %+v", a.TLS)
		}
	})
	t.Run("another version for one request", func(t *testing.T) {
		client := delivery.New(delivery.Options{Timeout: time.Minute, TLS: &tls.Config{RootCAs: roots, ServerName: "example.com"}})
		r := post(server.URL)
		r.TLS = func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }
		for _, want := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
			a := client.Do(t.Context(), r)
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			<-protocols
			if a.TLS.Version != want {
				t.Errorf("the version is %s, want %s", tls.VersionName(a.TLS.Version), tls.VersionName(want))
			}
			r.TLS = nil
		}
	})
	t.Run("refused after the handshake", func(t *testing.T) {
		url := receiver(t, func(conn *net.TCPConn) {
			secure := tls.Server(conn, &tls.Config{Certificates: server.TLS.Certificates, ClientAuth: tls.RequireAnyClientCert})
			_ = secure.Handshake() // the client shows nothing, and gets an alert
			untilClosed(conn)
		})
		client := delivery.New(delivery.Options{Timeout: time.Minute, TLS: &tls.Config{RootCAs: roots, ServerName: "example.com"}})
		a := client.Do(t.Context(), post("https"+strings.TrimPrefix(url, "http")))
		check(t, a, delivery.ReasonTLS, "the receiver ended TLS without an answer: tls: certificate required")
		if a.TLS == nil {
			t.Error("the handshake, which the client finished, is not told")
		}
	})
	t.Run("not trusted", func(t *testing.T) {
		check(t, patient().Do(t.Context(), post(server.URL)), delivery.ReasonTLS, "certificate")
	})
	t.Run("the receiver speaks plain HTTP", func(t *testing.T) {
		url := receiver(t, func(conn *net.TCPConn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 400 Bad Request\r\n\r\n")
			untilClosed(conn)
		})
		check(t, patient().Do(t.Context(), post("https"+strings.TrimPrefix(url, "http"))), delivery.ReasonTLS, "does not look like a TLS handshake")
	})
	t.Run("the handshake hangs", func(t *testing.T) {
		url := receiver(t, func(conn *net.TCPConn) { untilClosed(conn) })
		check(t, impatient().Do(t.Context(), post("https"+strings.TrimPrefix(url, "http"))), delivery.ReasonTLS, "not complete within 200ms")
	})
	t.Run("the receiver hangs up", func(t *testing.T) {
		url := receiver(t, func(conn *net.TCPConn) { _ = conn.CloseWrite(); untilClosed(conn) })
		check(t, patient().Do(t.Context(), post("https"+strings.TrimPrefix(url, "http"))), delivery.ReasonTLS, "ended the connection during the TLS handshake")
	})
}

func TestStartedIsOnTheClientsClock(t *testing.T) {
	at := time.Date(2018, 5, 24, 10, 57, 4, 0, time.UTC)
	client := delivery.New(delivery.Options{Clock: func() time.Time { return at }})
	if a := client.Do(t.Context(), delivery.Request{}); !a.Started.Equal(at) {
		t.Errorf("started %v, want %v", a.Started, at)
	}
}

func TestLookupIsTimed(t *testing.T) {
	url := receiver(t, answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
	_, port, _ := strings.Cut(strings.TrimPrefix(url, "http://"), ":")
	a := patient().Do(t.Context(), post("http://localhost:"+port))
	if a.Err != nil {
		t.Fatal(a.Err)
	}
	if a.Timing.DNS <= 0 || a.Timing.Connect < a.Timing.DNS {
		t.Errorf("timings out of order: %+v", a.Timing)
	}
}

func TestManyAtOnce(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	t.Cleanup(server.Close)
	client := patient()
	done := make(chan error)
	const many = 50
	for i := range many {
		go func() {
			want := strconv.Itoa(i)
			a := client.Do(t.Context(), delivery.Request{Method: "POST", URL: server.URL, Body: []byte(want)})
			if a.Err == nil && string(a.Answer.Body) != want {
				a.Err = errors.New("the answer to another request")
			}
			done <- a.Err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
