package delivery_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// script is what a receiver does with a connection; it is closed afterwards.
type script func(conn *net.TCPConn)

// receiver accepts connections one after the other, plays the script on each,
// and returns its URL. The test ends only when every script has returned.
func receiver(t *testing.T, play script) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			play(conn.(*net.TCPConn))
			conn.Close()
		}
	}()
	t.Cleanup(func() { ln.Close(); <-done })
	return "http://" + ln.Addr().String() + "/webhook"
}

// readRequest reads one request and returns the bytes it came in.
func readRequest(conn net.Conn) ([]byte, error) {
	var raw bytes.Buffer
	req, err := http.ReadRequest(bufio.NewReaderSize(io.TeeReader(conn, &raw), 16))
	if err == nil {
		_, err = io.Copy(io.Discard, req.Body)
	}
	return raw.Bytes(), err
}

// answer reads the request, then writes text and closes.
func answer(text string) script {
	return func(conn *net.TCPConn) {
		_, _ = readRequest(conn)
		_, _ = io.WriteString(conn, text)
	}
}

// untilClosed reads until the client has closed the connection.
func untilClosed(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// post is a delivery of the size that tests of the answer need.
func post(url string) delivery.Request {
	return delivery.Request{Method: "POST", URL: url, Body: []byte(`{"object":"page"}`)}
}

// patient has a deadline that no test reaches; impatient one that tests wait for.
func patient() *delivery.Client { return delivery.New(delivery.Options{Timeout: time.Minute}) }
func impatient() *delivery.Client {
	return delivery.New(delivery.Options{Timeout: 200 * time.Millisecond})
}
