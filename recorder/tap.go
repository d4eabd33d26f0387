package recorder

import (
	"cmp"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/recorder/capture"
)

// tap reads what passes on a connection, and makes records of it. It is safe for
// concurrent use: requests and answers pass side by side.
type tap struct {
	proxy *Proxy

	mu                sync.Mutex
	requests, answers *stream
	// under are the exchanges under way, the oldest first; answers come in the
	// order of their requests.
	under    []*exchange
	unclear  bool   // something came after a request for another protocol, before its answer
	switched bool   // what passes is another protocol
	over     bool   // nothing is read any more
	ended    string // who ended first, while the other goes on
}

// Who ends a connection.
const (
	theSender   = "the sender"
	theReceiver = "the receiver"
)

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
	t.requests, t.answers = newStream(t.readRequests), newStream(t.readAnswers)
	return t
}

// read lets a stream read what came.
func (t *tap) read(s *stream, data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	if err := s.feed(data); err != nil && !t.switched {
		t.over = true
		t.flush(fmt.Sprintf("what passed cannot be read as HTTP/1.1: %v", err))
		t.proxy.options.Unread(err)
	}
}

func (t *tap) request(data []byte) { t.read(t.requests, data) }
func (t *tap) answer(data []byte)  { t.read(t.answers, data) }

// end says that nothing more comes on a stream, which side ended it, and why:
// io.EOF if that side had sent all that it wanted to.
func (t *tap) end(s *stream, who string, why error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.end(why)
	t.ended = cmp.Or(t.ended, who)
}

// progress reports whether anything of a request came, and whether all of one
// did, or nothing more can be read.
func (t *tap) progress() (begun, whole bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.over || len(t.under) > 0, t.over || len(t.under) > 0 && t.under[0].requested
}

// idle reports whether no request is under way.
func (t *tap) idle() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.under) == 0
}

// close ends what is under way: both connections have ended. It has to be
// called, and may be again; why is empty where the ends of the connections tell.
func (t *tap) close(why string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.over = true
	t.flush(why)
	t.requests.end(io.EOF)
	t.answers.end(io.EOF)
}

// flush hands on what is under way, incomplete as it is, and says why.
func (t *tap) flush(why string) {
	for _, x := range t.under {
		x.record.Err = why
		if why == "" {
			x.record.Err = x.failure(cmp.Or(t.ended, theReceiver))
		}
		t.finish(x)
	}
	t.under = nil
}

// failure says why an exchange is not whole.
func (x *exchange) failure(who string) string {
	switch {
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
	x.record.Milliseconds = cmp.Or(x.record.Milliseconds, x.milliseconds())
	t.proxy.options.Done(x.record)
}

// milliseconds is how long ago the request began.
func (x *exchange) milliseconds() float64 { return float64(time.Since(x.began).Microseconds()) / 1000 }

// handOn hands on the exchanges that are whole.
func (t *tap) handOn() {
	for len(t.under) > 0 && t.under[0].requested && t.under[0].answered {
		t.finish(t.under[0])
		t.under = t.under[1:]
	}
}
