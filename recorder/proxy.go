package recorder

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// GCPercent is a good GOGC for a process that records. Reading and
// anonymising payloads leaves much garbage behind, and each collection delays a
// few of the deliveries that pass meanwhile: with the default of 100, one in a
// hundred.
const GCPercent = 1600

// Options configure a Proxy. Forward has to be set.
type Options struct {
	// Forward is where the receiver is: an http or https URL without a path, as
	// requests keep the path that they come with.
	Forward string
	// TLS is used to reach an https receiver. Default: the system's roots.
	TLS *tls.Config
	// Done, if set, gets each request when it and its answer are over, from
	// several goroutines, and owns it. It must not wait: the connection would.
	// Facts about the signature are not set yet; see Check.
	Done func(capture.Record)
	// Unread, if set, gets the reason why bytes that have passed cannot be read as
	// HTTP/1.1, once for a connection at most. It must not wait either.
	Unread func(error)
	// MaxRequest and MaxAnswer are how many bytes of a body are kept; all pass.
	// Defaults 8 MiB and 1 MiB.
	MaxRequest, MaxAnswer int
	// MaxKept is how many bytes of bodies are kept at once, of all requests under
	// way. Default 256 MiB.
	MaxKept int64
}

const (
	// maxConnections is how many senders are served at once; others wait.
	maxConnections = 4096
	// dialTimeout bounds the connection to the receiver.
	dialTimeout = 10 * time.Second
)

// Proxy stands between senders and a receiver.
type Proxy struct {
	options Options
	address string      // of the receiver
	tls     *tls.Config // nil for http
	slots   chan struct{}
	kept    atomic.Int64 // bytes of bodies of the requests under way

	life context.Context // ends when Close waits no longer
	end  context.CancelFunc
	work sync.WaitGroup

	mu        sync.Mutex
	closing   bool
	open      map[*conn]struct{}
	listeners map[net.Listener]struct{}
}

// New returns a proxy that does not listen yet.
func New(o Options) (*Proxy, error) {
	u, err := url.Parse(o.Forward)
	switch {
	case err != nil, u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "", u.User != nil:
		return nil, fmt.Errorf("%q is not where a receiver is; give its scheme, host and port, such as http://127.0.0.1:3000", o.Forward)
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("%q has a path, and requests keep the one that they come with; give http(s)://%s alone", o.Forward, u.Host)
	}
	if o.Done == nil {
		o.Done = func(capture.Record) {}
	}
	if o.Unread == nil {
		o.Unread = func(error) {}
	}
	o.MaxRequest, o.MaxAnswer = cmp.Or(o.MaxRequest, 8<<20), cmp.Or(o.MaxAnswer, 1<<20)
	o.MaxKept = cmp.Or(o.MaxKept, 256<<20)
	p := &Proxy{
		options: o, address: net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), u.Scheme)), slots: make(chan struct{}, maxConnections),
		open: map[*conn]struct{}{}, listeners: map[net.Listener]struct{}{},
	}
	if u.Scheme == "https" {
		p.tls = &tls.Config{}
		if o.TLS != nil {
			p.tls = o.TLS.Clone()
		}
		p.tls.NextProtos = []string{"http/1.1"}
		if p.tls.ServerName == "" {
			p.tls.ServerName = u.Hostname()
		}
	}
	p.life, p.end = context.WithCancel(context.Background())
	return p, nil
}

// errClosed is the error of a proxy that serves no more.
var errClosed = errors.New("the proxy was closed")

// Serve takes the connections of a listener until Close, which it returns nil
// after, or until the listener fails. A TLS listener must offer HTTP/1.1 alone.
func (p *Proxy) Serve(listener net.Listener) error {
	p.mu.Lock()
	if p.closing {
		p.mu.Unlock()
		return errClosed
	}
	p.listeners[listener] = struct{}{}
	p.work.Add(1)
	p.mu.Unlock()
	defer p.work.Done()
	for {
		select {
		case p.slots <- struct{}{}:
		case <-p.life.Done():
			return nil
		}
		sender, err := listener.Accept()
		if err != nil {
			<-p.slots
			switch {
			case p.isClosing():
				return nil
			case isTemporary(err):
				p.pause()
				continue
			}
			return fmt.Errorf("take connections: %w", err)
		}
		if c := p.adopt(sender); c != nil {
			p.work.Go(func() {
				defer p.forget(c)
				c.serve()
			})
		}
	}
}

// isTemporary reports whether a connection could not be taken for want of
// something that there will be again: a recording must not end for it.
func isTemporary(err error) bool {
	for _, temporary := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM, syscall.ECONNABORTED, syscall.EINTR} {
		if errors.Is(err, temporary) {
			return true
		}
	}
	return false
}

// pause waits a moment, or until the proxy is closed.
func (p *Proxy) pause() {
	timer := time.NewTimer(50 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.life.Done():
	}
}

// adopt makes the connection of a sender one that Close ends; nil if it is too
// late.
func (p *Proxy) adopt(sender net.Conn) *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing {
		sender.Close()
		<-p.slots
		return nil
	}
	c := newConn(p, sender)
	p.open[c] = struct{}{}
	return c
}

func (p *Proxy) forget(c *conn) {
	p.mu.Lock()
	delete(p.open, c)
	p.mu.Unlock()
	<-p.slots
}

func (p *Proxy) isClosing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closing
}

// Close takes no more connections, lets the requests under way have their
// answers until ctx ends, and returns when no goroutine of the proxy is left.
// Every request that passed was handed to Done by then.
func (p *Proxy) Close(ctx context.Context) {
	p.mu.Lock()
	p.closing = true
	var idle []*conn
	for listener := range p.listeners {
		listener.Close()
	}
	for c := range p.open {
		idle = append(idle, c)
	}
	p.mu.Unlock()
	for _, c := range idle {
		c.endIfIdle()
	}
	stop := context.AfterFunc(ctx, p.end)
	defer stop()
	p.work.Wait()
	p.end()
}

// keep asks for room for so many bytes of bodies.
func (p *Proxy) keep(n int) bool {
	if p.kept.Add(int64(n)) > p.options.MaxKept {
		p.kept.Add(-int64(n))
		return false
	}
	return true
}

// dial connects to the receiver.
func (p *Proxy) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(p.life, dialTimeout)
	defer cancel()
	dialer := net.Dialer{Control: p.refuseItself}
	receiver, err := dialer.DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, fmt.Errorf("the receiver cannot be reached: %w", err)
	}
	if p.tls == nil {
		return receiver, nil
	}
	secure := tls.Client(receiver, p.tls)
	if err := secure.HandshakeContext(ctx); err != nil {
		receiver.Close()
		return nil, fmt.Errorf("the TLS handshake with the receiver failed: %w", err)
	}
	return secure, nil
}
