package rules_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/mockplatform/store"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a platform on a virtual clock, with rules and a receiver.
type world struct {
	*mockplatform.Platform
	t     *testing.T
	rules *rules.Set

	mu     sync.Mutex
	bodies []string // of what was taken
	seen   []string // all that came, and what the receiver can tell of it
}

func newWorld(t *testing.T, list ...rules.Rule) *world {
	t.Helper()
	w := newWorldOn(t, nil)
	add(t, w.rules, list...)
	return w
}

// newWorldOn is a world that keeps what it knows in a file, if there is one.
func newWorldOn(t *testing.T, db *store.DB) *world {
	t.Helper()
	o := mockplatform.Options{Seed: 1, Clock: clock.NewVirtual(time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC))}
	options := rules.Options{Seed: 1, PageID: mockplatform.DefaultPageID}
	if db != nil {
		o.Store, o.JournalStore, options.Store = db, db.Journal(), db
	}
	s, err := rules.New(options)
	if err != nil {
		t.Fatal(err)
	}
	o.Rules = s
	p, err := mockplatform.New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{Platform: p, t: t, rules: s}
	receiver := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(receiver.Close)
	t.Cleanup(func() { p.Close() })
	if err := p.SetReceiver(receiver.URL); err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return w
}

// receive takes what is whole and signed.
func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	var body []byte
	var err error
	pieces := 0
	for err == nil {
		piece, n := make([]byte, 64<<10), 0
		if n, err = r.Body.Read(piece); n > 0 {
			pieces++
		}
		body = append(body, piece[:n]...)
	}
	taken := err == io.EOF && wire.Verify(mockplatform.DefaultAppSecret, body, r.Header.Get("X-Hub-Signature-256")) == nil
	if !taken {
		rw.WriteHeader(http.StatusForbidden)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen = append(w.seen, fmt.Sprintf("%s taken %v, in pieces %v, signed %q: %s", w.Now(), taken, pieces > 2, r.Header.Get("X-Hub-Signature-256"), body))
	if taken {
		w.bodies = append(w.bodies, string(body))
	}
}

// received are the bodies that were taken so far.
func (w *world) received() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.bodies)
}

// emit lets people write, one after the other.
func (w *world) emit(people ...string) (last mockplatform.Emitted) {
	w.t.Helper()
	for _, person := range people {
		var err error
		if last, err = w.Emit(w.t.Context(), mockplatform.Emission{Variant: "message.text", Person: person}); err != nil {
			w.t.Fatal(err)
		}
	}
	return last
}

// send calls the Send API for a person, as a bot does; status 0 is no answer.
func (w *world) send(person string) (status int, text string, header http.Header) {
	w.t.Helper()
	body := `{"recipient":{"id":"` + w.Session(person).PSID + `"},"message":{"text":"Hello"}}`
	answer, err := http.Post(w.GraphURL()+"/v23.0/me/messages?access_token="+mockplatform.DefaultPageToken, "application/json", strings.NewReader(body))
	if err != nil {
		return 0, "", nil
	}
	defer answer.Body.Close()
	whole, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Error(err)
	}
	return answer.StatusCode, string(whole), answer.Header
}

func (w *world) advance(d time.Duration) {
	w.t.Helper()
	if err := w.Advance(w.t.Context(), d); err != nil {
		w.t.Fatal(err)
	}
}

// deliveries are what was sent: whom the events are of and what was done to it.
func (w *world) deliveries() (list []string) {
	w.t.Helper()
	w.advance(0) // what is under way is over then
	for _, x := range w.Journal().Find(func(x journal.Exchange) bool { return x.Kind == journal.Delivery }) {
		var doc struct {
			Entry []struct {
				Messaging []struct{ Sender struct{ ID string } }
			}
		}
		if err := json.Unmarshal(x.Request.Body, &doc); err != nil {
			w.t.Fatal(err)
		}
		var names []string
		for _, e := range doc.Entry {
			person, _ := w.PersonByID(e.Messaging[0].Sender.ID)
			names = append(names, person.Name)
		}
		list = append(list, strings.Join(append([]string{strings.Join(names, " ")}, x.Faults...), ", "))
	}
	return list
}

