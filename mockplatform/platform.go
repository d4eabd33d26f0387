package mockplatform

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/internal/listener"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// errClosed ends what is under way when the platform is closed.
var errClosed = outbox.ErrClosed

// Platform is a mock of Meta's platform. It is safe for concurrent use.
// Deliveries and handshakes need no Start; only what a receiver calls back does.
type Platform struct {
	opts    Options
	appID   int64
	journal *journal.Journal
	client  *delivery.Client
	graph   *graph.Server
	outbox  *outbox.Outbox

	receiver   receiver
	people     people
	strangers  strangers
	optins     optins
	loops      loops
	challenges atomic.Uint64 // how many were made
	samples    atomic.Uint64 // how many were sent

	savingGraph  sync.Mutex  // held from reading its state to storing it
	graphUnsaved atomic.Bool // whether the last try failed
	storeFailed  atomic.Bool // whether the store did not take what it was given last
	// resetting is held by Reset, and for reading by what Reset must not come
	// into the middle of. It is taken before every other lock.
	resetting sync.RWMutex

	life context.Context // ends with Close
	end  context.CancelCauseFunc
	work sync.WaitGroup // all that Close has to wait for

	listener *listener.Listener

	mu     sync.Mutex
	closed bool
}

// New returns a platform that does not listen yet. The error names every option
// that is wrong.
func New(o Options) (*Platform, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	appID, err := strconv.ParseInt(o.AppID, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("the app id: %w", err)
	}
	p := &Platform{
		opts:   o,
		appID:  appID,
		client: delivery.New(delivery.Options{Timeout: o.Timeout, TLS: o.TLS, Clock: o.Clock.Now, Dial: o.Dial, Secrets: o.Secrets()}),
	}
	if err := p.openJournal(); err != nil {
		return nil, err
	}
	p.graph = graph.New(p.graphOptions())
	p.listener = &listener.Listener{Name: "the platform", Addr: o.Addr, Logger: o.Logger, Listen: o.Listen, Server: &http.Server{
		Handler:                      p.listening(),
		DisableGeneralOptionsHandler: true,
		// There is no WriteTimeout, because calls can be held; graph.Server gives
		// each answer a deadline of its own.
		ReadTimeout:    30 * time.Second,
		MaxHeaderBytes: 64 << 10,
	}}
	p.life, p.end = context.WithCancelCause(context.Background())
	if err := p.restore(); err != nil {
		return nil, err
	}
	return p, nil
}

// Start listens on Options.Addr, takes up the deliveries that a store has, and
// returns. ctx bounds only the start; Close ends what was started.
func (p *Platform) Start(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errClosed
	}
	if err := p.listener.Start(ctx); err != nil {
		return err
	}
	return p.outbox.Resume()
}

// begin counts something that Close has to wait for, unless it is too late.
func (p *Platform) begin() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.work.Add(1)
	}
	return !p.closed
}

// Close ends everything: it stops listening, cuts connections, releases calls
// that are held, gives up deliveries, and returns when no goroutine of the
// platform is left. The journal stays readable. It may be called again.
func (p *Platform) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	p.outbox.Close()
	p.end(errClosed)
	p.graph.Close()
	err := p.listener.Close()
	p.work.Wait()
	return err
}

// Format names the platform, whatever the verb. Else who prints one, as Gomega does,
// would read all that is in it while it changes.
func (p *Platform) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "the platform "+cmp.Or(p.GraphURL(), "that does not listen"))
}

// Closed reports whether the platform was closed: then nothing comes to its journal any
// more, but the end of what was under way.
func (p *Platform) Closed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// Options returns the options with their defaults filled in.
func (p *Platform) Options() Options { return p.opts }

// Journal returns the record of all exchanges.
func (p *Platform) Journal() *journal.Journal { return p.journal }

// Now is the time on the platform's clock.
func (p *Platform) Now() time.Time { return p.opts.Clock.Now() }

// Session returns the simulated person of this name. The same name is the same
// person, with the same seed on any platform.
func (p *Platform) Session(name string) event.Session {
	s := event.NewSession(p.opts.Seed, name, p.opts.PageID)
	s.AppID = p.appID
	return s
}

// Hold lets Graph API calls that concern this person (an id or a user_ref) wait
// until release is called, their client goes away or the platform is closed.
// They are recorded on arrival all the same. release may be called again.
func (p *Platform) Hold(person string) (release func()) { return p.graph.Hold(person) }

// Script gives the next Graph API calls that concern this person (an id or a
// user_ref) these answers, one each and in this order; then calls are answered
// as ever. What was scripted before comes first. The calls have no effect, and
// the journal records what was done to them.
func (p *Platform) Script(person string, answers ...fault.GraphAnswer) {
	p.graph.Script(person, answers...)
}

// Unscript drops the answers that this person's calls did not get yet.
func (p *Platform) Unscript(person string) { p.graph.Unscript(person) }

// GraphURL is where the Graph API is, without a version and without a slash at
// the end: "http://127.0.0.1:41234". Empty before Start. For a platform that
// listens on all addresses it is the loopback one.
func (p *Platform) GraphURL() string { return p.listener.URL() }

// ReceiptsURL is where a receiver posts its receipts. Empty before Start.
func (p *Platform) ReceiptsURL() string {
	base := p.GraphURL()
	if base == "" {
		return ""
	}
	return base + graph.ReceiptsPath
}
