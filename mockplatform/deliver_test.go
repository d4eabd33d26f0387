package mockplatform_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// created returns a platform that need not listen.
func created(t *testing.T, o mockplatform.Options) *mockplatform.Platform {
	t.Helper()
	p, err := mockplatform.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// arrived is a request as a receiver saw it.
type arrived struct {
	header http.Header
	body   []byte
}

// receiver acknowledges everything and passes on what arrived.
func receiver(t *testing.T) (url string, requests <-chan arrived) {
	t.Helper()
	seen := make(chan arrived, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- arrived{r.Header, body}
		w.Header().Set("X-Answer", "yes")
		_, _ = io.WriteString(w, "EVENT_RECEIVED")
	}))
	t.Cleanup(server.Close)
	return server.URL + "/webhook?a=b", seen
}

func only(t *testing.T, p *mockplatform.Platform) journal.Exchange {
	t.Helper()
	found := p.Journal().Find(func(journal.Exchange) bool { return true })
	if len(found) != 1 {
		t.Fatalf("%d exchanges, want 1", len(found))
	}
	return found[0]
}

func TestDeliver(t *testing.T) {
	for name, tt := range map[string]struct {
		delivery mockplatform.Delivery
		body     string
		agent    string
	}{
		"a document":               {mockplatform.Delivery{Doc: []byte(`{"url": "https://a/b"}`)}, `{"url":"https:\/\/a\/b"}`, "facebookexternalua"},
		"in the other style":       {mockplatform.Delivery{Doc: []byte(`{"url":"https://a/b"}`), Style: wire.Generic}, `{"url": "https://a/b"}`, "Webhooks/1.0 (https://fb.me/webhooks)"},
		"a raw body":               {mockplatform.Delivery{Raw: []byte(`{"url": broken`)}, `{"url": broken`, "facebookexternalua"},
		"a raw body without bytes": {mockplatform.Delivery{Raw: []byte{}}, "", "facebookexternalua"},
	} {
		t.Run(name, func(t *testing.T) {
			url, requests := receiver(t)
			p := created(t, mockplatform.Options{AppSecret: "the app's secret"})
			d := tt.delivery
			d.URL, d.Person = url, "somebody"
			a, err := p.Deliver(t.Context(), d)
			if err != nil || a.Err != nil {
				t.Fatal(err, a.Err)
			}
			got := <-requests
			if string(got.body) != tt.body || got.header.Get("User-Agent") != tt.agent {
				t.Errorf("arrived: %s by %s", got.body, got.header.Get("User-Agent"))
			}
			for _, name := range []string{"X-Hub-Signature", "X-Hub-Signature-256"} {
				if err := wire.Verify("the app's secret", got.body, got.header.Get(name)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			x := only(t, p)
			if x.Direction != journal.ToReceiver || x.Kind != journal.Delivery || x.Person != "somebody" || x.Request.URL != url || !bytes.Equal(x.Request.Body, got.body) {
				t.Errorf("recorded %+v", x)
			}
			if x.Response.Status != 200 || string(x.Response.Body) != "EVENT_RECEIVED" || x.Response.Header.Get("X-Answer") != "yes" || x.Response.Cut || x.Err != "" || x.Timing != a.Timing {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

func TestDeliverWithFaults(t *testing.T) {
	url, requests := receiver(t)
	p := created(t, mockplatform.Options{})
	a, err := p.Deliver(t.Context(), mockplatform.Delivery{
		URL: url, Doc: []byte("{}"), Faults: []fault.Fault{fault.AppendSpace(), fault.OnlySHA256()},
	})
	if err != nil || a.Err != nil {
		t.Fatal(err, a.Err)
	}
	got := <-requests
	if string(got.body) != "{} " || got.header.Get("X-Hub-Signature") != "" || got.header.Get("X-Hub-Signature-256") != wire.Sign(mockplatform.DefaultAppSecret, []byte("{}")).SHA256 {
		t.Errorf("arrived: %q, %v", got.body, got.header)
	}
	want := []string{fault.AppendSpace().Describe(), fault.OnlySHA256().Describe()}
	if x := only(t, p); !slices.Equal(x.Faults, want) || string(x.Request.Body) != "{} " {
		t.Errorf("recorded %+v", x)
	}
}

func TestDeliveriesThatCannotBeMade(t *testing.T) {
	p := created(t, mockplatform.Options{})
	for want, d := range map[string]mockplatform.Delivery{
		"needs a document":  {},
		"not both":          {Doc: []byte("{}"), Raw: []byte("{}")},
		"encode":            {Doc: []byte("{")},
		"no space between":  {Doc: []byte("{}"), Faults: []fault.Fault{fault.RemoveSpace()}},
		"http://a.invalid:": {URL: "http://a.invalid"},
	} {
		if _, err := p.Deliver(t.Context(), d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want …%s…", err, want)
		}
	}
	if found := p.Journal().Find(func(journal.Exchange) bool { return true }); len(found) != 0 {
		t.Errorf("nothing was sent, recorded %+v", found)
	}
}

func TestAFailureIsRecorded(t *testing.T) {
	p := created(t, mockplatform.Options{})
	a, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: "webhook", Raw: []byte("{}")})
	var failed *delivery.Error
	if err != nil || !errors.As(a.Err, &failed) || failed.Reason != delivery.ReasonRequest {
		t.Fatalf("got %v, %v", err, a.Err)
	}
	if x := only(t, p); x.Err != a.Err.Error() || x.Response.Status != 0 || !x.Settled() {
		t.Errorf("recorded %+v", x)
	}
}

// A delivery is in the journal before the receiver answers it.
func TestDeliveriesAreRecordedFirst(t *testing.T) {
	p := created(t, mockplatform.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if x := only(t, p); x.Settled() {
			t.Errorf("settled before the answer: %+v", x)
		}
	}))
	t.Cleanup(server.Close)
	if a, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: server.URL, Raw: []byte("{}")}); err != nil || a.Err != nil {
		t.Error(err, a.Err)
	}
}

func TestDeliverEndsWithItsContext(t *testing.T) {
	p := created(t, mockplatform.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a, err := p.Deliver(ctx, mockplatform.Delivery{URL: "http://127.0.0.1:1", Raw: []byte("{}")})
	if err != nil || !errors.Is(a.Err, context.Canceled) {
		t.Errorf("got %v, %v", err, a.Err)
	}
}

// The same seed and the same clock give the same bytes, for every variant.
func TestTheSameBytes(t *testing.T) {
	requests := func(seed int64) (all []delivery.Request) {
		p := created(t, mockplatform.Options{Seed: seed, Clock: clock.NewVirtual(time.UnixMilli(1527459824123))})
		for _, v := range schemas.All() {
			ev, err := event.Build(v, p.Session("a person"), 1, p.Now())
			if err != nil {
				t.Fatal(err)
			}
			doc, err := event.Wrap(ev)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Request(mockplatform.Delivery{URL: "http://127.0.0.1:1/", Doc: doc})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, r)
		}
		return all
	}
	first, again, other := requests(1), requests(1), requests(2)
	for i, v := range schemas.All() {
		if !bytes.Equal(first[i].Body, again[i].Body) || !slices.Equal(first[i].Header, again[i].Header) {
			t.Errorf("%s: the same seed gives\n%s\n%s", v.ID, first[i].Body, again[i].Body)
		}
		if strings.Contains(string(v.Event), "{{psid}}") && bytes.Equal(first[i].Body, other[i].Body) {
			t.Errorf("%s: another seed gives the same bytes", v.ID)
		}
	}
}
