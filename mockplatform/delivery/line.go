package delivery

import (
	"context"
	"crypto/tls"
	"net"
	"sync"
	"time"
)

// Line is a connection that requests to one address share, one after the other,
// for as long as the receiver keeps it open: HTTP's persistent connection
// (RFC 9112 section 9.3). A receiver may end it after any answer; the next request
// then opens another one, as it does in every client.
//
// The zero value is ready for use. Requests at the same time wait for each other,
// and their deadlines run meanwhile. Close it when it is no longer needed.
type Line struct {
	mu     sync.Mutex
	conn   net.Conn // nil when there is none to go on with
	dest   destination
	tls    *tls.ConnectionState // nil without TLS
	opened int
}

// Opened is the number of connections that were opened so far.
func (l *Line) Opened() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.opened
}

// Close ends the connection. The line may be used again.
func (l *Line) Close() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conn != nil {
		hangUp(l.conn, over)
		l.conn = nil
	}
}

// attempt returns how a client makes an attempt on this line.
func (l *Line) attempt(c *Client) func(context.Context, destination, transmission, failure, *Attempt) *Error {
	return func(ctx context.Context, dest destination, sending transmission, fail failure, a *Attempt) *Error {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.conn != nil && l.dest.addr == dest.addr && l.dest.tls == dest.tls {
			_ = l.conn.SetDeadline(time.Time{}) // if it fails, so does what comes next
			a.TLS = l.tls
			failed := l.converse(ctx, c, sending, fail, a)
			if failed == nil || failed.Reason != ReasonClosed || failed.begun {
				return failed
			}
			// The receiver had ended the connection while nothing was on it.
		}
		if l.conn != nil {
			hangUp(l.conn, over)
			l.conn = nil
		}
		conn, failed := c.connect(ctx, dest, fail, a)
		if failed != nil {
			return failed
		}
		l.conn, l.dest, l.tls = conn, dest, a.TLS
		l.opened++
		return l.converse(ctx, c, sending, fail, a)
	}
}

// converse makes an attempt on the connection that is there, and keeps it if it
// can take another one.
func (l *Line) converse(ctx context.Context, c *Client, sending transmission, fail failure, a *Attempt) *Error {
	end, failed := c.converse(ctx, l.conn, sending, fail, a)
	if end != another {
		hangUp(l.conn, end)
		l.conn = nil
	}
	return failed
}
