package mockplatform_test

import (
	"context"
	"encoding/json"
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
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// noon is where virtual clocks begin.
var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

// bot is a receiver that answers with a status, and keeps bodies.
type bot struct {
	*httptest.Server
	status chan int // of the next answers; 200 when it is empty
	bodies chan string
}

func newBot(t *testing.T, statuses ...int) *bot {
	t.Helper()
	b := &bot{status: make(chan int, 100), bodies: make(chan string, 1000)}
	for _, s := range statuses {
		b.status <- s
	}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.bodies <- string(body)
		select {
		case s := <-b.status:
			w.WriteHeader(s)
		default:
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// receiving returns a platform whose receiver is at a URL.
func receiving(t *testing.T, o mockplatform.Options, url string) *mockplatform.Platform {
	t.Helper()
	p := created(t, o)
	if err := p.SetReceiver(url); err != nil {
		t.Fatal(err)
	}
	return p
}

func emit(t *testing.T, p *mockplatform.Platform, emissions ...mockplatform.Emission) mockplatform.Emitted {
	t.Helper()
	e, err := p.Emit(t.Context(), emissions...)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEmit(t *testing.T) {
	b := newBot(t)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Grace"})
	if e.Attempt.Answer.Status != 200 || !e.Next.IsZero() || len(e.Events) != 1 || e.People[0].Name != "Grace" {
		t.Errorf("got %+v", e)
	}
	if body := <-b.bodies; body != string(e.Attempt.Request.Body) || !strings.Contains(body, e.People[0].PSID) {
		t.Errorf("it got %s", body)
	}
	lead := emit(t, p, mockplatform.Emission{Variant: "changes.leadgen"})
	if body := <-b.bodies; lead.Attempt.Answer.Status != 200 || !strings.Contains(body, `"field": "leadgen"`) {
		t.Errorf("it got %s, without the spaces of its sender", body)
	}
	x := p.Journal().Find(func(x journal.Exchange) bool { return x.DeliveryID == e.DeliveryID })
	if len(x) != 1 || x[0].Attempt != 1 || x[0].Person != e.People[0].PSID || !slices.Equal(x[0].Variants, []string{"message.text"}) ||
		!x[0].Next.IsZero() || x[0].Response.Status != 200 {
		t.Errorf("recorded %+v", x)
	}
	again := emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Grace"})
	if again.DeliveryID == e.DeliveryID || string(again.Events[0].JSON) == string(e.Events[0].JSON) {
		t.Errorf("a second event is the first one: %s", again.Events[0].JSON)
	}
	if r := p.Receiver(); r.Pending != 0 || r.Health != "active" {
		t.Errorf("got %+v", r)
	}
}

func TestSeveralEmissionsAreOneDelivery(t *testing.T) {
	b := newBot(t)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p,
		mockplatform.Emission{Variant: "message.text", Person: "Ada"},
		mockplatform.Emission{Variant: "referral.ads", Person: "Grace"})
	body := <-b.bodies
	if strings.Count(body, `"messaging":[`) != 2 || len(e.Events) != 2 || e.People[1].Name != "Grace" || len(b.bodies) != 0 {
		t.Errorf("got %+v, sent %s", e, body)
	}
}

func TestEventOfOnesOwn(t *testing.T) {
	b := newBot(t)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p, mockplatform.Emission{
		Variant: "message.text", Style: wire.Generic,
		Event: json.RawMessage(`{"sender": {"id": "1"}, "message": {"text": "mine"}}`),
	})
	if body := <-b.bodies; !strings.Contains(body, `"messaging": [{"sender": {"id": "1"}, "message": {"text": "mine"}}]`) {
		t.Errorf("sent %s", body)
	}
	if x := p.Journal().Find(func(journal.Exchange) bool { return true }); x[0].Person != e.People[0].PSID {
		t.Errorf("it concerns %s", x[0].Person)
	}
}

// The journal names a visitor of a chat plugin by what a reply has to name.
func TestEmissionOfAVisitor(t *testing.T) {
	b := newBot(t)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p, mockplatform.Emission{Variant: "referral.chat-plugin-user-ref"})
	x := p.Journal().Find(func(journal.Exchange) bool { return true })
	if x[0].Person != e.People[0].UserRef {
		t.Errorf("it concerns %s, want %s", x[0].Person, e.People[0].UserRef)
	}
}

func TestEmissionsThatAreRefused(t *testing.T) {
	p := created(t, mockplatform.Options{})
	text := mockplatform.Emission{Variant: "message.text"}
	if _, err := p.Emit(t.Context(), text); !errors.Is(err, mockplatform.ErrNoReceiver) {
		t.Errorf("without a receiver: error %v", err)
	}
	b := newBot(t)
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	for want, emissions := range map[string][]mockplatform.Emission{
		"1 to 1000 events, not 0":        nil,
		`no variant "message.txt"`:       {{Variant: "message.txt"}},
		"need one style":                 {text, {Variant: "message.text", Style: wire.Generic}},
		"byte 1: the text ends":          {{Variant: "message.text", Event: json.RawMessage("{")}},
		`set "/no/such": `:               {{Variant: "message.text", Edits: []event.Edit{event.Set("/no/such", "1")}}},
		`changes.leadgen has the form`:   {text, {Variant: "changes.leadgen"}},
		`it has no X-Hub-Signature or X`: {{Variant: "message.text", Faults: []fault.Fault{fault.Unsigned(), fault.EmptySignature(), fault.TruncatedDigest(3)}}},
	} {
		if _, err := p.Emit(t.Context(), emissions...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want …%s…", err, want)
		}
	}
	if len(b.bodies) != 0 || p.Receiver().Pending != 0 {
		t.Errorf("%d were sent, %d are pending", len(b.bodies), p.Receiver().Pending)
	}
}

func TestAFaultIsTriedOnce(t *testing.T) {
	b := newBot(t, 401)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p, mockplatform.Emission{Variant: "message.text", Faults: []fault.Fault{fault.Unsigned()}})
	if e.Attempt.Answer.Status != 401 || !e.Next.IsZero() {
		t.Errorf("got %+v", e)
	}
	if r := p.Receiver(); r.Pending != 0 || r.Problem != "" {
		t.Errorf("got %+v", r)
	}
	if x := p.Journal().Find(func(journal.Exchange) bool { return true }); len(x[0].Faults) != 1 {
		t.Errorf("recorded %+v", x)
	}
}

