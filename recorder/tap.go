package recorder

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
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
