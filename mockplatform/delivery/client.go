// Package delivery sends one HTTP request the way Meta's webhook sender does
// and observes exactly what comes back.
//
// It is a client of its own because net/http's would rewrite header names,
// add headers, retry, pool connections, speak HTTP/2, follow proxies from the
// environment, and tell a receiver that closed the connection from one that
// never answered only by the text of an error.
//
// Public API: mockplatform takes its policies and hands out its attempts.
package delivery

import (
	"bufio"
	"cmp"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/redact"
)

// MaxRead is the number of bytes after which an answer, head and body, is not
// read on.
const MaxRead = 1 << 20

// Options configure a Client. The zero value is ready for use.
type Options struct {
	// Timeout bounds a whole attempt, from the look-up of the name to the last
	// byte of the answer. Default 5 s, Messenger's deadline for an
	// acknowledgement.
	Timeout time.Duration
	// MaxAnswer is how many bytes of an answer's body are kept. Default 64 KiB.
	MaxAnswer int64
	// TLS is used for https URLs: trusted roots, a client certificate. Default:
	// the system's roots, no client certificate. Only HTTP/1.1 is offered.
	TLS *tls.Config
	// Clock gives the time that Attempt.Started tells. Default time.Now.
	// Durations and deadlines are always real ones.
	Clock func() time.Time
	// Dial opens the connections, to a host:port and with the network "tcp". With one
	// of its own a test runs without a network: its receiver may be at the other end
	// of a pipe. Default: a net.Dialer.
	Dial Dial
	// Secrets are those that Attempt.Redact takes out. Default none.
	Secrets []string
}

// Dial opens a connection, as net.Dialer.DialContext does.
type Dial func(ctx context.Context, network, address string) (net.Conn, error)

// Client makes attempts, each on a connection of its own unless its request names
// a Line. It is safe for concurrent use and holds nothing that must be closed.
type Client struct {
	opts   Options
	redact func(string) string
}

