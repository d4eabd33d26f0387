package wire

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

func TestDeliveryHeader(t *testing.T) {
	body := []byte(`{ "id": "realtime_update" }`)
	const sha1Value = "sha1=c1a072c0aca15c6bd2f5bfae288ff8420e74aa5e"
	const sha256Value = "sha256=2bee603b1bd2b873912ee43469a3b4a377ad70e7f64cbd58ccdbc67eb9a1b37f"
	accept, encoding, content := Field{"Accept", "*/*"}, Field{"Accept-Encoding", "deflate, gzip"}, Field{"Content-Type", "application/json"}
	version, agent, generic := Field{"Facebook-API-Version", "v23.0"}, Field{"User-Agent", "facebookexternalua"}, Field{"User-Agent", "Webhooks/1.0 (https://fb.me/webhooks)"}
	older, newer := Field{"X-Hub-Signature", sha1Value}, Field{"X-Hub-Signature-256", sha256Value}
	for name, tc := range map[string]struct {
		of   Heading
		want Header
	}{
		"today":                     {Heading{Version: "v23.0"}, Header{accept, encoding, content, version, agent, older, newer}},
		"without a version":         {Heading{}, Header{accept, encoding, content, agent, older, newer}},
		"the other sender":          {Heading{Style: Generic, Version: "v23.0"}, Header{accept, content, generic, older, newer}},
		"the first day of versions": {Heading{Version: "v23.0", Day: "2020-03-04"}, Header{accept, encoding, content, version, agent, older, newer}},
		"the day before":            {Heading{Version: "v23.0", Day: "2020-03-03"}, Header{accept, encoding, content, agent, older, newer}},
		"a day with an agent":       {Heading{Version: "v23.0", Day: "2017-01-14"}, Header{accept, encoding, content, agent, older, newer}},
		"a day without one":         {Heading{Version: "v23.0", Day: "2017-01-13"}, Header{accept, encoding, content, older, newer}},
		"the other on that day":     {Heading{Style: Generic, Day: "2017-01-13"}, Header{accept, content, generic, older, newer}},
	} {
		tc.of.Secret = "my_little_secret"
		if got := DeliveryHeader(tc.of, body); !slices.Equal(got, tc.want) {
			t.Errorf("%s:\ngot  %v\nwant %v", name, got, tc.want)
		}
	}
}

func TestVerificationHeader(t *testing.T) {
	want := Header{{"Accept", "*/*"}, {"User-Agent", "facebookplatform/1.0 (+http://developers.facebook.com)"}}
	if got := VerificationHeader(); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// Changes come from the other sender, what people write and click from Messenger's.
func TestStyleOf(t *testing.T) {
	for id, want := range map[string]Style{
		"changes.instagram-comment": Generic, "changes.instagram-comment-bare": Generic, "changes.leadgen": Generic,
		"message.text": Messaging, "message.instagram-text": Messaging, "calls.connect": Messaging, "call-permission.approve": Messaging, "postback.user-ref": Messaging,
	} {
		v, ok := schemas.ByID(id)
		if got := StyleOf(v.Form, v.Field); !ok || got != want {
			t.Errorf("%s (%t): %s, want %s", id, ok, got, want)
		}
	}
}

func TestHeader(t *testing.T) {
	start := Header{{"A", "1"}, {"b", "2"}, {"a", "3"}, {"C", "4"}}
	tests := []struct {
		name   string
		change func(*Header)
		want   Header
	}{
		{"set keeps place and spelling of the first, drops the rest", func(h *Header) { h.Set("a", "9") }, Header{{"A", "9"}, {"b", "2"}, {"C", "4"}}},
		{"set appends what is new", func(h *Header) { h.Set("D", "5") }, Header{{"A", "1"}, {"b", "2"}, {"a", "3"}, {"C", "4"}, {"D", "5"}}},
		{"add repeats", func(h *Header) { h.Add("B", "5") }, Header{{"A", "1"}, {"b", "2"}, {"a", "3"}, {"C", "4"}, {"B", "5"}}},
		{"del drops all", func(h *Header) { h.Del("A") }, Header{{"b", "2"}, {"C", "4"}}},
		{"del of an absent name", func(h *Header) { h.Del("x") }, start},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := start.Clone()
			tt.change(&h)
			if !slices.Equal(h, tt.want) {
				t.Errorf("got %v, want %v", h, tt.want)
			}
			if start[0].Value != "1" || start[2].Value != "3" {
				t.Fatalf("the change reached the original: %v", start)
			}
		})
	}
	if got := start.Get("a") + start.Get("B") + start.Get("x"); got != "12" {
		t.Errorf("Get: got %q, want the first of each name and nothing", got)
	}
}
