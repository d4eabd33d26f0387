package console_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

func TestEmit(t *testing.T) {
	d := open(t, nil)
	var done console.Emitted
	if status := d.call("POST", "api/v1/events", map[string]any{"variant": "referral.ads", "person": "Grace", "set": map[string]any{"/referral/ref": "summer"}}, &done); status != 200 {
		t.Fatalf("status %d", status)
	}
	if done.Status != 200 || done.Person != "Grace" || !bytes.Contains(done.Events[0], []byte(`"ref":"summer"`)) {
		t.Errorf("got %+v, event %s", done, done.Events[0])
	}
	var x console.Detail
	d.call("GET", "api/v1/exchanges/"+number(done.Exchange), nil, &x)
	if x.Kind != "delivery" || x.Person != "Grace" || x.Variants[0] != "referral.ads" || x.DeliveryID != done.DeliveryID {
		t.Errorf("exchange %d is %+v", done.Exchange, x.Summary)
	}
	// More digits than a float64 has.
	for body, want := range map[string]string{
		`{"variant": "referral.ads", "set": {"/referral/ad_id": 120210000000000001}}`:                    `"ad_id":120210000000000001`,
		`{"variant": "referral.ads", "event": {"sender": {"id": "1"}, "timestamp": 120210000000000001}}`: `"timestamp":120210000000000001`,
	} {
		var preview console.Preview
		if d.call("POST", "api/v1/events/preview", json.RawMessage(body), &preview); !strings.Contains(preview.Body, want) || !strings.Contains(preview.Text, "120210000000000001") || !strings.Contains(preview.Text, "\n  ") {
			t.Errorf("%s is previewed as %+v", body, preview)
		}
		d.call("POST", "api/v1/events", json.RawMessage(body), &done)
		if d.call("GET", "api/v1/exchanges/"+number(done.Exchange), nil, &x); !strings.Contains(x.Request.Body.Text, want) {
			t.Errorf("%s is delivered as %s", body, x.Request.Body.Text)
		}
	}
	for what, tt := range map[string]struct {
		event map[string]any
		want  int
		says  string
	}{
		"a variant that is none": {map[string]any{"variant": "referral.adz"}, 404, "GET /api/v1/variants"},
		"a fault that is none":   {map[string]any{"variant": "referral.ads", "faults": []string{"x"}}, 422, "wrong-secret"},
		"a pointer to nowhere":   {map[string]any{"variant": "referral.ads", "set": map[string]any{"/a/b": 1}}, 422, "/a/b"},
		"no variant":             {map[string]any{}, 422, "variant"},
	} {
		text, _ := json.Marshal(tt.event)
		if status, answer := d.raw("POST", "api/v1/events", text, nil); status != tt.want || !strings.Contains(string(answer), tt.says) {
			t.Errorf("%s: got %d %s", what, status, answer)
		}
	}
	if err := d.platform.Unsubscribe(); err != nil {
		t.Fatal(err)
	}
	if status, answer := d.raw("POST", "api/v1/events", []byte(`{"variant": "referral.ads"}`), nil); status != 409 || !strings.Contains(string(answer), "PUT /api/v1/receiver") {
		t.Errorf("without a receiver: %d %s", status, answer)
	}
}

