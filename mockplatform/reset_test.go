package mockplatform_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

func TestReset(t *testing.T) {
	store := newMemory()
	b := newBot(t, 500, 500, 500)
	p := receiving(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store}, b.URL)
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	pending, documents := store.size()
	if r := p.Receiver(); r.URL != "" || r.Pending != 0 || len(p.People()) != 0 || documents > 2 || pending != 0 {
		t.Errorf("left %+v, %+v, stored %d deliveries and %d documents", r, p.People(), pending, documents)
	}
	if x := p.Journal().Find(func(journal.Exchange) bool { return true }); len(x) != 0 {
		t.Errorf("recorded %+v", x)
	}
	if _, ok := p.PersonByID(p.Session("Ada").PSID); ok {
		t.Error("somebody is known by an id")
	}
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	if e := emit(t, p, mockplatform.Emission{Variant: "message.text"}); e.Events[0].Number != 1 {
		t.Errorf("event number %d after a reset", e.Events[0].Number)
	}
}

// The ids of deliveries begin anew with Reset, also while an attempt of one that
// had the same id is under way.
func TestResetBesideAnAttempt(t *testing.T) {
	begun, answer := make(chan struct{}), make(chan int)
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		begun <- struct{}{}
		w.WriteHeader(<-answer)
	}))
	defer bot.Close()
	store := newMemory()
	p := receiving(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store}, bot.URL)
	before := emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	<-begun
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := p.SetReceiver(bot.URL); err != nil {
		t.Fatal(err)
	}
	e := emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	if e.DeliveryID != before.DeliveryID || e.Events[0].Number != 1 {
		t.Fatalf("the ids did not begin anew: %+v after %+v", e, before)
	}
	answer <- 500 // to the attempt from before the reset
	for _, status := range []int{500, 200} {
		<-begun
		answer <- status
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	x, err := p.WaitFor(ctx, func(x journal.Exchange) bool { return x.Response.Status == 200 })
	if err != nil || x.DeliveryID != e.DeliveryID || x.Attempt != 2 || p.Journal().Last() != x.Seq {
		t.Errorf("recorded %+v, error %v", x, err)
	}
	pending, _ := store.size()
	if r := p.Receiver(); r.Pending != 0 || !r.FailingSince.IsZero() || pending != 0 {
		t.Errorf("the receiver is %+v, stored %d deliveries", r, pending)
	}
}

// stop is a fault that keeps an attempt from beginning until it is let go.
type stop struct{ reached, let chan struct{} }

func (stop) Describe() string { return "held up" }

func (s stop) Apply(*delivery.Request) error {
	close(s.reached)
	<-s.let
	return nil
}

// An attempt that has not begun when the platform is reset is not made: the
// journal would tell of an event that never happened.
func TestResetBeforeAnAttemptBegins(t *testing.T) {
	b := newBot(t)
	p := receiving(t, mockplatform.Options{}, b.URL)
	s := stop{make(chan struct{}), make(chan struct{})}
	done := make(chan error)
	go func() {
		_, err := p.Emit(t.Context(), mockplatform.Emission{Variant: "message.text", Faults: []fault.Fault{s}})
		done <- err
	}()
	<-s.reached
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	close(s.let)
	if err := <-done; !errors.Is(err, outbox.ErrCleared) || len(b.bodies) != 0 || p.Journal().Last() != 0 {
		t.Errorf("error %v, %d requests, %d exchanges", err, len(b.bodies), p.Journal().Last())
	}
}

// watched is a clock that tells when it is looked at.
type watched struct {
	clock.Clock
	looked func()
}

func (w *watched) Now() time.Time {
	w.looked()
	return w.Clock.Now()
}

// A reset comes before an emission or after it, never between the counting of
// its event and the delivery.
func TestResetBesideAnEmission(t *testing.T) {
	over := make(chan error, 1)
	look := &watched{Clock: clock.NewVirtual(noon), looked: func() {}}
	p := receiving(t, mockplatform.Options{Clock: look}, "http://127.0.0.1:1")
	if _, err := p.Person("Ada"); err != nil {
		t.Fatal(err)
	}
	var n atomic.Int64
	look.looked = func() {
		// Looked at for the delivery, then for the event that was just counted.
		if n.Add(1) == 2 {
			go func() { over <- p.Reset() }()
		}
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	if err := <-over; err != nil {
		t.Fatal(err)
	}
	if r := p.Receiver(); r.Pending != 0 || len(p.People()) != 0 {
		t.Errorf("left %+v, %+v", r, p.People())
	}
}

// After a reset the clock and the ids of the Graph API go on, in the next life on
// the same store too, even if this one ends in the middle of the reset.
func TestWhatGoesOnAfterAReset(t *testing.T) {
	store := newMemory()
	send := func(p *mockplatform.Platform) string {
		resp, err := http.ReadResponse(bufio.NewReader(dial(t, p, sendCall("1"))), nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != 200 {
			t.Fatalf("status %d, %s, error %v", resp.StatusCode, body, err)
		}
		return string(body)
	}
	p := started(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store})
	first := send(p)
	if err := p.Advance(t.Context(), hour); err != nil {
		t.Fatal(err)
	}
	store.cleared = errors.New("the process is gone")
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	p.Close()
	store.err, store.cleared = nil, nil
	p = started(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store})
	if now := p.Now(); !now.Equal(noon.Add(hour)) {
		t.Errorf("the clock shows %s", now)
	}
	if again := send(p); again == first {
		t.Errorf("an id came twice: %s", again)
	}
}
