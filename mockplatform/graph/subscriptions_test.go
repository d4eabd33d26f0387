package graph_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const (
	secret   = "0123456789abcdef0123456789abcdef"
	appToken = app + "|" + secret
)

// appServer returns a server that knows the app's secret, as changed by change.
func appServer(t *testing.T, change func(*graph.Options)) (*graph.Server, *journal.Journal) {
	t.Helper()
	j := journal.New(100, token, secret)
	o := graph.Options{PageID: page, PageToken: token, AppID: app, AppSecret: secret, Seed: 1, Journal: j, Version: "v23.0", Day: day}
	if change != nil {
		change(&o)
	}
	s := graph.New(o)
	t.Cleanup(s.Close)
	return s, j
}

// asApp returns a function that makes calls with the app's token and a JSON body.
func asApp(t *testing.T, s *graph.Server) func(method, target, body string) (int, string) {
	t.Helper()
	return func(method, target, body string) (int, string) {
		t.Helper()
		r := request(method, target, "application/json", body)
		r.Header.Set("Authorization", "Bearer "+appToken)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code, plainJSON(t, w.Body.Bytes())
	}
}

const subscribing = `{"object":"page","callback_url":"https://example.com/hook?a=b","verify_token":"a verify token of 16 or more","fields":"messages, feed","include_values":"true"}`

func TestSubscriptions(t *testing.T) {
	const path = "/v23.0/" + app + "/subscriptions"
	var asked []graph.Subscription
	var ended []string
	s, _ := appServer(t, func(o *graph.Options) {
		o.Unsubscribe = func(_ context.Context, object string, fields []string) error {
			ended = append(ended, fmt.Sprint(object, fields))
			return nil
		}
		o.Subscribe = func(_ context.Context, sub graph.Subscription) error {
			asked = append(asked, sub)
			return nil
		}
	})
	ask := asApp(t, s)
	subscription := func(object, fields string) string {
		return `{"active":true,"callback_url":"https://example.com/hook?a=b","fields":[` + fields + `],"object":"` + object + `"}`
	}
	field := func(name, version string) string { return `{"name":"` + name + `","version":"` + version + `"}` }
	onPage := subscription("page", field("messages", "v23.0")+","+field("feed", "v23.0"))
	onInstagram := subscription("instagram", field("messages", "v25.0"))
	for _, step := range []struct{ method, target, body, want string }{
		{"GET", path, "", `{"data":[]}`},
		{"POST", path, subscribing, `{"success":true}`},
		{"GET", path, "", `{"data":[` + onPage + `]}`},
		{"POST", "/v25.0/app/subscriptions", `{"object":"instagram","callback_url":"https://example.com/hook?a=b","verify_token":"T","fields":["messages"]}`, `{"success":true}`},
		{"GET", "/app/subscriptions", "", `{"data":[` + onPage + `,` + onInstagram + `]}`},
		{"POST", "/v25.0/app/subscriptions", `{"object":"page","callback_url":"https://example.com/hook?a=b","verify_token":"T","fields":["messages"]}`, `{"success":true}`},
		{"GET", path, "", `{"data":[` + subscription("page", field("messages", "v25.0")) + `,` + onInstagram + `]}`},
		{"DELETE", path + "?object=page&fields=feed", "", `{"success":true}`},
		{"DELETE", path, `{"object":"page","fields":["messages"]}`, `{"success":true}`},
		{"GET", path, "", `{"data":[` + onInstagram + `]}`},
		{"DELETE", path + "?object=user", "", `{"success":true}`},
		{"DELETE", path, "", `{"success":true}`},
		{"GET", path, "", `{"data":[]}`},
	} {
		if status, doc := ask(step.method, step.target, step.body); status != 200 || doc != step.want {
			t.Errorf("%s %s %s: status %d: %s, want %s", step.method, step.target, step.body, status, doc, step.want)
		}
	}
	want := graph.Subscription{
		Object: "page", CallbackURL: "https://example.com/hook?a=b", VerifyToken: "a verify token of 16 or more",
		Fields: []string{"messages", "feed"}, Version: "v23.0", IncludeValues: true,
	}
	if len(asked) != 3 || !reflect.DeepEqual(asked[0], want) {
		t.Errorf("asked %+v", asked)
	}
	if want := []string{"page[feed]", "page[messages]", "user[]", "[]"}; !slices.Equal(ended, want) {
		t.Errorf("ended %q, want %q", ended, want)
	}
}