// TestActions holds each action to the event that Meta documents for it, in a
// thread that is there already and in a new one.
func TestActions(t *testing.T) {
	for _, tt := range []struct {
		action   string
		kind     string
		existing string // the variant in a thread that is there
		fresh    string // in a new one, where the bot set Get Started
	}{
		{`{"type": "text", "text": "Hi"}`, "person", "message.text", "message.text"},
		{`{"type": "quick-reply", "title": "Red", "payload": "R"}`, "person", "message.quick-reply", "message.quick-reply"},
		{`{"type": "button", "title": "Buy", "payload": "B"}`, "person", "postback.button", "postback.button"},
		{`{"type": "get-started"}`, "person", "postback.get-started-mid", "postback.get-started-mid"},
		{`{"type": "link", "ref": "r"}`, "person", "referral.shortlink", "postback.get-started-referral-mid"},
		{`{"type": "code", "ref": "r"}`, "person", "referral.messenger-code", "postback.get-started-referral"},
		{`{"type": "ad", "ref": "r", "ad_id": "7"}`, "person", "referral.ads", "postback.ads-context"},
		{`{"type": "ad", "ref": "r", "ads_context_data": null}`, "person", "referral.ads", "postback.ads-context"},
		{`{"type": "ad", "ref": "r", "text": "Hi"}`, "person", "message.referral-ads", "message.referral-ads"},
		{`{"type": "plugin", "ref": "r", "referer_uri": "https://a.example/"}`, "person", "referral.chat-plugin", "postback.chat-plugin"},
		{`{"type": "plugin", "ref": "r"}`, "visitor", "referral.chat-plugin-user-ref", "postback.chat-plugin"},
		{`{"type": "plugin", "ref": "r"}`, "guest", "referral.chat-plugin-guest", "postback.chat-plugin-guest"},
		{`{"type": "text", "text": "Hi"}`, "visitor", "message.text", "message.text"},
	} {
		t.Run(tt.action+" "+tt.kind, func(t *testing.T) {
			d := open(t, nil)
			d.bot.setProfile()
			d.person("Ada", tt.kind)
			for _, want := range []string{tt.fresh, tt.existing} {
				var done console.Emitted
				if status := d.call("POST", "api/v1/people/Ada/actions", json.RawMessage(tt.action), &done); status != 200 {
					t.Fatalf("status %d", status)
				}
				var x console.Detail
				d.call("GET", "api/v1/exchanges/"+number(done.Exchange), nil, &x)
				if x.Variants[0] != want {
					t.Errorf("delivered %s, want %s", x.Variants[0], want)
				}
				for _, f := range x.Findings {
					if !f.Valid {
						t.Errorf("%s is not valid: %+v", x.Request.Body.Text, f.Problems)
					}
				}
				p, err := d.platform.Person("Ada")
				if err != nil {
					t.Fatal(err)
				}
				if !strings.Contains(x.Request.Body.Text, p.ID()) {
					t.Errorf("%s does not name %s", x.Request.Body.Text, p.ID())
				}
			}
		})
	}
}

func TestActionsThatCannotBe(t *testing.T) {
	d := open(t, nil)
	d.person("Ada", "person")
	for action, want := range map[string]int{
		`{"type": "text"}`:        422,
		`{"type": "dance"}`:       422,
		`{"type": "get-started"}`: 409,
	} {
		if status, answer := d.raw("POST", "api/v1/people/Ada/actions", []byte(action), nil); status != want {
			t.Errorf("%s: %d %s", action, status, answer)
		}
	}
	if status, _ := d.raw("POST", "api/v1/people/Bob/actions", []byte(`{"type": "text", "text": "a"}`), nil); status != 404 {
		t.Errorf("somebody unknown: %d", status)
	}
}

