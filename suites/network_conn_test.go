package suites

import (
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many bytes may be on their way, or wait to be read.
const window = 64 << 10

// link is what the two ends of a connection share.
type link struct {
	mu      sync.Mutex
	changed chan struct{} // closed at the next change
}

// change wakes whoever waits. The caller holds mu.
func (l *link) change() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// end is one end of a connection; it has what comes in.
type end struct {
	*link
	peer          *end
	local, remote netip.AddrPort

	in     []segment
	size   int       // of in
	fin    time.Time // when the peer's FIN is here; zero: it sent none
	reset  time.Time // when the peer's RST is here; zero: it sent none
	told   bool      // the reset was reported to a writer
	shut   bool      // a FIN was sent
	closed bool
	abrupt bool // Close sends a RST

	reading, writing deadline
}

// segment is bytes that can be read at an instant.
type segment struct {
	at   time.Time
	data []byte
}

// connect makes a connection.
func connect(client, server netip.AddrPort) (*end, *end) {
	l := &link{changed: make(chan struct{})}
	c := &end{link: l, local: client, remote: server}
	s := &end{link: l, local: server, remote: client, peer: c}
	c.peer = s
	return c, s
}

func (e *end) LocalAddr() net.Addr  { return net.TCPAddrFromAddrPort(e.local) }
func (e *end) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(e.remote) }

func (e *end) Read(p []byte) (n int, err error) {
	err = e.until("read", &e.reading, func(now time.Time) (done bool, next time.Time, err error) {
		switch {
		case len(p) == 0:
			return true, next, nil
		case len(e.in) > 0 && !e.in[0].at.After(now):
			n = e.take(p, now)
			return true, next, nil
		case len(e.in) > 0:
			return false, e.in[0].at, nil
		case passed(e.fin, now):
			return true, next, io.EOF
		case passed(e.reset, now):
			return true, next, syscall.ECONNRESET
		}
		return false, sooner(e.fin, e.reset), nil
	})
	return n, err
}

// take moves into p what has come. The caller holds mu.
func (e *end) take(p []byte, now time.Time) (n int) {
	for len(e.in) > 0 && n < len(p) && !e.in[0].at.After(now) {
		first := &e.in[0]
		k := copy(p[n:], first.data)
		n += k
		if first.data = first.data[k:]; len(first.data) == 0 {
			e.in = e.in[1:]
		}
	}
	e.size -= n
	e.change()
	return n
}

func (e *end) Write(p []byte) (n int, err error) {
	err = e.until("write", &e.writing, func(now time.Time) (done bool, next time.Time, err error) {
		switch {
		case passed(e.reset, now) && !e.told:
			e.told = true
			return true, next, syscall.ECONNRESET
		case e.shut, passed(e.reset, now):
			return true, next, syscall.EPIPE
		case e.peer.closed: // what is sent now is answered with a RST
			if n < len(p) && e.reset.IsZero() {
				e.reset = now.Add(2 * hop)
				e.change()
			}
			n = len(p)
			return true, next, nil
		}
		if k := min(window-e.peer.size, len(p)-n); k > 0 {
			e.peer.in = append(e.peer.in, segment{now.Add(hop), append([]byte(nil), p[n:n+k]...)})
			e.peer.size += k
			n += k
			e.change()
		}
		return n == len(p), e.reset, nil
	})
	return n, err
}

// until calls step, with mu held, until it is done; in between it waits for a change
// or for the instant that step named.
func (e *end) until(op string, d *deadline, step func(now time.Time) (done bool, next time.Time, err error)) error {
	for {
		e.mu.Lock()
		if err := e.usable(d); err != nil {
			e.mu.Unlock()
			return e.failed(op, err)
		}
		now := time.Now()
		done, next, err := step(now)
		changed, expired := e.changed, d.expired
		e.mu.Unlock()
		switch err.(type) {
		case syscall.Errno:
			return e.failed(op, os.NewSyscallError(op, err))
		}
		if done {
			return err
		}
		var arrives <-chan time.Time
		var timer *time.Timer
		if !next.IsZero() {
			timer = time.NewTimer(next.Sub(now))
			arrives = timer.C
		}
		select {
		case <-changed:
		case <-arrives:
		case <-expired:
		}
		if timer != nil {
			timer.Stop()
		}
	}
}

// usable says why nothing can be read or written. The caller holds mu.
func (e *end) usable(d *deadline) error {
	if e.closed {
		return net.ErrClosed
	}
	select {
	case <-d.expired:
		return os.ErrDeadlineExceeded
	default:
		return nil
	}
}

func (e *end) failed(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: e.LocalAddr(), Addr: e.RemoteAddr(), Err: err}
}

// Close sends a FIN, or a RST where something is left to be read.
func (e *end) Close() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return e.failed("close", net.ErrClosed)
	}
	e.closed = true
	arrives := time.Now().Add(hop)
	switch {
	case e.peer.closed:
	case e.abrupt || e.size > 0:
		e.peer.reset = sooner(e.peer.reset, arrives)
	case !e.shut:
		e.peer.fin = arrives
	}
	e.in, e.size = nil, 0
	e.reading.set(time.Time{})
	e.writing.set(time.Time{})
	e.change()
	return nil
}

// CloseWrite sends a FIN.
func (e *end) CloseWrite() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return e.failed("close", net.ErrClosed)
	}
	if !e.shut {
		e.shut, e.peer.fin = true, time.Now().Add(hop)
		e.change()
	}
	return nil
}

// SetLinger with 0 has Close send a RST; nothing else is known here.
func (e *end) SetLinger(seconds int) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.abrupt = seconds == 0
	return nil
}

func (e *end) SetDeadline(t time.Time) error      { return e.limit(t, &e.reading, &e.writing) }
func (e *end) SetReadDeadline(t time.Time) error  { return e.limit(t, &e.reading) }
func (e *end) SetWriteDeadline(t time.Time) error { return e.limit(t, &e.writing) }

func (e *end) limit(t time.Time, of ...*deadline) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return e.failed("set", net.ErrClosed)
	}
	for _, d := range of {
		d.set(t)
	}
	e.change()
	return nil
}

// deadline is the end of all waiting. Guarded by the link's mu.
type deadline struct {
	expired chan struct{} // closed when it has passed; nil: there is none
	timer   *time.Timer
}

// set takes an instant; zero is never.
func (d *deadline) set(t time.Time) {
	if d.timer != nil {
		d.timer.Stop()
	}
	d.expired, d.timer = nil, nil
	if t.IsZero() {
		return
	}
	expired := make(chan struct{})
	d.expired = expired
	if left := time.Until(t); left > 0 {
		d.timer = time.AfterFunc(left, func() { close(expired) })
	} else {
		close(expired)
	}
}

// passed reports whether an instant that may be zero, which is never, is over.
func passed(t, now time.Time) bool { return !t.IsZero() && !t.After(now) }

// sooner is the earlier of two instants, where zero stands for never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