// A delivery that failed is sent again, the same bytes, and says so in the journal.
func TestEmissionsAreTriedAgain(t *testing.T) {
	b := newBot(t, 500, 500)
	p := receiving(t, mockplatform.Options{}, b.URL)
	e := emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if e.Attempt.Answer.Status != 500 || e.Next.IsZero() {
		t.Errorf("got %+v", e)
	}
	x, err := p.WaitFor(t.Context(), func(x journal.Exchange) bool { return x.Attempt == 3 && x.Settled() })
	if err != nil || x.DeliveryID != e.DeliveryID || !x.Next.IsZero() {
		t.Errorf("recorded %+v, error %v", x, err)
	}
	first := p.Journal().Find(func(x journal.Exchange) bool { return x.Attempt == 1 })
	if len(first) != 1 || first[0].Next.IsZero() {
		t.Errorf("recorded %+v", first)
	}
	if one, two := <-b.bodies, <-b.bodies; one != two {
		t.Errorf("other bytes:\n%s\n%s", one, two)
	}
}

func TestAsyncEmissions(t *testing.T) {
	hold := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hold }))
	defer server.Close()
	defer close(hold)
	p := receiving(t, mockplatform.Options{}, server.URL)
	e := emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	if e.Attempt.Answer != nil || e.DeliveryID == "" || p.Receiver().Pending != 1 {
		t.Errorf("got %+v", e)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Emit(ctx, mockplatform.Emission{Variant: "message.text"}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if n := p.Receiver().Pending; n != 2 {
		t.Errorf("%d are pending, want 2", n)
	}
}

// What waits while a person's first message hangs goes into one delivery.
func TestEmissionsThatWaitAreBatched(t *testing.T) {
	bodies, hold := make(chan string, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- string(body)
		<-hold
	}))
	defer server.Close()
	p := receiving(t, mockplatform.Options{MaxBatch: 1000}, server.URL)
	emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	got := []int{strings.Count(<-bodies, `"mid":`)}
	for range 1001 {
		emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	}
	close(hold)
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	for len(bodies) > 0 {
		got = append(got, strings.Count(<-bodies, `"mid":`))
	}
	if !slices.Equal(got, []int{1, 1000, 2}) && !slices.Equal(got, []int{1, 1000, 1, 1}) {
		t.Errorf("deliveries of %v events", got)
	}
}

