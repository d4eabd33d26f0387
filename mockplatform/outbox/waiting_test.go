package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/schemas"
)

// script disturbs first attempts by the ID of the delivery, and remembers what
// it was asked.
type script struct {
	by    map[string]fault.Disturbance
	mu    sync.Mutex
	asked []fault.Outgoing
}

func (s *script) ForDelivery(o fault.Outgoing) fault.Disturbance {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, o)
	if len(o.Joins) > 0 {
		return fault.Disturbance{Join: o.Joins[0]}
	}
	if o.Attempt > 1 {
		return fault.Disturbance{}
	}
	return s.by[o.DeliveryID]
}

// about returns the first question about a delivery.
func (s *script) about(id string) fault.Outgoing {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.asked, func(o fault.Outgoing) bool { return o.DeliveryID == id })
	return s.asked[i]
}

// told is what was sent when, and with which notes.
func (r *receiver) told() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var told []string
	for i, s := range r.seen {
		told = append(told, strings.Join(append([]string{fmt.Sprintf("%s at %s with %d", s.ID, r.at[i], len(s.Variants))}, s.Notes...), ", "))
	}
	return told
}

func TestHeldUntilAnotherHasPassed(t *testing.T) {
	s := &script{by: map[string]fault.Disturbance{
		"a1": {Hold: fault.Hold{Rule: "r", Most: time.Minute}},
		"b1": {Hold: fault.Hold{Rule: "r", Most: time.Hour}},
	}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Rules: s.ForDelivery})
	if result := <-put(t, b, item("a1", "a")); !result.Next.Equal(start.Add(time.Minute)) || !result.Attempt.Started.IsZero() {
		t.Errorf("got %+v", result)
	}
	<-put(t, b, item("b1", "b"))
	advance(t, r, time.Second)
	if p := b.Pending(); len(p) != 2 || p[0].Held != "held back until another delivery of the person has passed" {
		t.Errorf("pending %+v", p)
	}
	<-put(t, b, item("a2", "a"))
	advance(t, r, time.Hour)
	want := []string{
		"a2 at 1s with 1", "a1 at 1s with 1, held back until another delivery of the person had passed",
		"b1 at 1h0m0s with 1, held back for 1h0m0s, and no other delivery of the person passed",
	}
	if got := r.told(); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if o := s.about("a2"); !slices.Equal(o.Overtakes, []string{"r"}) {
		t.Errorf("asked %+v", o)
	}
	if o := s.about("b1"); len(o.Overtakes) > 0 {
		t.Errorf("asked %+v", o)
	}
}

func TestHeldUntilEventsAreTogether(t *testing.T) {
	hold := fault.Disturbance{Hold: fault.Hold{Rule: "r", Most: time.Minute, Events: 3}}
	s := &script{by: map[string]fault.Disturbance{"a1": hold, "a3": hold, "b2": hold}}
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store, Rules: s.ForDelivery})
	<-put(t, b, withEvents(t, "a1", "a", 1))
	<-put(t, b, item("x", "x")) // has no events that can be joined
	advance(t, r, time.Second)
	if result := <-put(t, b, withEvents(t, "b1", "b", 1)); result.ID != "a1" || !result.Next.Equal(start.Add(time.Minute)) {
		t.Errorf("got %+v", result)
	}
	if len(store.kept) != 2 {
		t.Errorf("stored %v", store.kept)
	}
	<-put(t, b, withEvents(t, "a2", "a", 2))
	advance(t, r, time.Second)
	if len(store.kept) != 0 {
		t.Errorf("stored %v", store.kept)
	}
	<-put(t, b, withEvents(t, "a3", "a", 3))
	<-put(t, b, withEvents(t, "a4", "a", 4))
	advance(t, r, time.Minute)
	<-put(t, b, withEvents(t, "b2", "b", 2))
	advance(t, r, time.Hour)
	want := []string{
		"x at 0s with 1", "a1 at 1s with 3, held back until 3 events were together",
		"a3 at 1m2s with 2, held back until 2 events were together",
		"b2 at 2m2s with 1, held back for 1m0s for more events, and none came",
	}
	if got := r.told(); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if n := strings.Count(string(r.seen[1].Doc), `"mid"`); n != 3 {
		t.Errorf("%d events in %s", n, r.seen[1].Doc)
	}
	if o := s.about("x"); o.Joinable || len(o.Joins) > 0 {
		t.Errorf("asked %+v", o)
	}
}

// Whatever ends an outbox, nobody waits in vain, and a store has what is left.
func TestTheEndOfWaiting(t *testing.T) {
	for name, end := range map[string]func(*outbox.Outbox){"clear": (*outbox.Outbox).Clear, "close": (*outbox.Outbox).Close} {
		t.Run(name, func(t *testing.T) {
			s := &script{by: map[string]fault.Disturbance{
				"a1": {Hold: fault.Hold{Rule: "r", Most: time.Minute, Events: 3}},
				"x":  {Hold: fault.Hold{Rule: "s", Most: time.Minute}},
			}}
			store := &memory{kept: map[string]outbox.Pending{}}
			b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store, Rules: s.ForDelivery})
			<-put(t, b, withEvents(t, "a1", "a", 1))
			<-put(t, b, withEvents(t, "a2", "a", 2))
			<-put(t, b, item("x", "x"))
			advance(t, r, time.Second)
			end(b)
			advance(t, r, time.Hour)
			if got := r.told(); len(got) > 0 {
				t.Errorf("sent %q", got)
			}
			if want := map[string]int{"clear": 0, "close": 3}[name]; len(store.kept) != want {
				t.Errorf("stored %v, want %d", store.kept, want)
			}
			again, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store})
			if err := again.Resume(); err != nil {
				t.Fatal(err)
			}
			advance(t, r, time.Second)
			if got := r.ids(); len(got) != map[string]int{"clear": 0, "close": 3}[name] {
				t.Errorf("after a restart: sent %q", got)
			}
		})
	}
}

