// Package outbox keeps deliveries until they are over: it sends what is put into
// it, tries again by a policy what failed, and knows how the receiver is doing.
//
// The deliveries of one person begin in the order in which they were put in; one
// that failed, or that Options.Rules put off, is overtaken by others, as Meta does
// not promise an order.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// Why a delivery ended, or was never taken.
var (
	// ErrDisabled: the receiver failed for too long.
	ErrDisabled = errors.New("the subscription is disabled because the receiver kept failing: subscribe again")
	// ErrCleared: the outbox was emptied.
	ErrCleared = errors.New("all pending deliveries were dropped")
	// ErrNotStored: the store did not take it: its disk is full, for example.
	ErrNotStored = errors.New("it is not stored")
	// ErrClosed: the outbox was closed. A store still has the delivery.
	ErrClosed = errors.New("the platform was closed")
)

// Options configure an Outbox. Clock, Logger and Send are required.
type Options struct {
	// Policy says how deliveries are tried again.
	Policy delivery.Policy
	// MaxBatch is how many events that wait for their first attempt go into one
	// delivery. Default 1.
	MaxBatch int
	// Together reports whether events of these variants may go into one delivery. It
	// is called under a lock, and must not call the outbox. Default: they may.
	Together func(variants, others []string) bool
	// Parallel is how many attempts are under way at a time. Default 16; Meta's
	// number is not published.
	Parallel int
	// Clock is what deliveries wait on.
	Clock clock.Clock
	// Store keeps deliveries over a restart. Default: none does.
	Store Store
	// Rules say what goes wrong with an attempt, as fault.Rules.ForDelivery does.
	// Default: nothing.
	Rules func(fault.Outgoing) fault.Disturbance
	// Logger gets a line for each delivery that is given up, dropped or cannot be
	// sent, and an error when the store fails after a delivery was taken.
	Logger *slog.Logger
	// Send makes one attempt and records it; it begins with Shipment.Begin. It
	// calls retryAt with what became of it before the record is complete; the
	// result is when the next attempt is due, zero if there is none. An error says
	// that the delivery cannot be sent at all; then there is no attempt, and it is
	// over.
	Send func(ctx context.Context, s Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error)
	// Changed is called after the Condition has changed. Default: nobody is told.
	Changed func()
}

// Shipment is an attempt to make.
type Shipment struct {
	Pending
	// Attempt counts from 1.
	Attempt int
	// Faults spoil it.
	Faults []fault.Fault
	// Notes say what was done to it on purpose besides.
	Notes []string
	// Copy tells that the delivery was acknowledged before.
	Copy bool

	begin func(record func()) error
}

// Begin calls record, which notes that the attempt is made from now on, unless
// the delivery was dropped meanwhile: then the error says so, and nothing may be
// sent. Clear waits for record, so that no attempt begins after it.
func (s Shipment) Begin(record func()) error {
	if s.begin == nil {
		record()
		return nil
	}
	return s.begin(record)
}

// Item is something to deliver.
type Item struct {
	// Pending has ID, Doc, Style, Person, Variants and Created.
	Pending
	// Events, if set, are those in Doc, which may be put into one delivery with
	// others.
	Events []event.Event
	// Faults, if set, spoil the only attempt that is made then. It says nothing
	// about the receiver and is not stored.
	Faults []fault.Fault
}

// Result is what became of the first attempt.
type Result struct {
	// ID is the delivery that the item became part of.
	ID string
	// Attempt is zero when there was none: Err is set, or Next is.
	Attempt delivery.Attempt
	// Next is when the next attempt is due; zero when there is none.
	Next time.Time
	// Err says why there was no attempt.
	Err error
}

// Outbox is a queue of deliveries to one receiver. It is safe for concurrent
// use.
type Outbox struct {
	opts Options
	life context.Context
	end  context.CancelCauseFunc
	work sync.WaitGroup

	asking sync.Mutex // held while the rules are asked, and before mu
	// beginning is held for reading while an attempt begins, and for writing while
	// everything is dropped; before mu.
	beginning sync.RWMutex
	// storing is held while the store is changed, and before mu, so that what the
	// store has under an ID is of the entry that has the ID.
	storing sync.Mutex

	mu      sync.Mutex
	closed  bool
	entries map[string]*entry // all that are not over, by ID
	due     []*entry          // attempts that were put off, and whose time has come
	held    []*entry          // what waits for others on purpose
	lanes   map[string]*lane  // by person, only those that are in use
	ready   []*lane           // whose first entry may be taken
	running int
	inHand  int    // entries that are due, in a lane or running
	proceed func() // lets the clock move, which stands still while there are any

	condition  Condition
	generation int // counts the receivers

	age     int   // counts how often everything was dropped
	dropped error // why it was the last time
}

