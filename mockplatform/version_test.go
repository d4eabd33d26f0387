package mockplatform_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// newest is the newest version of the Graph API that is known.
func newest(t *testing.T) string {
	t.Helper()
	v, ok := schemas.NewestGraphVersion("")
	if !ok {
		t.Fatal("no version is known")
	}
	return v.Name
}

func TestDeliveriesHaveAVersion(t *testing.T) {
	for name, tc := range map[string]struct {
		options mockplatform.Options
		version string // of the delivery
		want    string
	}{
		"default":               {want: newest(t)},
		"chosen":                {options: mockplatform.Options{GraphVersion: "v21.0"}, want: "v21.0"},
		"newer than known":      {options: mockplatform.Options{GraphVersion: "v99.0"}, want: "v99.0"},
		"of the delivery":       {options: mockplatform.Options{GraphVersion: "v21.0"}, version: "v20.0", want: "v20.0"},
		"the newest of the day": {options: mockplatform.Options{Day: "2022-01-11"}, want: "v12.0"},
		"the first day":         {options: mockplatform.Options{Day: "2020-03-04"}, want: "v6.0"},
		"before there were any": {options: mockplatform.Options{Day: "2020-03-03"}},
	} {
		t.Run(name, func(t *testing.T) {
			url, requests := receiver(t)
			p := created(t, tc.options)
			if _, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: url, Doc: []byte("{}"), Version: tc.version}); err != nil {
				t.Fatal(err)
			}
			if got := (<-requests).header.Get("Facebook-API-Version"); got != tc.want {
				t.Errorf("Facebook-API-Version: %q, want %q", got, tc.want)
			}
		})
	}
}

func TestVersionsThatCannotBe(t *testing.T) {
	for want, o := range map[string]mockplatform.Options{
		`"v2.5" is no version of the Graph API that is known here: it goes from v2.6 to`: {GraphVersion: "v2.5"},
		`"latest" is no version`:                       {GraphVersion: "latest"},
		`"v23" is no version`:                          {GraphVersion: "v23"},
		`the day "2020" is not one such as 2026-01-02`: {Day: "2020"},
		"deliveries of 2020-03-03 have no version of the Graph API, and so not v6.0": {Day: "2020-03-03", GraphVersion: "v6.0"},
	} {
		if _, err := mockplatform.New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %s", o, err, want)
		}
	}
}

// versioned is a bot that passes any handshake, and the versions that its deliveries
// have.
func versioned(t *testing.T) (callback string, versions <-chan string) {
	t.Helper()
	seen := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			seen <- r.Header.Get("Facebook-API-Version")
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
	}))
	t.Cleanup(server.Close)
	return server.URL, seen
}

func TestEachFieldHasItsVersion(t *testing.T) {
	callback, versions := versioned(t)
	moved := clock.NewVirtual(time.Date(2026, 9, 23, 12, 0, 0, 0, time.UTC))
	store := newMemory()
	o := mockplatform.Options{Clock: moved, GraphVersion: "v24.0", Store: store}
	p := created(t, o)
	subscribe := func(object string, of map[string]string) {
		t.Helper()
		if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: callback, Object: object, Versions: of}); err != nil {
			t.Fatal(err)
		}
	}
	check := func(p *mockplatform.Platform, want map[string]string) {
		t.Helper()
		for variant, version := range want {
			emit(t, p, mockplatform.Emission{Variant: variant})
			if got := <-versions; got != version {
				t.Errorf("%s: %s, want %s", variant, got, version)
			}
		}
	}
	subscribe("page", map[string]string{"messages": "v20.0", "messaging_referrals": "v99.0"})
	subscribe("instagram", nil)
	check(p, map[string]string{"message.text": "v20.0", "referral.ads": "v99.0", "postback.get-started": "v24.0", "message.instagram-story-reply": "v24.0"})
	if err := p.Advance(t.Context(), 12*time.Hour); err != nil { // to the day on which v20.0 ends
		t.Fatal(err)
	}
	check(p, map[string]string{"message.text": "v21.0", "referral.ads": "v99.0"})
	if got := p.Receiver().Versions["page"]["messages"]; got != "v21.0" {
		t.Errorf("the subscription has %s", got)
	}
	p.Close()
	o.Clock = clock.NewVirtual(moved.Now())
	p = created(t, o)
	check(p, map[string]string{"message.text": "v21.0", "postback.get-started": "v24.0"})
	subscribe("page", nil) // takes the place of what there was
	check(p, map[string]string{"message.text": "v24.0"})

	for want, of := range map[string]map[string]string{
		`it has a version for the field "massages"`:                           {"massages": "v20.0"},
		`the version of the field messages: "new" is no version of the Graph`: {"messages": "new"},
	} {
		if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: callback, Versions: of}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v", of, err)
		}
	}
}

