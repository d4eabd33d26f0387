package mockplatform_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

const hour = time.Hour

// What a platform knew, the next one on its store knows.
func TestRestart(t *testing.T) {
	store := newMemory()
	down := httptest.NewServer(nil)
	down.Close()
	p := receiving(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store}, down.URL)
	if _, err := p.AddPerson("Grace", mockplatform.Guest); err != nil {
		t.Fatal(err)
	}
	e := emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Ada"})
	if err := p.Advance(t.Context(), 20*time.Minute); err != nil {
		t.Fatal(err)
	}
	before, people := p.Receiver(), p.People()
	if list := p.Pending(); len(list) != 1 || list[0].ID != e.DeliveryID || list[0].Attempts < 10 || !list[0].First.Equal(noon) {
		t.Errorf("pending %+v", list)
	}
	p.Close()

	p = created(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Store: store})
	if got := p.People(); len(got) != 2 || got[0] != people[0] || got[1] != people[1] || got[0].Kind != mockplatform.Guest || got[1].Events != 1 {
		t.Errorf("people %+v, want %+v", got, people)
	}
	r := p.Receiver()
	if r.URL != before.URL || r.Health != outbox.Alert || !r.FailingSince.Equal(noon) {
		t.Errorf("the receiver %+v, want %+v", r, before)
	}
	if now := p.Now(); !now.Equal(noon.Add(20 * time.Minute)) {
		t.Errorf("the clock shows %s", now)
	}
	b := newBot(t)
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := p.Advance(t.Context(), hour); err != nil {
		t.Fatal(err)
	}
	x := p.Journal().Find(func(x journal.Exchange) bool { return x.DeliveryID == e.DeliveryID })
	if len(x) != 1 || x[0].Attempt < 10 || x[0].Response.Status != 200 || len(store.pending) != 0 {
		t.Errorf("recorded %+v, pending %v", x, store.pending)
	}
	if again := emit(t, p, mockplatform.Emission{Variant: "message.text"}); again.Events[0].Number != 2 {
		t.Errorf("event number %d after a restart", again.Events[0].Number)
	}
}

func TestAStoreThatFails(t *testing.T) {
	store := newMemory()
	b := newBot(t)
	p := receiving(t, mockplatform.Options{Store: store}, b.URL)
	full := errors.New("the disk is full")
	store.err = full
	if err := p.SetReceiver("http://127.0.0.1:1"); !errors.Is(err, full) || p.Receiver().URL != b.URL {
		t.Errorf("error %v, receiver %s", err, p.Receiver().URL)
	}
	if _, err := p.Person("Ada"); !errors.Is(err, full) || len(p.People()) != 0 {
		t.Errorf("error %v, people %v", err, p.People())
	}
	if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: "message.text"}); !errors.Is(err, full) || len(b.bodies) != 0 {
		t.Errorf("error %v", err)
	}
	if err := p.Reset(); !errors.Is(err, full) || p.Receiver().URL != b.URL {
		t.Errorf("error %v", err)
	}
	if _, err := mockplatform.New(mockplatform.Options{Store: store}); !errors.Is(err, full) {
		t.Errorf("error %v", err)
	}
}

func TestADamagedStore(t *testing.T) {
	for key, doc := range map[string]string{"people": "1", "receiver": "{", "clock": "7", "graph": "{"} {
		store := newMemory()
		store.state[key] = []byte(doc)
		if _, err := mockplatform.New(mockplatform.Options{Store: store, Clock: clock.NewVirtual(noon)}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: error %v", key, err)
		}
	}
}