// New returns a client.
func New(o Options) *Client {
	if o.Timeout <= 0 {
		o.Timeout = 5 * time.Second
	}
	if o.MaxAnswer <= 0 {
		o.MaxAnswer = 64 << 10
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Dial == nil {
		o.Dial = (&net.Dialer{}).DialContext
	}
	if o.TLS == nil {
		o.TLS = &tls.Config{}
	}
	o.TLS = o.TLS.Clone()
	o.TLS.NextProtos = []string{"http/1.1"}
	return &Client{opts: o, redact: redact.Redactor(o.Secrets).Replace}
}

// Timing tells when the stages of an attempt were over, each since its start;
// zero for a stage that was not reached or not needed.
type Timing struct {
	// DNS: the host name was looked up.
	DNS time.Duration
	// Connect: the TCP connection stood.
	Connect time.Duration
	// TLS: the TLS handshake was over.
	TLS time.Duration
	// FirstByte: the answer began; informational 1xx answers do not count.
	FirstByte time.Duration
	// Done: the attempt was over, by an answer or by an error.
	Done time.Duration
}

// Answer is an HTTP answer.
type Answer struct {
	// Proto is the protocol version of the status line, such as "HTTP/1.1".
	Proto  string
	Status int
	// Reason is the text behind the status, empty where there is none.
	Reason string
	Header http.Header
	// Body holds at most MaxAnswer bytes.
	Body []byte
	// Complete reports that Body is the whole body: not shortened to MaxAnswer,
	// not cut by the deadline or by the end of the connection.
	Complete bool
}

// Attempt is what became of a request.
type Attempt struct {
	Request Request
	// Started is when the attempt began, on the client's clock.
	Started time.Time
	Timing  Timing
	// TLS is what the handshake came to: the version, the receiver's certificates.
	// In TLS 1.3 it is over before the receiver has looked at the client's. Nil
	// without TLS, or when the handshake failed.
	TLS *tls.ConnectionState
	// Answer is nil when no whole head of an answer came.
	Answer *Answer
	// Err is nil or an *Error. An answer whose body could not be read to its end
	// comes with both.
	Err error

	// A function, because what prints an attempt whole would print secrets too.
	redact func(string) string
}

// Redact returns a text without the secrets of the client that made the attempt.
func (a Attempt) Redact(text string) string {
	if a.redact == nil {
		return text
	}
	return a.redact(text)
}

// Do makes one attempt: it never retries and never follows a redirect. It
// returns when the answer was read or could not be, at the latest after
// Timeout or when ctx ends, and leaves no goroutine behind, and no connection but
// that of the request's Line.
func (c *Client) Do(ctx context.Context, r Request) Attempt {
	a := Attempt{Request: r, Started: c.opts.Clock(), redact: c.redact}
	// What is prepared before the connection does not count as time: the
	// deadline is the receiver's.
	dest, sending, err := r.prepare()
	started := time.Now()
	if err != nil {
		a.Err = &Error{Reason: ReasonRequest, Text: err.Error(), Err: err}
	} else {
		ctx, cancel := context.WithTimeoutCause(ctx, c.opts.Timeout, errDeadline)
		defer cancel()
		fail := failure{started: started, timeout: c.opts.Timeout, addr: dest.addr}
		attempt := c.attempt
		if r.Line != nil {
			attempt = r.Line.attempt(c)
		}
		if err := attempt(ctx, dest, sending, fail, &a); err != nil {
			a.Err = err
		}
	}
	a.Timing.Done = time.Since(started)
	return a
}

// attempt makes an attempt on a connection of its own.
func (c *Client) attempt(ctx context.Context, dest destination, sending transmission, fail failure, a *Attempt) *Error {
	conn, failed := c.connect(ctx, dest, fail, a)
	if failed != nil {
		return failed
	}
	end, failed := c.converse(ctx, conn, sending, fail, a)
	hangUp(conn, end)
	return failed
}

// connect opens a connection that is ready for a request.
func (c *Client) connect(ctx context.Context, dest destination, fail failure, a *Attempt) (net.Conn, *Error) {
	conn, err := c.dial(ctx, dest.addr, func() { a.Timing.DNS = time.Since(fail.started) })
	if err != nil {
		return nil, fail.connect(ctx, err)
	}
	a.Timing.Connect = time.Since(fail.started)
	if !dest.tls {
		return conn, nil
	}
	secure := tls.Client(conn, c.configFor(dest.name, a.Request.TLS))
	if err := secure.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		return nil, fail.tls(ctx, err)
	}
	a.Timing.TLS = time.Since(fail.started)
	state := secure.ConnectionState()
	a.TLS = &state
	return secure, nil
}

// dial connects, and calls resolved when a host name was looked up for that.
func (c *Client) dial(ctx context.Context, addr string, resolved func()) (net.Conn, error) {
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		DNSDone: func(httptrace.DNSDoneInfo) { resolved() },
	})
	return c.opts.Dial(ctx, "tcp", addr)
}

// configFor returns the TLS configuration for a host, after change, which can be
// nil.
func (c *Client) configFor(host string, change func(*tls.Config)) *tls.Config {
	config := c.opts.TLS.Clone()
	config.ServerName = cmp.Or(config.ServerName, host)
	if change != nil {
		change(config)
	}
	return config
}

// ending is how a conversation on a connection ended.
type ending int

const (
	cut     ending = iota // before both sides had said all
	over                  // with a whole answer to a whole request
	another               // likewise, and the connection may take another request
)

// hangUp closes a connection: in TLS with a leave-taking, which only a whole
// conversation has.
func hangUp(conn net.Conn, end ending) {
	if secure, ok := conn.(*tls.Conn); ok && end == cut {
		conn = secure.NetConn()
	}
	_ = conn.Close() // nobody is left who could act on its error
}