func TestFiltersAndExport(t *testing.T) {
	d := open(t, nil)
	d.call("POST", "api/v1/events", map[string]any{"variant": "referral.ads", "person": "Ada"}, nil)
	d.call("POST", "api/v1/events", map[string]any{"variant": "message.text", "person": "Grace"}, nil)
	d.call("POST", "api/v1/events", map[string]any{"variant": "message.text", "person": "Grace", "faults": []string{"unsigned"}}, nil)
	d.wait("kind=send&person=Grace&text=colour")
	for filter, want := range map[string]int{
		"kind=delivery": 3, "kind=delivery&person=Grace": 2, "kind=delivery,verification": 4, "variant=referral.ads": 1, "failed=true": 1,
		"direction=to-receiver": 4, "kind=delivery&limit=1": 1, "text=WHICH%20colour": 1, "person=nobody": 0, "kind=verification&after=1": 0,
	} {
		var list struct{ Exchanges []console.Summary }
		d.call("GET", "api/v1/exchanges?"+filter, nil, &list)
		if len(list.Exchanges) != want {
			t.Errorf("%s: %d exchanges, want %d", filter, len(list.Exchanges), want)
		}
		_, lines := d.raw("GET", "api/v1/exchanges/export?"+strings.Replace(filter, "&limit=1", "&variant=referral.ads", 1), nil, nil)
		if n := bytes.Count(lines, []byte("\n")); n != want {
			t.Errorf("%s: %d lines, want %d", filter, n, want)
		}
	}
	_, text := d.raw("GET", "api/v1/exchanges/export?format=har", nil, nil)
	var har struct {
		Log struct {
			Version string
			Entries []struct {
				Request struct {
					URL      string
					PostData *struct{ Text string }
				}
				Response struct{ Status int }
			}
		}
	}
	if err := json.Unmarshal(text, &har); err != nil || har.Log.Version != "1.2" || len(har.Log.Entries) < 5 {
		t.Fatalf("%v: version %q, %d entries", err, har.Log.Version, len(har.Log.Entries))
	}
	for _, e := range har.Log.Entries {
		if !strings.HasPrefix(e.Request.URL, "http://127.0.0.1:") {
			t.Errorf("the URL %q is not absolute", e.Request.URL)
		}
	}
	if status, _ := d.raw("GET", "api/v1/exchanges/wait?kind=receipt&timeout=20ms", nil, nil); status != 408 {
		t.Errorf("waiting for what does not come is answered %d", status)
	}
	if status, _ := d.raw("GET", "api/v1/exchanges/wait?timeout=2h", nil, nil); status != 422 {
		t.Errorf("waiting for two hours is answered %d", status)
	}
}

// The secret with which signatures are checked is the one for the body.
func TestSignaturesOfInstagram(t *testing.T) {
	d := open(t, func(p *mockplatform.Options, _ *console.Options) { p.InstagramSecret = "a secret for Instagram" })
	d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "handshake": false}, &console.Receiver{}) // of everything
	for _, variant := range []string{"message.instagram-story-reply", "message.text"} {
		var sent console.Emitted
		d.call("POST", "api/v1/events", map[string]any{"variant": variant}, &sent)
		var x console.Detail
		d.call("GET", "api/v1/exchanges/"+number(sent.Exchange), nil, &x)
		if len(x.Signatures) != 2 || !x.Signatures[0].Valid || !x.Signatures[1].Valid {
			t.Errorf("%s: signed %+v", variant, x.Signatures)
		}
	}
}

func TestResend(t *testing.T) {
	d := open(t, nil)
	var first console.Emitted
	d.call("POST", "api/v1/events", map[string]any{"variant": "message.text"}, &first)
	path := "api/v1/exchanges/" + number(first.Exchange)
	var again, tampered console.Resent
	d.call("POST", path+"/resend", map[string]any{}, &again)
	d.call("POST", path+"/resend", map[string]any{"faults": []string{"flip-byte"}}, &tampered)
	if again.Status != 200 || tampered.Status != 401 {
		t.Errorf("the bot answers %d to the same, %d to what is tampered with", again.Status, tampered.Status)
	}
	var before, after console.Detail
	d.call("GET", path, nil, &before)
	d.call("GET", "api/v1/exchanges/"+number(again.Exchange), nil, &after)
	if !slices.Equal(after.Faults, []string{"exchange " + number(first.Exchange) + " again"}) || before.Request.Body.Text != after.Request.Body.Text || !after.Signatures[0].Valid || !after.Signatures[1].Valid {
		t.Errorf("sent again: %s, signed %+v", after.Request.Body.Text, after.Signatures)
	}
	d.call("GET", "api/v1/exchanges/"+number(tampered.Exchange), nil, &after)
	if len(after.Faults) != 2 || after.Signatures[0].Valid {
		t.Errorf("tampered: %v, signed %+v", after.Faults, after.Signatures)
	}
	// Edited: a document comes in Meta's bytes, a text as it is, and both are signed.
	for edit, want := range map[string]string{
		`{"doc": {"object": "page", "at": 120210000000000001, "text": "å"}}`: `{"object":"page","at":120210000000000001,"text":"\u00e5"}`,
		`{"body": "no JSON, 1.0"}`: `no JSON, 1.0`,
		`{"body": ""}`:             ``,
	} {
		status, answer := d.raw("POST", path+"/resend", []byte(edit), nil)
		var edited console.Resent
		if err := json.Unmarshal(answer, &edited); err != nil || status != 200 {
			t.Fatalf("%s: %d %s", edit, status, answer)
		}
		var x console.Detail
		d.call("GET", "api/v1/exchanges/"+number(edited.Exchange), nil, &x)
		if string(x.Request.Body.Bytes) != want || !x.Signatures[0].Valid || !slices.Equal(x.Faults, []string{"exchange " + number(first.Exchange) + " again, edited"}) {
			t.Errorf("%s: sent %s, done %q, signed %+v", edit, x.Request.Body.Bytes, x.Faults, x.Signatures)
		}
	}
	if status, answer := d.raw("POST", path+"/resend", []byte(`{"doc": {}, "body": ""}`), nil); status != 422 {
		t.Errorf("two bodies: %d %s", status, answer)
	}
	if status, answer := d.raw("POST", "api/v1/exchanges/1/resend", []byte(`{}`), nil); status != 409 {
		t.Errorf("a verification sent again is answered %d %s", status, answer)
	}
	if status, _ := d.raw("GET", "api/v1/exchanges/999", nil, nil); status != 404 {
		t.Errorf("an exchange that is none is answered %d", status)
	}
}

