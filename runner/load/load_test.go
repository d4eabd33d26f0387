package load

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/series"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

func TestMain(m *testing.M) {
	if os.Getenv(receiving) != "" {
		receive()
	}
	goleak.VerifyTestMain(m)
}

const secret = "s3cret"

func seriesOf(t testing.TB, least, most int, ids ...string) *series.Series {
	t.Helper()
	o := series.Options{Seed: 1, PageID: "104508901353867", Secrets: wire.Secrets{App: secret}, Start: time.Now(), Least: least, Most: most}
	for _, id := range ids {
		v, ok := schemas.ByID(id)
		if !ok {
			t.Fatal(id)
		}
		o.Mix = append(o.Mix, series.Weighted{Variant: v, Weight: 1})
	}
	s, err := series.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// bot is a receiver whose defects are known, and which tells a load itself whom it
// answers.
type bot struct {
	*httptest.Server
	load atomic.Pointer[Load]
	// handled is told whom it answers; nil: the load is.
	handled func(person string)
	// answers decides what becomes of the event with this number, of how many messages
	// one brings: how often it is handled, and whether it is acknowledged.
	answers func(event uint64) (handled int, acknowledged bool)

	mu     sync.Mutex
	bodies map[string]int
}

func newBot(t *testing.T, answers func(uint64) (int, bool)) *bot {
	t.Helper()
	b := &bot{answers: answers, bodies: map[string]int{}}
	b.Server = httptest.NewServer(b)
	t.Cleanup(b.Close)
	return b
}

func (b *bot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || wire.Verify(secret, body, r.Header.Get("X-Hub-Signature-256")) != nil || wire.Verify(secret, body, r.Header.Get("X-Hub-Signature")) != nil {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	b.mu.Lock()
	b.bodies[string(body)]++
	again := b.bodies[string(body)] > 1
	b.mu.Unlock()
	var doc struct {
		Entry []struct {
			Messaging []struct{ Sender struct{ ID string } }
		}
	}
	if json.Unmarshal(body, &doc) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	ok := true
	for _, entry := range doc.Entry {
		for _, ev := range entry.Messaging {
			l := b.load.Load()
			event, _ := l.opts.Series.Index(ev.Sender.ID)
			times, acknowledged := 2, true // calibration: two messages for each event
			if event < calibrating {
				times, acknowledged = b.answers(event)
			}
			ok = ok && acknowledged
			for range times {
				switch {
				case again:
				case b.handled != nil:
					b.handled(ev.Sender.ID)
				default:
					l.Handled(ev.Sender.ID)
				}
			}
		}
	}
	if !ok {
		w.WriteHeader(http.StatusInternalServerError)
	}
}

func (b *bot) judged(t *testing.T, o Options) Result {
	t.Helper()
	o.URL, o.Evident = b.URL+"/webhook?a=b", true
	l, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	b.load.Store(l)
	if err := l.Calibrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return l.Run(t.Context())
}

// Every event is accounted for: as many as are lost, handled twice, refused and handled all
// the same are counted, and no others.
func TestEveryEventIsAccountedFor(t *testing.T) {
	b := newBot(t, func(event uint64) (int, bool) {
		switch {
		case event%1000 == 7: // lost
			return 0, true
		case event%500 == 9: // handled twice
			return 4, true
		case event%250 == 11: // not acknowledged, and handled
			return 2, false
		case event%200 == 13: // refused
			return 0, false
		}
		return 2, true
	})
	const n = 10_000
	for name, o := range map[string]Options{"closed": {}, "open": {Stages: []Stage{{1e6, 1e6, time.Hour}}, Concurrency: 16}} {
		o.Series, o.Count, o.Duplicates = seriesOf(t, 1, 1, "referral.ads", "message.text"), n, 10_000
		r := b.judged(t, o)
		events := n - r.Dropped
		if name == "closed" && r.Dropped > 0 || r.Events != events {
			t.Errorf("%s: %d events and %d dropped, want %d in all", name, r.Events, r.Dropped, n)
		}
		if r.Handled == nil {
			t.Fatalf("%s: nothing is known of what was handled: %+v", name, r)
		}
		if r.Dropped == 0 {
			for what, got := range map[string][2]uint64{
				"lost": {*r.Lost, n / 1000}, "duplicated": {*r.Duplicated, n / 500}, "recovered": {*r.Recovered, n / 250}, "unexpected": {*r.Unexpected, 0},
				"acknowledged": {r.Acknowledged, n - n/250 - n/200}, "handled": {*r.Handled, n - n/1000 - n/200},
			} {
				if got[0] != got[1] {
					t.Errorf("%s: %s is %d, want %d", name, what, got[0], got[1])
				}
			}
		}
		if r.Latency == nil || r.Latency.P50 <= 0 || r.Latency.Max < r.Latency.P99 || r.ErrorsBy["status 500"] != r.Errors {
			t.Errorf("%s: %+v", name, r)
		}
		b.mu.Lock()
		for body, times := range b.bodies {
			if times > 2 {
				t.Errorf("%s: sent %d times: %s", name, times, body)
			}
		}
		clear(b.bodies)
		b.mu.Unlock()
	}
}

// Batches are accounted for event by event.
func TestBatchesAreAccountedFor(t *testing.T) {
	b := newBot(t, func(event uint64) (int, bool) { return 2 - 2*int(event%100/99), true })
	r := b.judged(t, Options{Series: seriesOf(t, 1, 20, "referral.ads", "postback.get-started"), Count: 500})
	if r.Deliveries != 500 || r.Events < 3000 || *r.Handled+*r.Lost != r.Events || *r.Lost == 0 || *r.Duplicated != 0 || r.Acknowledged != r.Events {
		t.Errorf("it is %+v", r)
	}
}

// A receiver that does not answer as it should costs an error of its kind, and nothing
// else.
func TestErrorsHaveTheirKind(t *testing.T) {
	for kind, answer := range map[string]func(net.Conn){
		errorClosed:    func(c net.Conn) { c.Close() },
		errorMalformed: func(c net.Conn) { _, _ = io.WriteString(c, "SSH-2.0-OpenSSH_9.2\r\n"); c.Close() },
		errorTimeout:   func(c net.Conn) {},
		"status 503": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n4;x\r\nbusy\r\n0\r\nA: b\r\n\r\n")
		},
		"": func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
			c.Close()
		},
	} {
		t.Run(kind, func(t *testing.T) {
			l := listen(t, answer)
			deadline := time.Minute
			if kind == errorTimeout {
				deadline = 50 * time.Millisecond
			}
			load, err := New(Options{Series: seriesOf(t, 1, 1, "message.text"), URL: "http://" + l, Count: 3, Concurrency: 1, AckDeadline: deadline})
			if err != nil {
				t.Fatal(err)
			}
			r := load.Run(t.Context())
			want := uint64(3)
			if kind == "" {
				want = 0
			}
			if r.Errors != want || r.ErrorsBy[kind] != want || r.Acknowledged != 3-want || r.Events != 3 || r.Handled != nil {
				t.Errorf("it is %+v", r)
			}
			if err := load.Calibrate(t.Context()); (err == nil) != (kind == "") {
				t.Errorf("calibration says %v", err)
			}
		})
	}
}