// An edit is for good: each attempt has the same bytes and tells of it.
func TestEdits(t *testing.T) {
	s := &script{by: map[string]fault.Disturbance{"a1": {Copies: 1, Edits: []fault.Edit{
		{What: "with a member", Do: event.Set("/a", "1")},
		{What: "with an impossible member", Do: event.Set("/b/c", "1")},
		{What: "never", Do: func(json.RawMessage) (json.RawMessage, error) { return nil, errors.New("no") }},
	}}}}
	store := &memory{kept: map[string]outbox.Pending{}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Store: store, Rules: s.ForDelivery})
	r.block = func(sent outbox.Shipment) {
		if sent.Attempt == 1 && string(store.kept["a1"].Doc) != `{"a":1}` {
			t.Errorf("stored %+v", store.kept)
		}
	}
	r.down = func(s outbox.Shipment) bool { return s.Attempt == 1 }
	<-put(t, b, item("a1", "a"))
	advance(t, r, time.Hour)
	if len(r.seen) != 3 || !r.seen[2].Copy {
		t.Fatalf("got %+v", r.seen)
	}
	for _, s := range r.seen {
		if string(s.Doc) != `{"a":1}` || !slices.Equal(s.Edited, []string{"with a member"}) {
			t.Errorf("got %+v", s)
		}
	}
}

// What was edited before a restart, and not sent to the end, is not edited again.
func TestAnEditIsMadeOnce(t *testing.T) {
	s := &script{by: map[string]fault.Disturbance{"a1": {Edits: []fault.Edit{{What: "with a member", Do: event.Set("/a", "1")}}}}}
	b, r := opened(t, outbox.Options{Policy: delivery.Messenger(), Rules: s.ForDelivery})
	edited := item("a1", "a")
	edited.Edited = []string{"with a member"}
	<-put(t, b, edited)
	if len(r.seen) != 1 || string(r.seen[0].Doc) != `{}` || len(r.seen[0].Edited) != 1 {
		t.Errorf("got %+v", r.seen)
	}
}

// Whatever the rules do, each event is delivered exactly once, and none later
// than what holds it allows.
func TestNothingHeldIsLost(t *testing.T) {
	v, _ := schemas.ByID("message.text")
	rapid.Check(t, func(t *rapid.T) {
		s := &script{by: map[string]fault.Disturbance{}}
		r := &receiver{clock: clock.NewVirtual(start)}
		b := outbox.New(outbox.Options{
			Policy: delivery.Messenger(), MaxBatch: rapid.IntRange(1, 3).Draw(t, "batch"), Parallel: rapid.IntRange(1, 4).Draw(t, "parallel"),
			Clock: r.clock, Send: r.send, Logger: slog.New(slog.DiscardHandler), Rules: s.ForDelivery,
		}, outbox.Condition{})
		defer b.Close()
		const most = time.Minute
		n := rapid.IntRange(1, 12).Draw(t, "events")
		for i := range n {
			person := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "person")
			id := fmt.Sprint(i)
			switch rapid.IntRange(0, 4).Draw(t, "rule") {
			case 0:
				s.mu.Lock()
				s.by[id] = fault.Disturbance{Hold: fault.Hold{Rule: "reorder", Most: most}}
				s.mu.Unlock()
			case 1:
				s.mu.Lock()
				s.by[id] = fault.Disturbance{Hold: fault.Hold{Rule: "batch", Most: most, Events: rapid.IntRange(1, 4).Draw(t, "size")}}
				s.mu.Unlock()
			case 2:
				s.mu.Lock()
				s.by[id] = fault.Disturbance{Delay: time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds")) * time.Second}
				s.mu.Unlock()
			}
			e, err := event.Build(v, event.NewSession(1, person, "1"), i+1, start)
			if err != nil {
				t.Fatal(err)
			}
			it := item(id, person)
			it.Events = []event.Event{e}
			if it.Doc, err = event.Wrap(e); err != nil {
				t.Fatal(err)
			}
			result, err := b.Put(it)
			if err != nil {
				t.Fatal(err)
			}
			if rapid.Bool().Draw(t, "wait") {
				<-result
			}
			if d := rapid.IntRange(0, 20).Draw(t, "pause"); d > 0 {
				if err := r.clock.Advance(context.Background(), time.Duration(d)*time.Second); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := r.clock.Advance(context.Background(), most); err != nil {
			t.Fatal(err)
		}
		if b.Len() > 0 {
			t.Fatalf("still pending: %+v", b.Pending())
		}
		events := 0
		for _, s := range r.seen {
			events += strings.Count(string(s.Doc), `"mid"`)
		}
		if events != n {
			t.Fatalf("%d of %d events arrived", events, n)
		}
	})
}
