package graph_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// The function is asked about every call but receipts, and what is scripted
// comes before it.
func TestFault(t *testing.T) {
	type about struct {
		Person       string
		Kind         journal.Kind
		Method, Edge string
	}
	var mu sync.Mutex
	var asked []about
	s, j := appServer(t, func(o *graph.Options) {
		o.Answer = func(x journal.Exchange) (fault.GraphAnswer, bool) {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, about{x.Person, x.Kind, x.Request.Method, x.Edge})
			return fault.InvalidToken(), x.Edge == "messages"
		}
	})
	ask := asking(t, s)
	persona := create(t, ask, "Zoë")
	s.Script("1", fault.ServerError())
	for _, step := range []struct {
		method, target, body string
		status               int
		want                 about
	}{
		{"POST", "/v23.0/me/messages", `{"recipient":{"id":"1"},"message":{"text":"a"}}`, 500, about{}}, // scripted
		{"POST", "/v23.0/me/messages", `{"recipient":{"id":"1"},"message":{"text":"a"}}`, 400, about{Person: "1", Kind: journal.Send, Method: "POST", Edge: "messages"}},
		{"POST", "/999/messages", `{"recipient":{"user_ref":"ab"}}`, 400, about{Person: "ab", Kind: journal.Send, Method: "POST", Edge: "messages"}},
		{"GET", "/me", ``, 200, about{Kind: journal.Graph, Method: "GET", Edge: "page"}},
		{"GET", "/1234", ``, 200, about{Person: "1234", Kind: journal.Graph, Method: "GET", Edge: "person"}},
		{"GET", "/" + persona, ``, 200, about{Kind: journal.Graph, Method: "GET", Edge: "persona"}},
		{"GET", "/app", ``, 200, about{Kind: journal.Graph, Method: "GET", Edge: "app"}},
		{"GET", "/debug_token?input_token=a", ``, 200, about{Kind: journal.Graph, Method: "GET", Edge: "debug_token"}},
		{"DELETE", "/me/messenger_profile?fields=greeting", ``, 200, about{Kind: journal.Graph, Method: "DELETE", Edge: "messenger_profile"}},
		{"GET", "/me/feed/x", ``, 400, about{Kind: journal.Graph, Method: "GET", Edge: "feed/x"}},
		{"GET", "/somebody", ``, 400, about{Kind: journal.Graph, Method: "GET", Edge: "other"}},
	} {
		asked = nil
		status, doc := ask(step.method, step.target, step.body)
		if status != step.status || step.want != (about{}) && !slices.Equal(asked, []about{step.want}) || step.want == (about{}) && len(asked) > 0 {
			t.Errorf("%s %s: status %d, asked about %+v: %s", step.method, step.target, status, asked, doc)
		}
	}
	asked = nil
	ask("POST", "/", `{"batch":[{"method":"GET","relative_url":"me"}]}`)
	if want := []about{{Kind: journal.Graph, Method: "POST", Edge: "batch"}, {Kind: journal.Graph, Method: "GET", Edge: "page"}}; !slices.Equal(asked, want) {
		t.Errorf("a batch: asked about %+v", asked)
	}
	asked = nil
	post(s, graph.ReceiptsPath, "", `{"kind":"other","sender":{"id":"1234"}}`)
	if len(asked) > 0 {
		t.Errorf("a receipt: asked about %+v", asked)
	}
	if x := j.Find(func(x journal.Exchange) bool { return x.Person == "ab" }); len(x) != 1 || len(x[0].Faults) != 1 || x[0].Edge != "messages" {
		t.Errorf("recorded %+v", x)
	}
}

