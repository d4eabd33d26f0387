package reference

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxBody is the largest accepted body, in bytes. Deliveries of over 300 KB
// have been seen and 3 MB are documented for WhatsApp, so common defaults of
// 100 KB are too small.
const maxBody = 8 << 20

// maxDeliveries is how many acknowledged deliveries may be in work at the same
// time. A further one is answered with 503, and the platform sends it again.
const maxDeliveries = 1024

// Config says whom a [Receiver] believes and whom it calls.
type Config struct {
	// AppSecret is the key of the signatures. Empty: no delivery is believed.
	AppSecret string

	// InstagramSecret is the key of the signatures of what is for an account on
	// Instagram, of an app that has one for Instagram Login. Empty: AppSecret is.
	InstagramSecret string

	// VerifyToken is the token of the verification handshake. Empty: no
	// handshake succeeds.
	VerifyToken string

	// Accounts are the ids of the page and of its account on Instagram: what comes for
	// others gets no reply, as the token is not theirs. Empty: everybody gets one.
	Accounts []string

	// PageToken is the access token of the calls to the Send API.
	PageToken string

	// GraphURL is where the Graph API is, without a version, for instance
	// "https://graph.facebook.com". Empty: nobody gets a reply.
	GraphURL string

	// ReceiptsURL is the address to which receipts are posted. Empty: none are.
	ReceiptsURL string

	// CallTimeout bounds one reply or one receipt, a second try included.
	// Default 20 s.
	CallTimeout time.Duration

	// Grace is how long Close lets the work in flight go on before it cancels
	// the calls, and how long it then waits for the work to notice. Default 2 s.
	Grace time.Duration

	// AnswerDelay is how long a genuine delivery waits for its answer. Default 0.
	AnswerDelay time.Duration

	// WorkDelay is how long the work on an event takes before its receipt and its
	// reply. Default 0.
	WorkDelay time.Duration

	// Workers is how many events are worked on at a time; the others wait, in the
	// order in which they came. Default 0: no limit.
	Workers int

	// Dial opens the connections to the Graph API, and Listen the listener of the
	// [Server]; network is "tcp". With both of its own a test runs without a network.
	// Default: TCP.
	Dial   func(ctx context.Context, network, address string) (net.Conn, error)
	Listen func(ctx context.Context, network, address string) (net.Listener, error)

	// Now is the clock that tells how long ago an event was first seen.
	// Default time.Now.
	Now func() time.Time

	// TLS, if set, has the [Server] speak https. Default: it speaks http.
	TLS *TLS

	// Logger gets failed calls and panics. It never gets a secret, a token or
	// the contents of an event. Default: no log.
	Logger *slog.Logger
}

func (c Config) withDefaults() Config {
	if c.CallTimeout <= 0 {
		c.CallTimeout = 20 * time.Second
	}
	if c.Grace <= 0 {
		c.Grace = 2 * time.Second
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	if c.Listen == nil {
		c.Listen = (&net.ListenConfig{}).Listen
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	return c
}

// Receiver is an [http.Handler] that serves the callback URL of a Messenger
// app. It looks at no path, so it may be mounted anywhere. It is safe for
// concurrent use; Close it when it is no longer needed.
type Receiver struct {
	config Config
	client *http.Client
	steps  steps

	requests   counter       // requests that are being answered
	deliveries counter       // deliveries that are acknowledged or about to be, and not done
	closing    chan struct{} // closed when Close begins
	closed     sync.Once

	mu     sync.Mutex
	life   *life
	server *Server // nil when the receiver is mounted somewhere else
}

// New returns a receiver without a defect.
func New(c Config) *Receiver {
	c = c.withDefaults()
	r := &Receiver{
		config:     c,
		client:     newClient(c.Dial),
		deliveries: counter{limit: maxDeliveries},
		closing:    make(chan struct{}),
		life:       newLife(c),
	}
	r.steps = r.defaultSteps()
	return r
}

// ServeHTTP answers verification requests (GET) and deliveries (POST).
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if !r.requests.enter() {
		r.respond(w, busy)
		return
	}
	defer r.requests.leave()
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler: // no fault, but the way to drop a connection
			panic(v)
		default:
			r.logPanic(v)
			r.respond(w, failed)
		}
	}()
	r.steps.serve(w, req)
}

// serve tells apart the kinds of requests.
func (r *Receiver) serve(w http.ResponseWriter, req *http.Request) {
	switch req.Method {
	case http.MethodGet:
		r.steps.handshake(req.URL.RawQuery).write(w)
	case http.MethodPost:
		r.deliver(w, req)
	default:
		r.respond(w, wrongMethod)
	}
}

// deliver takes one delivery through the pipeline, up to its events.
func (r *Receiver) deliver(w http.ResponseWriter, req *http.Request) {
	body, err := r.steps.read(w, req)
	if _, tooLong := errors.AsType[*http.MaxBytesError](err); tooLong {
		r.respond(w, tooLarge)
		return
	}
	if err != nil {
		r.respond(w, malformed)
		return
	}
	if !r.steps.authentic(req.Header, body) {
		r.respond(w, forged)
		return
	}
	doc, err := r.steps.decode(body)
	if err != nil {
		r.respond(w, malformed)
		return
	}
	events := r.steps.events(doc)
	if r.config.AnswerDelay > 0 {
		pause(req.Context(), r.config.AnswerDelay)
	}
	if !r.deliveries.enter() {
		r.respond(w, busy)
		return
	}
	leave := sync.OnceFunc(r.deliveries.leave)
	ordered := false
	defer func() {
		if !ordered { // a step panicked, the work may never begin
			leave()
		}
	}()
	r.steps.order(
		events,
		func() { r.respond(w, accepted) },
		func() {
			defer leave()
			r.guard(func() { r.work(events) })
		},
	)
	ordered = true
}

func (r *Receiver) respond(w http.ResponseWriter, o outcome) { r.steps.respond(o).write(w) }

// guard runs f and keeps a panic in it from ending the process: one strange
// event must not cost all the others.
func (r *Receiver) guard(f func()) {
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			r.logPanic(v)
		}
	}()
	f()
}

func (r *Receiver) logPanic(v any) {
	r.config.Logger.Error("panic while handling a delivery", "panic", fmt.Sprint(v))
}

// Close refuses new requests and returns when the work in flight is done. After
// [Config.Grace] it cancels what is left. It may be called more than once.
func (r *Receiver) Close() {
	r.closed.Do(func() {
		close(r.closing)
		answered, done := r.requests.close(), r.deliveries.close()
		if !wait(r.config.Grace, answered, done) {
			r.current().cancel()
			wait(r.config.Grace, answered, done)
		}
		r.current().cancel()
		r.client.CloseIdleConnections()
	})
}
