package console_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
)

func TestWhoIsLetIn(t *testing.T) {
	d := open(t, nil)
	const setup, people = "api/v1/setup", "api/v1/people"
	name := []byte(`{"name": "Ada"}`)
	for what, tt := range map[string]struct {
		method, path string
		body         []byte
		header       http.Header
		want         int
	}{
		"a program":                      {"GET", setup, nil, nil, 200},
		"by the name of this machine":    {"GET", setup, nil, http.Header{"Host": {"localhost:9999"}}, 200},
		"by another name":                {"GET", setup, nil, http.Header{"Host": {"rebound.example"}}, 403},
		"by an address elsewhere":        {"GET", setup, nil, http.Header{"Host": {"192.0.2.1"}}, 403},
		"pages by another name":          {"GET", "", nil, http.Header{"Host": {"rebound.example"}}, 403},
		"health by any name":             {"GET", "healthz", nil, http.Header{"Host": {"pod.example"}}, 200},
		"readiness by any name":          {"GET", "readyz", nil, http.Header{"Host": {"pod.example"}}, 200},
		"its own page":                   {"POST", people, name, http.Header{"Sec-Fetch-Site": {"same-origin"}}, 201},
		"another site":                   {"POST", people, name, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"another port of this machine":   {"POST", people, name, http.Header{"Sec-Fetch-Site": {"same-site"}}, 403},
		"an old browser's other origin":  {"POST", people, name, http.Header{"Origin": {"http://evil.example"}}, 403},
		"what another site only reads":   {"GET", setup, nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"a link from another site":       {"GET", "", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 200},
		"curl -d":                        {"POST", people, name, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, 201},
		"a type that is not understood":  {"POST", people, name, http.Header{"Content-Type": {"text/csv"}}, 415},
		"what is not there":              {"GET", "api/v1/nothing", nil, nil, 404},
		"a page that is not there":       {"GET", "etc/passwd", nil, nil, 404},
		"a change of a page":             {"POST", "index.html", name, nil, 405},
		"a filter that is misspelt":      {"GET", "api/v1/exchanges?persn=Ada", nil, nil, 422},
		"a body of what is not expected": {"POST", people, []byte(`{"nam": "Ada"}`), nil, 422},
		"a body that is not JSON":        {"POST", people, []byte(`{`), nil, 400},
		"a body over its limit":          {"POST", people, bytes.Repeat([]byte(" "), 2<<20), nil, 413},
	} {
		t.Run(what, func(t *testing.T) {
			if status, answer := d.raw(tt.method, tt.path, tt.body, tt.header); status != tt.want {
				t.Errorf("got %d, want %d: %s", status, tt.want, answer)
			}
		})
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	d := open(t, nil)
	for _, path := range []string{"", "app.js", "api/v1/setup", "metrics", "nothing"} {
		answer, err := client().Get(d.console.URL() + path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		policy := answer.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'; script-src 'self'") || !strings.Contains(policy, "; media-src 'self'; ") || strings.ContainsAny(policy, "*/") || strings.Contains(policy, "unsafe") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if answer.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s may be taken for another type", path)
		}
	}
}

func TestAToken(t *testing.T) {
	const token = "a token & more"
	d := open(t, func(_ *mockplatform.Options, o *console.Options) {
		o.Addr, o.Token, o.Hosts = "0.0.0.0:0", token, []string{"referee.example"}
	})
	for what, tt := range map[string]struct {
		path   string
		header http.Header
		want   int
	}{
		"none":                {"api/v1/setup", nil, 401},
		"of pages":            {"", nil, 401},
		"of metrics":          {"metrics", nil, 401},
		"wrong":               {"api/v1/setup", http.Header{"Authorization": {"Bearer other"}}, 401},
		"wrong in a link":     {"?token=other", nil, 401},
		"right":               {"api/v1/setup", http.Header{"Authorization": {"Bearer " + token}}, 200},
		"by a name":           {"api/v1/setup", http.Header{"Authorization": {"Bearer " + token}, "Host": {"referee.example:1"}}, 200},
		"by another name":     {"api/v1/setup", http.Header{"Authorization": {"Bearer " + token}, "Host": {"other.example"}}, 403},
		"by an address":       {"api/v1/setup", http.Header{"Authorization": {"Bearer " + token}, "Host": {"192.0.2.1:1"}}, 200},
		"none for health":     {"healthz", nil, 200},
		"in a link":           {"?token=a+token+%26+more", nil, 303},
		"none, of the stream": {"api/v1/stream", nil, 401},
	} {
		t.Run(what, func(t *testing.T) {
			if status, answer := d.raw("GET", tt.path, nil, tt.header); status != tt.want {
				t.Errorf("got %d, want %d: %s", status, tt.want, answer)
			}
		})
	}
	answer, err := client().Get(d.console.URL() + "?token=a+token+%26+more")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if to := answer.Header.Get("Location"); to != "/" {
		t.Errorf("a link with the token leads to %q, with the token still in sight", to)
	}
	cookie := answer.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode {
		t.Errorf("the cookie %v can be read by scripts or sent by other sites", cookie)
	}
	if status, _ := d.raw("GET", "api/v1/setup", nil, http.Header{"Cookie": {cookie.Name + "=" + cookie.Value}}); status != 200 {
		t.Errorf("the cookie is answered %d", status)
	}
}

func TestAnOpenAddressWantsAToken(t *testing.T) {
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "console.example:80"} {
		if _, err := console.New(console.Options{Platform: platform, Addr: addr}); err == nil || !strings.Contains(err.Error(), "give it a token") {
			t.Errorf("%s: got %v, want advice to give a token", addr, err)
		}
	}
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0", "localhost:0", "127.1.2.3:0"} {
		if _, err := console.New(console.Options{Platform: platform, Addr: addr}); err != nil {
			t.Errorf("%s: %v", addr, err)
		}
	}
}

// TestAFloodOfConnections opens more connections than requests can be under
// way: those that say nothing cost nobody a slot, those that ask get an answer.
func TestAFloodOfConnections(t *testing.T) {
	d := open(t, nil)
	addr := strings.TrimSuffix(strings.TrimPrefix(d.console.URL(), "http://"), "/")
	for range 500 {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: localhost\r\n"); err != nil { // and never more
			t.Fatal(err)
		}
	}
	if status, _ := d.raw("GET", "api/v1/setup", nil, nil); status != 200 {
		t.Fatalf("beside 500 silent connections a request is answered %d", status)
	}

	ctx, cancel := context.WithCancel(t.Context())
	statuses := make(chan int, 200)
	var waiting sync.WaitGroup
	for range 200 {
		waiting.Go(func() {
			r, err := http.NewRequestWithContext(ctx, "GET", d.console.URL()+"api/v1/exchanges/wait?person=nobody&timeout=60s", nil)
			if err != nil {
				t.Error(err)
				return
			}
			answer, err := client().Do(r)
			if err != nil {
				return // let go below
			}
			answer.Body.Close()
			if answer.StatusCode == 503 && answer.Header.Get("Retry-After") == "" {
				t.Error("503 does not say when to try again")
			}
			statuses <- answer.StatusCode
		})
	}
	for range 200 - 128 {
		if status := <-statuses; status != 503 {
			t.Errorf("a request too many is answered %d", status)
		}
	}
	if status, _ := d.raw("GET", "healthz", nil, nil); status != 503 {
		t.Errorf("with all slots taken a request is answered %d", status)
	}
	cancel()
	waiting.Wait()
	for status := 0; status != 200; { // the server notices one by one that clients have gone
		if status, _ = d.raw("GET", "api/v1/setup", nil, nil); status != 200 && status != 503 {
			t.Fatalf("after the flood a request is answered %d", status)
		}
	}
}