// A field whose version has ended has the next one.
func TestVersionsOfFieldsEnd(t *testing.T) {
	now := time.Date(2026, 9, 23, 12, 0, 0, 0, time.UTC)
	s, _ := appServer(t, func(o *graph.Options) { o.Day, o.Clock = "", func() time.Time { return now } })
	ask := asApp(t, s)
	ask("POST", "/v20.0/app/subscriptions", subscribing)
	for at, version := range map[time.Time]string{now: "v20.0", now.AddDate(0, 0, 1): "v21.0"} {
		now = at
		if _, doc := ask("GET", "/app/subscriptions", ""); strings.Count(doc, `"version":"`+version+`"`) != 2 {
			t.Errorf("on %s: %s, want %s", at, doc, version)
		}
	}
}

func TestSubscriptionsThatDoNotEnd(t *testing.T) {
	s, _ := appServer(t, func(o *graph.Options) {
		o.Unsubscribe = func(context.Context, string, []string) error { return errors.New("the disk is full") }
	})
	ask := asApp(t, s)
	ask("POST", "/app/subscriptions", subscribing)
	if status, doc := ask("DELETE", "/app/subscriptions", ""); status != 500 || !strings.Contains(doc, `"code":2,`) {
		t.Errorf("status %d: %s", status, doc)
	}
	if _, doc := ask("GET", "/app/subscriptions", ""); doc == `{"data":[]}` {
		t.Error("it is gone all the same")
	}
}

func TestSubscriptionsAreNotTaken(t *testing.T) {
	challenge := &delivery.CallbackError{Code: 2201, Message: `response does not match challenge, expected value="6736819", received="<b>"`}
	for name, tt := range map[string]struct {
		err        error
		status     int
		code       int
		text, kind string
	}{
		"not answered":   {&delivery.CallbackError{Code: 2200, Message: "Callback verification failed with the following errors: HTTP Status Code = 404; HTTP Message = Not Found"}, 400, 2200, "(#2200) Callback verification failed with the following errors: HTTP Status Code = 404; HTTP Message = Not Found", "OAuthException"},
		"answered wrong": {fmt.Errorf("subscribe: %w", challenge), 400, 2201, `(#2201) response does not match challenge, expected value=\"6736819\", received=\"<b>\"`, "OAuthException"},
		"a defect":       {errors.New("the disk is full"), 500, 2, "An unexpected error has occurred.", "OAuthException"},
	} {
		t.Run(name, func(t *testing.T) {
			s, j := appServer(t, func(o *graph.Options) {
				o.Subscribe = func(context.Context, graph.Subscription) error { return tt.err }
			})
			ask := asApp(t, s)
			status, doc := ask("POST", "/app/subscriptions", subscribing)
			if status != tt.status || !strings.Contains(doc, fmt.Sprintf(`"code":%d,`, tt.code)) || !strings.Contains(doc, tt.text) || !strings.Contains(doc, tt.kind) {
				t.Errorf("status %d: %s", status, doc)
			}
			if _, doc := ask("GET", "/app/subscriptions", ""); doc != `{"data":[]}` {
				t.Errorf("it is kept: %s", doc)
			}
			x := j.Find(everything)[0]
			if x.Err != tt.err.Error() || x.Token != journal.TokenRight {
				t.Errorf("recorded %q, token %s", x.Err, x.Token)
			}
		})
	}
}

