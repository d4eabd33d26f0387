package polite_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/watch/polite"
)

// clock stands still but for what a client waits.
type clock struct {
	now    time.Time
	waited []time.Duration
}

func (c *clock) options(o polite.Options) polite.Options {
	o.UserAgent = "referee/test"
	o.Now = func() time.Time { return c.now }
	o.Wait = func(ctx context.Context, d time.Duration) error {
		c.waited = append(c.waited, d)
		c.now = c.now.Add(d)
		return ctx.Err()
	}
	return o
}

func start(t *testing.T, handler http.HandlerFunc) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func TestConditionalRequests(t *testing.T) {
	var asked []http.Header
	server := start(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header)
		if r.Header.Get("If-None-Match") == `"1"` && r.Header.Get("If-Modified-Since") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Last-Modified", "Sun, 29 Nov 2026 11:00:00 GMT")
		w.Header().Set("Content-Type", "text/markdown")
		w.Write([]byte("# A page"))
	})
	c := &clock{now: noon}
	client := polite.New(c.options(polite.Options{Pause: 2 * time.Second}), nil)
	defer client.Close()
	first, err := client.Get(t.Context(), server.URL+"/a", polite.Validators{})
	if err != nil || string(first.Body) != "# A page" || first.ContentType != "text/markdown" || first.Address != server.URL+"/a" {
		t.Fatalf("%+v %v", first, err)
	}
	second, err := client.Get(t.Context(), server.URL+"/a", first.Validators)
	if err != nil || !second.NotModified || second.Body != nil {
		t.Fatalf("%+v %v", second, err)
	}
	if len(c.waited) != 1 || c.waited[0] != 2*time.Second {
		t.Errorf("it waited %v between two requests", c.waited)
	}
	for _, header := range asked {
		if header.Get("User-Agent") != "referee/test" {
			t.Errorf("the program is called %q", header.Get("User-Agent"))
		}
	}
}

func TestWhatIsNoPage(t *testing.T) {
	other := start(t, func(w http.ResponseWriter, _ *http.Request) { t.Error("another host was asked") })
	server := start(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/gone":
			w.WriteHeader(http.StatusGone)
		case "/missing":
			w.WriteHeader(http.StatusNotFound)
		case "/broken":
			w.WriteHeader(http.StatusInternalServerError)
		case "/not-modified":
			w.WriteHeader(http.StatusNotModified)
		case "/here":
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/away":
			http.Redirect(w, r, other.URL+"/page", http.StatusFound)
		case "/huge":
			w.Write([]byte(strings.Repeat("x", 1001)))
		case "/short":
			w.Header().Set("Content-Length", "100")
			w.Write([]byte("x"))
		case "/slow":
			<-r.Context().Done()
		default:
			w.Write([]byte("there"))
		}
	})
	client := polite.New((&clock{now: noon}).options(polite.Options{MostBytes: 1000, Timeout: 200 * time.Millisecond}), nil)
	defer client.Close()
	for path, want := range map[string]string{
		"/broken":       "the answer is 500 Internal Server Error",
		"/not-modified": "the answer is 304",
		"/round":        "it leads to /round, which was not followed",
		"/away":         "it leads to " + other.URL + "/page, which was not followed",
		"/huge":         "it is longer than 1000 bytes",
		"/short":        "it did not come whole",
		"/slow":         "it did not come within 200ms",
	} {
		if answer, err := client.Get(t.Context(), server.URL+path, polite.Validators{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v %v", path, answer, err)
		}
	}
	for _, path := range []string{"/gone", "/missing"} {
		if answer, err := client.Get(t.Context(), server.URL+path, polite.Validators{}); err != nil || !answer.Gone {
			t.Errorf("%s: %+v %v", path, answer, err)
		}
	}
	if answer, err := client.Get(t.Context(), server.URL+"/here", polite.Validators{}); err != nil || answer.Address != server.URL+"/there" {
		t.Errorf("/here: %+v %v", answer, err)
	}
}

// A host that asks to wait is left alone, by this client and by the next one.
func TestBusy(t *testing.T) {
	requests, after := 0, ""
	server := start(t, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		if after != "none" {
			w.Header().Set("Retry-After", after)
		}
		w.WriteHeader(http.StatusTooManyRequests)
	})
	for text, want := range map[string]time.Duration{
		"120": 2 * time.Minute, "Sun, 29 Nov 2026 12:10:00 GMT": 10 * time.Minute, "none": time.Hour, "soon": time.Hour,
		"99999999": 24 * time.Hour, "Sun, 29 Nov 2099 12:10:00 GMT": 24 * time.Hour,
	} {
		requests, after = 0, text
		c := &clock{now: noon}
		client := polite.New(c.options(polite.Options{}), nil)
		for range 2 {
			if _, err := client.Get(t.Context(), server.URL, polite.Validators{}); err == nil || !strings.Contains(err.Error(), "wants to be left alone until "+noon.Add(want).Format(time.RFC3339)) {
				t.Errorf("Retry-After %q: %v", text, err)
			}
		}
		next := polite.New(c.options(polite.Options{}), client.Busy())
		if _, err := next.Get(t.Context(), server.URL, polite.Validators{}); err == nil || !strings.Contains(err.Error(), "was not asked") {
			t.Errorf("the next client: %v", err)
		}
		if requests != 1 {
			t.Errorf("Retry-After %q: %d requests", text, requests)
		}
		c.now = c.now.Add(want)
		if len(client.Busy()) != 0 {
			t.Errorf("it is busy for ever: %v", client.Busy())
		}
		client.Close()
		next.Close()
	}
}

// A host that is down is not waited for with each of its pages.
func TestSilence(t *testing.T) {
	var requests atomic.Int64
	server := start(t, func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1); r.URL.Path == "/answers" {
			return
		}
		panic(http.ErrAbortHandler) // the connection ends without an answer
	})
	client := polite.New((&clock{now: noon}).options(polite.Options{}), nil)
	defer client.Close()
	get := func(path string) error {
		_, err := client.Get(t.Context(), server.URL+path, polite.Validators{})
		return err
	}
	for _, path := range []string{"/a", "/b", "/answers", "/c", "/d", "/e"} {
		if err := get(path); (err == nil) != (path == "/answers") {
			t.Errorf("%s: %v", path, err)
		}
	}
	before := requests.Load()
	if err := get("/f"); err == nil || !strings.Contains(err.Error(), "was not asked: it gave no answer 3 times in a row") {
		t.Errorf("the error is %v", err)
	}
	if requests.Load() != before {
		t.Error("it was asked")
	}
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	server := start(t, func(http.ResponseWriter, *http.Request) { stop() })
	client := polite.New(polite.Options{}, nil)
	defer client.Close()
	for range 2 { // while it is asked, and before
		if _, err := client.Get(ctx, server.URL, polite.Validators{}); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
	}
}