// A late answer is the real one, and its call has its effect.
func TestLateAnswers(t *testing.T) {
	s, j := server(t)
	ask := asking(t, s)
	late := fault.Slow(time.Nanosecond)
	late.Header = http.Header{"X-App-Usage": {"{}"}}
	s.Script("1234", late, late)
	if _, doc := ask("POST", "/me/pass_thread_control", `{"recipient":{"id":"1234"},"target_app_id":1}`); doc != `{"success":true}` {
		t.Errorf("got %s", doc)
	}
	if status, doc := ask("POST", "/me/messages", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`); status != 400 || !strings.Contains(doc, "2018300") {
		t.Errorf("status %d: %s", status, doc)
	}
	for _, x := range j.Find(everything) {
		if !slices.Equal(x.Faults, []string{"an answer after 1ns"}) || x.Response.Header.Get("X-App-Usage") != "{}" || x.Response.Header.Get("facebook-api-version") == "" {
			t.Errorf("recorded %+v", x)
		}
	}
}

// A call that waits ends with its client, and with the server.
func TestDelaysEnd(t *testing.T) {
	s, j, send := listening(t)
	s.Script("1", fault.Slow(time.Hour), fault.GraphAnswer{What: "an error after 1h", Status: 500, Delay: time.Hour})
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		_, err := send(ctx, "1")
		gone <- err
	}()
	if _, err := j.Wait(t.Context(), call("1", false)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-gone; err == nil {
		t.Error("the call was answered")
	}
	x, err := j.Wait(t.Context(), call("1", true))
	if err != nil || x.Response.Status != 0 || !strings.Contains(x.Err, "gave up") || !slices.Equal(x.Faults, []string{"an answer after 1h0m0s"}) {
		t.Errorf("recorded %+v, error %v", x, err)
	}

	answered := make(chan int, 1)
	go func() {
		status, err := send(t.Context(), "1")
		if err != nil {
			t.Error(err)
		}
		answered <- status
	}()
	if _, err := j.Wait(t.Context(), call("1", false)); err != nil {
		t.Fatal(err)
	}
	s.Close()
	if status := <-answered; status != 500 {
		t.Errorf("status %d", status)
	}
	s.Script("1", fault.Slow(time.Hour))
	if status, err := send(t.Context(), "1"); status != 200 || err != nil {
		t.Errorf("after closing: status %d, error %v", status, err)
	}
}

// An error that is played on purpose is written as any other, in the words of the
// same table, with the headers that it brings along in place of the usual ones.
func TestErrorsOnPurpose(t *testing.T) {
	s, _ := server(t)
	call := func(a fault.GraphAnswer) *httptest.ResponseRecorder {
		s.Script("1", a)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", right, "application/json", `{"recipient":{"id":"1"},"message":{"text":"a"}}`))
		return w
	}
	traces := map[string]bool{}
	for _, tt := range []struct {
		answer                fault.GraphAnswer
		status, code, subcode int
	}{
		{fault.InvalidToken(), 400, 190, 0},
		{fault.OutsideWindow(), 400, 10, 2018278},
		{fault.RateLimited(), 400, 613, 0},
		{fault.RateLimitedFor(page, time.Minute), 400, 613, 0},
		{fault.ApplicationLimit(), 400, 4, 0},
		{fault.TemporaryFailure(), 400, 1200, 0},
		{fault.ServerError(), 500, -1, 2018012},
	} {
		w := call(tt.answer)
		var doc struct {
			Error struct {
				Code    int
				Subcode int    `json:"error_subcode"`
				Trace   string `json:"fbtrace_id"`
			}
		}
		if err := errors.Join(schemas.Validate("graph.error", w.Body.Bytes()), json.Unmarshal(w.Body.Bytes(), &doc)); err != nil {
			t.Error(err)
		}
		if e := doc.Error; w.Code != tt.status || e.Code != tt.code || e.Subcode != tt.subcode || traces[e.Trace] {
			t.Errorf("%s: status %d, %s", tt.answer.What, w.Code, w.Body)
		}
		traces[doc.Error.Trace] = true
		for _, once := range []string{"X-Business-Use-Case-Usage", "Facebook-API-Version"} {
			n := 0
			for name := range w.Header() {
				if strings.EqualFold(name, once) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: %s is there %d times: %v", tt.answer.What, once, n, w.Header())
			}
		}
	}
	if w := call(fault.OutsideWindow()); !strings.Contains(w.Body.String(), `https:\/\/developers`) {
		t.Errorf("not escaped as Meta escapes: %s", w.Body)
	}
	if w := call(fault.GraphAnswer{What: "nonsense", Error: "nonsense"}); w.Code != 500 || !strings.Contains(w.Body.String(), `there is no error "nonsense"`) {
		t.Errorf("an error that is not in the table: %d %s", w.Code, w.Body)
	}
}

func TestFaultsInAnswers(t *testing.T) {
	s, _ := server(t)
	for want, a := range map[string]fault.GraphAnswer{
		`X-Business-Use-Case-Usage: {"` + page + `":[{"type":"messenger","call_count":100`: fault.RateLimitedFor(page, time.Minute),
		`"estimated_time_to_regain_access":2}]}`:                                           fault.RateLimitedFor(page, 61*time.Second),
		`X-App-Usage: {"call_count":100`:                                                   fault.ApplicationLimit(),
		`{"recipient_id":"1254477777772919","message_id":"m_AG5Hz2U`:                       fault.MalformedJSON(),
	} {
		s.Script("1", a)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("POST", right, "application/json", `{"recipient":{"id":"1"},"message":{"text":"a"}}`))
		text := w.Body.String()
		for name, values := range w.Header() {
			text += fmt.Sprintf("\n%s: %s", name, values[0])
		}
		if !strings.Contains(text, want) {
			t.Errorf("got %s, want %s", text, want)
		}
	}
}
