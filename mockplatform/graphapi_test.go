package mockplatform_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// verified is a bot that any verification request finds right.
func verified(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// appCall calls an edge of the app, and returns status and body.
func appCall(t *testing.T, p *mockplatform.Platform, method, edge string, form url.Values) (int, string) {
	t.Helper()
	form.Set("access_token", mockplatform.DefaultAppID+"|"+mockplatform.DefaultAppSecret)
	r, err := http.NewRequestWithContext(t.Context(), method, p.GraphURL()+"/v23.0/"+mockplatform.DefaultAppID+"/"+edge+"?"+form.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// What an app subscribes to with the Graph API is delivered, and nothing else.
func TestSubscribingWithTheGraphAPI(t *testing.T) {
	p := started(t, mockplatform.Options{})
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	bot := verified(t)
	subscribe := func(callback string) (int, string) {
		return appCall(t, p, "POST", "subscriptions", url.Values{
			"object": {"page"}, "callback_url": {callback}, "verify_token": {mockplatform.DefaultVerifyToken}, "fields": {"messages,messaging_postbacks"},
		})
	}
	if status, body := subscribe(callbacks(t) + "/none"); status != 400 || !strings.Contains(body, `(#2200) Callback verification failed`) {
		t.Errorf("status %d, body %s", status, body)
	}
	if status, body := subscribe(bot); status != 200 {
		t.Errorf("status %d, body %s", status, body)
	}
	if r := p.Receiver(); r.URL != bot || !r.Verified || !slices.Equal(r.Objects["page"], []string{"messages", "messaging_postbacks"}) {
		t.Errorf("got %+v", r)
	}
	for _, step := range []struct {
		form url.Values
		left string
	}{
		{url.Values{"object": {"user"}}, "messages messaging_postbacks"},
		{url.Values{"object": {"page"}, "fields": {"messages"}}, "messaging_postbacks"},
		{url.Values{"object": {"page"}}, ""},
	} {
		if status, body := appCall(t, p, "DELETE", "subscriptions", step.form); status != 200 {
			t.Errorf("status %d, body %s", status, body)
		}
		if left := strings.Join(p.Receiver().Objects["page"], " "); left != step.left {
			t.Errorf("after %v: %s is left", step.form, left)
		}
	}
	if r := p.Receiver(); r.URL != "" {
		t.Errorf("the receiver is still %+v", r)
	}
}

// A subscription to all fields has every other one when one is taken away.
func TestUnsubscribingFromOneOfAllFields(t *testing.T) {
	p := started(t, mockplatform.Options{})
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: verified(t)}); err != nil {
		t.Fatal(err)
	}
	appCall(t, p, "DELETE", "subscriptions", url.Values{"object": {"page"}, "fields": {"messages"}})
	if fields := p.Receiver().Objects["page"]; slices.Contains(fields, "messages") || !slices.Contains(fields, "messaging_referrals") {
		t.Errorf("left %v", fields)
	}
}

func TestSamples(t *testing.T) {
	b := newBot(t)
	p := started(t, mockplatform.Options{})
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	if status, body := appCall(t, p, "POST", "subscriptions_sample", url.Values{"object": {"page"}, "field": {"feed"}}); status != 400 {
		t.Errorf("without a receiver: status %d, body %s", status, body)
	}
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ object, field, want string }{
		{"page", "feed", `{"entry":[{"changes":[{"field":"feed","value":{"page_id":`},
		{"instagram", "messaging_seen", `{"field":"messaging_seen","value":{`},
	} {
		if status, body := appCall(t, p, "POST", "subscriptions_sample", url.Values{"object": {tt.object}, "field": {tt.field}}); status != 200 {
			t.Errorf("status %d, body %s", status, body)
		}
		if body := <-b.bodies; !strings.HasPrefix(body, tt.want) {
			t.Errorf("sent %s, want %s…", body, tt.want)
		}
	}
	if status, body := appCall(t, p, "POST", "subscriptions_sample", url.Values{"object": {"instagram"}, "field": {"story"}}); status != 400 || !strings.Contains(body, "no sample") {
		t.Errorf("status %d, body %s", status, body)
	}
	if len(p.People()) != 0 {
		t.Errorf("a sample is of %+v", p.People())
	}
	if x := p.Journal().Find(func(x journal.Exchange) bool { return x.Kind == journal.Delivery }); x[0].Person != "" || x[0].Variants[0] != "test.page" {
		t.Errorf("recorded %+v", x[0])
	}
}

// What was set by calls survives a restart, and a reset ends it.
func TestTheStateOfTheGraphAPI(t *testing.T) {
	store := newMemory()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	profile := func(p *mockplatform.Platform) string {
		resp, err := http.Get(p.GraphURL() + "/me/messenger_profile?fields=greeting&access_token=" + mockplatform.DefaultPageToken)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	p := started(t, mockplatform.Options{Store: store})
	resp, err := http.Post(p.GraphURL()+"/me/messenger_profile?access_token="+mockplatform.DefaultPageToken, "application/json",
		strings.NewReader(`{"greeting":[{"locale":"default","text":"Welcome."}]}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	p.Close()

	p = started(t, mockplatform.Options{Store: store})
	if body := profile(p); !strings.Contains(body, "Welcome.") {
		t.Errorf("after a restart: %s", body)
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if body := profile(p); strings.Contains(body, "Welcome.") {
		t.Errorf("after a reset: %s", body)
	}
	p.Close()
	p = started(t, mockplatform.Options{Store: store})
	if body := profile(p); strings.Contains(body, "Welcome.") {
		t.Errorf("after a reset and a restart: %s", body)
	}
}
