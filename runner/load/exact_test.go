package load

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// crashing is a receiver that loses some events, repeats others and crashes, by their
// numbers. Requests that come while it is down wait until it has started again; then it
// handles first what it had not handled.
type crashing struct {
	*httptest.Server
	load *Load

	alive  sync.RWMutex // held in a death
	exited atomic.Pointer[chan struct{}]
	left   []string // people whose events were neither acknowledged nor handled when it died
}

// Events of a delivery, and how often what befalls one.
const (
	perDelivery = 10
	losesOne    = 10_000
	repeatsOne  = 5_000
	diesAt      = 1_000 // deliveries: so one event in a thousand
)

func newCrashing(t *testing.T) *crashing {
	m := &crashing{}
	m.born()
	m.Server = httptest.NewServer(m)
	t.Cleanup(m.Close)
	return m
}

func (m *crashing) born() {
	exited := make(chan struct{})
	m.exited.Store(&exited)
}

func (m *crashing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || wire.Verify(secret, body, r.Header.Get("X-Hub-Signature-256")) != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	var doc struct {
		Entry []struct {
			Messaging []struct{ Sender struct{ ID string } }
		}
	}
	if json.Unmarshal(body, &doc) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	var senders []string
	for _, entry := range doc.Entry {
		for _, ev := range entry.Messaging {
			senders = append(senders, ev.Sender.ID)
		}
	}
	first, _ := m.load.opts.Series.Index(senders[0])
	if first < calibrating && first/perDelivery%diesAt == 300 {
		m.die(senders) // and the connection ends without an answer
	}
	m.alive.RLock()
	defer m.alive.RUnlock()
	for _, id := range senders {
		event, _ := m.load.opts.Series.Index(id)
		times := 1
		switch {
		case event >= calibrating:
		case event%losesOne == 7:
			times = 0
		case event%repeatsOne == 3:
			times = 2
		}
		for range times {
			m.load.Handled(id)
		}
	}
}

func (m *crashing) die(unanswered []string) {
	m.alive.Lock() // until it is born again
	m.left = unanswered
	close(*m.exited.Load())
	panic(http.ErrAbortHandler)
}

func (m *crashing) receiver() sut.Running {
	return sut.Running{
		URL:    m.URL,
		Exited: func() <-chan struct{} { return *m.exited.Load() },
		Restart: func(context.Context) (sut.Death, error) {
			m.born()
			for _, id := range m.left {
				m.load.Handled(id)
			}
			m.alive.Unlock()
			return sut.Death{How: "exit status 1"}, nil
		},
	}
}

// Of 100,000 events as many are counted as lost, handled twice and answered after a restart
// as were, and no others.
func TestNumbersAreExact(t *testing.T) {
	const events = 100_000
	m, meter := newCrashing(t), NewMeter()
	l, err := New(Options{
		Meter:  meter,
		Series: seriesOf(t, perDelivery, perDelivery, "referral.ads", "message.text"), URL: m.URL, Count: events / perDelivery,
		Evident: true, Receiver: m.receiver(), AckDeadline: time.Minute,
	})
	if err != nil {
		t.Fatal(err)
	}
	m.load = l
	if err := l.Calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := l.Run(t.Context())
	for what, got := range map[string][2]uint64{
		"events": {r.Events, events}, "errors": {r.Errors, events / perDelivery / diesAt}, "restarts": {r.Restarts, events / perDelivery / diesAt},
		"acknowledged": {r.Acknowledged, events - events/diesAt}, "recovered": {*r.Recovered, events / diesAt},
		"lost": {*r.Lost, events / losesOne}, "handled": {*r.Handled, events - events/losesOne},
		"duplicated": {*r.Duplicated, events / repeatsOne}, "unexpected": {*r.Unexpected, 0},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: %d, want %d", what, got[0], got[1])
		}
	}
	if n := gathered(t, meter)["referee_load_receiver_ends_total"]; n != float64(r.Restarts) {
		t.Errorf("%v ends are metered", n)
	}
	if r.ErrorsBy[errorClosed] != r.Errors || len(r.Deaths) != int(r.Restarts) || r.Deaths[0].How != "exit status 1" || r.Gone != "" {
		t.Errorf("it is %+v", r)
	}
}

