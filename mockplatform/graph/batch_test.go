package graph_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

type element struct {
	Method      string `json:"method"`
	RelativeURL string `json:"relative_url"`
	Body        string `json:"body,omitempty"`
}

// message is an element that sends one.
func message(to string) element {
	form := url.Values{"recipient": {`{"id":"` + to + `"}`}, "message": {`{"text":"100 % of \u00e4"}`}}
	return element{"POST", "me/messages", form.Encode()}
}

func batchOf(t *testing.T, elements ...element) string {
	t.Helper()
	doc, err := json.Marshal(map[string]any{"batch": elements})
	if err != nil {
		t.Fatal(err)
	}
	return string(doc)
}

type elementAnswer struct {
	Code    int
	Headers []struct{ Name, Value string }
	Body    string
}

func answersOf(t *testing.T, w *httptest.ResponseRecorder) []elementAnswer {
	t.Helper()
	var answers []elementAnswer
	if err := json.Unmarshal(w.Body.Bytes(), &answers); err != nil || w.Code != 200 {
		t.Fatalf("status %d, error %v: %s", w.Code, err, w.Body)
	}
	return answers
}

func post(s *graph.Server, target, contentType, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, request("POST", target, contentType, body))
	return w
}

func everything(journal.Exchange) bool { return true }

func TestBatch(t *testing.T) {
	s, j := server(t)
	answers := answersOf(t, post(s, "/v21.0/?access_token="+token, "application/json", batchOf(t,
		message("1234"),
		element{"GET", "/v2.6/5678?fields=first_name", ""},
		element{"GET", "me/feed?a=%zz", ""},
		element{"POST", "me/messages", "recipient=%7B%7D"},
		element{"DELETE", "me/messenger_profile", "fields=greeting"},
		message("9876"),
	)))
	if len(answers) != 6 {
		t.Fatalf("%d answers: %+v", len(answers), answers)
	}
	for i, want := range []struct {
		code          int
		text, version string
		kind          journal.Kind
		person        string
	}{
		{200, `"message_id":"m_`, "v21.0", journal.Send, "1234"},
		{200, `"first_name":`, "v20.0", journal.Graph, "5678"},
		{400, `Unsupported get request.`, "v21.0", journal.Graph, ""},
		{400, `"code":100`, "v21.0", journal.Send, ""},
		{200, `{"result":"success"}`, "v21.0", journal.Graph, ""},
		{200, `"recipient_id":"9876"`, "v21.0", journal.Send, "9876"},
	} {
		a := answers[i]
		version := ""
		for _, h := range a.Headers {
			if h.Name == "facebook-api-version" {
				version = h.Value
			}
		}
		if a.Code != want.code || !strings.Contains(a.Body, want.text) || version != want.version {
			t.Errorf("answer %d: %+v", i, a)
		}
		x := j.Find(everything)[i+1] // after that of the batch
		if x.Kind != want.kind || x.Person != want.person || x.Response.Status != want.code || string(x.Response.Body) != a.Body || x.Token != journal.TokenRight || !strings.HasPrefix(x.Request.URL, "/") {
			t.Errorf("element %d: recorded %+v", i, x)
		}
		if x.Direction != journal.FromReceiver || x.At.IsZero() || x.Timing.Done <= 0 || (x.Err == "") != (want.code == 200) {
			t.Errorf("element %d: recorded %+v", i, x)
		}
	}
	x := j.Find(everything)[0]
	if x.Kind != journal.Graph || x.Person != "" || x.Response.Status != 200 {
		t.Errorf("the batch: recorded %+v", x)
	}
	sent := j.Find(func(x journal.Exchange) bool {
		return x.Kind == journal.Send && strings.Contains(string(x.Doc), `\u00e4`)
	})
	if len(sent) != 2 {
		t.Errorf("%d messages in the journal, want 2", len(sent))
	}
}

