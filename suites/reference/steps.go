package reference

import (
	"context"
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"strconv"
)

// steps is the pipeline: what a receiver does between a request and a reply,
// in this order. A mutant replaces one of them, mostly by a function that calls
// the one it found there.
type steps struct {
	// certify gets the certificate that the server shows, for this key and with
	// those up to the root.
	certify func(template *x509.Certificate, key crypto.Signer) (tls.Certificate, error)

	// secure says how TLS is spoken.
	secure func(shown tls.Certificate) *tls.Config

	// recognise says why a client's certificate, which is valid, is not Meta's; nil
	// if it is. Without a certificate it gets none.
	recognise func(client []*x509.Certificate) error

	// accept gets each connection before HTTP reads from it. It is the place for
	// defects that net/http would even out.
	accept func(net.Conn) net.Conn

	// serve answers one request. It is the place for defects that concern the
	// request as a whole: its path, its headers, its connection.
	serve func(w http.ResponseWriter, req *http.Request)

	// handshake answers a verification request, given its query as sent.
	handshake func(rawQuery string) answer

	// read returns the raw body. An *http.MaxBytesError says that it is too long.
	read func(w http.ResponseWriter, req *http.Request) ([]byte, error)

	// authentic tells whether Meta signed these bytes.
	authentic func(header http.Header, body []byte) bool

	// decode parses the body of an authentic delivery.
	decode func(body []byte) (any, error)

	// events picks the events that are ours out of a parsed delivery.
	events func(doc any) []event

	// respond says how a request with this outcome is answered.
	respond func(o outcome) answer

	// order answers a delivery of these events and has its work done, which must begin once: the
	// delivery counts as in work until then.
	order func(events []event, answer, work func())

	// echo tells whether an event only repeats what the page itself sent.
	echo func(e event) bool

	// identity names an event so that its second delivery has the same name.
	identity func(e event) string

	// fresh tells whether an identity is met for the first time, and remembers it.
	fresh func(identity string) bool

	// understand says what was understood of an event.
	understand func(e event) receipt

	// ours tells whether an event came for an account that the token belongs to.
	ours func(e event) bool

	// replies returns the messages that answer an event.
	replies func(e event) []message

	// report posts a receipt.
	report func(ctx context.Context, r receipt) error

	// send posts a message to the Send API.
	send func(ctx context.Context, m message) error

	// post makes one call, with a second try at most, and returns its answer
	// whatever the status is.
	post func(ctx context.Context, url, token string, payload any) (response, error)
}

func (r *Receiver) defaultSteps() steps {
	return steps{
		certify:    r.config.TLS.certify,
		secure:     r.secure,
		recognise:  recognise,
		accept:     func(c net.Conn) net.Conn { return c },
		serve:      r.serve,
		handshake:  func(rawQuery string) answer { return handshake(r.config.VerifyToken, rawQuery) },
		read:       read,
		authentic:  func(h http.Header, body []byte) bool { return authentic(r.config.secretOf(body), h, body) },
		decode:     decode,
		events:     events,
		respond:    respond,
		order:      func(_ []event, answer, work func()) { answer(); go work() },
		echo:       echo,
		identity:   identity,
		fresh:      func(identity string) bool { return r.current().memory.first(identity) },
		understand: understand,
		ours:       func(e event) bool { return ours(r.config.Accounts, e) },
		replies:    replies,
		report:     r.report,
		send:       r.send,
		post:       r.post,
	}
}

// outcome is how a request ended, as far as its answer is concerned.
type outcome int

const (
	accepted    outcome = iota // an authentic delivery that can be parsed
	forged                     // the signature is missing or does not fit
	malformed                  // the body is cut or no JSON
	tooLarge                   // the body is longer than maxBody
	wrongMethod                // neither GET nor POST
	busy                       // too much in work, or closing
	failed                     // a panic, which is a bug
)

// answer is a response of the receiver.
type answer struct {
	status int
	header map[string]string // beside Content-Type and Content-Length; may be nil
	body   string            // plain text
}

func respond(o outcome) answer {
	switch o {
	case accepted:
		return answer{status: http.StatusOK, body: "EVENT_RECEIVED"}
	case forged:
		return answer{status: http.StatusForbidden, body: "the signature does not fit\n"}
	case malformed:
		return answer{status: http.StatusBadRequest, body: "the body is not JSON\n"}
	case tooLarge:
		return answer{status: http.StatusRequestEntityTooLarge, body: "the body is too large\n"}
	case wrongMethod:
		return answer{
			status: http.StatusMethodNotAllowed,
			header: map[string]string{"Allow": "GET, POST"},
			body:   "use GET or POST\n",
		}
	case busy:
		return answer{
			status: http.StatusServiceUnavailable,
			header: map[string]string{"Retry-After": "1"},
			body:   "too busy, send it again\n",
		}
	default:
		return answer{status: http.StatusInternalServerError, body: "internal error\n"}
	}
}

// write sends the answer at once: work that follows in the same goroutine does
// not hold it back.
func (a answer) write(w http.ResponseWriter) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	for name, value := range a.header {
		h.Set(name, value)
	}
	if a.status != http.StatusNoContent {
		h.Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	w.WriteHeader(a.status)
	// A peer that has gone is no concern of ours: it will send again.
	_, _ = w.Write([]byte(a.body))
	_ = http.NewResponseController(w).Flush()
}
