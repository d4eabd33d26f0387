package graph_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	page  = "104508901353867"
	app   = "498721317747541"
	token = "EAAGm0PX4ZCpsBAKZCw5"
	day   = "2026-06-01" // when v20.0 is the oldest version that can be used
)

// server returns a server and the journal that it writes. It is lenient, as that of a
// run is: what a strict one refuses beside that, TestRefusals has.
func server(t *testing.T) (*graph.Server, *journal.Journal) {
	t.Helper()
	j := journal.New(100, token)
	s := graph.New(graph.Options{
		PageID: page, PageToken: token, AppID: app, Seed: 1, Journal: j,
		Clock: func() time.Time { return time.UnixMilli(1527459824000) }, Version: "v23.0", Day: day,
	})
	t.Cleanup(s.Close)
	return s, j
}

// do makes one call and returns its answer and what the journal has of it.
func do(t *testing.T, r *http.Request) (*httptest.ResponseRecorder, journal.Exchange) {
	t.Helper()
	s, j := server(t)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	found := j.Find(func(journal.Exchange) bool { return true })
	if len(found) != 1 {
		t.Fatalf("%d exchanges, want 1", len(found))
	}
	x := found[0]
	if x.Direction != journal.FromReceiver || x.Response.Status != w.Code || string(x.Response.Body) != w.Body.String() || !x.At.Equal(time.UnixMilli(1527459824000)) || x.Timing.Done <= 0 {
		t.Errorf("the exchange is not what happened: %+v", x)
	}
	return w, x
}

func request(method, target, contentType, body string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r
}

