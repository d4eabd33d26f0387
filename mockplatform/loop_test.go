package mockplatform_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// parrot is a bot that answers every event that has a message, its own echoes too, and
// with receipts all others as well.
type parrot struct {
	*httptest.Server
	platform atomic.Pointer[mockplatform.Platform]
	after    bool // it acknowledges first
	receipts bool
}

func newParrot(t *testing.T, after, receipts bool) *parrot {
	t.Helper()
	b := &parrot{after: after, receipts: receipts}
	b.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !b.receipts && !strings.Contains(string(body), `"message"`) {
			return
		}
		if b.after {
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
		}
		p := b.platform.Load()
		doc := `{"recipient":{"id":"` + p.Session("Ada").PSID + `"},"message":{"text":"You said something."}}`
		answer, err := http.Post(p.GraphURL()+"/me/messages?access_token="+mockplatform.DefaultPageToken, "application/json", strings.NewReader(doc))
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
		}
	}))
	t.Cleanup(b.Close)
	return b
}

// ends is the sentence about a loop in the journal.
func ends(x journal.Exchange) bool {
	return x.Kind == journal.Send && len(x.Faults) > 0 && strings.HasPrefix(x.Faults[0], "the bot seems to answer its own echoes")
}

// A bot that answers its own echoes is stopped after 20 rounds, and what came of it stands
// in the journal; when somebody writes again, it is told again.
func TestABotThatAnswersItsOwnEchoes(t *testing.T) {
	for name, b := range map[string]*parrot{
		"before it acknowledges": newParrot(t, false, false), "after it has acknowledged": newParrot(t, true, false),
		"and receipts too": newParrot(t, false, true),
	} {
		t.Run(name, func(t *testing.T) {
			t.Cleanup(http.DefaultClient.CloseIdleConnections)
			p := started(t, mockplatform.Options{Consequences: true, Clock: clock.NewVirtual(noon)})
			b.platform.Store(p)
			if err := p.SetReceiver(b.URL); err != nil {
				t.Fatal(err)
			}
			sends := func(x journal.Exchange) bool { return x.Kind == journal.Send }
			for n := 1; n <= 2; n++ {
				before := p.Journal().Last()
				emit(t, p, mockplatform.Emission{Variant: "message.text"})
				x, err := p.WaitFor(t.Context(), func(x journal.Exchange) bool { return x.Seq > before && ends(x) })
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(x.Faults[0], "20 messages to Ada") || !strings.Contains(x.Faults[0], "until Ada writes again") || !strings.Contains(x.Faults[0], "message.is_echo") {
					t.Errorf("the journal says %q", x.Faults[0])
				}
				// The clock moves when nothing is under way any more.
				if err := p.Advance(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				if got := len(p.Journal().Find(sends)); !b.receipts && got != 21*n {
					t.Errorf("after %d messages of Ada's the bot sent %d, want %d", n, got, 21*n)
				}
			}
			// After the first that is stopped, only what was under way is still answered.
			if got := len(p.Journal().Find(sends)); got > 2*100 {
				t.Errorf("the bot sent %d messages", got)
			}
			if got := len(p.RefusedCalls()); got != 0 {
				t.Errorf("%d calls were refused", got)
			}
		})
	}
}

// Who sends many messages by himself, each soon after the echo of the one before, is told
// again when he goes on though he is told of nothing, of what he was not told of too.
func TestManyMessagesAtOnceAreNoLoop(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{Clock: clock.NewVirtual(noon)}, l.url, "message_echoes")
	if _, err := p.AddPerson("Ada", mockplatform.Ordinary); err != nil {
		t.Fatal(err)
	}
	untold := 0
	for range 60 {
		before := len(p.Journal().Find(ends))
		says(t, p, `{"text":"A part of a long story"}`)
		if len(p.Journal().Find(ends)) > before {
			untold++ // until messages go on though nothing is told
			continue
		}
		for range untold + 1 {
			if e, _ := l.next(); e.Message == nil {
				t.Fatalf("got %+v", e)
			}
		}
		untold = 0
	}
	if untold > 0 || len(p.Journal().Find(ends)) > 0 {
		t.Errorf("%d messages are without an echo, and the journal has %d that say so", untold, len(p.Journal().Find(ends)))
	}
}

// Messages that are far from the echoes before them are no loop.
func TestManyMessagesAreNoLoop(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{Clock: clock.NewVirtual(noon)}, l.url, "message_echoes")
	if _, err := p.AddPerson("Ada", mockplatform.Ordinary); err != nil {
		t.Fatal(err)
	}
	for range 30 {
		says(t, p, `{"text":"The weather of today"}`)
		if e, _ := l.next(); e.Message == nil {
			text, _ := json.Marshal(e)
			t.Fatalf("got %s", text)
		}
		if err := p.Advance(t.Context(), 24*60*60*1e9); err != nil {
			t.Fatal(err)
		}
	}
	if found := p.Journal().Find(ends); len(found) != 0 {
		t.Errorf("the journal says %q", found[0].Faults)
	}
}