func TestBatchEncodings(t *testing.T) {
	elements, _ := json.Marshal([]element{message("1234")})
	form := url.Values{"batch": {string(elements)}, "access_token": {token}, "include_headers": {"false"}}.Encode()
	for name, tt := range map[string]struct{ target, contentType, body string }{
		"a form":                 {"/", "application/x-www-form-urlencoded", form},
		"the query":              {"/v2.6?" + form, "", ""},
		"at the path of an edge": {"/me", "application/x-www-form-urlencoded", form},
		"JSON":                   {"/", "application/json", `{"batch":` + string(elements) + `,"include_headers":false,"access_token":"` + token + `"}`},
	} {
		s, j := server(t)
		answers := answersOf(t, post(s, tt.target, tt.contentType, tt.body))
		if len(answers) != 1 || answers[0].Code != 200 || answers[0].Headers != nil {
			t.Errorf("%s: %+v", name, answers)
		}
		for _, x := range j.Find(everything) {
			if strings.Contains(string(x.Request.Body)+string(x.Doc)+x.Request.URL, token) {
				t.Errorf("%s: the exchange has the token: %+v", name, x)
			}
		}
	}
}

// An element may have a token of its own, which comes first.
func TestBatchTokens(t *testing.T) {
	with := func(e element, token string) element { e.Body += "&access_token=" + token; return e }
	inURL := message("1")
	inURL.RelativeURL += "?access_token=" + token
	s, j := server(t)
	answers := answersOf(t, post(s, "/", "application/json", batchOf(t, message("1"), with(message("1"), token), inURL)))
	for i, code := range []int{400, 200, 200} {
		if answers[i].Code != code {
			t.Errorf("answer %d: %+v", i, answers[i])
		}
	}
	answers = answersOf(t, post(s, "/?access_token="+token, "application/json", batchOf(t, with(message("1"), "wrong"))))
	if answers[0].Code != 400 || !strings.Contains(answers[0].Body, `"code":190`) {
		t.Errorf("a wrong token: %+v", answers)
	}
	for _, x := range j.Find(everything) {
		if strings.Contains(string(x.Request.Body)+string(x.Doc)+x.Request.URL, token) {
			t.Errorf("the exchange has the token: %+v", x)
		}
	}
}

// A batch can be text in a JSON body, as it is in a form.
func TestABatchInText(t *testing.T) {
	text, err := json.Marshal([]any{
		message("1"), map[string]any{"method": "GET", "relative_url": "5678?fields=first_name", "name": nil, "body": nil},
	})
	if err != nil {
		t.Fatal(err)
	}
	body, err := json.Marshal(map[string]string{"batch": string(text), "access_token": token})
	if err != nil {
		t.Fatal(err)
	}
	s, j := server(t)
	answers := answersOf(t, post(s, "/", "application/json", string(body)))
	if len(answers) != 2 || answers[0].Code != 200 || !strings.Contains(answers[1].Body, `"first_name":`) {
		t.Errorf("got %+v", answers)
	}
	found := j.Find(everything)
	if len(found) != 3 || found[0].Edge != "batch" || !strings.HasPrefix(string(found[0].Doc), `{"batch":[{`) || found[1].Kind != journal.Send || found[1].Person != "1" {
		t.Errorf("recorded %+v", found)
	}
	if text := string(found[0].Request.Body); !strings.HasPrefix(text[strings.Index(text, `"batch"`):], `"batch":"[{`) {
		t.Errorf("recorded the body %s", text)
	}
}