func (w *world) want(deliveries ...string) {
	w.t.Helper()
	if got := w.deliveries(); !slices.Equal(got, deliveries) {
		w.t.Errorf("sent %q\nwant %q", got, deliveries)
	}
}

func TestDuplicatesOnThePlatform(t *testing.T) {
	w := newWorld(t, rules.Rule{Fault: "duplicate", Every: 2, Params: map[string]any{"times": 2}})
	w.emit("Ada", "Bob")
	const again = "Bob, sent again though it was acknowledged"
	w.want("Ada", "Bob", again, again)
	w.emit("Cleo")
	w.want("Ada", "Bob", again, again, "Cleo")
	if b := w.received(); b[1] != b[2] || b[2] != b[3] {
		t.Errorf("sent %q", b)
	}
}

func TestDelaysOnThePlatform(t *testing.T) {
	w := newWorld(t, rules.Rule{Fault: "delay", Person: "Ada", Params: map[string]any{"by": "1m"}})
	late := w.emit("Ada")
	if !late.Next.Equal(w.Now().Add(time.Minute)) || !late.Attempt.Started.IsZero() {
		t.Errorf("got %+v", late)
	}
	w.emit("Bob")
	w.want("Bob")
	if p := w.Pending(); len(p) != 1 || p[0].Held != "delayed by 1m0s" || !p[0].Next.Equal(late.Next) {
		t.Errorf("pending %+v", p)
	}
	w.advance(time.Minute)
	w.want("Bob", "Ada, delayed by 1m0s")
}

func TestReorderingOnThePlatform(t *testing.T) {
	w := newWorld(t, rules.Rule{Fault: "reorder"})
	first := w.emit("Ada")
	w.emit("Bob", "Ada")
	const passed = ", held back until another delivery of the person had passed"
	w.want("Ada", "Ada"+passed)
	if b := w.received(); !strings.Contains(b[1], string(first.Events[0].JSON)) {
		t.Errorf("received %q", b)
	}
	w.advance(time.Hour)
	w.want("Ada", "Ada"+passed, "Bob, held back for 10s, and no other delivery of the person passed")
}

func TestBatchesOnThePlatform(t *testing.T) {
	w := newWorld(t, rules.Rule{Fault: "batch", Next: 2, Params: map[string]any{"events": 3, "within": "1m"}})
	opening := w.emit("Ada")
	if joined := w.emit("Bob"); joined.DeliveryID != opening.DeliveryID {
		t.Errorf("got %+v", joined)
	}
	w.emit("Ada", "Bob", "Cleo")
	w.advance(time.Minute)
	w.emit("Ada")
	w.want(
		"Ada Bob Ada, held back until 3 events were together", "Bob Cleo, held back until 2 events were together", "Ada",
	)
	if b := w.received(); len(b) != 3 {
		t.Errorf("received %q", b)
	}
}

// What a receiver refuses because of a fault comes again as it should be, and the
// receiver does not suffer.
func TestSpoiltRequestsOnThePlatform(t *testing.T) {
	w := newWorld(t,
		rules.Rule{Fault: "tampered-signature", Next: 1}, rules.Rule{Fault: "truncated-body", Next: 1, Person: "Bob"},
		rules.Rule{Fault: "slow-body", Next: 1, Person: "Cleo", Params: map[string]any{"over": "1ms"}},
	)
	w.emit("Ada", "Cleo")
	w.advance(time.Minute)
	// The body that broke off cannot be read back.
	if e := w.emit("Bob"); e.Attempt.Answer != nil || e.Attempt.Err == nil {
		t.Errorf("got %+v", e.Attempt)
	}
	w.advance(time.Minute)
	if b := w.received(); len(b) != 3 || w.Receiver().Health != outbox.Active || w.Receiver().Problem != "" {
		t.Errorf("received %q, %+v", b, w.Receiver())
	}
	var faults []string
	for _, x := range w.Journal().Find(func(journal.Exchange) bool { return true }) {
		faults = append(faults, strings.Join(x.Faults, ", "))
	}
	slices.Sort(faults)
	want := []string{"", "", "a few bytes at a time, over 1ms", "broken off in the middle of the body", "signed with another secret"}
	if !slices.Equal(faults, want) {
		t.Errorf("recorded %q", faults)
	}
}

