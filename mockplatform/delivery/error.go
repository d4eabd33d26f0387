package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"
)

// Reason classifies why an attempt failed.
type Reason string

const (
	// ReasonRequest: the request cannot be sent as it is, nothing was tried.
	ReasonRequest Reason = "request"
	// ReasonConnect: no connection; refused, unreachable, no such host, or not
	// there by the deadline.
	ReasonConnect Reason = "connect"
	// ReasonTLS: the TLS handshake failed, a certificate that is not trusted for
	// example, or the receiver ended TLS before an answer, as it does in TLS 1.3
	// when it does not like the client's certificate.
	ReasonTLS Reason = "tls"
	// ReasonNoAnswer: the deadline passed before the head of an answer was
	// there.
	ReasonNoAnswer Reason = "no-answer"
	// ReasonClosed: the connection was closed or reset before the head of an
	// answer was there.
	ReasonClosed Reason = "closed"
	// ReasonMalformed: what came is not HTTP.
	ReasonMalformed Reason = "malformed"
	// ReasonIncomplete: the head of the answer is there, but its body was cut by
	// the deadline or by the end of the connection.
	ReasonIncomplete Reason = "incomplete"
	// ReasonEndless: the answer did not end within MaxRead bytes.
	ReasonEndless Reason = "endless"
	// ReasonRedirects: a verification request was redirected more often than is
	// followed; a Client itself follows none.
	ReasonRedirects Reason = "redirects"
	// ReasonBrokenOff: the client itself closed the connection before the request
	// was complete, because Pace.BreakOff asked for it.
	ReasonBrokenOff Reason = "broken-off"
	// ReasonCanceled: the caller's context ended first. That says nothing about
	// the receiver.
	ReasonCanceled Reason = "canceled"
)

// Error is the error of an attempt. Its text says plainly what happened.
type Error struct {
	Reason Reason
	Text   string
	// Err is the cause, nil if Text says all.
	Err error

	begun bool // a part of an answer had come
}

func (e *Error) Error() string { return e.Text }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// errDeadline is the cause of a context that ended by Options.Timeout, and not
// by the caller's own deadline.
var errDeadline = errors.New("the deadline of the attempt passed")

// failure makes the error of one attempt from what went wrong and from what
// the attempt's context says about the time.
type failure struct {
	started time.Time
	timeout time.Duration
	addr    string // host:port
}

// over returns an error if ctx has ended: late if its own deadline has passed.
func (f failure) over(ctx context.Context, late *Error) *Error {
	if ctx.Err() == nil {
		return nil
	}
	cause := context.Cause(ctx)
	if errors.Is(cause, errDeadline) {
		late.Err = cause
		return late
	}
	return &Error{
		Reason: ReasonCanceled,
		Text:   fmt.Sprintf("given up after %s: %v", time.Since(f.started).Round(time.Millisecond), cause),
		Err:    cause,
	}
}

func (f failure) connect(ctx context.Context, err error) *Error {
	late := &Error{Reason: ReasonConnect, Text: fmt.Sprintf("no connection to %s within %s", f.addr, f.timeout)}
	if over := f.over(ctx, late); over != nil {
		return over
	}
	failed := &Error{Reason: ReasonConnect, Err: err}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		failed.Text = fmt.Sprintf("cannot find the address of %s: %s", dns.Name, dns.Err)
	case errors.Is(err, syscall.ECONNREFUSED):
		failed.Text = fmt.Sprintf("nothing listens on %s: the connection was refused", f.addr)
	default:
		failed.Text = fmt.Sprintf("cannot connect to %s: %v", f.addr, root(err))
	}
	return failed
}

func (f failure) tls(ctx context.Context, err error) *Error {
	late := &Error{Reason: ReasonTLS, Text: fmt.Sprintf("the TLS handshake with %s was not complete within %s", f.addr, f.timeout)}
	if over := f.over(ctx, late); over != nil {
		return over
	}
	failed := &Error{Reason: ReasonTLS, Err: err}
	if ended(err) {
		failed.Text = fmt.Sprintf("%s ended the connection during the TLS handshake", f.addr)
	} else {
		failed.Text = fmt.Sprintf("the TLS handshake with %s failed: %v", f.addr, err)
	}
	return failed
}

// head explains why no whole head of an answer came. begun tells that a part
// of one did.
func (f failure) head(ctx context.Context, err error, begun bool) *Error {
	where, late := "without an answer", "no answer within %s"
	if begun {
		where, late = "in the middle of the answer's head", "the answer's head was not complete within %s"
	}
	if over := f.over(ctx, &Error{Reason: ReasonNoAnswer, Text: fmt.Sprintf(late, f.timeout)}); over != nil {
		return over
	}
	switch {
	case errors.Is(err, errFull):
		return &Error{Reason: ReasonEndless, Text: fmt.Sprintf("the answer's head did not end within %d bytes", MaxRead), Err: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Reason: ReasonClosed, Text: "the receiver closed the connection " + where, Err: err, begun: begun}
	case alert(err) != nil:
		return &Error{Reason: ReasonTLS, Text: fmt.Sprintf("the receiver ended TLS %s: %v", where, alert(err)), Err: err}
	case ended(err):
		return &Error{Reason: ReasonClosed, Text: "the receiver reset the connection " + where, Err: err, begun: begun}
	}
	return &Error{Reason: ReasonMalformed, Text: fmt.Sprintf("what the receiver sent is not an HTTP/1.1 answer: %v", err), Err: err}
}

// brokenOff says that the client did what it was asked to.
func (f failure) brokenOff(after int) *Error {
	return &Error{Reason: ReasonBrokenOff, Text: fmt.Sprintf("the connection was broken off on purpose, %d bytes into the body", after)}
}

// body explains why the body of an answer could not be read to its end.
func (f failure) body(ctx context.Context, err error) *Error {
	late := &Error{Reason: ReasonIncomplete, Text: fmt.Sprintf("the answer's body was not complete within %s", f.timeout)}
	if over := f.over(ctx, late); over != nil {
		return over
	}
	switch {
	case errors.Is(err, errFull):
		return &Error{Reason: ReasonEndless, Text: fmt.Sprintf("the answer's body did not end within %d bytes", MaxRead), Err: err}
	case ended(err):
		return &Error{Reason: ReasonIncomplete, Text: "the receiver ended the connection in the middle of the answer's body", Err: err}
	}
	return &Error{Reason: ReasonMalformed, Text: fmt.Sprintf("the answer's body is not well-formed: %v", err), Err: err}
}

// alert is the TLS alert by which the other side ended the connection; nil if
// it did not.
func alert(err error) error {
	var op *net.OpError
	if errors.As(err, &op) && op.Op == "remote error" {
		return op.Err
	}
	return nil
}

// ended reports whether err says that the other side ended the connection.
func ended(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNABORTED)
}

// root is the innermost cause of a network error, without the addresses that
// the layers above repeat.
func root(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