// A client that goes away during the handshake gets no answer.
func TestSubscribeEndsWithTheClient(t *testing.T) {
	started := make(chan struct{})
	s, j := appServer(t, func(o *graph.Options) {
		o.Subscribe = func(ctx context.Context, _ graph.Subscription) error {
			close(started)
			<-ctx.Done()
			return fmt.Errorf("verify: %w", ctx.Err())
		}
	})
	front := httptest.NewServer(s)
	defer front.Close()
	ctx, cancel := context.WithCancel(t.Context())
	gone := make(chan error, 1)
	go func() {
		r, err := http.NewRequestWithContext(ctx, "POST", front.URL+"/app/subscriptions", strings.NewReader(subscribing))
		if err == nil {
			r.Header.Set("Authorization", "Bearer "+appToken)
			var resp *http.Response
			if resp, err = http.DefaultClient.Do(r); err == nil {
				resp.Body.Close()
			}
		}
		gone <- err
	}()
	<-started
	cancel()
	if err := <-gone; err == nil {
		t.Error("the call was answered")
	}
	x, err := j.Wait(t.Context(), journal.Exchange.Settled)
	if err != nil || x.Response.Status != 0 || !strings.Contains(x.Err, "gave up") {
		t.Errorf("recorded %+v, error %v", x, err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestSubscriptionErrors(t *testing.T) {
	for name, tt := range map[string]struct{ method, body, explain string }{
		"nothing":         {"POST", `{}`, `lacks the member \"callback_url\"`},
		"a relative URL":  {"POST", `{"object":"page","callback_url":"/hook","verify_token":"T","fields":["messages"]}`, "/callback_url"},
		"no host":         {"POST", `{"object":"page","callback_url":"https://?a","verify_token":"T","fields":["messages"]}`, "/callback_url"},
		"only commas":     {"POST", `{"object":"page","callback_url":"https://a/","verify_token":"T","fields":", ,"}`, "/fields"},
		"fields of what?": {"DELETE", `{"fields":["messages"]}`, "object: must say"},
	} {
		s, _ := appServer(t, nil)
		if status, doc := asApp(t, s)(tt.method, "/app/subscriptions", tt.body); status != 400 || !refused(doc, tt.explain) {
			t.Errorf("%s: status %d: %s", name, status, doc)
		}
	}
}

func TestSubscriptionsNeedTheAppsToken(t *testing.T) {
	s, j := appServer(t, nil)
	for given, code := range map[string]string{token: `"code":15,`, "wrong": `"code":190,`, app + "|wrong": `"code":190,`, "": `"code":104,`} {
		r := request("GET", "/app/subscriptions", "", "")
		r.Header.Set("Authorization", "Bearer "+given)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 400 || !strings.Contains(w.Body.String(), code) {
			t.Errorf("%q: status %d: %s", given, w.Code, w.Body)
		}
	}
	for _, x := range j.Find(everything) {
		if x.Token == journal.TokenRight {
			t.Errorf("recorded %+v", x)
		}
	}
	if _, doc := asApp(t, s)("GET", "/me", ""); !strings.Contains(doc, `"code":190,`) {
		t.Errorf("the page's edges take the app's token: %s", doc)
	}
}

// The app's secret is in its token, and must not be in the journal.
func TestTheJournalMasksTheAppsToken(t *testing.T) {
	s, j := appServer(t, nil)
	for _, r := range []*http.Request{
		request("GET", "/app/subscriptions?access_token="+app+"%7C"+secret, "", ""),
		request("GET", "/app/subscriptions?access_token="+appToken, "", ""),
		request("POST", "/app/subscriptions?access_token="+appToken, "application/json", subscribing),
		request("GET", "/debug_token?input_token="+appToken+"&access_token="+appToken, "", ""),
	} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 {
			t.Errorf("%s: status %d: %s", r.URL, w.Code, w.Body)
		}
	}
	for _, x := range j.Find(everything) {
		text := fmt.Sprintf("%+v %s %s %s", x, x.Request.Body, x.Doc, x.Response.Body)
		if strings.Contains(text, secret) || strings.Contains(text, "a verify token") {
			t.Errorf("the exchange prints a secret: %s", text)
		}
	}
}

func TestApp(t *testing.T) {
	s, _ := appServer(t, nil)
	want := `{"category":"Business","id":"` + app + `","link":"https://www.example.com/","name":"Referee"}`
	for _, target := range []string{"/app", "/v23.0/" + app} {
		if status, doc := asApp(t, s)("GET", target, ""); status != 200 || doc != want {
			t.Errorf("status %d: %s", status, doc)
		}
		if status, doc := asking(t, s)("GET", target+"?fields=name", ""); status != 200 || doc != `{"id":"`+app+`","name":"Referee"}` {
			t.Errorf("status %d: %s", status, doc)
		}
	}
}

func TestSamples(t *testing.T) {
	var asked []graph.Sample
	s, _ := appServer(t, func(o *graph.Options) {
		o.Sample = func(_ context.Context, sample graph.Sample) error {
			asked = append(asked, sample)
			if sample.Field == "no_such_field" {
				return errors.New(`the catalogue has no sample of the field "no_such_field"`)
			}
			return nil
		}
	})
	ask := asApp(t, s)
	for body, want := range map[string]string{
		`{"object":"page","object_id":104508901353867,"field":"messages","custom_fields":{"a":1}}`: `{"success":true}`,
		`{"object":"page","field":"no_such_field"}`:                                                `the catalogue has no sample`,
		`{"object":"page"}`: `lacks the member \"field\"`,
	} {
		if _, doc := ask("POST", "/"+app+"/subscriptions_sample", body); !strings.Contains(doc, want) {
			t.Errorf("%s: %s", body, doc)
		}
	}
	found := false
	for _, sample := range asked {
		found = found || reflect.DeepEqual(sample, graph.Sample{Object: "page", Field: "messages", ObjectID: page, CustomFields: []byte(`{"a":1}`)})
	}
	if len(asked) != 2 || !found {
		t.Errorf("asked %+v", asked)
	}
	without, _ := appServer(t, nil)
	if _, doc := asApp(t, without)("POST", "/app/subscriptions_sample", `{"object":"page","field":"messages"}`); !strings.Contains(doc, "Unsupported post request.") {
		t.Errorf("without a function: %s", doc)
	}
}
