package mockplatform_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// Everything at a time: the race detector and goleak judge.
func TestConcurrentUse(t *testing.T) {
	var calls atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if calls.Add(1)%3 == 0 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer server.Close()
	policy := delivery.Messenger()
	policy.Intervals = []time.Duration{0, time.Millisecond}
	policy.AlertAfter, policy.DisableAfter = time.Millisecond, time.Second
	store := newMemory()
	p := receiving(t, mockplatform.Options{Policy: &policy, MaxBatch: 5, Store: store}, server.URL)

	var work sync.WaitGroup
	for n := range 8 {
		work.Go(func() {
			for i := range 30 {
				// What comes of it depends on who is faster.
				_, _ = p.Emit(t.Context(), mockplatform.Emission{
					Variant: "message.text", Person: fmt.Sprint((n + i) % 5), Async: i%2 == 0,
				})
				_, _, _ = p.Receiver(), p.People(), p.Pending()
			}
		})
	}
	work.Go(func() {
		for range 5 {
			if err := p.Reset(); err != nil {
				t.Error(err)
			}
			if err := p.SetReceiver(server.URL); err != nil {
				t.Error(err)
			}
		}
	})
	work.Wait()
	if err := p.Unsubscribe(); err != nil {
		t.Error(err)
	}
	if n := p.Receiver().Pending; n != 0 {
		t.Errorf("%d are pending", n)
	}
	p.Close()
	if len(store.pending) != 0 {
		t.Errorf("stored %v", store.pending)
	}
}
