package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// memory is a store.
type memory struct {
	mu   sync.Mutex
	kept map[string]outbox.Pending
	err  error
}

func (m *memory) SavePending(p outbox.Pending) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return m.err
	}
	p.Doc, p.Variants = bytes.Clone(p.Doc), slices.Clone(p.Variants)
	m.kept[p.ID] = p
	return nil
}

func (m *memory) DeletePending(id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.kept, id)
	return nil
}

func (m *memory) Pending() ([]outbox.Pending, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []outbox.Pending
	for _, p := range m.kept {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b outbox.Pending) int { return a.Created.Compare(b.Created) })
	return list, m.err
}

// receiver answers attempts, and remembers them.
type receiver struct {
	clock *clock.Virtual
	down  func(s outbox.Shipment) bool
	block func(s outbox.Shipment) // before it answers

	mu   sync.Mutex
	seen []outbox.Shipment
	at   []time.Duration
	next []time.Time
}

func (r *receiver) send(ctx context.Context, s outbox.Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
	a := delivery.Attempt{Started: r.clock.Now()}
	r.mu.Lock()
	r.seen = append(r.seen, s)
	r.at = append(r.at, a.Started.Sub(start))
	r.mu.Unlock()
	if r.block != nil {
		r.block(s)
	}
	switch {
	case ctx.Err() != nil:
		a.Err = &delivery.Error{Reason: delivery.ReasonCanceled, Err: ctx.Err()}
	case r.down != nil && r.down(s):
		a.Answer = &delivery.Answer{Status: 500}
	default:
		a.Answer = &delivery.Answer{Status: 200}
	}
	next := retryAt(a)
	r.mu.Lock()
	r.next = append(r.next, next)
	r.mu.Unlock()
	return a, nil
}

func (r *receiver) ids() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var ids []string
	for _, s := range r.seen {
		ids = append(ids, s.ID)
	}
	return ids
}

// opened returns an outbox on a virtual clock, and who receives from it.
func opened(t *testing.T, o outbox.Options) (*outbox.Outbox, *receiver) {
	t.Helper()
	r := &receiver{clock: clock.NewVirtual(start)}
	o.Clock, o.Send, o.Logger = r.clock, r.send, slog.New(slog.DiscardHandler)
	b := outbox.New(o, outbox.Condition{})
	t.Cleanup(b.Close)
	return b, r
}

