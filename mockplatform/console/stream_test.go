package console_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// streamEvent is one server-sent event.
type streamEvent struct{ name, id, data string }

// follow reads the stream until the test ends.
func (d *desk) follow(since string, header http.Header) <-chan streamEvent {
	d.t.Helper()
	r, err := http.NewRequestWithContext(d.t.Context(), "GET", d.console.URL()+"api/v1/stream?since="+since, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	for name, values := range header {
		r.Header[name] = values
	}
	answer, err := client().Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() { answer.Body.Close() })
	if answer.StatusCode != 200 || answer.Header.Get("Content-Type") != "text/event-stream" {
		d.t.Fatalf("the stream is answered %s, %s", answer.Status, answer.Header.Get("Content-Type"))
	}
	events := make(chan streamEvent, 1000)
	go func() {
		defer close(events)
		var e streamEvent
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 4<<20)
		for lines.Scan() {
			name, value, _ := strings.Cut(lines.Text(), ": ")
			switch name {
			case "event":
				e.name = value
			case "id":
				e.id = value
			case "data":
				e.data = value
			case "":
				if e.name != "" {
					events <- e
				}
				e = streamEvent{}
			}
		}
	}()
	return events
}

// until reads changes until an exchange fits, and returns the id of their event.
func until(t *testing.T, events <-chan streamEvent, fits func(console.Summary) bool) string {
	t.Helper()
	for e := range events {
		var changes console.Changes
		if err := json.Unmarshal([]byte(e.data), &changes); err != nil {
			t.Fatal(err)
		}
		for _, x := range changes.Exchanges {
			if fits(x) {
				return e.id
			}
		}
	}
	t.Fatal("the stream ended")
	return ""
}

func TestTheStream(t *testing.T) {
	d := open(t, nil)
	var list struct{ Version string }
	d.call("GET", "api/v1/exchanges", nil, &list)
	events := d.follow(list.Version, nil)
	d.call("POST", "api/v1/events", map[string]string{"variant": "referral.ads"}, nil)
	id := until(t, events, func(x console.Summary) bool {
		if x.Kind == "verification" {
			t.Errorf("told although it is in the list: %+v", x)
		}
		return x.Kind == "delivery" && x.Settled
	})

	// It goes on where it was, without what was told before.
	again := d.follow(list.Version, http.Header{"Last-Event-Id": {id}})
	d.call("POST", "api/v1/events", map[string]string{"variant": "message.text"}, nil)
	until(t, again, func(x console.Summary) bool {
		if x.Kind == "delivery" && x.Variants[0] == "referral.ads" {
			t.Errorf("told again: %+v", x)
		}
		return x.Kind == "delivery" && x.Variants[0] == "message.text" && x.Settled
	})

	// Versions of another process are void.
	if e := <-d.follow("another-7", nil); e.name != "restart" {
		t.Errorf("a version of another process gets %q", e.name)
	}
}

func TestTooManyStreams(t *testing.T) {
	d := open(t, nil)
	for range 32 {
		d.follow("", nil)
	}
	if status, answer := d.raw("GET", "api/v1/stream", nil, nil); status != 503 || !strings.Contains(string(answer), "close one") {
		t.Errorf("stream 33 is answered %d %s", status, answer)
	}
}

// TestASlowReader fills the pipe to a reader that does not read: the journal
// goes on, others are told all the same, and memory does not grow with what the
// reader misses.
func TestASlowReader(t *testing.T) {
	d := open(t, func(o *mockplatform.Options, _ *console.Options) { o.JournalLimit = 100 })
	conn, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(d.console.URL(), "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	used := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	events := d.follow("", nil)
	j := d.platform.Journal()
	before := used()
	const many = 30000
	for i := range many {
		j.Record(journal.Exchange{Kind: journal.Graph, Request: journal.Message{Method: "GET", URL: "/" + strings.Repeat("x", 1000)}})
		if i%1000 == 0 { // whoever reads is told meanwhile
			until(t, events, func(x console.Summary) bool { return x.Seq > uint64(i) })
		}
	}
	if after := used(); after > before+16<<20 {
		t.Errorf("%d exchanges for a reader that does not read take %d MiB", many, (after-before)>>20)
	}
	j.Record(journal.Exchange{Kind: journal.Graph, Request: journal.Message{Method: "GET", URL: "/last"}})
	until(t, events, func(x console.Summary) bool { return x.URL == "/last" })
}

func TestMetrics(t *testing.T) {
	d := open(t, nil)
	events := d.follow("", nil)
	d.call("POST", "api/v1/events", map[string]string{"variant": "referral.ads"}, nil)
	until(t, events, func(x console.Summary) bool { return x.Kind == "delivery" && x.Settled })
	want := []string{`referee_exchanges_total{kind="delivery"} 1`, `referee_exchanges_settled_total{kind="delivery",status="200"} 1`, "referee_people 1", "referee_receiver_disabled 0"}
	for missing := want; len(missing) > 0; { // the meter reads the journal as others do, and may come after them
		status, text := d.raw("GET", "metrics", nil, nil)
		if status != 200 {
			t.Fatalf("status %d: %s", status, text)
		}
		missing = nil
		for _, line := range want {
			if !strings.Contains(string(text), line+"\n") {
				missing = append(missing, line)
			}
		}
		if t.Context().Err() != nil {
			t.Fatal(fmt.Sprint("never there: ", missing))
		}
	}
}