func TestClockAndReset(t *testing.T) {
	resets := 0
	var failure error
	d := open(t, func(p *mockplatform.Options, c *console.Options) {
		p.Clock = clock.NewVirtual(day())
		c.OnReset = func(context.Context) error { resets++; return failure }
	})
	var now console.Clock
	if d.call("POST", "api/v1/clock/advance", map[string]string{"by": "36h"}, &now); !now.Virtual || !now.Now.Equal(day().Add(36*60*60*1e9)) {
		t.Errorf("the clock shows %+v", now)
	}
	if status, _ := d.raw("POST", "api/v1/clock/advance", []byte(`{"by": "-1h"}`), nil); status != 422 {
		t.Errorf("back in time: %d", status)
	}
	d.person("Ada", "person")
	if status, _ := d.raw("POST", "api/v1/reset", nil, nil); status != 204 || resets != 1 {
		t.Errorf("reset: %d, %d times", status, resets)
	}
	var people []console.PersonView
	if d.call("GET", "api/v1/people", nil, &people); len(people) != 0 {
		t.Errorf("still there: %+v", people)
	}
	failure = errors.New("the URL is gone")
	if status, answer := d.raw("POST", "api/v1/reset", nil, nil); status != 500 || !strings.Contains(string(answer), "the URL is gone") {
		t.Errorf("a reset that fails: %d %s", status, answer)
	}

	machine := open(t, nil)
	if status, answer := machine.raw("POST", "api/v1/clock/advance", []byte(`{"by": "1h"}`), nil); status != 409 || !strings.Contains(string(answer), "--clock virtual") {
		t.Errorf("the machine's clock: %d %s", status, answer)
	}
}