func advance(t *testing.T, r *receiver, d time.Duration) {
	t.Helper()
	if err := r.clock.Advance(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func item(id, person string) outbox.Item {
	return outbox.Item{Pending: outbox.Pending{ID: id, Person: person, Doc: []byte(`{}`), Variants: []string{"message.text"}}}
}

// withEvents is an item that can be put into one delivery with others.
func withEvents(t *testing.T, id, person string, number int) outbox.Item {
	t.Helper()
	v, _ := schemas.ByID("message.text")
	e, err := event.Build(v, event.NewSession(1, person, "1"), number, start)
	if err != nil {
		t.Fatal(err)
	}
	i := item(id, person)
	i.Events = []event.Event{e}
	return i
}

func put(t *testing.T, b *outbox.Outbox, i outbox.Item) <-chan outbox.Result {
	t.Helper()
	result, err := b.Put(i)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func always(outbox.Shipment) bool { return true }

func TestAnAcknowledgedDeliveryIsOver(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	r.block = func(outbox.Shipment) {
		if len(store.kept) != 1 {
			t.Error("it was not stored before its first attempt")
		}
	}
	result := <-put(t, b, item("1", "a"))
	if result.Err != nil || result.ID != "1" || result.Attempt.Answer.Status != 200 || !result.Next.IsZero() {
		t.Errorf("got %+v", result)
	}
	advance(t, r, time.Hour)
	if len(r.at) != 1 || b.Len() != 0 || len(store.kept) != 0 {
		t.Errorf("attempts at %v, pending %v, stored %v", r.at, b.Pending(), store.kept)
	}
}

// Messenger's policy: immediate retries, an alert after 15 minutes, the
// subscription disabled after an hour.
func TestTheMessengerPolicy(t *testing.T) {
	changes := make(chan outbox.Health, 10)
	var b *outbox.Outbox
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Changed: func() { changes <- b.Condition().Health }})
	r.down = always
	if result := <-put(t, b, item("1", "a")); result.Attempt.Answer.Status != 500 || !result.Next.Equal(start) {
		t.Errorf("got %+v", result)
	}
	advance(t, r, 0)
	if want := []time.Duration{0, 0, 0}; !slices.Equal(r.at, want) {
		t.Errorf("attempts at %v, want %v", r.at, want)
	}
	for _, step := range []struct {
		at   time.Duration
		want outbox.Health
	}{
		{15*time.Minute - time.Second, outbox.Active},
		{15 * time.Minute, outbox.Alert},
		{time.Hour - time.Second, outbox.Alert},
		{time.Hour, outbox.Disabled},
	} {
		advance(t, r, step.at-r.clock.Now().Sub(start))
		c := b.Condition()
		if c.Health != step.want || !c.FailingSince.Equal(start) || c.Problem != "status 500" {
			t.Errorf("after %s: got %+v, want %s", step.at, c, step.want)
		}
	}
	made := len(r.at)
	if _, err := b.Put(item("2", "a")); !errors.Is(err, outbox.ErrDisabled) {
		t.Errorf("a delivery to a disabled receiver: error %v", err)
	}
	advance(t, r, 48*time.Hour)
	if len(r.at) != made || b.Len() != 0 {
		t.Errorf("%d attempts after the end, %d pending", len(r.at)-made, b.Len())
	}

	b.Restart()
	r.down = nil
	if result := <-put(t, b, item("3", "a")); result.Err != nil || b.Condition() != (outbox.Condition{Health: outbox.Active}) {
		t.Errorf("after a new subscription: %+v, %+v", result, b.Condition())
	}
	close(changes)
	var seen []outbox.Health
	for h := range changes {
		seen = append(seen, h)
	}
	if want := []outbox.Health{outbox.Active, outbox.Alert, outbox.Disabled}; !slices.Equal(seen, want) {
		t.Errorf("told of %v, want %v", seen, want)
	}
}

func TestTheGraphPolicyGivesUpAfter36Hours(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Graph(), Store: store})
	r.down = always
	<-put(t, b, item("1", "a"))
	advance(t, r, 36*time.Hour-1)
	if b.Len() != 1 || len(store.kept) != 1 {
		t.Fatalf("given up too soon, attempts at %v", r.at)
	}
	advance(t, r, 1)
	if b.Len() != 0 || len(store.kept) != 0 || r.at[len(r.at)-1] != 36*time.Hour || !r.next[len(r.next)-1].IsZero() {
		t.Errorf("attempts at %v, %d pending", r.at, b.Len())
	}
	if b.Condition().Health != outbox.Active {
		t.Errorf("the receiver is %s", b.Condition().Health)
	}
}

// One acknowledgement ends the alert; time begins anew with the next failure.
func TestARecoveryEndsTheAlert(t *testing.T) {
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger()})
	r.down = always
	<-put(t, b, item("1", "a"))
	advance(t, r, 50*time.Minute)
	r.down = nil
	advance(t, r, time.Minute)
	if c := b.Condition(); c != (outbox.Condition{Health: outbox.Active}) || b.Len() != 0 {
		t.Errorf("got %+v, %d pending", c, b.Len())
	}
	r.down = always
	<-put(t, b, item("2", "a"))
	advance(t, r, 14*time.Minute)
	if c := b.Condition(); c.Health != outbox.Active || !c.FailingSince.Equal(start.Add(51*time.Minute)) {
		t.Errorf("got %+v", c)
	}
}

// What was spoilt on purpose is sent once, and says nothing about the receiver.
func TestASpoiltItem(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	r.down = always
	r.block = func(outbox.Shipment) {
		if len(store.kept) != 0 {
			t.Error("it is stored")
		}
	}
	i := item("1", "a")
	i.Faults = []fault.Fault{fault.Unsigned()}
	if result := <-put(t, b, i); len(r.seen[0].Faults) != 1 || !result.Next.IsZero() {
		t.Errorf("got %+v of %+v", result, r.seen)
	}
	advance(t, r, time.Hour)
	if len(r.at) != 1 || b.Len() != 0 || b.Condition() != (outbox.Condition{Health: outbox.Active}) {
		t.Errorf("attempts at %v, %+v", r.at, b.Condition())
	}
}

