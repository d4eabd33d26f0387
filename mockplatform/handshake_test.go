package mockplatform_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// question is a verification request with this challenge.
func question(challenge string) []wire.Field {
	return []wire.Field{
		{Name: "hub.mode", Value: "subscribe"},
		{Name: "hub.challenge", Value: challenge},
		{Name: "hub.verify_token", Value: mockplatform.DefaultVerifyToken},
	}
}

func TestHandshake(t *testing.T) {
	const genuine = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=" + mockplatform.DefaultVerifyToken
	for name, tt := range map[string]struct {
		callback string
		query    []wire.Field
		want     string
	}{
		"genuine":               {"/webhook", question("1158201444"), "/webhook?" + genuine},
		"a query of its own":    {"/webhook?a=%2f+b", question("1158201444"), "/webhook?a=%2f+b&" + genuine},
		"an empty query":        {"/webhook?", question("1158201444"), "/webhook?" + genuine},
		"an open query":         {"/webhook?a=b&", question("1158201444"), "/webhook?a=b&" + genuine},
		"a fragment":            {"/webhook#part?", question("1158201444"), "/webhook?" + genuine},
		"no path":               {"", question("1158201444"), "/?" + genuine},
		"characters to encode":  {"/", []wire.Field{{Name: "a b", Value: "<&=+/ä ~-._"}}, "/?a%20b=%3C%26%3D%2B%2F%C3%A4%20~-._"},
		"twice, in their order": {"/", []wire.Field{{Name: "b", Value: "1"}, {Name: "a", Value: ""}, {Name: "b", Value: "2"}}, "/?b=1&a=&b=2"},
		"no parameters":         {"/webhook?a=b", nil, "/webhook?a=b"},
	} {
		t.Run(name, func(t *testing.T) {
			arrived := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				arrived <- r.Method + " " + r.RequestURI + " " + r.UserAgent()
				_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			}))
			t.Cleanup(server.Close)
			p := created(t, mockplatform.Options{})
			a := p.Handshake(t.Context(), server.URL+tt.callback, tt.query)
			if a.Err != nil {
				t.Fatal(a.Err)
			}
			if got, want := <-arrived, "GET "+tt.want+" facebookplatform/1.0 (+http://developers.facebook.com)"; got != want {
				t.Errorf("arrived %s, want %s", got, want)
			}
			x := only(t, p)
			if x.Kind != journal.Verification || x.Direction != journal.ToReceiver || x.Response.Status != 200 || len(x.Request.Body) != 0 {
				t.Errorf("recorded %+v", x)
			}
			if strings.Contains(fmt.Sprintf("%+v", x), mockplatform.DefaultVerifyToken) {
				t.Errorf("the exchange prints the verify token: %+v", x)
			}
		})
	}
}

func TestHandshakeRedirects(t *testing.T) {
	// A path with a number redirects to the next lower one, by every status that
	// does so in turn.
	mux := http.NewServeMux()
	mux.HandleFunc("/{left}", func(w http.ResponseWriter, r *http.Request) {
		left, _ := strconv.Atoi(r.PathValue("left"))
		if left == 0 {
			_, _ = io.WriteString(w, "challenge")
			return
		}
		w.Header().Set("Location", strconv.Itoa(left-1)+"?"+r.URL.RawQuery)
		w.WriteHeader([]int{0, 301, 302, 307}[left])
	})
	mux.HandleFunc("/not-modified", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/0")
		w.WriteHeader(http.StatusNotModified)
	})
	mux.HandleFunc("/nowhere", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusFound) })
	mux.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "file:///etc/passwd")
		w.WriteHeader(http.StatusSeeOther)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)

	for path, want := range map[string]struct {
		status, requests int
		reason           delivery.Reason
	}{
		"/0":            {200, 1, ""},
		"/1":            {200, 2, ""},
		"/2":            {200, 3, ""},
		"/3":            {301, 3, delivery.ReasonRedirects},
		"/not-modified": {304, 1, ""},
		"/nowhere":      {302, 1, ""},
		"/file":         {0, 2, delivery.ReasonRequest},
	} {
		t.Run(path, func(t *testing.T) {
			p := created(t, mockplatform.Options{})
			a := p.Handshake(t.Context(), server.URL+path, question("1"))
			status, reason := 0, delivery.Reason("")
			if a.Answer != nil {
				status = a.Answer.Status
			}
			var failed *delivery.Error
			if errors.As(a.Err, &failed) {
				reason = failed.Reason
			}
			requests := len(p.Journal().Find(func(x journal.Exchange) bool { return x.Kind == journal.Verification }))
			if status != want.status || requests != want.requests || reason != want.reason {
				t.Errorf("status %d after %d requests, error %v; want %+v", status, requests, a.Err, want)
			}
		})
	}
}
