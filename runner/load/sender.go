package load

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Kinds of errors.
const (
	errorConnect   = "connect"   // nothing took the connection
	errorTimeout   = "timeout"   // no answer within the deadline
	errorClosed    = "closed"    // the connection ended without an answer
	errorMalformed = "malformed" // what came is no answer of HTTP/1.1
)

// target is where deliveries go, and what is the same in all of them.
type target struct {
	address  string
	tls      *tls.Config // nil: plain
	dial     delivery.Dial
	deadline time.Duration
	// closes reports that the other side has closed a connection without saying so.
	closes atomic.Bool
	heads  map[wire.Style]head
}

// head is the head of a request in parts, between which the signatures and the length of
// the body stand.
type head struct{ before, between, after []byte }

func newTarget(o Options) (*target, error) {
	u, err := url.Parse(o.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("the URL %q is none of http or https", o.URL)
	}
	t := &target{address: u.Host, dial: o.Dial, deadline: o.AckDeadline, heads: map[wire.Style]head{}}
	if t.dial == nil {
		t.dial = (&net.Dialer{}).DialContext
	}
	if u.Port() == "" {
		t.address = net.JoinHostPort(u.Hostname(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	}
	if u.Scheme == "https" {
		t.tls = &tls.Config{}
		if o.TLS != nil {
			t.tls = o.TLS.Clone()
		}
		if t.tls.ServerName == "" {
			t.tls.ServerName = u.Hostname()
		}
		t.tls.NextProtos = []string{"http/1.1"}
	}
	for _, style := range []wire.Style{wire.Messaging, wire.Generic} {
		t.heads[style] = newHead(u, wire.DeliveryHeader(wire.Heading{Style: style, Version: o.GraphVersion, Day: o.Day}, nil))
	}
	return t, nil
}

func newHead(u *url.URL, fields wire.Header) head {
	const first, second = "\x00sha1\x00", "\x00sha256\x00"
	fields = fields.Clone()
	fields.Set("X-Hub-Signature", first)
	fields.Set("X-Hub-Signature-256", second)
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST %s HTTP/1.1\r\nHost: %s\r\n", u.RequestURI(), u.Host)
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("Content-Length: ")
	before, rest, _ := bytes.Cut(b.Bytes(), []byte(first))
	between, after, _ := bytes.Cut(rest, []byte(second))
	return head{before, between, after}
}

// sender sends on one connection, which it opens when it needs one. It is for one
// goroutine.
type sender struct {
	target *target
	conn   net.Conn
	reader *bufio.Reader
	out    []byte
	used   time.Time // when it was last answered
}

// answer is what came of a delivery: a status, or the kind of an error.
type answer struct {
	status int
	kind   string
	err    error
}

// send sends a delivery and waits for its answer.
func (s *sender) send(ctx context.Context, d series.Delivery) answer {
	deadline := time.Now().Add(s.target.deadline)
	again := s.conn != nil
	if again && (s.target.closes.Load() || time.Since(s.used) > idleTime) && !s.alive() {
		s.close()
	}
	if s.conn == nil {
		again = false
		if err := s.open(ctx, deadline); err != nil {
			return answer{kind: kindOf(err, errorConnect), err: err}
		}
	}
	h := s.target.heads[d.Style]
	s.out = append(append(s.out[:0], h.before...), d.Signature.SHA1[:]...)
	s.out = append(append(s.out, h.between...), d.Signature.SHA256[:]...)
	s.out = strconv.AppendInt(append(s.out, h.after...), int64(len(d.Body)), 10)
	s.out = append(append(s.out, "\r\n\r\n"...), d.Body...)
	if err := s.conn.SetDeadline(deadline); err != nil {
		s.close()
		return answer{kind: errorClosed, err: err}
	}
	if _, err := s.conn.Write(s.out); err != nil {
		s.close()
		return answer{kind: kindOf(err, errorClosed), err: err}
	}
	status, keep, err := readAnswer(s.reader)
	if err != nil || !keep {
		s.close()
	}
	s.used = time.Now()
	if err != nil {
		kind := kindOf(err, errorClosed)
		if again && kind == errorClosed {
			s.target.closes.Store(true)
		}
		return answer{kind: kind, err: err}
	}
	return answer{status: status}
}

// idleTime is for how long a connection may have rested before it is looked at whether
// the other side has closed it, which takes a call of the system.
const idleTime = 5 * time.Millisecond

func (s *sender) open(ctx context.Context, deadline time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, err := s.target.dial(ctx, "tcp", s.target.address)
	if err != nil {
		return err
	}
	if s.target.tls != nil {
		secure := tls.Client(conn, s.target.tls)
		if err := secure.HandshakeContext(ctx); err != nil {
			return errors.Join(err, conn.Close())
		}
		conn = secure
	}
	s.conn = conn
	if s.reader == nil {
		s.reader = bufio.NewReaderSize(conn, 4<<10)
	}
	s.reader.Reset(conn)
	return nil
}

// alive reports whether the other side has not closed a connection that rests.
func (s *sender) alive() bool {
	if s.reader.Buffered() > 0 || s.conn.SetReadDeadline(time.Now().Add(time.Microsecond)) != nil {
		return false
	}
	_, err := s.reader.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded) // anything else is an end, or what nobody asked for
}

func (s *sender) close() {
	if s.conn != nil {
		_ = s.conn.Close() // nothing more is wanted of it
		s.conn = nil
	}
}

// kindOf is the kind of an error, other where it is no other one.
func kindOf(err error, other string) string {
	var malformed *malformedError
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return errorTimeout
	case errors.As(err, &malformed):
		return errorMalformed
	}
	return other
}