// trouble are rules that spoil the first attempt of all deliveries and all calls.
type trouble struct{ resets int }

func (*trouble) ForDelivery(o fault.Outgoing) fault.Disturbance {
	if o.Attempt == 1 {
		return fault.Disturbance{Faults: []fault.Fault{fault.Unsigned()}}
	}
	return fault.Disturbance{}
}

func (*trouble) ForCall(x journal.Exchange) (fault.GraphAnswer, bool) {
	return fault.ServerError(), x.Kind == journal.Send
}

func (r *trouble) Reset() { r.resets++ }

func TestRules(t *testing.T) {
	rules := &trouble{}
	b := newBot(t, 401)
	p := started(t, mockplatform.Options{Rules: rules, Clock: clock.NewVirtual(noon)})
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if err := p.Advance(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	x := p.Journal().Find(func(journal.Exchange) bool { return true })
	if len(x) != 2 || len(x[0].Faults) != 1 || len(x[1].Faults) != 0 || x[1].Response.Status != 200 || p.Receiver().Problem != "" {
		t.Errorf("recorded %+v, %+v", x, p.Receiver())
	}
	resp, err := http.Post(p.GraphURL()+"/me/messages", "application/json", strings.NewReader(`{}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 500 {
		t.Errorf("status %d, want 500", resp.StatusCode)
	}
	if err := p.Reset(); err != nil || rules.resets != 1 {
		t.Errorf("error %v, %d resets of the rules", err, rules.resets)
	}
}

func TestWaitReply(t *testing.T) {
	b := newBot(t)
	p := started(t, mockplatform.Options{})
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	first := emit(t, p, mockplatform.Emission{Variant: "message.text"})
	call := func(token, body string) {
		t.Helper()
		body = strings.ReplaceAll(body, "ADA", first.People[0].PSID)
		resp, err := http.Post(p.GraphURL()+"/me/messages?access_token="+token, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	call(mockplatform.DefaultPageToken, `{"recipient":{"id":"ADA"},"sender_action":"typing_on"}`)
	call("wrong", `{"recipient":{"id":"ADA"},"message":{"text":"refused"}}`)
	call(mockplatform.DefaultPageToken, `{"recipient":{"id":"1"},"message":{"text":"to somebody else"}}`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.WaitReply(ctx, first); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "messages that were refused: 1, the last with: ") {
		t.Errorf("error %v", err)
	}
	call(mockplatform.DefaultPageToken, `{"recipient":{"id":"ADA"},"message":{"text":"Hello."}}`)
	if reply, err := p.WaitReply(t.Context(), first); err != nil || reply.Text != "Hello." || reply.Exchange.Response.Status != 200 {
		t.Errorf("got %+v, error %v", reply, err)
	}
	second := emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if _, err := p.WaitReply(ctx, second); !errors.Is(err, context.Canceled) {
		t.Errorf("an old reply answers a new message: error %v", err)
	}
}
