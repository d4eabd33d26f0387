package recorder

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// requestReader makes requests of what the sender sends.
type requestReader struct{ *tap }

func (t requestReader) current() *exchange { return t.under[len(t.under)-1] }

// mostUnder is how many requests of one connection wait for answers.
const mostUnder = 1000

func (t requestReader) begin() error {
	if len(t.under) >= mostUnder {
		return fmt.Errorf("%d requests came without waiting for an answer", mostUnder)
	}
	x := &exchange{began: time.Now()}
	x.record.At = t.proxy.options.Clock().UTC()
	t.under = append(t.under, x)
	return nil
}

func (t requestReader) head(h head) (framing, error) {
	m := &t.current().record.Request
	m.Method, m.Target, m.Proto = h.first[0], h.first[1], h.first[2]
	m.Header = capture.Header(h.fields)
	if !strings.HasPrefix(m.Proto, "HTTP/1.") {
		return framing{}, fmt.Errorf("it does not begin like a request: %.40q", strings.Join(h.first[:], " "))
	}
	f, _, err := h.framing()
	if f.untilEnd {
		err = fmt.Errorf("the request has the Transfer-Encoding %.40q, which does not say where it ends", h.values("Transfer-Encoding"))
	}
	// HTTP/1.0 knows no chunks, and not everybody minds.
	f.last = f.last || f.chunked && m.Proto == "HTTP/1.0" || m.Method == "CONNECT" || len(h.values("Upgrade")) > 0
	return f, err
}

func (t requestReader) body(part []byte) {
	x := t.current()
	t.add(x, &x.record.Request, part, t.proxy.options.MaxRequest)
}

func (t requestReader) end() {
	t.current().requested = true
	t.settle()
}

// answerReader makes answers of what the receiver sends.
type answerReader struct{ *tap }

// current is the exchange whose answer is read; nil if nobody has asked.
func (t answerReader) current() *exchange {
	for _, x := range t.under {
		if !x.answered {
			return x
		}
	}
	return nil
}

func (t answerReader) begin() error {
	x := t.current()
	if x == nil {
		return errUnasked
	}
	x.answering = true
	return nil
}

func (t answerReader) head(h head) (framing, error) {
	x := t.current()
	status, err := strconv.Atoi(h.first[1])
	if err != nil || !strings.HasPrefix(h.first[0], "HTTP/1.") {
		return framing{}, fmt.Errorf("it does not begin like an answer: %.40q", strings.Join(h.first[:], " "))
	}
	const switching = 101
	if 100 <= status && status < 200 && status != switching {
		return framing{}, nil // another one follows
	}
	x.record.Answer = &capture.Message{Status: status, Proto: h.first[0], Header: capture.Header(h.fields)}
	asked := x.record.Request.Method
	switch {
	case status == switching, asked == "CONNECT" && status/100 == 2:
		t.switched = true
		return framing{last: true}, nil
	case asked == "HEAD", status == 204, status == 304:
		return framing{}, nil
	}
	f, found, err := h.framing()
	f.untilEnd = f.untilEnd || !found
	return f, err
}

func (t answerReader) body(part []byte) {
	x := t.current()
	t.add(x, x.record.Answer, part, t.proxy.options.MaxAnswer)
}

func (t answerReader) end() {
	x := t.current()
	if x.record.Answer == nil {
		return // it was an informational one
	}
	x.answered = true
	x.record.Milliseconds = milliseconds(time.Since(x.began), 0)
	t.settle()
}
