package recorder

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// maxUnanswered is how many requests of one connection may wait for answers.
const maxUnanswered = 1000

var (
	// errUnasked is for an answer without a request.
	errUnasked = errors.New("the receiver sent something that was not asked for")
	// errAfterLast is for bytes of which nobody can say what they are.
	errAfterLast = errors.New("the message before says in two ways where it ends, or asks for another protocol")
)

// readRequests reads what the sender sends.
func (t *tap) readRequests(from *bufio.Reader) error {
	for begins(from) {
		if len(t.under) >= maxUnanswered {
			return fmt.Errorf("%d requests came without waiting for an answer", maxUnanswered)
		}
		x := &exchange{began: time.Now()}
		x.record.At = x.began.UTC()
		t.under = append(t.under, x)
		h, err := readHead(from)
		if err != nil {
			return err
		}
		m := &x.record.Request
		// The record belongs to whoever it is handed to, who may write into it.
		m.Method, m.Target, m.Proto, m.Header = h.first[0], h.first[1], h.first[2], capture.Header(slices.Clone(h.fields))
		if !strings.HasPrefix(m.Proto, "HTTP/1.") {
			return fmt.Errorf("it does not begin like a request: %.40q", strings.Join(h.first[:], " "))
		}
		length, err := h.length()
		switch {
		case err != nil:
			return err
		case length == untilEnd:
			return fmt.Errorf("the request has the Transfer-Encoding %.40q, which does not say where it ends", h.values("Transfer-Encoding"))
		case length == notSaid:
			length = 0
		}
		if err := readBody(from, length, body{t, x, m, t.proxy.options.MaxRequest}); err != nil {
			return err
		}
		x.requested = true
		t.handOn()
		asksForProtocol := m.Method == http.MethodConnect || len(h.values("Upgrade")) > 0
		switch {
		case asksForProtocol && !t.isRefused(x, from),
			h.isAmbiguous(), length == chunked && m.Proto == "HTTP/1.0": // which has no chunks, though many receivers read them
			return nothingMore(from)
		}
	}
	return nil
}

// readAnswers reads what the receiver sends.
func (t *tap) readAnswers(from *bufio.Reader) error {
	for begins(from) {
		x := t.unanswered()
		if x == nil {
			return t.dropUnasked(from)
		}
		x.answering = true
		h, err := readHead(from)
		if err != nil {
			return err
		}
		status, err := strconv.Atoi(h.first[1])
		if err != nil || !strings.HasPrefix(h.first[0], "HTTP/1.") {
			return fmt.Errorf("it does not begin like an answer: %.40q", strings.Join(h.first[:], " "))
		}
		if status/100 == 1 && status != http.StatusSwitchingProtocols {
			x.answering = false
			continue // the answer itself follows
		}
		m := &capture.Message{Status: status, Proto: h.first[0], Header: capture.Header(slices.Clone(h.fields))}
		x.record.Answer = m
		asked := x.record.Request.Method
		t.switched = status == http.StatusSwitchingProtocols || asked == http.MethodConnect && status/100 == 2
		if !t.switched && asked != http.MethodHead && status != http.StatusNoContent && status != http.StatusNotModified {
			length, err := h.length()
			if err != nil {
				return err
			}
			if err := readBody(from, length, body{t, x, m, t.proxy.options.MaxAnswer}); err != nil {
				return err
			}
		}
		x.answered = true
		x.record.Milliseconds = x.milliseconds()
		t.handOn()
		switch {
		case t.switched:
			return nil
		case t.unclear:
			return errAfterLast
		case h.isAmbiguous():
			return nothingMore(from)
		}
	}
	return nil
}

// isRefused waits for the answer to a request that asks for another protocol, and
// reports whether HTTP/1.1 goes on after it. What a sender sends without waiting for
// the answer is another protocol or cannot be read, as the answer says.
func (t *tap) isRefused(x *exchange, from *bufio.Reader) bool {
	for !x.answered {
		if _, err := from.Peek(1); err != nil {
			return false
		}
		if !x.answered {
			t.unclear = true
			_, _ = from.Discard(from.Buffered())
		}
	}
	return !t.switched && !t.unclear
}

// dropUnasked drops an answer that nobody asked for, such as the status 408 before
// a receiver ends an idle connection. It fails if anything comes after a request:
// nobody can say what that answers.
func (t *tap) dropUnasked(from *bufio.Reader) error {
	for len(t.under) == 0 {
		_, _ = from.Discard(from.Buffered())
		if _, err := from.Peek(1); err != nil {
			return nil
		}
	}
	return errUnasked
}

// unanswered is the exchange whose answer comes next; nil if nobody has asked.
func (t *tap) unanswered() *exchange {
	for _, x := range t.under {
		if !x.answered {
			return x
		}
	}
	return nil
}

// isAmbiguous reports whether the head says in two ways where the message ends:
// the receiver may take the other one than is taken here.
func (h head) isAmbiguous() bool {
	return len(h.values("Transfer-Encoding")) > 0 && len(h.values("Content-Length")) > 0
}

// nothingMore waits for the end, and fails if something else comes.
func nothingMore(from *bufio.Reader) error {
	if _, err := from.Peek(1); err != nil {
		return nil
	}
	return errAfterLast
}

// body keeps the body of a message, as far as there is room.
type body struct {
	*tap
	exchange *exchange
	message  *capture.Message
	most     int
}

func (b body) Write(part []byte) (int, error) {
	m := b.message
	room := min(len(part), b.most-len(m.Body))
	if m.Cut > 0 || room > 0 && !b.proxy.keep(room) {
		room = 0 // what is kept is the beginning
	}
	m.Body = append(m.Body, part[:room]...)
	m.Cut += int64(len(part) - room)
	b.exchange.kept += room
	return len(part), nil
}
