package docker

import (
	"bytes"
	"io"
	"net"
	"testing"
)

// backend accepts connections as Docker's proxy does for a receiver, until the
// test ends.
func backend(t *testing.T, handle func(*net.TCPConn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			handle(c.(*net.TCPConn))
			c.Close()
		}
	}()
	return l.Addr().String()
}

func opened(t *testing.T, target string) *gate {
	t.Helper()
	g := newGate()
	t.Cleanup(g.close)
	if err := g.open(target); err != nil {
		t.Fatal(err)
	}
	return g
}

// exchange sends a text through the gate and returns the answer.
func exchange(t *testing.T, g *gate, text []byte) ([]byte, error) {
	t.Helper()
	c, err := net.Dial("tcp", g.address)
	if err != nil {
		return nil, err // reset while it was made, where the receiver is gone
	}
	defer c.Close()
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		_, _ = c.Write(text) // a receiver may not want it all
		_ = c.(*net.TCPConn).CloseWrite()
	}()
	answer, err := io.ReadAll(c)
	c.Close()
	<-sent
	return answer, err
}

func TestGatePasses(t *testing.T) {
	g := opened(t, backend(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) }))
	text := bytes.Repeat([]byte("0123456789"), 1<<17)
	if got, err := exchange(t, g, text); err != nil || !bytes.Equal(got, text) {
		t.Errorf("%d bytes came back of %d: %v", len(got), len(text), err)
	}
	if g.current() == nil {
		t.Error("the gate is shut")
	}
}

func TestGateOpensAgain(t *testing.T) {
	echo := func(c *net.TCPConn) { _, _ = io.Copy(c, c) }
	g := opened(t, backend(t, echo))
	address := g.address
	for range 3 {
		g.shut(g.current())
		if c, err := net.Dial("tcp", address); err == nil {
			c.Close()
			t.Error("a shut gate accepts a connection")
		}
		if err := g.open(backend(t, echo)); err != nil {
			t.Fatal(err)
		}
		if got, err := exchange(t, g, []byte("hello")); err != nil || string(got) != "hello" || g.address != address {
			t.Errorf("%q at %s, %v", got, g.address, err)
		}
	}
}

// TestGateDoubts has a proxy whose receiver has gone, and one whose receiver
// only hangs up.
func TestGateDoubts(t *testing.T) {
	for name, c := range map[string]struct {
		handle func(*net.TCPConn)
		stays  bool
	}{
		"gone":  {func(*net.TCPConn) {}, false},
		"reset": {func(c *net.TCPConn) { _ = c.SetLinger(0) }, false},
		"hangs up": {func(c *net.TCPConn) {
			_, _ = c.Read(make([]byte, 1)) // waits for a request, or for the end of a doubt
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			g := opened(t, backend(t, c.handle))
			if got, _ := exchange(t, g, []byte("hello")); len(got) > 0 {
				t.Errorf("it answers %q", got)
			}
			// Settled before the client learned that its connection ended.
			if open := g.current() != nil; open != c.stays {
				t.Errorf("the gate is open: %t, want %t", open, c.stays)
			}
		})
	}
}

// TestGateIgnoresOldDoubt keeps what belongs to an earlier life from shutting
// the gate of the present one.
func TestGateIgnoresOldDoubt(t *testing.T) {
	gone := backend(t, func(*net.TCPConn) {})
	g := opened(t, gone)
	old := g.current()
	g.shut(old)
	if err := g.open(backend(t, func(c *net.TCPConn) { _, _ = io.Copy(c, c) })); err != nil {
		t.Fatal(err)
	}
	g.doubt(old)
	if g.current() == nil {
		t.Error("the gate is shut")
	}
}