func TestFaultRules(t *testing.T) {
	d := open(t, func(p *mockplatform.Options, c *console.Options) { ruled(t, p, c) })
	var rule rules.State
	if status := d.call("POST", "api/v1/faults", map[string]any{"fault": "rate-limited", "every": 3, "params": map[string]any{"wait": "1m"}}, &rule); status != 201 || rule.ID == "" {
		t.Fatalf("status %d, %+v", status, rule)
	}
	for body, want := range map[string]string{
		`{"fault": "x"}`: `"location":"body.fault"`,
		`{"fault": "delay", "params": {"by": "long"}}`:        `"location":"body.params.by"`,
		`{"fault": "delay", "probability": 2, "person": "."}`: `"location":"body.probability"`,
		// Not "each", which is what a rule without them says.
		`{"fault": "delay", "probability": 0}`: `"location":"body.probability"`,
		`{"fault": "delay", "every": 0}`:       `"location":"body.every"`,
		`{"fault": "delay", "next": 0}`:        `"location":"body.next"`,
	} {
		if status, answer := d.raw("POST", "api/v1/faults", []byte(body), nil); status != 422 || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	var known []rules.FaultKind
	if status := d.call("GET", "api/v1/faults/catalogue", nil, &known); status != 200 || len(known) != len(rules.Catalogue()) {
		t.Errorf("the catalogue: %d, %d faults", status, len(known))
	}
	// What the rule says, happens.
	if status := d.call("POST", "api/v1/faults", map[string]any{"fault": "duplicate", "person": "Ada", "next": 1}, nil); status != 201 {
		t.Fatalf("status %d", status)
	}
	d.call("POST", "api/v1/events", map[string]any{"variant": "message.text", "person": "Ada"}, nil)
	if _, err := d.platform.Journal().Wait(t.Context(), func(x journal.Exchange) bool {
		return x.Kind == journal.Delivery && slices.ContainsFunc(x.Faults, func(f string) bool { return strings.Contains(f, "again") })
	}); err != nil {
		t.Error(err)
	}
	// What is held back is listed, with the reason.
	d.call("POST", "api/v1/faults", map[string]any{"fault": "delay", "person": "Grace", "params": map[string]any{"by": "1h"}}, nil)
	d.call("POST", "api/v1/events", map[string]any{"variant": "message.text", "person": "Grace", "async": true}, nil)
	var waiting struct{ Deliveries []console.Waiting }
	held := func() bool { return len(waiting.Deliveries) == 1 && waiting.Deliveries[0].Held != "" }
	for until := time.Now().Add(10 * time.Second); !held() && time.Now().Before(until); { // its first attempt has yet to be asked for
		if status := d.call("GET", "api/v1/deliveries", nil, &waiting); status != 200 {
			t.Fatalf("status %d", status)
		}
	}
	if !held() {
		t.Errorf("waiting: %+v", waiting)
	}
	if status, _ := d.raw("DELETE", "api/v1/faults/"+rule.ID, nil, nil); status != 204 {
		t.Errorf("removed: %d", status)
	}
	if status, _ := d.raw("DELETE", "api/v1/faults/"+rule.ID, nil, nil); status != 404 {
		t.Errorf("removed again: %d", status)
	}
	without := open(t, nil)
	if status, answer := without.raw("POST", "api/v1/faults", []byte(`{"fault": "delay"}`), nil); status != 409 {
		t.Errorf("without rules: %d %s", status, answer)
	}
}

func TestReceiverAndSecrets(t *testing.T) {
	d := open(t, func(p *mockplatform.Options, _ *console.Options) { p.VerifyToken = "a verify token of ours" })
	_, text := d.raw("GET", "api/v1/setup", nil, nil)
	if !bytes.Contains(text, []byte(mockplatform.DefaultAppSecret)) || bytes.Contains(text, []byte("a verify token of ours")) {
		t.Errorf("the setup tells %s", text)
	}
	if status, answer := d.raw("PUT", "api/v1/receiver", []byte(`{"url": "http://127.0.0.1:1/"}`), nil); status != 409 || !strings.Contains(string(answer), "#2200") {
		t.Errorf("nobody there: %d %s", status, answer)
	}
	if status, answer := d.raw("PUT", "api/v1/receiver", []byte(`{"url": "ftp://x", "handshake": false}`), nil); status != 422 {
		t.Errorf("no URL: %d %s", status, answer)
	}
	var r console.Receiver
	d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "fields": []string{"messages"}}, &r)
	if !r.Verified || r.State != "active" || !slices.Equal(r.Subscriptions[0].Fields, []string{"messages"}) {
		t.Errorf("got %+v", r)
	}
	if status, answer := d.raw("POST", "api/v1/events", []byte(`{"variant": "referral.ads"}`), nil); status != 409 {
		t.Errorf("a field without a subscription: %d %s", status, answer)
	}
	d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "versions": map[string]string{"messages": "v99.0"}}, &r)
	if got := r.Subscriptions[0].Versions; len(got) != 1 || got["messages"] != "v99.0" {
		t.Errorf("the versions are %v", got)
	}
	for want, body := range map[string]string{
		`it has a version for the field \"massages\"`: `{"url": "` + d.bot.url + `", "versions": {"massages": "v23.0"}}`,
		`\"newest\" is no version of the Graph API`:   `{"url": "` + d.bot.url + `", "versions": {"messages": "newest"}}`,
		"leave fields and versions out":               `{"url": "` + d.bot.url + `", "handshake": false, "versions": {"messages": "v23.0"}}`,
	} {
		if status, answer := d.raw("PUT", "api/v1/receiver", []byte(body), nil); status != 422 || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	status, curl := d.raw("POST", "api/v1/events/preview", []byte(`{"variant": "message.text"}`), nil)
	if status != 200 || !bytes.Contains(curl, []byte("Facebook-API-Version: v99.0")) {
		t.Errorf("the preview is %s", curl)
	}
	d.call("DELETE", "api/v1/receiver", nil, &r)
	if r.State != "none" {
		t.Errorf("got %+v", r)
	}
}

