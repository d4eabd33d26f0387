package record

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/capture"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// tap reads what passes on a connection, and makes records of it. It is safe for
// concurrent use: requests and answers pass side by side.
type tap struct {
	proxy *Proxy

	mu       sync.Mutex
	requests parser
	answers  parser
	// under are the exchanges under way, the oldest first; answers come in the
	// order of their requests.
	under    []*exchange
	dialErr  error // the receiver cannot be reached
	switched bool  // what passes is another protocol
	farewell bool  // the receiver said something unasked, such as the status 408
	over     bool  // nothing is read any more

	// How a side ended, while the other goes on.
	senderEnded, receiverEnded bool
}

// exchange is a request and its answer, as far as they came.
type exchange struct {
	record capture.Record
	began  time.Time // on the real clock
	kept   int       // bytes of bodies

	requested bool // the whole request came
	answering bool // a part of the answer came
	answered  bool // all of it did
}

func newTap(p *Proxy) *tap {
	t := &tap{proxy: p}
	t.requests.to, t.answers.to = requestReader{t}, answerReader{t}
	return t
}

// read lets a parser read. Whatever happens in there, the bytes go on.
func (t *tap) read(p *parser, data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over || t.farewell && p == &t.answers {
		return
	}
	err := func() (err error) {
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("a defect of the proxy: %v", v)
			}
		}()
		return p.feed(data)
	}()
	switch {
	case errors.Is(err, errUnasked) && len(t.under) == 0:
		t.farewell = true
	case err != nil && !t.switched:
		t.over = true
		t.flush(fmt.Sprintf("what passed cannot be read as HTTP/1.1: %v", err))
		t.proxy.options.Unread(err)
	}
}

// errUnasked is for an answer without a request.
var errUnasked = errors.New("the receiver sent something that was not asked for")

func (t *tap) request(data []byte) { t.read(&t.requests, data) }
func (t *tap) answer(data []byte)  { t.read(&t.answers, data) }

// requestsEnd hears that the sender sends no more, answersEnd the same of the
// receiver.
func (t *tap) requestsEnd() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.requests.finish()
	t.senderEnded = t.senderEnded || !t.receiverEnded
}

func (t *tap) answersEnd() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.answers.finish()
	t.receiverEnded = t.receiverEnded || !t.senderEnded
}

// refused hears that the receiver reads no further.
func (t *tap) refused() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.receiverEnded = t.receiverEnded || !t.senderEnded
}

// unreachable hears that there is no connection to the receiver.
func (t *tap) unreachable(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.dialErr = err
}

// hasBegun reports whether anything of a request came, hasRequest whether all of
// one did, or nothing more can be read.
func (t *tap) hasBegun() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.under) > 0 || t.over
}

func (t *tap) hasRequest() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over || len(t.under) > 0 && t.under[0].requested
}

// idle reports whether no request is under way.
func (t *tap) idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.under) == 0
}

// close ends what is under way: both connections have ended.
func (t *tap) close() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.over = true
	t.flush("")
}

// flush hands on what is under way, incomplete as it is, and says why.
func (t *tap) flush(why string) {
	for _, x := range t.under {
		x.record.Err = why
		if why == "" {
			x.record.Err = t.failure(x)
		}
		t.finish(x)
	}
	t.under = nil
}

// failure says why an exchange is not whole.
func (t *tap) failure(x *exchange) string {
	who := "the receiver"
	if t.senderEnded {
		who = "the sender"
	}
	switch {
	case t.dialErr != nil:
		return t.dialErr.Error()
	case x.answered:
		return "the answer came before the request was complete, and " + who + " ended the connection"
	case x.answering:
		return who + " ended the connection in the middle of the answer"
	case !x.requested:
		return who + " ended the connection in the middle of the request"
	}
	return who + " ended the connection before there was an answer"
}

// finish hands an exchange on.
func (t *tap) finish(x *exchange) {
	t.proxy.kept.Add(-int64(x.kept))
	x.record.Milliseconds = milliseconds(time.Since(x.began), x.record.Milliseconds)
	t.proxy.options.Done(x.record)
}

// milliseconds is a duration in milliseconds unless it was measured before.
func milliseconds(d time.Duration, measured float64) float64 {
	if measured > 0 {
		return measured
	}
	return float64(d.Microseconds()) / 1000
}

// settle hands on the exchanges that are whole.
func (t *tap) settle() {
	for len(t.under) > 0 && t.under[0].requested && t.under[0].answered {
		t.finish(t.under[0])
		t.under = t.under[1:]
	}
}

// add keeps a part of a body, as far as there is room.
func (t *tap) add(x *exchange, m *capture.Message, part []byte, most int) {
	room := min(len(part), most-len(m.Body))
	if m.Cut > 0 || room > 0 && !t.proxy.keep(room) {
		room = 0 // what is kept is the beginning
	}
	m.Body = append(m.Body, part[:room]...)
	m.Cut += int64(len(part) - room)
	x.kept += room
}

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

// Check sets the facts about the signatures of a record. Without a secret there
// is none to compare with.
func Check(secret string, r *capture.Record) {
	fact := func(name string) capture.Fact {
		value := wire.Header(r.Request.Header).Get(name)
		switch {
		case value == "":
			return capture.Missing
		case secret == "" || r.Request.Cut > 0:
			return capture.Unchecked
		case wire.Verify(secret, r.Request.Body, value) != nil:
			return capture.Wrong
		}
		return capture.Right
	}
	r.Signature = capture.Signature{SHA256: fact("X-Hub-Signature-256"), SHA1: fact("X-Hub-Signature")}
}
