package console_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/store"
)

// lives calls each life with a platform on one file, one after the other.
func lives(t *testing.T, change func(*mockplatform.Options), each ...func(t *testing.T, d *desk)) {
	file := filepath.Join(t.TempDir(), "referee.db")
	for _, life := range each {
		t.Run("a life", func(t *testing.T) {
			db, err := store.Open(file)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := db.Close(); err != nil {
					t.Error(err)
				}
			})
			life(t, open(t, func(o *mockplatform.Options, _ *console.Options) {
				o.Store, o.JournalStore = db, db.Journal()
				if change != nil {
					change(o)
				}
			}))
		})
	}
}

// What an earlier life dropped is said to be missing in the later ones, and what was
// forgotten by a reset is not.
func TestWhatIsMissingAfterARestart(t *testing.T) {
	dropped := func(d *desk) uint64 {
		d.t.Helper()
		var setup console.Setup
		d.call("GET", "api/v1/setup", nil, &setup)
		return setup.Journal.Dropped
	}
	lives(t, func(o *mockplatform.Options) { o.JournalLimit = 4 },
		func(t *testing.T, d *desk) {
			for range 6 {
				d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, nil)
			}
			if view := d.thread("Ada"); view.LostBefore == 0 || dropped(d) == 0 {
				t.Errorf("%d were dropped, Ada's thread begins at %d", dropped(d), view.LostBefore)
			}
		},
		func(t *testing.T, d *desk) {
			d.person("Bob", "person")
			if n, ada, bob := dropped(d), d.thread("Ada").LostBefore, d.thread("Bob").LostBefore; n == 0 || ada == 0 || bob != 0 {
				t.Errorf("%d were dropped, Ada's thread begins at %d, and Bob's at %d", n, ada, bob)
			}
			if status := d.call("POST", "api/v1/reset", nil, nil); status != 204 {
				t.Fatalf("status %d", status)
			}
			if n := dropped(d); n != 0 {
				t.Errorf("after a reset %d were dropped", n)
			}
			d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "handshake": false}, nil)
			d.call("POST", "api/v1/events", map[string]string{"variant": "message.text", "person": "Ada"}, nil)
		},
		func(t *testing.T, d *desk) {
			if n, ada := dropped(d), d.thread("Ada").LostBefore; n != 0 || ada != 0 {
				t.Errorf("after a reset and a restart %d were dropped, and Ada's thread begins at %d", n, ada)
			}
		})
}

// What people send and bots upload is there after a restart, at another port too, until
// a reset forgets it.
func TestFilesAfterARestart(t *testing.T) {
	shown := drawing(t)
	var made struct{ URL string }
	var uploaded struct {
		ID string `json:"attachment_id"`
	}
	sent := ""
	is := func(d *desk, query string, want int) {
		d.t.Helper()
		if status, answer := d.raw("GET", "api/v1/pictures?"+query, nil, nil); status != want || want == 200 && !bytes.Equal(answer, shown) {
			d.t.Errorf("%s: %d %.200s", query, status, answer)
		}
	}
	all := func(d *desk, want int) {
		is(d, "source="+url.QueryEscape(made.URL), want)
		is(d, "source="+uploaded.ID, want)
		is(d, "exchange="+sent, want)
	}
	lives(t, nil,
		func(t *testing.T, d *desk) {
			status, answer := d.raw("POST", "api/v1/files?name=shoe.png", shown, http.Header{"Content-Type": {"image/png"}})
			if err := json.Unmarshal(answer, &made); err != nil || status != 201 {
				t.Fatalf("%d %s", status, answer)
			}
			d.bot.upload("message_attachments", map[string]string{"message": `{"attachment": {"type": "image", "payload": {"is_reusable": true}}}`}, shown, &uploaded)
			d.bot.upload("messages", map[string]string{"recipient": `{"id": "` + d.platform.Session("Ada").PSID + `"}`, "message": `{"attachment": {"type": "image", "payload": {}}}`}, shown, new(map[string]any))
			sent = number(d.wait("kind=send").Seq)
			all(d, 200)
		},
		func(t *testing.T, d *desk) {
			all(d, 200)
			got, err := http.Get(d.platform.GraphURL() + made.URL[strings.Index(made.URL, "/_referee/"):])
			if err != nil {
				t.Fatal(err)
			}
			defer got.Body.Close()
			if data, err := io.ReadAll(got.Body); err != nil || !bytes.Equal(data, shown) || got.Header.Get("Content-Type") != "image/png" {
				t.Errorf("a receiver gets %d bytes, %v, %v", len(data), got.Header, err)
			}
			var other struct{ URL string }
			_, answer := d.raw("POST", "api/v1/files?name=other.png", shown, http.Header{"Content-Type": {"image/png"}})
			if err := json.Unmarshal(answer, &other); err != nil || strings.HasSuffix(made.URL, other.URL[strings.LastIndex(other.URL, "/"):]) {
				t.Errorf("the next has the address %s, %v", other.URL, err)
			}
			if status := d.call("POST", "api/v1/reset", nil, nil); status != 204 {
				t.Fatalf("status %d", status)
			}
			all(d, 404)
		},
		func(_ *testing.T, d *desk) { all(d, 404) })
}
