package outbox

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// kept is a store of IDs and who has them.
type kept map[string]string

func (k kept) SavePending(p Pending) error     { k[p.ID] = p.Person; return nil }
func (k kept) DeletePending(id string) error   { delete(k, id); return nil }
func (k kept) Pending() (l []Pending, e error) { return nil, nil }

// waiting returns an outbox in which an ID came again: old had it before Clear,
// and the delivery that has it now is under way until the test ends.
func waiting(t *testing.T, store Store, rules func(fault.Outgoing) fault.Disturbance) (b *Outbox, old *entry) {
	t.Helper()
	begun, end := make(chan struct{}), make(chan struct{})
	b = New(Options{
		Policy: delivery.Messenger(), Clock: clock.NewVirtual(time.Time{}), Store: store, Logger: slog.New(slog.DiscardHandler),
		Send: func(context.Context, Shipment, func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
			close(begun)
			<-end
			return delivery.Attempt{}, ErrClosed
		},
	}, Condition{})
	t.Cleanup(func() { close(end); b.Close() })
	old = &entry{Pending: Pending{ID: "1", Person: "old"}}
	b.Clear()
	if _, err := b.Put(Item{Pending: Pending{ID: "1", Person: "new"}}); err != nil {
		t.Fatal(err)
	}
	<-begun
	b.opts.Rules = rules
	return b, old
}

// A delivery that others became part of forgets them alone.
func TestMergingForgetsNoOtherOfTheSameID(t *testing.T) {
	store := kept{}
	b, old := waiting(t, store, nil)
	whole := &entry{Pending: Pending{ID: "0"}, parts: []*entry{old}}
	if err := b.merge(whole, whole.parts); err != nil || store["1"] != "new" || len(store) != 1 {
		t.Errorf("error %v, stored %v", err, store)
	}
}

// What was dropped is not stored again in the place of another.
func TestWhatWasDroppedIsNotStored(t *testing.T) {
	store := kept{}
	b, old := waiting(t, store, nil)
	if err := b.save(old); err != nil || store["1"] != "new" {
		t.Errorf("error %v, stored %v", err, store)
	}
	b.remove(old)
	if b.Len() != 1 {
		t.Error("who has the ID is gone")
	}
}

// A rule for the next delivery is not used up by one that was dropped before.
func TestRulesAreNotAskedAboutWhatWasDropped(t *testing.T) {
	b, old := waiting(t, nil, func(fault.Outgoing) fault.Disturbance {
		t.Error("the rules were asked")
		return fault.Disturbance{Hold: fault.Hold{Rule: "r", Most: time.Minute}}
	})
	if _, waits := b.putOff(old); waits {
		t.Error("it waits")
	}
}

// A delivery that is not stored does not keep the store from forgetting one that
// had its ID before.
func TestWhatIsNotStoredHidesNothing(t *testing.T) {
	store := kept{"1": "old"}
	b, old := waiting(t, store, nil)
	b.entries["1"].once = true
	b.erase(old)
	if len(store) != 0 {
		t.Errorf("stored %v", store)
	}
}