// listen answers each request on each connection.
func listen(t *testing.T, answer func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer c.Close()
				buffer := make([]byte, 64<<10)
				for {
					if _, err := c.Read(buffer); err != nil {
						return
					}
					answer(c)
				}
			})
		}
	})
	t.Cleanup(func() { l.Close(); all.Wait() })
	return l.Addr().String()
}

// A receiver that hangs does not slow the sender: what it has no connection for is dropped,
// and counted, and what was started is waited for.
func TestWhatCannotBeStartedIsDropped(t *testing.T) {
	hold := make(chan struct{})
	address := listen(t, func(c net.Conn) {
		<-hold
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	})
	var freed sync.Once
	l, err := New(Options{
		Series: seriesOf(t, 1, 1, "message.text"), URL: "http://" + address, Stages: []Stage{{1000, 1000, time.Hour}}, Count: 3000, Concurrency: 4, AckDeadline: time.Minute,
		Live: func(s Second) {
			if s.Dropped > 0 {
				freed.Do(func() { close(hold) })
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	r := l.Run(t.Context())
	if r.Dropped == 0 || r.Events != r.Acknowledged || r.Events+r.Dropped != 3000 || r.Errors != 0 {
		t.Errorf("it is %+v", r)
	}
	if r.Latency.Max < 1000 || r.Lateness.Max < 500 {
		t.Errorf("what waited for a connection is not in the latencies: %+v %+v", r.Latency, r.Lateness)
	}
}

// What is planned within the duration is sent, however late the sender is at its end.
func TestWhatIsPlannedIsSent(t *testing.T) {
	b := newBot(t, func(uint64) (int, bool) { return 2, true })
	r := b.judged(t, Options{Series: seriesOf(t, 1, 1, "message.text"), Stages: []Stage{{100_000, 100_000, Always}}, Duration: 5 * time.Millisecond})
	if r.Events+r.Dropped != 500 {
		t.Errorf("of 500 planned deliveries %d were sent, and %d dropped", r.Events, r.Dropped)
	}
}

// Of numbers that come nearly in order each is met once, and those that never come are
// counted.
func TestNumbers(t *testing.T) {
	n := numbers{above: map[uint64]bool{}}
	for _, c := range []struct {
		number  uint64
		first   bool
		missing uint64
	}{{1, true, 0}, {3, true, 1}, {3, false, 1}, {2, true, 0}, {2, false, 0}, {gap + 10, true, gap + 6}, {5, false, gap + 6}, {12, true, gap + 5}} {
		if first := n.add(c.number); first != c.first || n.missing() != c.missing {
			t.Errorf("%d: first %v, %d missing, want %v, %d", c.number, first, n.missing(), c.first, c.missing)
		}
	}
	if len(n.above) > gap {
		t.Errorf("%d are kept", len(n.above))
	}
}

// A call that is amended counts once, whatever the order.
func TestFollowCountsOnce(t *testing.T) {
	l, err := New(Options{Series: seriesOf(t, 1, 1, "message.text"), URL: "http://127.0.0.1:1", Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	l.next.Store(1)
	j := journal.New(100)
	ctx, stop := context.WithCancel(t.Context())
	id := seriesPerson(t, l)
	before := journal.Exchange{Direction: journal.FromReceiver, Kind: journal.Receipt, Person: id, Response: journal.Message{Status: 204}}
	j.Record(before) // of another load
	ended := l.Follow(ctx, j)
	seq := j.Record(journal.Exchange{Direction: journal.FromReceiver, Kind: journal.Send, Person: id, Doc: json.RawMessage(`{"message":{"text":"a"}}`)})
	j.Amend(seq, func(x *journal.Exchange) { x.Response.Status = 200 })
	refused := j.Record(journal.Exchange{Direction: journal.FromReceiver, Kind: journal.Send, Person: id, Doc: json.RawMessage(`{"message":{"text":"b"}}`)})
	j.Amend(refused, func(x *journal.Exchange) { x.Response.Status, x.Err = 400, "(#190) the token has expired" })
	j.Record(journal.Exchange{Direction: journal.FromReceiver, Kind: journal.Receipt, Person: id, Response: journal.Message{Status: 204}})
	for l.account.handledTimes(0) < 2 {
		if t.Context().Err() != nil {
			t.Fatal("nothing came")
		}
	}
	stop()
	<-ended
	if got := l.account.handledTimes(0); got != 2 {
		t.Errorf("it was handled %d times", got)
	}
	if note := l.calls.note(); note != "The Graph API refused a message of the receiver, which therefore does not count: (#190) the token has expired." {
		t.Errorf("the note is %q", note)
	}
	if n := l.calls.unseen.Load(); n != 0 {
		t.Errorf("%d calls were not seen", n)
	}
}

// seriesPerson is the id of the person of the first event.
func seriesPerson(t *testing.T, l *Load) string {
	t.Helper()
	body := l.opts.Series.Filler().Fill(0).Body
	_, rest, _ := bytes.Cut(body, []byte(`"sender":{"id":"`))
	id, _, _ := bytes.Cut(rest, []byte(`"`))
	return string(id)
}

// Deliveries of a stage are planned where its rate, from one to the other, has brought as
// many.
func TestSchedule(t *testing.T) {
	all := Schedule{{0, 100, 10 * time.Second}, {100, 100, time.Second}, {100, 50, 2 * time.Second}} // 500, 100 and 150
	for n, want := range map[uint64]time.Duration{
		0: 0, 125: 5 * time.Second, 500: 10 * time.Second, 550: 10500 * time.Millisecond, 600: 11 * time.Second,
	} {
		if at, more := all.At(n); !more || at.Round(time.Millisecond) != want {
			t.Errorf("delivery %d is planned at %s %v, want %s", n, at, more, want)
		}
	}
	last := time.Duration(-1)
	for n := range uint64(750) {
		at, more := all.At(n)
		if !more || at < last || at > 13*time.Second {
			t.Fatalf("delivery %d is planned at %s %v, after %s", n, at, more, last)
		}
		last = at
	}
	if _, more := all.At(750); more {
		t.Error("there are more than 750")
	}
	for _, wrong := range []Stage{{-1, 1, 1}, {0, 0, 1}, {1, 1, 0}, {1, MostRate + 1, 1}} {
		if (Schedule{wrong}).check() == nil {
			t.Errorf("%+v is taken", wrong)
		}
	}
}

// The limit is the highest rate that held, near one that did not.
func TestFindLimit(t *testing.T) {
	b := newBot(t, func(event uint64) (int, bool) { return 1, event < 70 }) // 10, 20 and 40 deliveries
	s := seriesOf(t, 1, 1, "message.text")
	l, err := New(Options{Series: s, URL: b.URL, Count: 1})
	if err != nil {
		t.Fatal(err)
	}
	b.load.Store(l) // which knows the people
	limit, err := FindLimit(t.Context(), Options{Series: s, URL: b.URL, Duration: 200 * time.Millisecond, AckDeadline: time.Minute}, nil)
	if err != nil || limit.Rate != 200 || limit.Next != uint64(70+80+60+50+45+43) {
		t.Errorf("it is %+v %v", limit, err)
	}
	for i, p := range limit.Probes {
		if p.Holds != (i < 3) || p.Holds != (p.Why == "") {
			t.Errorf("probe %d is %+v", i, p)
		}
	}
}

func TestAssertions(t *testing.T) {
	n := uint64(3)
	r := Result{Acknowledged: 5, Lost: &n, Latency: &Milliseconds{P99: 240.5}}
	for text, want := range map[string][2]bool{
		"p99<250ms": {true, true}, "p99 <= 240ms": {false, true}, "lost==0": {false, true}, "lost>=3": {true, true}, "duplicated==0": {false, false},
		"acknowledged > 4": {true, true}, "errors==0": {true, true},
	} {
		a, err := ParseAssertion(text)
		if err != nil {
			t.Fatal(err)
		}
		if holds, judged, actual := a.Judge(r); holds != want[0] || judged != want[1] || actual == "" {
			t.Errorf("%s: %v %v %s", text, holds, judged, actual)
		}
	}
	for text, says := range map[string]string{"lost": "is no assertion", "p98<1ms": "there is no metric p98; there are p50", "p99<1": "compared with a time", "lost<x": "compared with a number"} {
		if _, err := ParseAssertion(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestReadMix(t *testing.T) {
	if mix, err := ReadMix("mix.yaml", DefaultMix, schemas.Everything()); err != nil || len(mix) < 5 {
		t.Errorf("the default is %v %v", mix, err)
	}
	for text, says := range map[string]string{
		"":                                 "m.yaml: it is empty",
		"- a":                              "m.yaml:1:1: a mix has variants",
		"referral.adds: 1":                 `m.yaml:1:1: there is no variant "referral.adds"`,
		"referral.ads: 0":                  `m.yaml:1:15: the weight of referral.ads is "0"`,
		"referral.ads: 1\nreferral.ads: 2": "m.yaml:2:1: referral.ads is there twice",
		"a: [":                             "m.yaml: not YAML",
	} {
		if _, err := ReadMix("m.yaml", []byte(text), schemas.Everything()); err == nil || !strings.HasPrefix(err.Error(), says) {
			t.Errorf("%q: %v, want %s", text, err, says)
		}
	}
}