// A receiver that cannot be started again ends the load, and what was is told.
func TestGoneReceiverEndsTheLoad(t *testing.T) {
	address := listen(t, func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") })
	exited := make(chan struct{})
	var once sync.Once
	o := Options{
		Series: seriesOf(t, 1, 1, "message.text"), URL: "http://" + address, Duration: time.Hour, Concurrency: 2,
		Receiver: sut.Running{
			Exited: func() <-chan struct{} { return exited },
			Restart: func(context.Context) (sut.Death, error) {
				return sut.Death{How: "exit status 7"}, errors.New("port 1 is taken")
			},
		},
		Live: func(Second) { once.Do(func() { close(exited) }) },
	}
	for model, stages := range map[string][]Stage{"closed": nil, "open": {{100, 100, time.Hour}}} {
		t.Run(model, func(t *testing.T) {
			o.Stages = stages
			l, err := New(o)
			if err != nil {
				t.Fatal(err)
			}
			r := l.Run(t.Context())
			if r.Gone != "port 1 is taken" || r.Restarts != 0 || len(r.Deaths) != 1 || r.Acknowledged == 0 && model == "closed" || r.Interrupted {
				t.Errorf("it is %+v", r)
			}
		})
	}
	if _, err := FindLimit(t.Context(), o, nil); err == nil || !strings.Contains(err.Error(), "port 1 is taken") {
		t.Errorf("the limit is looked for: %v", err)
	}
}

// A receiver that now and then loses, repeats or refuses what comes before the load is
// counted right all the same.
func TestCalibrationForgives(t *testing.T) {
	seen := map[uint64]uint64{} // the order in which the events of calibration came
	var mu sync.Mutex
	for name, c := range map[string]struct {
		before func(n uint64) (times int, acknowledged bool)
		steady bool
	}{
		"loses each third":   {before: func(n uint64) (int, bool) { return int(min(n%3, 1)), true }, steady: true},
		"refuses each third": {before: func(n uint64) (int, bool) { return int(min(n%3, 1)), n%3 > 0 }, steady: true},
		"repeats each third": {before: func(n uint64) (int, bool) { return 2 - int(min(n%3, 1)), true }},
	} {
		t.Run(name, func(t *testing.T) {
			clear(seen)
			var l *Load
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				id, _, _ := strings.Cut(strings.SplitAfter(string(body)+`"sender":{"id":"`, `"sender":{"id":"`)[1], `"`)
				event, ok := l.opts.Series.Index(id)
				if err != nil || !ok {
					w.WriteHeader(http.StatusBadRequest)
					return
				}
				times, acknowledged := int(min(event%4, 1)), true // each fourth is lost
				if event >= calibrating {
					mu.Lock()
					if _, is := seen[event]; !is {
						seen[event] = uint64(len(seen))
					}
					times, acknowledged = c.before(seen[event])
					mu.Unlock()
				}
				if !acknowledged {
					w.WriteHeader(http.StatusInternalServerError)
				}
				for range times {
					l.Handled(id)
				}
			}))
			defer server.Close()
			var err error
			if l, err = New(Options{Series: seriesOf(t, 1, 1, "referral.ads", "message.text"), URL: server.URL, Count: 400, Evident: true}); err != nil {
				t.Fatal(err)
			}
			if err := l.Calibrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			r := l.Run(t.Context())
			if r.Lost == nil || *r.Lost != 100 || *r.Handled != 300 || r.Acknowledged != 400 {
				t.Errorf("it is %+v", r)
			}
			if (r.Duplicated != nil) != c.steady || (len(r.Notes) > 0) == c.steady || c.steady && *r.Duplicated != 0 {
				t.Errorf("duplicated is %v, and it says %q", r.Duplicated, r.Notes)
			}
		})
	}
}
