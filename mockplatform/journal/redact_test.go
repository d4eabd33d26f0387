package journal_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

const secret = "EAAGm0PX4ZCpsBAKZCw5"

func TestSecretsAreMasked(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"a query":                   {"/me/messages?access_token=$&x=1", "/me/messages?access_token=EAAG…&x=1"},
		"an encoded app token":      {"/debug_token?input_token=498721317747541%7C$&a=b", "/debug_token?input_token=4987…&a=b"},
		"a short one":               {"?hub.verify_token=token&hub.challenge=1", "?hub.verify_token=…&hub.challenge=1"},
		"a JSON text":               {`{"access_token": "$", "a": 1}`, `{"access_token": "EAAG…", "a": 1}`},
		"JSON with escapes":         {`{"access_token":"498721317747541\u007Cab\/cd","a":1}`, `{"access_token":"4987…","a":1}`},
		"a broken JSON text":        {`{"access_token":"$`, `{"access_token":"EAAG…`},
		"JSON in a string":          {`{"batch":"[{\"access_token\":\"$\"}]"}`, `{"batch":"[{\"access_token\":\"EAAG…\"}]"}`},
		"a form":                    {"recipient=x&access_token=$", "recipient=x&access_token=EAAG…"},
		"JSON in a form":            {"batch=%5B%7B%22access_token%22%3A%22$%22%7D%5D", "batch=%5B%7B%22access_token%22%3A%22EAAG…%22%7D%5D"},
		"upper case":                {"?ACCESS_TOKEN=$", "?ACCESS_TOKEN=EAAG…"},
		"two":                       {"access_token=$&appsecret_proof=0123456789abcdef", "access_token=EAAG…&appsecret_proof=0123…"},
		"an empty one":              {"access_token=&a=b", "access_token=&a=b"},
		"a sentence without one":    {"An access_token must be given", "An access_token must be given"},
		"the word in a body":        {`{"text":"token"}`, `{"text":"token"}`},
		"a known one, not named":    {`{"key":"a known secret of the run"}`, `{"key":"a kn…"}`},
		"a known one that is short": {`{"text":"hush"}`, `{"text":"hush"}`},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal.New(1, "a known secret of the run", "hush")
			text := strings.ReplaceAll(tt.text, "$", secret)
			x := journal.Exchange{
				Direction: journal.FromReceiver,
				Request:   journal.Message{URL: text, Body: []byte(text), Header: wire.Header{{Name: "Referer", Value: text}}},
				Doc:       []byte(text),
			}
			seq := j.Record(x)
			j.Amend(seq, func(x *journal.Exchange) { x.Response.Body, x.Err = []byte(text), text })
			got := j.Find(all)[0]
			for part, text := range map[string]string{
				"request URL": got.Request.URL, "request body": string(got.Request.Body), "request header": got.Request.Header[0].Value,
				"doc": string(got.Doc), "response body": string(got.Response.Body), "error": got.Err,
			} {
				if text != tt.want {
					t.Errorf("%s: got %s, want %s", part, text, tt.want)
				}
			}
			if strings.Contains(fmt.Sprintf("%+v", got), secret) {
				t.Errorf("the exchange prints the secret: %+v", got)
			}
		})
	}
}

func TestAuthorizationIsMasked(t *testing.T) {
	for value, want := range map[string]string{
		"Bearer " + secret: "Bearer EAAG…",
		"OAuth " + secret:  "OAuth EAAG…",
		secret:             "EAAG…",
		"":                 "…",
	} {
		j := journal.New(1)
		j.Record(journal.Exchange{Request: journal.Message{Header: wire.Header{{Name: "authorization", Value: value}}}})
		if got := j.Find(all)[0].Request.Header.Get("Authorization"); got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestADeliveredBodyIsKept(t *testing.T) {
	const body = `{"access_token":"` + secret + `"}`
	j := journal.New(1, secret)
	j.Record(journal.Exchange{Direction: journal.ToReceiver, Request: journal.Message{Body: []byte(body)}})
	if got := j.Find(all)[0].Request.Body; string(got) != body {
		t.Errorf("got %s; its signature does not fit any more", got)
	}
}

// Wherever a token stands after its name, it is masked, and what surrounds it
// keeps its bytes.
func TestMaskingKeepsTheRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before := rapid.StringMatching(`[a-z{}\[\]&?:,"]{0,20}`).Draw(t, "before")
		after := rapid.StringMatching(`([&"\\ ,][a-z{}\[\]&?:,"]{0,20})?`).Draw(t, "after")
		token := rapid.StringMatching(`[A-Za-z0-9]{9,40}`).Draw(t, "token")
		join := rapid.SampledFrom([]string{"=", `":"`, `": "`, `\":\"`, "%22%3A%22", `' : '`}).Draw(t, "join")
		j := journal.New(1)
		j.Record(journal.Exchange{Direction: journal.FromReceiver, Request: journal.Message{Body: []byte(before + "access_token" + join + token + after)}})
		want := before + "access_token" + join + token[:4] + "…" + after
		if got := string(j.Find(all)[0].Request.Body); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}