// malformedError is the error of what is no answer.
type malformedError struct{ what string }

func (e *malformedError) Error() string { return "the answer is not HTTP/1.1: " + e.what }

// readAnswer reads an answer to its end. keep reports whether another may follow on the
// connection.
func readAnswer(r *bufio.Reader) (status int, keep bool, err error) {
	for {
		var length int64
		status, length, keep, err = readHead(r)
		switch {
		case err != nil:
			return 0, false, err
		case status/100 == 1:
			continue // the final one follows
		case status == 204 || status == 304 || length == 0:
			return status, keep, nil
		case length == chunked:
			return status, keep, skipChunks(r)
		case length == untilEnd:
			_, err = io.Copy(io.Discard, io.LimitReader(r, mostAnswer))
			return status, false, err
		}
		if length > mostAnswer {
			return status, false, nil // its status is all that counts
		}
		_, err = r.Discard(int(length))
		return status, keep, err
	}
}

// Lengths of an answer that says none.
const (
	untilEnd = -1
	chunked  = -2
	// mostAnswer is how many bytes of one are read at most.
	mostAnswer = 1 << 20
	mostLines  = 200
)

func readHead(r *bufio.Reader) (status int, length int64, keep bool, err error) {
	line, err := readLine(r)
	if err != nil {
		return 0, 0, false, err
	}
	if len(line) < len("HTTP/1.1 200") || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return 0, 0, false, &malformedError{fmt.Sprintf("it begins with %.40q", line)}
	}
	status, err = strconv.Atoi(string(line[9:12]))
	if err != nil || status < 100 {
		return 0, 0, false, &malformedError{fmt.Sprintf("its status is %.40q", line)}
	}
	length, keep = untilEnd, line[7] != '0'
	for range mostLines {
		if line, err = readLine(r); err != nil || len(line) == 0 {
			return status, length, keep, err
		}
		name, value, _ := bytes.Cut(line, []byte(":"))
		value = bytes.TrimSpace(value)
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")) && length != chunked:
			if length, err = strconv.ParseInt(string(value), 10, 64); err != nil || length < 0 {
				return 0, 0, false, &malformedError{fmt.Sprintf("its length is %.40q", value)}
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")) && bytes.EqualFold(value, []byte("chunked")):
			length = chunked
		case bytes.EqualFold(name, []byte("Connection")):
			if bytes.EqualFold(value, []byte("close")) {
				keep = false
			} else if bytes.EqualFold(value, []byte("keep-alive")) {
				keep = true
			}
		}
	}
	return 0, 0, false, &malformedError{fmt.Sprintf("its head has more than %d lines", mostLines)}
}

// readLine is a line without its end, or the beginning of one that is longer than the
// buffer: nothing that is looked at stands in such a one. It holds until the next read.
func readLine(r *bufio.Reader) ([]byte, error) {
	line, err := r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return skipLine(r, bytes.Clone(line[:40]), len(line))
	}
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

// mostLine is how long a line may be.
const mostLine = 64 << 10

// skipLine reads a line to its end, of which so much was read, and returns its beginning.
func skipLine(r *bufio.Reader, beginning []byte, read int) ([]byte, error) {
	for {
		line, err := r.ReadSlice('\n')
		read += len(line)
		switch {
		case err == nil:
			return beginning, nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		case read > mostLine:
			return nil, &malformedError{fmt.Sprintf("a line of its head is longer than %d KiB", mostLine>>10)}
		}
	}
}

func skipChunks(r *bufio.Reader) error {
	for read := int64(0); ; {
		line, err := readLine(r)
		if err != nil {
			return err
		}
		digits, _, _ := bytes.Cut(line, []byte(";"))
		size, err := strconv.ParseInt(string(bytes.TrimSpace(digits)), 16, 32)
		if err != nil || size < 0 {
			return &malformedError{fmt.Sprintf("a chunk has the length %.40q", line)}
		}
		if size == 0 {
			for {
				if line, err = readLine(r); err != nil || len(line) == 0 {
					return err
				}
			}
		}
		if read += size; read > mostAnswer {
			return &malformedError{fmt.Sprintf("it has more than %d bytes", mostAnswer)}
		}
		if _, err := r.Discard(int(size) + len("\r\n")); err != nil {
			return err
		}
	}
}