// rules answer by attempt.
type rules map[int]fault.Disturbance

func (r rules) ForDelivery(o fault.Outgoing) fault.Disturbance { return r[o.Attempt] }

func TestDisturbances(t *testing.T) {
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Rules: rules{
		1: {Delay: time.Minute},
		2: {Faults: []fault.Fault{fault.Unsigned()}},
		3: {Copies: 2},
	}.ForDelivery})
	r.down = func(s outbox.Shipment) bool { return s.Attempt < 3 }
	if result := <-put(t, b, item("1", "a")); !result.Next.Equal(start.Add(time.Minute)) || result.Attempt.Answer != nil {
		t.Errorf("got %+v", result)
	}
	advance(t, r, time.Hour)
	var got []string
	for i, s := range r.seen {
		got = append(got, fmt.Sprint(s.Attempt, " ", r.at[i], " ", len(s.Faults), " ", s.Copy))
	}
	want := []string{"1 1m0s 0 false", "2 1m0s 1 false", "3 1m0s 0 false", "4 1m0s 0 true", "5 1m0s 0 true"}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// A failure that the rules caused is tried again, and no fault of the receiver's.
func TestADisturbedReceiverDoesNotSuffer(t *testing.T) {
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Rules: rules{1: {Faults: []fault.Fault{fault.Unsigned()}}}.ForDelivery})
	r.down = func(s outbox.Shipment) bool { return len(s.Faults) > 0 }
	<-put(t, b, item("1", "a"))
	advance(t, r, 0)
	if len(r.at) != 2 || b.Condition() != (outbox.Condition{Health: outbox.Active}) {
		t.Errorf("attempts at %v, %+v", r.at, b.Condition())
	}
}

// The deliveries of one person wait for each other, those of others do not.
func TestOrder(t *testing.T) {
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger()})
	let := make(chan struct{})
	r.block = func(s outbox.Shipment) {
		if s.ID == "a1" {
			<-let
		}
	}
	first := put(t, b, item("a1", "a"))
	second := put(t, b, item("a2", "a"))
	<-put(t, b, item("b1", "b"))
	if got := r.ids(); slices.Contains(got, "a2") {
		t.Errorf("sent %v", got)
	}
	close(let)
	<-first
	<-second
	if got := r.ids(); got[2] != "a2" {
		t.Errorf("sent %v", got)
	}
}

// One that failed is overtaken.
func TestAFailureIsOvertaken(t *testing.T) {
	policy := delivery.Graph()
	policy.Intervals = []time.Duration{time.Minute}
	b, r := opened(t, outbox.Options{Policy: policy})
	r.down = func(s outbox.Shipment) bool { return s.ID == "1" && s.Attempt == 1 }
	<-put(t, b, item("1", "a"))
	<-put(t, b, item("2", "a"))
	advance(t, r, time.Minute)
	if got := r.ids(); !slices.Equal(got, []string{"1", "2", "1"}) {
		t.Errorf("sent %v", got)
	}
}

func TestBatching(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), MaxBatch: 3, Parallel: 1, Store: store})
	r.down = func(s outbox.Shipment) bool { return s.ID == "3" && s.Attempt == 1 }
	let, begun := make(chan struct{}), make(chan struct{})
	r.block = func(s outbox.Shipment) {
		if s.ID == "1" {
			close(begun)
			<-let
		}
	}
	put(t, b, withEvents(t, "1", "a", 1))
	<-begun
	var results []<-chan outbox.Result
	for n, id := range []string{"2", "3", "4", "5"} {
		results = append(results, put(t, b, withEvents(t, id, []string{"a", "b"}[n%2], n+2)))
	}
	other := put(t, b, item("6", "a")) // which is no event of a page
	close(let)
	for i, want := range []string{"3", "3", "4", "3"} { // b's were ready when a's had to wait
		if result := <-results[i]; result.ID != want || result.Err != nil {
			t.Errorf("item %d: %+v, want to be part of %s", i+2, result, want)
		}
	}
	<-other
	advance(t, r, 0)
	if len(store.kept) != 0 {
		t.Errorf("stored %v", store.kept)
	}
	batch := r.seen[1]
	if n := strings.Count(string(batch.Doc), `"mid"`); n != 3 || len(batch.Variants) != 3 {
		t.Errorf("%d events, of %v: %s", n, batch.Variants, batch.Doc)
	}
	for _, s := range r.seen {
		if s.ID == "3" && s.Attempt == 2 && string(s.Doc) != string(batch.Doc) {
			t.Errorf("tried again with other bytes: %s", s.Doc)
		}
	}
	if got := r.ids(); len(got) != 5 {
		t.Errorf("sent %v", got)
	}
}

