package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

// outage is a span in which the receiver fails, on both ends inclusive.
type outage struct{ from, to time.Duration }

// world is an outbox whose receiver is down at times, and which is restarted.
type world struct {
	t       *rapid.T
	clock   *clock.Virtual
	policy  delivery.Policy
	outages []outage
	store   *memory
	batch   int

	box *outbox.Outbox

	mu       sync.Mutex
	put      map[string]time.Duration // what was emitted, and when
	got      map[string]bool          // what was acknowledged
	disabled bool
}

func (w *world) now() time.Duration { return w.clock.Now().Sub(start) }

func (w *world) down(at time.Duration) bool {
	for _, o := range w.outages {
		if o.from <= at && at <= o.to {
			return true
		}
	}
	return false
}

// send is an attempt. An event has its item's ID as its text.
func (w *world) send(_ context.Context, s outbox.Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
	w.mu.Lock()
	if w.disabled {
		w.t.Errorf("%s is sent at %s to a receiver that is disabled", s.ID, w.now())
	}
	status := 200
	if w.down(w.now()) {
		status = 503
	}
	a := delivery.Attempt{Started: w.clock.Now(), Answer: &delivery.Answer{Status: status}}
	if status == 200 {
		for id := range w.put {
			if bytes.Contains(s.Doc, []byte("<"+id+">")) {
				w.got[id] = true
			}
		}
	}
	w.mu.Unlock()
	retryAt(a)
	return a, nil
}

func (w *world) open(c outbox.Condition) {
	w.box = outbox.New(outbox.Options{
		Policy: w.policy, MaxBatch: w.batch, Parallel: 1, Clock: w.clock, Store: w.store, Send: w.send,
		Logger: slog.New(slog.DiscardHandler),
		Changed: func() {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.disabled = w.box.Condition().Health == outbox.Disabled
		},
	}, c)
	if err := w.box.Resume(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) advance(d time.Duration) {
	if err := w.clock.Advance(context.Background(), d); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) emit(n int) {
	id := fmt.Sprint(n)
	v, _ := schemas.ByID("message.text")
	person := fmt.Sprint("person ", n%3)
	e, err := event.Build(v, event.NewSession(1, person, "1"), n, w.clock.Now())
	if err == nil {
		e, err = e.Edit(event.Set("/message/text", `"<`+id+`>"`))
	}
	if err != nil {
		w.t.Fatal(err)
	}
	doc, err := event.Wrap(e)
	if err != nil {
		w.t.Fatal(err)
	}
	i := outbox.Item{Pending: outbox.Pending{ID: id, Person: person, Doc: doc, Created: w.clock.Now()}, Events: []event.Event{e}}
	w.mu.Lock()
	w.put[id] = w.now()
	disabled := w.disabled
	w.mu.Unlock()
	_, err = w.box.Put(i)
	if disabled != errors.Is(err, outbox.ErrDisabled) || !disabled && err != nil {
		w.t.Fatalf("put %s, disabled %v: %v", id, disabled, err)
	}
}

// Every event is delivered at least once if the receiver works when the policy
// would give it up; nothing is lost, not even over restarts, and nothing is sent
// to a receiver that is disabled.
func TestNothingIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"messenger", "graph", "whatsapp"}).Draw(t, "policy")
		w := &world{
			t: t, clock: clock.NewVirtual(start), store: &memory{kept: map[string]outbox.Pending{}},
			batch: rapid.IntRange(1, 4).Draw(t, "batch"), put: map[string]time.Duration{}, got: map[string]bool{},
		}
		w.policy, _ = delivery.PolicyByName(name)
		span := w.policy.GiveUpAfter / 20
		spans := func(least, most int, label string) time.Duration {
			return time.Duration(rapid.Int64Range(int64(least)*int64(span), int64(most)*int64(span)).Draw(t, label))
		}
		for range rapid.IntRange(0, 3).Draw(t, "outages") {
			from := spans(0, 40, "from")
			w.outages = append(w.outages, outage{from, from + spans(0, 25, "for")})
		}
		w.open(outbox.Condition{})
		defer func() { w.box.Close() }()
		for n := range rapid.IntRange(1, 15).Draw(t, "events") {
			w.emit(n)
			if rapid.IntRange(0, 4).Draw(t, "restart") == 0 {
				w.advance(0) // what is under way is settled, as a crash is another matter
				w.box.Close()
				w.open(w.box.Condition())
			}
			w.advance(spans(0, 4, "then"))
		}
		w.advance(2 * w.policy.GiveUpAfter)

		if pending := w.box.Len(); pending != 0 || len(w.store.kept) != 0 {
			t.Fatalf("%d are pending, %d stored", pending, len(w.store.kept))
		}
		for id, at := range w.put {
			if !w.got[id] && !w.disabled && !w.down(at+w.policy.GiveUpAfter) {
				t.Fatalf("%s, put at %s, is lost: outages %v", id, at, w.outages)
			}
		}
	})
}