func TestGraphAnswersOnThePlatform(t *testing.T) {
	w := newWorld(t,
		rules.Rule{Fault: "rate-limited", Edge: "messages", Next: 1}, rules.Rule{Fault: "connection-reset", Person: "Bob", Next: 1},
		rules.Rule{Fault: "slow-answer", Params: map[string]any{"by": "1ms"}},
	)
	defer http.DefaultClient.CloseIdleConnections()
	for _, step := range []struct {
		person string
		status int
		text   string
	}{{"Ada", 400, `"code":613`}, {"Bob", 0, ""}, {"Ada", 200, "message_id"}, {"Bob", 200, "message_id"}} {
		if status, text, _ := w.send(step.person); status != step.status || !strings.Contains(text, step.text) {
			t.Errorf("%s: status %d, %s", step.person, status, text)
		}
	}
	var faults []string
	for _, x := range w.Journal().Find(func(journal.Exchange) bool { return true }) {
		faults = append(faults, strings.Join(x.Faults, ", "))
	}
	want := []string{"error 613, the rate limit, for 5 min", "a reset of the connection", "an answer after 1ms", "an answer after 1ms"}
	if !slices.Equal(faults, want) {
		t.Errorf("recorded %q", faults)
	}
}

// Rules end with a reset, and what they hold ends with the platform.
func TestTheEndOnThePlatform(t *testing.T) {
	w := newWorld(t, rules.Rule{Fault: "reorder"}, rules.Rule{Fault: "batch"}, rules.Rule{Fault: "delay"})
	w.emit("Ada", "Bob")
	if len(w.Pending()) != 2 {
		t.Errorf("pending %+v", w.Pending())
	}
	receiver := w.Receiver().URL
	if err := w.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := w.SetReceiver(receiver); err != nil {
		t.Fatal(err)
	}
	w.emit("Ada")
	w.want("Ada")
	if len(w.Pending()) > 0 || len(w.rules.Rules()) > 0 {
		t.Errorf("pending %+v, rules %+v", w.Pending(), w.rules.Rules())
	}
	add(t, w.rules, rules.Rule{Fault: "batch"})
	w.emit("Ada", "Bob")
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// However much goes wrong, each event arrives.
func TestChaosOnThePlatform(t *testing.T) {
	w := newWorld(t)
	more := rules.Chaos(3)
	for i := range more {
		more[i].Probability *= 5
	}
	add(t, w.rules, more...)
	texts := map[string]bool{}
	for n := range 120 {
		e := w.emit([]string{"Ada", "Bob", "Cleo"}[n%3])
		var ev struct{ Message struct{ Mid string } }
		if err := json.Unmarshal(e.Events[0].JSON, &ev); err != nil {
			t.Fatal(err)
		}
		texts[ev.Message.Mid] = true
		w.advance(500 * time.Millisecond)
	}
	w.advance(time.Minute)
	all := strings.Join(w.received(), "\n")
	for mid := range texts {
		if !strings.Contains(all, mid) {
			t.Errorf("%s did not arrive", mid)
		}
	}
	if len(w.Pending()) > 0 {
		t.Errorf("pending %+v", w.Pending())
	}
	disturbed := 0
	for _, r := range w.rules.Rules() {
		disturbed += r.Applied
	}
	if disturbed < 40 {
		t.Errorf("only %d of 120 were disturbed", disturbed)
	}
}