// graphError decodes an answer that must be a Graph API error.
func graphError(t *testing.T, w *httptest.ResponseRecorder) (message, kind, trace string, code, subcode int) {
	t.Helper()
	if err := schemas.Validate("graph.error", w.Body.Bytes()); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	var doc struct {
		Error struct {
			Message string
			Type    string
			Code    int
			Subcode int    `json:"error_subcode"`
			Trace   string `json:"fbtrace_id"`
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	e := doc.Error
	if w.Code != http.StatusBadRequest {
		t.Errorf("status %d, want 400", w.Code)
	}
	return e.Message, e.Type, e.Trace, e.Code, e.Subcode
}

func TestUnknownEdges(t *testing.T) {
	for name, tt := range map[string]struct {
		method, target string
		start          string
	}{
		"GET":             {"GET", "/v23.0/me/blocked", "Unsupported get request. Object with ID 'me' does not exist"},
		"POST":            {"POST", "/1234/feed", "Unsupported post request. Object with ID '1234' does not exist"},
		"DELETE":          {"DELETE", "/me/messages", "Unsupported delete request. Object with ID 'me'"},
		"another page":    {"GET", "/v2.6/999/messenger_profile", "Unsupported get request. Object with ID '999'"},
		"the root":        {"GET", "/", "Unsupported get request. Object with ID ''"},
		"only a version":  {"GET", "/v23.0", "Unsupported get request. Object with ID ''"},
		"below the edge":  {"POST", "/me/messages/x", "Unsupported post request. Object with ID 'me'"},
		"not a version":   {"POST", "/v23/me/messages", "Unsupported post request. Object with ID 'v23'"},
		"escaped markup":  {"GET", "/%3Cb%3E", `Unsupported get request. Object with ID '<b>'`},
		"with a bad body": {"POST", "/me/feed", "Unsupported post request."},
		"the predecessor": {"POST", "/v2.6/me/thread_settings", "Unsupported post request. Object with ID 'me'"},
		"page activities": {"POST", "/" + app + "/page_activities", "Unsupported post request. Object with ID '" + app + "'"},
		"no persona":      {"DELETE", "/1234567890123456", "Unsupported delete request. Object with ID '1234567890123456'"},
		"a user_ref":      {"GET", "/ab-12", "Unsupported get request. Object with ID 'ab-12'"},
		"a leading zero":  {"GET", "/0123", "Unsupported get request. Object with ID '0123'"},
		"a long number":   {"GET", "/123456789012345678901", "Unsupported get request. Object with ID '123456789012345678901'"},
		"not UTF-8":       {"GET", "/%ff%00", "Unsupported get request. Object with ID '\ufffd\x00'"},
		"a username":      {"GET", "/%F0%9F%8E%89%22%27..%5C", "Unsupported get request. Object with ID '🎉\"'..\\'"},
		"a strange verb":  {"BREW", "/me", "Unsupported brew request. Object with ID 'me'"},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request(tt.method, tt.target+"?access_token="+token, "", `{"text":`))
			message, kind, trace, code, subcode := graphError(t, w)
			if !strings.HasPrefix(message, tt.start) || kind != "GraphMethodException" || code != 100 || subcode != 33 || len(trace) != 23 {
				t.Errorf("got %s", w.Body)
			}
			if x.Kind != journal.Graph || x.Person != "" || !strings.HasPrefix(x.Err, "the platform does not play "+tt.method) {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

// What is not there says so to those alone who have a token.
func TestUnknownEdgesWithoutAToken(t *testing.T) {
	for target, want := range map[string]int{
		"/me/blocked": 2500, "/1234/feed": 104, "/999/messages": 104, "/1234567890123456": 104, "/": 104,
		"/me/blocked?access_token=wrong": 190, "/999/messages?access_token=wrong": 190,
	} {
		w, _ := do(t, request("POST", target, "application/json", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`))
		if _, _, _, code, _ := graphError(t, w); code != want {
			t.Errorf("%s: %s, want the code %d", target, w.Body, want)
		}
	}
}

func TestHeader(t *testing.T) {
	for target, version := range map[string]string{"/v20.0/me/messages": "v20.0", "/v99.1/me/messages": "v99.1", "/me/messages": "v23.0"} {
		w, x := do(t, request("POST", target+"?access_token="+token, "application/json", `{"recipient":{"id":"1"},"message":{"text":"a"}}`))
		h := w.Result().Header
		for name, want := range map[string]string{
			"Content-Type":                "application/json; charset=UTF-8",
			"Facebook-Api-Version":        version,
			"Access-Control-Allow-Origin": "*",
			"Cache-Control":               "private, no-cache, no-store, must-revalidate",
			"Pragma":                      "no-cache",
			"Expires":                     "Sat, 01 Jan 2000 00:00:00 GMT",
			"Strict-Transport-Security":   "max-age=15552000; preload",
		} {
			// A recorder keeps the spelling of Meta's lower-case names.
			if got := h.Get(name) + strings.Join(h[strings.ToLower(name)], ""); got != want {
				t.Errorf("%s: got %q, want %q", name, got, want)
			}
			if got := x.Response.Header.Get(name); got != want {
				t.Errorf("%s: recorded %q, want %q", name, got, want)
			}
		}
		var usage map[string]any
		if err := json.Unmarshal([]byte(x.Response.Header.Get("x-business-use-case-usage")), &usage); err != nil || usage[page] == nil {
			t.Errorf("usage %v, error %v", usage, err)
		}
		if warning := x.Response.Header.Get("x-ad-api-version-warning"); warning != "" {
			t.Errorf("%s: warned: %s", target, warning)
		}
	}
}

// A version that cannot be used any more is upgraded, for errors too.
func TestOldVersions(t *testing.T) {
	for version, upgraded := range map[string]bool{
		"v2.6": true, "v1.0": true, "v19.0": true, "v19.99": true, "v20.0": false, "v20.1": false, "v23.0": false,
		"v99999999999999999999.0": false, "v0.99999999999999999999": true,
	} {
		for _, edge := range []string{"me", "me/feed"} {
			_, x := do(t, request("GET", "/"+version+"/"+edge+"?access_token="+token, "", ""))
			want, warning := version, ""
			if upgraded {
				want, warning = "v20.0", "The call has been auto-upgraded to v20.0 as "+version+" has been deprecated."
			}
			if h := x.Response.Header; h.Get("facebook-api-version") != want || h.Get("x-ad-api-version-warning") != warning {
				t.Errorf("%s/%s: answered with %s and the warning %q", version, edge, h.Get("facebook-api-version"), h.Get("x-ad-api-version-warning"))
			}
		}
	}
}

func TestAnswersAreEscapedAsMetasAre(t *testing.T) {
	w, _ := do(t, request("GET", "/%3Cb%3E?access_token="+token, "", ""))
	if body := w.Body.String(); !strings.Contains(body, `'\u003Cb>'`) || !strings.Contains(body, `https:\/\/developers`) {
		t.Errorf("got %s", body)
	}
}

func TestTheSameSeedGivesTheSameAnswers(t *testing.T) {
	answers := func(seed int64) (bodies []string) {
		s := graph.New(graph.Options{PageID: page, PageToken: token, Seed: seed, Journal: journal.New(10)})
		for range 3 {
			for _, target := range []string{"/me/messages?access_token=" + token, "/me"} {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, request("POST", target, "", `{"recipient":{"id":"1"},"message":{"text":"a"}}`))
				bodies = append(bodies, w.Body.String())
			}
		}
		return bodies
	}
	first, again, other := answers(1), answers(1), answers(2)
	seen := map[string]bool{}
	for i := range first {
		if first[i] != again[i] {
			t.Errorf("answer %d differs: %s, %s", i, first[i], again[i])
		}
		seen[first[i]], seen[other[i]] = true, true
	}
	if len(seen) != 12 {
		t.Errorf("%d different answers to 12 calls", len(seen))
	}
}

func TestLargeBodies(t *testing.T) {
	for size, status := range map[int]int{graph.MaxBody: 400, graph.MaxBody + 1: 413} {
		w, x := do(t, request("POST", "/me/messages?access_token="+token, "application/json", strings.Repeat(" ", size)))
		if w.Code != status || x.Kind != journal.Send || x.Request.Cut != (status == 413) || len(x.Request.Body) != graph.MaxBody || x.Err == "" {
			t.Errorf("%d bytes: status %d, recorded %d bytes, error %q", size, w.Code, len(x.Request.Body), x.Err)
		}
	}
}

// Whatever a receiver sends, it gets an answer, in JSON if it is Meta's, and
// the call is recorded without the token.
func FuzzCall(f *testing.F) {
	f.Add("POST", "application/json", []byte(`{"recipient":{"id":"1"},"message":{"text":"a"},"access_token":"`+token+`"}`))
	f.Add("POST", "application/x-www-form-urlencoded", []byte("recipient=%7B%22id%22%3A1%7D&sender_action=typing_on&access_token="+token))
	f.Add("POST", `multipart/form-data; boundary=b`, []byte("--b\r\nContent-Disposition: form-data; name=\"recipient\"\r\n\r\n{}\r\n--b--\r\n"))
	f.Add("GET", "", []byte(`[[[`))
	f.Add("POST", "", []byte(`{"batch":[{"method":"POST","relative_url":"me/messages","body":"recipient=%7B%22id%22%3A1%7D&message=%7B%22text%22%3A%22a%22%7D"},{"method":"GET","relative_url":"v2.6/%zz?fields=name"}],"access_token":"`+token+`"}`))
	f.Add("POST", "", []byte(`{"get_started":{"payload":"a"},"whitelisted_domains":["https://a/"],"fields":["greeting"],"access_token":"`+token+`"}`))
	f.Add("POST", "", []byte(`{"name":"a","profile_picture_url":"https://a/","psid":"1","persistent_menu":[{"locale":"default"}],"params":["persistent_menu"],"limit":1,"after":"MQ","access_token":"`+token+`"}`))
	f.Add("POST", "", []byte(`{"object":"page","callback_url":"https://a/","verify_token":"a","fields":["a"],"field":"a","input_token":"a","access_token":"`+appToken+`","appsecret_proof":"`+proof+`"}`))
	f.Fuzz(func(t *testing.T, method, contentType string, body []byte) {
		j := journal.New(1000, token)
		s := graph.New(graph.Options{
			PageID: page, PageToken: token, AppID: app, AppSecret: secret, Journal: j,
			Subscribe: func(context.Context, graph.Subscription) error { return nil },
			Sample:    func(context.Context, graph.Sample) error { return nil },
		})
		for _, target := range []string{
			"/", "/me/messages", "/me/messenger_profile", "/me/subscribed_apps", "/me/message_attachments",
			"/me/pass_thread_control", "/me/thread_owner", "/1234", graph.ReceiptsPath,
			"/me/conversations", "/me/custom_labels", "/me/welcome_message_flows", "/me/moderate_conversations", "/me/unlink_accounts", "/me/picture", "/oauth/access_token", "/m_1", "/app/activities",
			"/me/personas", "/me/custom_user_settings", "/me/nlp_configs", "/app", "/app/subscriptions", "/app/subscriptions_sample", "/debug_token",
		} {
			r := request("POST", target, contentType, string(body))
			r.Method = method
			w := httptest.NewRecorder()
			s.ServeHTTP(w, r)
			if w.Header().Get("Content-Type") == "application/json; charset=UTF-8" && !json.Valid(w.Body.Bytes()) {
				t.Errorf("the answer is not JSON: %s", w.Body)
			}
		}
		for _, x := range j.Find(func(journal.Exchange) bool { return true }) {
			if x.Response.Status == 0 || strings.Contains(string(x.Request.Body)+string(x.Doc), token) {
				t.Errorf("recorded %+v", x)
			}
		}
		if err := s.Restore(s.State()); err != nil {
			t.Errorf("what was set does not restore: %v", err)
		}
	})
}

// asking returns a function that makes calls of one server, with the right
// token and the body as JSON, and decodes the answers.
func asking(t *testing.T, s *graph.Server) func(method, target, body string) (status int, doc string) {
	t.Helper()
	return func(method, target, body string) (int, string) {
		t.Helper()
		r := request(method, target, "application/json", body)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code, plainJSON(t, w.Body.Bytes())
	}
}

// plainJSON spells a document as encoding/json does without escapes.
func plainJSON(t *testing.T, doc []byte) string {
	t.Helper()
	var value any
	if err := json.Unmarshal(doc, &value); err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

// refused reports whether a document is an invalid-parameter error whose
// explanation has this text.
func refused(doc, text string) bool {
	return strings.Contains(doc, `"code":100`) && strings.Contains(doc, `"error_user_msg"`) && strings.Contains(doc, text)
}
