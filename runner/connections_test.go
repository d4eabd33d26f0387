package runner_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
)

// connections serves TCP connections with a function of the test's, and can
// stop to listen and begin again on the same address, as a process does that
// dies and is started anew.
type connections struct {
	t     *testing.T
	addr  string
	serve func(net.Conn)

	mu       sync.Mutex
	ended    bool
	listener net.Listener
	open     map[net.Conn]bool
	running  sync.WaitGroup
}

// listen serves connections until the test ends.
func listen(t *testing.T, serve func(net.Conn)) *connections {
	t.Helper()
	c := &connections{t: t, addr: "127.0.0.1:0", serve: serve, open: map[net.Conn]bool{}}
	c.rise()
	t.Cleanup(func() {
		c.mu.Lock()
		c.ended = true
		c.mu.Unlock()
		c.fall()
		c.running.Wait()
	})
	return c
}

func (c *connections) url() string { return "http://" + c.addr + "/webhook" }

// rise listens, unless the test is over.
func (c *connections) rise() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	l, err := net.Listen("tcp", c.addr)
	if err != nil {
		c.t.Errorf("listen: %v", err)
		return
	}
	c.addr, c.listener = l.Addr().String(), l
	c.running.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.keep(l, conn)
		}
	})
}

// keep serves a connection, unless its listener fell in the same moment.
func (c *connections) keep(l net.Listener, conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener != l {
		_ = conn.Close()
		return
	}
	c.open[conn] = true
	c.running.Go(func() {
		c.serve(conn)
		_ = conn.Close()
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.open, conn)
	})
}

// fall stops to listen and cuts every connection.
func (c *connections) fall() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.listener == nil {
		return
	}
	_ = c.listener.Close()
	c.listener = nil
	for conn := range c.open {
		_ = conn.Close()
	}
}

// hold reads until the other side goes away, and says nothing.
func hold(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// answering reads one request and writes the answer to it.
func answering(answer func(method, body string) string) func(net.Conn) {
	return func(conn net.Conn) {
		r, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, answer(r.Method, string(body)))
	}
}

func always(answer string) func(method, body string) string {
	return func(string, string) string { return answer }
}

// pouring answers with this beginning, and then with the same piece until the
// other side has enough.
func pouring(beginning, piece string, pause func()) func(net.Conn) {
	return func(conn net.Conn) {
		answering(always(beginning))(conn)
		for {
			if _, err := io.WriteString(conn, piece); err != nil {
				return
			}
			pause()
		}
	}
}
