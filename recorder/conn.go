package recorder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	// bufferSize is how many bytes are carried at once.
	bufferSize = 32 << 10
	// halfOpenTimeout is how long one side of a connection may go on after the
	// other has ended its own.
	halfOpenTimeout = 10 * time.Minute
	// lastAnswerTimeout is how long a sender has to read the last answer.
	lastAnswerTimeout = time.Second
	// refusalTimeout is how long a request is read that cannot be passed on, as the
	// receiver is not reached.
	refusalTimeout = 5 * time.Second
)

// conn is the connection of a sender and the one to the receiver.
type conn struct {
	proxy  *Proxy
	sender net.Conn
	tap    *tap
	down   func() // breaks both connections off, once

	mu       sync.Mutex
	receiver net.Conn // nil until it is reached
	ended    bool
}

func newConn(p *Proxy, sender net.Conn) *conn {
	c := &conn{proxy: p, sender: sender, tap: newTap(p)}
	c.down = sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ended = true
		c.sender.Close()
		if c.receiver != nil {
			c.receiver.Close()
		}
	})
	return c
}

// serve carries bytes until both sides have ended.
func (c *conn) serve() {
	defer c.tap.close("")
	defer c.down()
	defer context.AfterFunc(c.proxy.life, c.down)()
	receiver, err := c.proxy.dial()
	if err != nil {
		c.refuse(err)
		return
	}
	c.mu.Lock()
	c.receiver = receiver
	ended := c.ended
	c.mu.Unlock()
	if ended {
		receiver.Close()
		return
	}
	var request sync.WaitGroup
	request.Go(c.carryRequests)
	c.carryAnswers()
	request.Wait()
}

// carryRequests carries what the sender sends. The tap sees it first, so that
// it knows of a request before the answer can come.
func (c *conn) carryRequests() {
	buffer := make([]byte, bufferSize)
	for {
		n, err := c.sender.Read(buffer)
		if n > 0 {
			c.tap.request(buffer[:n])
			if _, failed := c.receiver.Write(buffer[:n]); failed != nil {
				// The receiver reads no further. What it has sent is still carried, and
				// what the sender still sends is read and dropped: a connection that is
				// closed with bytes unread is reset, and the answer could be lost.
				c.tap.end(c.tap.requests, theReceiver, failed)
				_, _ = io.Copy(io.Discard, c.sender)
				return
			}
		}
		if err == nil {
			continue
		}
		c.tap.end(c.tap.requests, theSender, err)
		if errors.Is(err, io.EOF) {
			_ = c.receiver.SetReadDeadline(time.Now().Add(halfOpenTimeout))
			if closeWrite(c.receiver) == nil {
				return
			}
		}
		abort(c.receiver)
		return
	}
}

// carryAnswers carries what the receiver sends. The tap sees it first, so that it
// knows whether another protocol was refused before the next request can come.
func (c *conn) carryAnswers() {
	buffer := make([]byte, bufferSize)
	answered := false
	for {
		n, err := c.receiver.Read(buffer)
		if n > 0 {
			answered = true
			c.tap.answer(buffer[:n])
			if _, failed := c.sender.Write(buffer[:n]); failed != nil {
				c.down()
				return
			}
			c.endIfIdle()
		}
		if err == nil {
			continue
		}
		c.tap.end(c.tap.answers, theReceiver, err)
		switch {
		case errors.Is(err, io.EOF):
			_ = c.sender.SetReadDeadline(time.Now().Add(halfOpenTimeout))
			if closeWrite(c.sender) != nil {
				c.down()
			}
		case errors.Is(err, syscall.ECONNRESET) && !answered:
			abort(c.sender)
		default: // not a reset, which could take the answer from the sender
			_ = closeWrite(c.sender)
			_ = c.sender.SetReadDeadline(time.Now().Add(lastAnswerTimeout))
		}
		return
	}
}

// refuse answers in place of a receiver that cannot be reached. The request is
// recorded.
func (c *conn) refuse(err error) {
	defer c.tap.close(err.Error())
	_ = c.sender.SetDeadline(time.Now().Add(refusalTimeout))
	for buffer := make([]byte, bufferSize); ; {
		n, err := c.sender.Read(buffer)
		c.tap.request(buffer[:n])
		begun, whole := c.tap.progress()
		if err != nil && !begun {
			abort(c.sender)
			return
		}
		if err != nil || whole {
			break
		}
	}
	const text = "referee record: the receiver cannot be reached\n"
	_, _ = fmt.Fprintf(c.sender, "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(text), text)
	_ = closeWrite(c.sender)
	_ = c.sender.SetReadDeadline(time.Now().Add(lastAnswerTimeout))
	_, _ = io.Copy(io.Discard, c.sender)
}

// endIfIdle ends a connection that has no request under way, once the proxy is
// to be closed.
func (c *conn) endIfIdle() {
	if c.proxy.isClosing() && c.tap.idle() {
		c.down()
	}
}

// closeWrite tells the other side that nothing more comes.
func closeWrite(c net.Conn) error {
	half, ok := c.(interface{ CloseWrite() error })
	if !ok {
		return errors.ErrUnsupported
	}
	return half.CloseWrite()
}

// abort resets a connection.
func abort(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	c.Close()
}