// What was pending is delivered after a restart, each at its time.
func TestResume(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	r.down = always
	<-put(t, b, item("1", "a"))
	advance(t, r, time.Minute)
	b.Close()
	if _, err := b.Put(item("2", "a")); !errors.Is(err, outbox.ErrClosed) {
		t.Errorf("put after the end: error %v", err)
	}
	store.kept["3"] = outbox.Pending{ID: "3", Person: "b", Doc: []byte(`{}`)} // stored, and not attempted

	again, late := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	if err := again.Resume(); err != nil {
		t.Fatal(err)
	}
	advance(t, late, 0)
	if got := late.ids(); !slices.Equal(got, []string{"3"}) {
		t.Errorf("sent %v at once", got)
	}
	advance(t, late, 2*time.Minute)
	if got := late.ids(); !slices.Equal(got, []string{"3", "1"}) || late.seen[1].Attempt != 7 || late.at[1] != 80*time.Second {
		t.Errorf("sent %v, attempt %d at %v", got, late.seen[len(late.seen)-1].Attempt, late.at)
	}
	if len(store.kept) != 0 {
		t.Errorf("stored %v", store.kept)
	}
}

// An attempt that Close cuts off is no failure: the delivery stays as it was.
func TestCloseDuringAnAttempt(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	begun, let := make(chan struct{}), make(chan struct{})
	r.block = func(outbox.Shipment) { close(begun); <-let }
	running, waiting := put(t, b, item("1", "a")), put(t, b, item("2", "a"))
	<-begun
	go func() {
		<-waiting // which Close ends first
		close(let)
	}()
	b.Close()
	<-running
	if len(store.kept) == 0 || store.kept["2"].Attempts != 0 || len(r.seen) != 1 {
		t.Errorf("stored %v, sent %v", store.kept, r.ids())
	}
}

func TestClear(t *testing.T) {
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
	r.down = func(s outbox.Shipment) bool { return s.ID != "2" }
	<-put(t, b, item("1", "a"))
	advance(t, r, time.Second)
	begun, let := make(chan struct{}), make(chan struct{})
	r.block = func(outbox.Shipment) { close(begun); <-let }
	put(t, b, item("2", "a"))
	<-begun
	waiting := put(t, b, item("3", "a"))
	b.Clear()
	if result := <-waiting; !errors.Is(result.Err, outbox.ErrCleared) {
		t.Errorf("got %+v", result)
	}
	close(let)
	r.block = nil
	advance(t, r, time.Hour)
	if got := r.ids(); got[len(got)-1] != "2" || b.Len() != 0 || len(store.kept) != 0 {
		t.Errorf("sent %v, stored %v", got, store.kept)
	}
}

func TestAStoreThatFails(t *testing.T) {
	full := errors.New("the disk is full")
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: &memory{err: full}})
	if _, err := b.Put(item("1", "a")); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	if err := b.Resume(); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
	advance(t, r, time.Hour)
	if len(r.seen) != 0 || b.Len() != 0 {
		t.Errorf("sent %v", r.ids())
	}
}

func TestTheSameIDTwice(t *testing.T) {
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger()})
	r.down = always
	<-put(t, b, item("1", "a"))
	if _, err := b.Put(item("1", "a")); err == nil || !strings.Contains(err.Error(), "pending already") {
		t.Errorf("error %v", err)
	}
}