func TestOpenAPI(t *testing.T) {
	d := open(t, nil)
	_, text := d.raw("GET", "api/v1/openapi.json", nil, nil)
	var doc struct {
		OpenAPI string
		Info    struct{ License struct{ Identifier string } }
		Servers []any
		Paths   map[string]map[string]struct {
			Summary   string
			Responses map[string]any
		}
		Security   *[]map[string]any
		Components struct{ SecuritySchemes map[string]any }
	}
	if err := json.Unmarshal(text, &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.1") {
		t.Fatalf("%v: OpenAPI %q", err, doc.OpenAPI)
	}
	for _, path := range []string{"events", "events/preview", "people", "people/{name}/thread", "people/{name}/actions", "faults", "exchanges", "exchanges/wait", "exchanges/export", "exchanges/{seq}/resend", "stream", "profile", "clock/advance", "reset", "setup", "receiver", "state"} {
		if doc.Paths["/api/v1/"+path] == nil {
			t.Errorf("%s is not described", path)
		}
	}
	for path, operations := range doc.Paths {
		for method, o := range operations {
			if o.Summary == "" {
				t.Errorf("%s %s has no summary", method, path)
			}
			if o.Responses["4XX"] == nil {
				t.Errorf("%s %s does not say that it can be refused", method, path)
			}
		}
	}
	if len(doc.Servers) == 0 || doc.Info.License.Identifier == "" {
		t.Errorf("servers %v, license %v", doc.Servers, doc.Info.License)
	}
	if doc.Security == nil || len(*doc.Security) != 0 || len(doc.Components.SecuritySchemes) != 0 {
		t.Errorf("without a token, security is %v of %v", doc.Security, doc.Components.SecuritySchemes)
	}
	guarded := open(t, func(_ *mockplatform.Options, o *console.Options) { o.Token = "a token" })
	_, text = guarded.raw("GET", "api/v1/openapi.json", nil, http.Header{"Authorization": {"Bearer a token"}})
	if err := json.Unmarshal(text, &doc); err != nil || doc.Security == nil || len(*doc.Security) != 1 {
		t.Fatalf("%v: with a token, security is %v", err, doc.Security)
	}
	for name := range (*doc.Security)[0] {
		if doc.Components.SecuritySchemes[name] == nil {
			t.Errorf("the scheme %q is not described", name)
		}
	}
}

// Who has blocked the page is shown so, and messages to them are refused.
func TestBlock(t *testing.T) {
	d := open(t, nil)
	var p console.PersonView
	d.call("POST", "api/v1/people", map[string]any{"name": "Ada"}, &p)
	for _, blocked := range []bool{true, false} {
		if status := d.call("PUT", "api/v1/people/Ada/block", map[string]any{"blocked": blocked}, &p); status != 200 || p.Blocked != blocked || p.Name != "Ada" {
			t.Errorf("status %d, got %+v", status, p)
		}
	}
	if status, answer := d.raw("PUT", "api/v1/people/Eve/block", []byte(`{"blocked": true}`), nil); status != 404 || !strings.Contains(string(answer), "Eve") {
		t.Errorf("got %d %s", status, answer)
	}
	if found := d.platform.People(); len(found) != 1 {
		t.Errorf("people are %+v", found)
	}
}
