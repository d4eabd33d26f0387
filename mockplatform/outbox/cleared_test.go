package outbox_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// IDs can come again after Clear while an attempt of what had them before is
// under way. Whatever becomes of that attempt, it is nothing to who has the ID
// now, in memory and in the store.
func TestAnAttemptThatOutlivesItsDelivery(t *testing.T) {
	for name, old := range map[string]delivery.Attempt{
		"acknowledged": {Started: start, Answer: &delivery.Answer{Status: 200}},
		"refused":      {Started: start, Answer: &delivery.Answer{Status: 500}},
		"not sent":     {},
	} {
		t.Run(name, func(t *testing.T) {
			store := &memory{kept: map[string]outbox.Pending{}}
			begun, let := make(chan string), map[string]chan struct{}{"old": make(chan struct{}), "new": make(chan struct{})}
			b := outbox.New(outbox.Options{
				Policy: delivery.Messenger(), Clock: clock.NewVirtual(start), Store: store, Logger: slog.New(slog.DiscardHandler),
				Send: func(_ context.Context, s outbox.Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
					begun <- s.Person
					<-let[s.Person]
					a := delivery.Attempt{Started: start, Answer: &delivery.Answer{Status: 200}}
					if s.Person == "old" {
						a = old
					}
					if a.Answer == nil {
						return a, errors.New("there is no way to send it")
					}
					retryAt(a)
					return a, nil
				},
			}, outbox.Condition{})
			defer b.Close()
			first := put(t, b, item("1", "old"))
			<-begun
			b.Clear()
			second := put(t, b, item("1", "new"))
			<-begun
			close(let["old"])
			<-first
			if kept := store.kept["1"]; b.Len() != 1 || kept.Person != "new" || kept.Attempts != 0 {
				t.Errorf("pending %+v, stored %+v", b.Pending(), store.kept)
			}
			close(let["new"])
			if result := <-second; result.Err != nil || result.Attempt.Answer == nil || b.Len() != 0 || len(store.kept) != 0 {
				t.Errorf("got %+v, pending %+v, stored %+v", result, b.Pending(), store.kept)
			}
		})
	}
}

// Once Clear has returned, no attempt of what was dropped begins, no first one
// and no copy.
func TestNoAttemptBeginsAfterClear(t *testing.T) {
	for name, before := range map[string]int{"the first attempt": 0, "a copy": 1} {
		t.Run(name, func(t *testing.T) {
			reached, let, sent := make(chan struct{}), make(chan struct{}), 0
			over := make(chan error)
			b := outbox.New(outbox.Options{
				Policy: delivery.Messenger(), Clock: clock.NewVirtual(start), Logger: slog.New(slog.DiscardHandler),
				Rules: rules{1: fault.Disturbance{Copies: 1}}.ForDelivery,
				Send: func(_ context.Context, s outbox.Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
					if s.Attempt > before {
						close(reached)
						<-let
					}
					err := s.Begin(func() { sent++ })
					if s.Attempt > before {
						over <- err
					}
					if err != nil {
						return delivery.Attempt{}, err
					}
					a := delivery.Attempt{Started: start, Answer: &delivery.Answer{Status: 200}}
					retryAt(a)
					return a, nil
				},
			}, outbox.Condition{})
			defer b.Close()
			result := put(t, b, item("1", "a"))
			<-reached
			b.Clear()
			close(let)
			if err := <-over; !errors.Is(err, outbox.ErrCleared) || sent != before {
				t.Errorf("error %v, %d sent, want %d", err, sent, before)
			}
			if r := <-result; before == 0 && !errors.Is(r.Err, outbox.ErrCleared) {
				t.Errorf("got %+v", r)
			}
		})
	}
}