// converse writes the request and reads the answer at the same time: a
// receiver may answer early, with a 413 for example, and read no further.
func (c *Client) converse(ctx context.Context, conn net.Conn, sending transmission, fail failure, a *Attempt) (ending, *Error) {
	past := time.Unix(1, 0)
	unblock := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(past) })
	defer unblock()

	if sending.breakOff > 0 {
		if err := sending.write(conn, ctx.Done()); err != nil {
			return cut, fail.head(ctx, err, false)
		}
		leave(ctx, conn)
		return cut, fail.brokenOff(sending.breakOff)
	}
	stop := make(chan struct{})
	written := make(chan error, 1)
	go func() { written <- sending.write(conn, stop) }()
	end, failed := c.read(ctx, conn, fail, a)
	close(stop) // what was not written by now is not wanted
	_ = conn.SetWriteDeadline(past)
	// A failure to write has shown in what was read: an early answer, or the
	// end of the connection.
	if err := <-written; err != nil {
		end = cut
	}
	return end, failed
}

// farewell is how long a receiver has to notice that a request was broken off,
// before the next one may come; most notice at once, and a busy machine later.
const farewell = 500 * time.Millisecond

// leave ends the client's side of a connection and waits for the receiver to
// end its own, so that what is sent next meets a receiver that has noticed.
func leave(ctx context.Context, conn net.Conn) {
	half, ok := conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		return
	}
	until := time.Now().Add(farewell)
	if deadline, ok := ctx.Deadline(); ok && deadline.Before(until) {
		until = deadline
	}
	_ = conn.SetReadDeadline(until)
	_, _ = io.Copy(io.Discard, io.LimitReader(conn, MaxRead))
}

// read reads the answer into a.
func (c *Client) read(ctx context.Context, conn net.Conn, fail failure, a *Attempt) (ending, *Error) {
	in := &limited{r: conn, left: MaxRead}
	buf := bufio.NewReader(in)
	var resp *http.Response
	for resp == nil || informational(resp.StatusCode) {
		if _, err := buf.Peek(1); err != nil {
			return cut, fail.head(ctx, err, false)
		}
		first := time.Since(fail.started)
		const version = "HTTP/"
		if start, err := buf.Peek(len(version)); err != nil {
			return cut, fail.head(ctx, err, true)
		} else if string(start) != version {
			start, _ = buf.Peek(min(buf.Buffered(), 40))
			return cut, fail.head(ctx, fmt.Errorf("it begins with %q", start), true)
		}
		var err error
		resp, err = http.ReadResponse(buf, &http.Request{Method: a.Request.Method})
		if err != nil {
			// The end of what came makes the last line look malformed.
			return cut, fail.head(ctx, cmp.Or(in.err, err), true)
		}
		if !informational(resp.StatusCode) {
			a.Timing.FirstByte = first
		}
	}
	defer resp.Body.Close()

	kept, err := io.ReadAll(io.LimitReader(resp.Body, c.opts.MaxAnswer))
	a.Answer = &Answer{Proto: resp.Proto, Status: resp.StatusCode, Reason: reason(resp.Status), Header: resp.Header, Body: kept}
	var rest int64
	if err == nil {
		rest, err = io.Copy(io.Discard, resp.Body)
	}
	if err != nil {
		return cut, fail.body(ctx, err)
	}
	a.Answer.Complete = rest == 0
	if resp.Close || resp.StatusCode == http.StatusSwitchingProtocols || buf.Buffered() > 0 {
		return over, nil
	}
	return another, nil
}

// reason is the text of a status line, behind the number.
func reason(status string) string {
	_, text, _ := strings.Cut(status, " ")
	return text
}

// informational reports whether another answer follows this one. After a 101
// the connection speaks another protocol: nothing follows.
func informational(status int) bool {
	return 100 <= status && status < 200 && status != http.StatusSwitchingProtocols
}

// errFull is the end of what is read of an answer.
var errFull = fmt.Errorf("more than %d bytes", MaxRead)

// limited reads at most left bytes, then ends with errFull.
type limited struct {
	r    io.Reader
	left int
	err  error // how reading ended
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left == 0 {
		l.err = errFull
		return 0, l.err
	}
	n, err := l.r.Read(p[:min(len(p), l.left)])
	l.left -= n
	l.err = err
	return n, err
}