// New returns an empty outbox, for a receiver in this condition.
func New(o Options, c Condition) *Outbox {
	o.MaxBatch = max(o.MaxBatch, 1)
	if o.Together == nil {
		o.Together = func(_, _ []string) bool { return true }
	}
	if o.Parallel <= 0 {
		o.Parallel = 16
	}
	if c.Health == "" {
		c.Health = Active
	}
	b := &Outbox{opts: o, entries: map[string]*entry{}, lanes: map[string]*lane{}, condition: c}
	b.life, b.end = context.WithCancelCause(context.Background())
	return b
}

// Put takes an item, and tells what became of its first attempt. Once it is
// taken, only Condition.Health, Clear or time end it undelivered. An item whose
// ID is that of a pending delivery is refused.
func (b *Outbox) Put(item Item) (<-chan Result, error) {
	result := make(chan Result, 1)
	e := &entry{
		Pending: item.Pending, faults: item.Faults, once: len(item.Faults) > 0,
		first: []chan<- Result{result},
	}
	if !e.once {
		e.events = item.Events
	}
	if err := b.enter(e); err != nil {
		return nil, err
	}
	if err := b.save(e); err != nil {
		b.remove(e)
		return nil, fmt.Errorf("%w: the delivery %s: %w", ErrNotStored, e.ID, err)
	}
	b.start(e)
	return result, nil
}

// start lets the first attempt of an entry be made, unless it was dropped; then
// the result says so already.
func (b *Outbox) start(e *entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.entries[e.ID] == e && !b.closed {
		b.beginWork()
		b.queue(e)
		b.dispatch()
	}
}

// enter takes up an entry.
func (b *Outbox) enter(e *entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return ErrClosed
	case b.condition.Health == Disabled:
		return ErrDisabled
	case b.entries[e.ID] != nil:
		return fmt.Errorf("the delivery %s is pending already", e.ID)
	}
	e.age = b.age
	b.entries[e.ID] = e
	return nil
}

// Resume takes up what the store has, each delivery at its time and those that
// are overdue at once. It is called once, before or after the first Put.
func (b *Outbox) Resume() error {
	if b.opts.Store == nil {
		return nil
	}
	kept, err := b.opts.Store.Pending()
	if err != nil {
		return fmt.Errorf("read pending deliveries: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range kept {
		if b.closed || b.entries[p.ID] != nil {
			continue
		}
		e := &entry{Pending: p, age: b.age}
		b.entries[p.ID] = e
		if p.Attempts == 0 {
			b.beginWork()
			b.queue(e)
		} else {
			b.schedule(e)
		}
	}
	b.dispatch()
	return nil
}

// Pending returns what is not over, the oldest first.
func (b *Outbox) Pending() []Pending {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := make([]Pending, 0, len(b.entries))
	for _, e := range b.entries {
		list = append(list, e.Pending)
	}
	slices.SortFunc(list, func(a, b Pending) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list
}

// Len is how many deliveries are not over.
func (b *Outbox) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.entries)
}

// Clear drops everything. Attempts that are under way are made to the end, and
// no other begins. IDs of what was dropped can be put in again at once.
func (b *Outbox) Clear() { b.drop(ErrCleared) }

// Close cuts off attempts that are under way and returns when none is left. What
// is pending stays in the store. It may be called again.
func (b *Outbox) Close() {
	b.mu.Lock()
	if !b.closed {
		b.closed = true
		b.empty(ErrClosed)
	}
	b.mu.Unlock()
	b.end(ErrClosed)
	b.work.Wait()
}

// drop drops everything and says why.
func (b *Outbox) drop(why error) {
	dropped := b.forget(why)
	for _, e := range dropped {
		b.erase(e)
	}
	if len(dropped) > 0 {
		b.opts.Logger.Warn("pending deliveries are dropped", "deliveries", len(dropped), "because", why)
	}
}

// forget takes everything out of memory, and returns it.
func (b *Outbox) forget(why error) (dropped []*entry) {
	b.beginning.Lock()
	defer b.beginning.Unlock()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.empty(why)
	for _, e := range b.entries {
		dropped = append(append(dropped, e), e.parts...)
	}
	clear(b.entries)
	b.age++
	b.dropped = why
	return dropped
}

// whyDropped is why an entry was dropped; nil if it was not.
func (b *Outbox) whyDropped(e *entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if e.age == b.age {
		return nil
	}
	return b.dropped
}

// remove takes one entry out.
func (b *Outbox) remove(e *entry) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.takeOut(e)
}

// takeOut takes one entry out, and leaves another that has its ID. It is called
// under the lock.
func (b *Outbox) takeOut(e *entry) {
	if b.entries[e.ID] == e {
		delete(b.entries, e.ID)
	}
}