// A field that the Graph API subscribes to has the version of the call.
func TestTheVersionOfASubscribingCall(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	callback, versions := versioned(t)
	p := started(t, mockplatform.Options{GraphVersion: "v24.0"})
	status, body := appCall(t, p, "POST", "subscriptions", url.Values{
		"object": {"page"}, "callback_url": {callback}, "verify_token": {mockplatform.DefaultVerifyToken}, "fields": {"messages"},
	})
	if status != 200 {
		t.Fatalf("status %d, %s", status, body)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if got := <-versions; got != "v23.0" { // as appCall calls
		t.Errorf("got %s", got)
	}
	if status, body := appCall(t, p, "DELETE", "subscriptions", url.Values{"object": {"page"}}); status != 200 || len(p.Receiver().Versions["page"]) > 0 {
		t.Errorf("status %d, %s; left: %v", status, body, p.Receiver().Versions)
	}
}

// A delivery has one version, so that events of two are not put into one.
func TestEventsOfTwoVersionsAreApart(t *testing.T) {
	type came struct {
		version string
		events  int
	}
	deliveries, hold := make(chan came, 10), make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		deliveries <- came{r.Header.Get("Facebook-API-Version"), strings.Count(string(body), `"timestamp":`)}
		<-hold
	}))
	defer server.Close()
	p := created(t, mockplatform.Options{MaxBatch: 10, GraphVersion: "v24.0"})
	err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: server.URL, Versions: map[string]string{"messaging_referrals": "v22.0"}})
	if err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text", Async: true})
	<-deliveries
	for _, variant := range []string{"message.text", "postback.get-started", "referral.ads", "referral.shortlink"} {
		emit(t, p, mockplatform.Emission{Variant: variant, Async: true})
	}
	close(hold)
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	var got []came
	for len(deliveries) > 0 {
		got = append(got, <-deliveries)
	}
	if want := []came{{"v24.0", 2}, {"v22.0", 2}, {"v24.0", 1}}; !slices.Equal(got, want) {
		t.Errorf("deliveries came as %v, want %v", got, want)
	}
}

// Deliveries of Instagram are signed with its own secret where the app has one.
func TestInstagramSecret(t *testing.T) {
	for name, tc := range map[string]struct {
		secret, body, key string
	}{
		"page":                 {"of Instagram", `{"object":"page","entry":[]}`, "of the app"},
		"instagram":            {"of Instagram", `{"object":"instagram","entry":[]}`, "of Instagram"},
		"without one":          {"", `{"object":"instagram","entry":[]}`, "of the app"},
		"what is not JSON":     {"of Instagram", `{"object":"instagram"`, "of the app"},
		"the object elsewhere": {"of Instagram", `{"object":"page","entry":[{"object":"instagram"}]}`, "of the app"},
	} {
		t.Run(name, func(t *testing.T) {
			url, requests := receiver(t)
			p := created(t, mockplatform.Options{AppSecret: "of the app", InstagramSecret: tc.secret})
			if _, err := p.Deliver(t.Context(), mockplatform.Delivery{URL: url, Raw: []byte(tc.body)}); err != nil {
				t.Fatal(err)
			}
			got := <-requests
			for _, name := range []string{"X-Hub-Signature", "X-Hub-Signature-256"} {
				if err := wire.Verify(tc.key, got.body, got.header.Get(name)); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if got := p.Options().Secrets(); tc.secret != "" && !strings.Contains(strings.Join(got, " "), tc.secret) {
				t.Errorf("it is no secret: %q", got)
			}
		})
	}
}
