package mockplatform_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// knock makes one call with the right token and the right form. Whether it is
// answered hangs on its headers alone.
func knock(t *testing.T, url, method, path string, header http.Header) (status int, text string, answered http.Header) {
	t.Helper()
	body := ""
	if method == http.MethodPost {
		body = `{"recipient":{"id":"1"},"message":{"text":"a"}}`
	}
	r, err := http.NewRequestWithContext(t.Context(), method, url+path+"?access_token="+mockplatform.DefaultPageToken, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header.Clone()
	r.Host = header.Get("Host")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	all, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(all), resp.Header
}

func TestWhoIsAnswered(t *testing.T) {
	p := started(t, mockplatform.Options{Hosts: []string{"graph.facebook.com", "referee"}})
	further := httptest.NewServer(p.GraphAPI()) // as for a container
	defer further.Close()
	for what, c := range map[string]struct {
		header        http.Header
		here, further int
	}{
		"a program":                        {http.Header{}, 200, 200},
		"Node's fetch":                     {http.Header{"Sec-Fetch-Mode": {"cors"}}, 200, 200},
		"by the name of this machine":      {http.Header{"Host": {"localhost:7070"}}, 200, 200},
		"by another loopback address":      {http.Header{"Host": {"[::1]:7070"}}, 200, 200},
		"by a name of Meta's":              {http.Header{"Host": {"graph.facebook.com"}}, 200, 200},
		"by a name that is allowed":        {http.Header{"Host": {"referee:7070"}}, 200, 200},
		"by an unknown name":               {http.Header{"Host": {"rebound.example"}}, 403, 403},
		"by an address elsewhere":          {http.Header{"Host": {"192.0.2.1:7070"}}, 403, 200},
		"what a person has typed":          {http.Header{"Sec-Fetch-Site": {"none"}}, 200, 200},
		"what shows an answer of ours":     {http.Header{"Sec-Fetch-Site": {"same-origin"}}, 200, 200},
		"another site":                     {http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403, 403},
		"another port of this machine":     {http.Header{"Sec-Fetch-Site": {"same-site"}}, 403, 403},
		"an old browser's other origin":    {http.Header{"Origin": {"http://evil.example"}}, 403, 403},
		"an old browser's secret origin":   {http.Header{"Origin": {"null"}}, 403, 403},
		"another site, by an allowed name": {http.Header{"Host": {"referee:7070"}, "Sec-Fetch-Site": {"cross-site"}}, 403, 403},
	} {
		t.Run(what, func(t *testing.T) {
			for _, call := range [][2]string{
				{"GET", "/me"}, {"GET", "/v23.0/me"}, {"POST", "/me/messages"}, {"OPTIONS", "/me/messages"},
			} {
				for url, want := range map[string]int{p.GraphURL(): c.here, further.URL: c.further} {
					status, text, answered := knock(t, url, call[0], call[1], c.header)
					if status != want {
						t.Errorf("%s %s is answered %d %s, want %d", call[0], call[1], status, text, want)
					}
					if opened := answered.Get("Access-Control-Allow-Origin"); status == 403 && (opened != "" || !strings.HasPrefix(text, "the platform ")) {
						t.Errorf("the refusal lets pages of %q read %q", opened, text)
					}
				}
			}
		})
	}
}

// A page that goes on calling is told of, and neither fills the journal nor puts into
// it what it likes.
func TestStrangersInTheJournal(t *testing.T) {
	p := started(t, mockplatform.Options{})
	everything := func(journal.Exchange) bool { return true }
	page := http.Header{"Sec-Fetch-Site": {"cross-site"}, "Origin": {"http://evil.example"}, "User-Agent": {"browser"}, "X-Text": {"data of the page"}}
	for range 3 {
		knock(t, p.GraphURL(), "POST", "/me/messages", page)
	}
	found := p.Journal().Find(everything)
	if len(found) != 1 {
		t.Fatalf("three calls are %d exchanges, want 1", len(found))
	}
	x := found[0]
	if x.Direction != journal.FromReceiver || x.Kind != journal.Unknown || x.Request.Method != "POST" || x.Request.URL != "/me/messages" || x.Response.Status != 403 || !x.Settled() ||
		len(x.Request.Body) > 0 || !x.Request.Cut || x.Request.Header.Get("Origin") != "http://evil.example" || x.Request.Header.Get("X-Text") != "" ||
		!strings.HasSuffix(x.Err, `this one is cross-site, from a page of "http://evil.example"`) {
		t.Errorf("got %+v", x)
	}
	list := p.RefusedCalls()
	if len(list) != 1 || list[0].Method != "POST" || list[0].Edge != "/me/messages" || list[0].Count != 3 || list[0].First != x.Seq || list[0].Problem != x.Err {
		t.Errorf("got %+v", list)
	}
	for n := range 40 {
		knock(t, p.GraphURL(), "GET", fmt.Sprintf("/%d%s", n, strings.Repeat("x", 5000)), page)
	}
	for _, x := range p.Journal().Find(everything) {
		if len(x.Request.URL) > 200 {
			t.Errorf("%d bytes of a path are kept", len(x.Request.URL))
		}
	}
	if n := len(p.Journal().Find(everything)); n != 16 {
		t.Errorf("41 sorts of calls are %d exchanges, want 16", n)
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	knock(t, p.GraphURL(), "GET", "/me", http.Header{"Host": {"bot"}})
	found = p.Journal().Find(everything)
	if len(found) != 1 || len(p.RefusedCalls()) != 1 || !strings.Contains(found[0].Err, "allow the name with --platform-host") {
		t.Errorf("after a reset: %+v", found)
	}
}

func TestAnOpenAddressWantsSecretsOfItsOwn(t *testing.T) {
	own := mockplatform.Options{AppSecret: "a", VerifyToken: "b", PageToken: "c"}
	for _, addr := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "referee.example:80"} {
		_, err := mockplatform.New(mockplatform.Options{Addr: addr, VerifyToken: "b"})
		if err == nil || !strings.Contains(err.Error(), "set the app secret (--app-secret), the page token (--page-token) to something of your own") {
			t.Errorf("%s: got %v, want what to set", addr, err)
		}
		o := own
		o.Addr = addr
		created(t, o)
	}
	for _, addr := range []string{"", "127.0.0.1:0", "[::1]:0", "localhost:0", "127.1.2.3:0"} {
		created(t, mockplatform.Options{Addr: addr})
	}
}

// An address that is open for others is one of many, and no name leads to one.
func TestAnOpenAddressIsCalledByAnyAddress(t *testing.T) {
	p := started(t, mockplatform.Options{Addr: "0.0.0.0:0", AppSecret: "a", VerifyToken: "b", PageToken: mockplatform.DefaultPageToken + "-own"})
	for host, known := range map[string]bool{"192.0.2.1:7070": true, "rebound.example": false} {
		if status, text, _ := knock(t, p.GraphURL(), "GET", "/me", http.Header{"Host": {host}}); (status != 403) != known {
			t.Errorf("%s is answered %d %s", host, status, text)
		}
	}
}