func TestBatchErrors(t *testing.T) {
	many := make([]element, 51)
	for i := range many {
		many[i] = message("1")
	}
	for name, tt := range map[string]struct {
		body, kind, text string
	}{
		"too many":       {batchOf(t, many...), "GraphBatchException", "Too many requests in batch message. Maximum batch size is 50"},
		"none":           {`{"batch":[]}`, "OAuthException", "/batch"},
		"no list":        {`{"batch":{}}`, "OAuthException", "/batch"},
		"null":           {`{"batch":null}`, "GraphMethodException", "POST /"},
		"text":           {`{"batch":"many"}`, "OAuthException", "/batch"},
		"null in text":   {`{"batch":"null"}`, "OAuthException", "/batch"},
		"broken text":    {`{"batch":"[{"}`, "OAuthException", "/batch"},
		"a wrong one":    {`{"batch":"[1]"}`, "OAuthException", "/batch/0"},
		"no elements":    {`{"batch":[null,1]}`, "OAuthException", "/batch/0"},
		"no URL":         {`{"batch":[{"method":"GET"}]}`, "OAuthException", "relative_url"},
		"a body of JSON": {`{"batch":[{"method":"POST","relative_url":"me/messages","body":{"recipient":{}}}]}`, "OAuthException", "/batch/0/body"},
		"a twin":         {`{"batch":[{"method":"GET","relative_url":"me","METHOD":1}]}`, "OAuthException", "/batch"},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", "/?access_token="+token, "application/json", tt.body))
			_, kind, _, code, _ := graphError(t, w)
			if code != 100 || kind != tt.kind || !strings.Contains(x.Err, tt.text) || x.Kind != journal.Graph {
				t.Errorf("got %s, recorded %q", w.Body, x.Err)
			}
		})
	}
	w, x := do(t, request("POST", "/?batch=%5B%5D&access_token="+token, "application/json", `{"a":`))
	if _, _, _, code, _ := graphError(t, w); code != 100 || !strings.Contains(x.Err, "not JSON") {
		t.Errorf("a broken body: %s, recorded %q", w.Body, x.Err)
	}
}

func TestBatchOfFifty(t *testing.T) {
	elements := make([]element, 50)
	for i := range elements {
		elements[i] = message("1")
	}
	s, j := server(t)
	if answers := answersOf(t, post(s, "/?access_token="+token, "", batchOf(t, elements...))); len(answers) != 50 {
		t.Errorf("%d answers", len(answers))
	}
	ids := map[string]bool{}
	for _, x := range j.Find(func(x journal.Exchange) bool { return x.Kind == journal.Send }) {
		ids[string(x.Response.Body)] = true
	}
	if len(ids) != 50 {
		t.Errorf("%d different messages", len(ids))
	}
}

// There is no batch in a batch.
func TestBatchInABatch(t *testing.T) {
	inner := element{"POST", "", url.Values{"batch": {"[]"}}.Encode()}
	s, _ := server(t)
	answers := answersOf(t, post(s, "/?access_token="+token, "", batchOf(t, inner)))
	if answers[0].Code != 400 || !strings.Contains(answers[0].Body, "Unsupported post request") {
		t.Errorf("got %+v", answers)
	}
}

// A held person keeps a batch waiting, but all its messages are recorded.
func TestBatchIsHeld(t *testing.T) {
	s, j := server(t)
	front := httptest.NewServer(s)
	t.Cleanup(front.Close)
	const held, free = "4001", "4002"
	release := s.Hold(held)
	defer release()
	ask := func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, "POST", front.URL+"/?access_token="+token, strings.NewReader(batchOf(t, message(held), message(free))))
		if err != nil {
			return err
		}
		r.Close = true
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}

	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan error, 1)
	go func() { over <- ask(ctx) }()
	if _, err := j.Wait(t.Context(), call(free, false)); err != nil {
		t.Fatal("a message after a held one is not recorded:", err)
	}
	cancel()
	if err := <-over; err == nil {
		t.Error("the batch was answered")
	}
	for _, match := range []func(journal.Exchange) bool{call(held, true), call(free, true), call("", true)} {
		x, err := j.Wait(t.Context(), match)
		if left := x.Person != free; err != nil || (x.Response.Status == 0) != left || strings.Contains(x.Err, "gave up") != left {
			t.Errorf("recorded %+v, error %v", x, err)
		}
	}

	go func() { over <- ask(t.Context()) }()
	waiting := func(x journal.Exchange) bool { return x.Seq > 3 && x.Person == free }
	if _, err := j.Wait(t.Context(), waiting); err != nil {
		t.Fatal(err)
	}
	release()
	if err := <-over; err != nil {
		t.Error(err)
	}
}
