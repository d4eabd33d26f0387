package intercept

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
)

// alertSize is the length of a TLS record with an alert in the clear.
const alertSize = 7

// conn is a connection that ends with the Interceptor.
type conn struct {
	net.Conn
	way  Way
	in   io.Reader // what is to be read: the connection, perhaps after what came early
	done func()    // once, on Close

	// Written before the API's server has the connection:
	greeted bool   // the client began a handshake
	name    string // the server name that it sent
	host    string // the intercepted host that it wants; "" if it named none

	// Used by one goroutine at a time:
	last  [alertSize]byte // the end of what was read
	asked bool            // a request came
}

// adopt ties a connection to the life of the Interceptor. release is called once
// when it is closed.
func (i *Interceptor) adopt(nc net.Conn, way Way, release func()) *conn {
	c := &conn{Conn: nc, way: way, in: nc}
	forget := context.AfterFunc(i.life, func() { nc.Close() })
	c.done = sync.OnceFunc(func() {
		forget()
		release()
	})
	return c
}

// before lets the connection begin with bytes that were read from it already.
func (c *conn) before(early []byte) {
	if len(early) > 0 {
		c.in = io.MultiReader(bytes.NewReader(bytes.Clone(early)), c.Conn)
	}
}

// Read reads what came early, then from the connection.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	tail := p[max(0, n-alertSize):n]
	copy(c.last[:], c.last[len(tail):])
	copy(c.last[alertSize-len(tail):], tail)
	return n, err
}

// endsWithAlert reports whether the last that was read is this alert, fatal and
// in the clear. OpenSSL refuses a certificate so even in TLS 1.3, where Go
// expects a record that is encrypted and calls it bad.
// https://www.rfc-editor.org/rfc/rfc8446#section-5.1
func (c *conn) endsWithAlert(description byte) bool {
	return c.last[0] == 21 && c.last[1] == 3 &&
		bytes.Equal(c.last[3:], []byte{0, 2, 2, description})
}

// Close closes the connection and makes room for another one.
func (c *conn) Close() error {
	err := c.Conn.Close()
	c.done()
	return err
}

// closeWrite tells the other side that nothing more comes.
func (c *conn) closeWrite() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
}

// entrance is a listener whose connections belong to an Interceptor.
type entrance struct {
	net.Listener
	i   *Interceptor
	way Way
}

// Accept waits until fewer than maxConnections are open.
func (e entrance) Accept() (net.Conn, error) {
	select {
	case e.i.slots <- struct{}{}:
	case <-e.i.life.Done():
		return nil, net.ErrClosed
	}
	release := func() { <-e.i.slots }
	nc, err := e.Listener.Accept()
	if err != nil {
		release()
		return nil, err
	}
	return e.i.adopt(nc, e.way, release), nil
}

// single is a listener with one connection: what a server that accepts its own
// connections needs to serve one that was accepted elsewhere.
type single struct {
	conn net.Conn
	addr net.Addr
}

func (s *single) Accept() (net.Conn, error) {
	c := s.conn
	if c == nil {
		return nil, io.EOF
	}
	s.conn = nil
	return c, nil
}

func (s *single) Close() error   { return nil }
func (s *single) Addr() net.Addr { return s.addr }
