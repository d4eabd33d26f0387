package mockplatform_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// callbacks answers verification requests, each path in its way.
func callbacks(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	handle := func(path string, f func(w http.ResponseWriter, challenge string)) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			f(w, r.URL.Query().Get("hub.challenge"))
		})
	}
	handle("/right", func(w http.ResponseWriter, challenge string) { io.WriteString(w, challenge) })
	handle("/quoted", func(w http.ResponseWriter, challenge string) { io.WriteString(w, `"`+challenge+`"`) })
	handle("/page", func(w http.ResponseWriter, _ string) { io.WriteString(w, "<!DOCTYPE html>"+strings.Repeat("a", 1000)) })
	handle("/cut", func(w http.ResponseWriter, _ string) { panic(http.ErrAbortHandler) })
	mux.HandleFunc("GET /token", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("hub.verify_token") == "of my own" {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		}
	})
	mux.Handle("GET /around", http.RedirectHandler("/around", http.StatusFound))
	server := httptest.NewServer(mux)
	server.Config.ErrorLog = nil
	t.Cleanup(server.Close)
	return server.URL
}

func TestSubscribe(t *testing.T) {
	url := callbacks(t)
	p := created(t, mockplatform.Options{})
	if r := p.Receiver(); r.URL != "" || r.Verified {
		t.Errorf("before: %+v", r)
	}
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: url + "/right", Fields: []string{"messages"}}); err != nil {
		t.Fatal(err)
	}
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: url + "/right", Object: "instagram"}); err != nil {
		t.Fatal(err)
	}
	r := p.Receiver()
	if r.URL != url+"/right" || !r.Verified || !slices.Equal(r.Objects["page"], []string{"messages"}) || len(r.Objects) != 2 || r.Health != outbox.Active {
		t.Errorf("got %+v", r)
	}
	challenges := map[string]bool{}
	for _, x := range p.Journal().Find(func(x journal.Exchange) bool { return x.Kind == journal.Verification }) {
		challenges[string(x.Response.Body)] = true
	}
	if len(challenges) != 2 {
		t.Errorf("challenges %v, want two of them", challenges)
	}

	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: url + "/token", VerifyToken: "of my own"}); err != nil {
		t.Fatal(err)
	}
	if r := p.Receiver(); r.URL != url+"/token" || len(r.Objects) != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestCallbacksThatAreNotVerified(t *testing.T) {
	url := callbacks(t)
	nobody := httptest.NewServer(nil)
	nobody.Close()
	p := created(t, mockplatform.Options{})
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: url + "/right"}); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		url   string
		code  int
		wants []string
	}{
		{url + "/none", 2200, []string{"Callback verification failed with the following errors: HTTP Status Code = 404; HTTP Message = Not Found"}},
		{nobody.URL, 2200, []string{"curl_errno = 7; curl_error = nothing listens on", "; HTTP Status Code = 0"}},
		{url + "/cut", 2200, []string{"curl_errno = 52; "}},
		{url + "/around", 2200, []string{"curl_errno = 47; curl_error = Maximum (2) redirects followed; HTTP Status Code = 302; HTTP Message = Found"}},
		{url + "/quoted", 2201, []string{`response does not match challenge, expected value="`, `", received="\"`}},
		{url + "/page", 2201, []string{`received="\u003C!DOCTYPE html>aaa`, `aaa..."`}},
		{url + "/token", 2201, []string{`received=""`}},
	} {
		err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: tt.url})
		var failed *delivery.CallbackError
		if !errors.As(err, &failed) || failed.Code != tt.code {
			t.Errorf("%s: error %v, want code %d", tt.url, err, tt.code)
			continue
		}
		for _, want := range tt.wants {
			if !strings.Contains(failed.Message, want) {
				t.Errorf("%s: %q, want …%s…", tt.url, failed.Message, want)
			}
		}
	}
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: "localhost:1"}); err == nil || !strings.Contains(err.Error(), "the URL must be absolute") {
		t.Errorf("error %v", err)
	}
	if err := p.SetReceiver("/webhook"); err == nil || !strings.Contains(err.Error(), "the URL must be absolute") {
		t.Errorf("error %v", err)
	}
	if r := p.Receiver(); r.URL != url+"/right" {
		t.Errorf("the receiver is now %s", r.URL)
	}
}

func TestOnlySubscribedFieldsAreDelivered(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.URL.Query().Get("hub.challenge")) })
	mux.HandleFunc("POST /", func(http.ResponseWriter, *http.Request) {})
	server := httptest.NewServer(mux)
	defer server.Close()
	p := created(t, mockplatform.Options{})
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: server.URL, Fields: []string{"messages"}}); err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	for variant, want := range map[string]string{
		"referral.ads":               "messaging_referrals: it has subscribed to messages",
		"read.instagram-seen":        `the object "instagram" at all`,
		"postback.get-started":       "messaging_postbacks: ",
		"account-linking.linked":     "messaging_account_linking: ",
		"message.instagram-referral": "",
	} {
		if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: variant}); !errors.Is(err, mockplatform.ErrNotSubscribed) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want …%s…", variant, err, want)
		}
	}
	if err := p.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: "message.text"}); !errors.Is(err, mockplatform.ErrNoReceiver) {
		t.Errorf("error %v", err)
	}
}

// A receiver that is down for an hour is disabled, and has to subscribe again.
func TestADisabledReceiver(t *testing.T) {
	b := newBot(t)
	down := httptest.NewServer(nil)
	down.Close()
	p := receiving(t, mockplatform.Options{Clock: clock.NewVirtual(noon)}, down.URL)
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if err := p.Advance(t.Context(), hour); err != nil {
		t.Fatal(err)
	}
	r := p.Receiver()
	if r.Health != outbox.Disabled || !r.FailingSince.Equal(noon) || r.Pending != 0 || !strings.Contains(r.Problem, "nothing listens on") {
		t.Errorf("got %+v", r)
	}
	if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: "message.text"}); !errors.Is(err, mockplatform.ErrDisabled) {
		t.Errorf("error %v", err)
	}
	if err := p.SetReceiver(b.URL); err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if r := p.Receiver(); r.Health != outbox.Active || !r.FailingSince.IsZero() {
		t.Errorf("got %+v", r)
	}
}

func TestTheRealClockCannotBeAdvanced(t *testing.T) {
	if err := created(t, mockplatform.Options{}).Advance(t.Context(), hour); !errors.Is(err, mockplatform.ErrRealClock) {
		t.Errorf("error %v", err)
	}
}
