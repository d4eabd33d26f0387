package console_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// TestTrueStates watches in a Chromium what the console says of receiver, disk, clock and
// journal while others change them: nothing is done in the page itself.
func TestTrueStates(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out the browser")
	}
	chromium := browse(t)
	receiver := func(d *desk, url string) {
		d.t.Helper()
		if status := d.call("PUT", "api/v1/receiver", map[string]any{"url": url, "handshake": false}, nil); status != 200 {
			d.t.Fatalf("status %d", status)
		}
	}
	emit := func(d *desk) int {
		return d.call("POST", "api/v1/events", map[string]string{"variant": "message.text"}, nil)
	}
	answering := func(t *testing.T, status int) string {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		t.Cleanup(s.Close)
		return s.URL
	}
	for _, flow := range []struct {
		name, page string
		run        func(*desk, *disk, *tab)
	}{
		{"a handshake that is answered, and one that is refused", "setup", func(d *desk, _ *disk, b *tab) {
			b.sees("#receiver ~ * .badge.good", "answered")
			d.raw("PUT", "api/v1/receiver", []byte(`{"url": "`+answering(b.t, 403)+`/hook?own=1"}`), nil)
			b.sees("#receiver ~ * .badge.bad", "refused")
			b.sees("main", "it answered 403")
			b.sees("main", "/hook?own=1")
			d.raw("PUT", "api/v1/receiver", []byte(`{"url": "`+answering(b.t, 200)+`"}`), nil)
			b.sees("main", "but not with the challenge")
			d.raw("PUT", "api/v1/receiver", []byte(`{"url": "http://127.0.0.1:1/"}`), nil)
			b.sees("main", "http://127.0.0.1:1/")
			b.sees(".bar .badge.good", "Active") // who was there still is
		}},
		{"a receiver that is down, answers 500, alert, disabled, and back", "setup", func(d *desk, _ *disk, b *tab) {
			b.sees(".bar .badge.good", "Active")
			receiver(d, "http://127.0.0.1:1/webhook")
			emit(d)
			b.sees(".bar .badge.bad", "Failing")
			b.sees("main", "Failing: the last attempt was not acknowledged")
			receiver(d, answering(b.t, 500))
			b.sees(".bar .badge.good", "Active")
			emit(d)
			b.sees(".bar .badge.bad", "Failing")
			b.sees("main .note.bad", "status 500")
			d.call("POST", "api/v1/clock/advance", map[string]string{"by": "20m"}, nil)
			b.sees(".bar .badge.warn", "Alert")
			d.call("POST", "api/v1/clock/advance", map[string]string{"by": "1h"}, nil)
			b.sees(".bar .badge.bad", "Disabled")
			receiver(d, d.bot.url)
			b.sees(".bar .badge.good", "Active")
			if status := d.call("DELETE", "api/v1/receiver", nil, nil); status != 200 {
				b.t.Fatalf("status %d", status)
			}
			b.sees(".bar .badge.warn", "No receiver")
		}},
		{"the clock after it was moved", "setup", func(d *desk, _ *disk, b *tab) {
			for range 2 {
				var now console.Clock
				d.call("POST", "api/v1/clock/advance", map[string]string{"by": "36h"}, &now)
				text := now.Now.UTC().Format("2006-01-02 15:04:05 UTC")
				b.sees("main .mono", text)
				b.holds("the bar has it", fmt.Sprintf(`document.querySelector(".bar .clock").textContent === %q`, text))
			}
		}},
		{"a full disk, and room again", "catalogue/message.text", func(d *desk, full *disk, b *tab) {
			b.sees(".bar .badge.good", "Active")
			b.press("Send")
			b.sees(".note", "Answered 200")
			full.full.Store(true)
			b.press("Send")
			b.sees(".toast.bad", errFull.Error())
			b.sees(".bar .badge.bad", "Nothing is saved")
			b.fits()
			b.open(d.console.URL() + "#/setup")
			b.sees("main .note.bad", errFull.Error())
			full.full.Store(false)
			b.holds("it is saved again", `![...document.querySelectorAll(".bar .badge")].some((e) => e.innerText === "Nothing is saved")`)
		}},
		{"what the journal does not have any more", "timeline", func(d *desk, _ *disk, b *tab) {
			b.sees(".count", "1 exchange")
			for range 4 {
				emit(d)
			}
			d.wait("kind=send&after=9")
			dropped := func() (n uint64) {
				var list struct{ Dropped uint64 }
				d.call("GET", "api/v1/exchanges", nil, &list)
				return list.Dropped
			}
			b.sees(".count", fmt.Sprintf("5 exchanges, %d older not kept", dropped()))
			b.open(d.console.URL() + "#/timeline/1")
			b.sees(".detail", "it was dropped, or there never was one")
			b.open(d.console.URL() + "#/setup")
			b.sees("main", fmt.Sprintf("%d of the oldest are not kept any more", dropped()))
			// A thread says so where it begins, and one that nothing was dropped of does not.
			d.person("Bob", "person")
			b.open(d.console.URL() + "#/conversation/Ada")
			b.sees(".beginning", "The beginning of this thread is not kept: the journal was full, and has dropped what came before exchange ")
			b.holds("and not that it begins here", `!document.querySelector(".log").innerText.includes("This is the beginning")`)
			b.open(d.console.URL() + "#/conversation/Bob")
			b.sees(".welcome", "This is the beginning of the conversation.")
			b.holds("Bob misses nothing", `document.querySelector(".beginning").hidden`)
			b.open(d.console.URL() + "#/setup")
			b.sees("main", "not kept any more")
			d.call("POST", "api/v1/reset", nil, nil)
			b.holds("what was forgotten is not missing", `!document.querySelector("main").innerText.includes("not kept any more")`)
		}},
	} {
		for width, height := range map[int64]int64{1280: 800, 390: 800} {
			t.Run(fmt.Sprintf("%s/%d", flow.name, width), func(t *testing.T) {
				full, change := onDisk(t)
				d := open(t, func(p *mockplatform.Options, c *console.Options) {
					change(p, c)
					p.Clock = clock.NewVirtual(day())
					messenger := delivery.Messenger()
					p.Policy = &messenger
					if strings.Contains(flow.name, "journal") {
						p.JournalLimit = 5
					}
				})
				b := d.tab(t, chromium, width, height, flow.page, "light", true)
				flow.run(d, full, b)
				b.fits()
			})
		}
	}
}
