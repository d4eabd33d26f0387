package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// The proof of the page's token with the secret, reckoned with openssl.
const proof = "123beaae1578d4a326fa65ee5f4b876d26cc5c8b0e45a871394868bfffaf6431"

func TestAppSecretProof(t *testing.T) {
	const (
		wrongProof = "Invalid appsecret_proof provided in the API argument"
		noProof    = "API calls from the server require an appsecret_proof argument"
	)
	for name, tt := range map[string]struct {
		token, proof string
		required     bool
		want         string
	}{
		"right":                    {token, proof, false, ""},
		"right and required":       {token, proof, true, ""},
		"in upper case":            {token, strings.ToUpper(proof), false, ""},
		"wrong":                    {token, strings.Repeat("0", 64), false, wrongProof},
		"cut":                      {token, proof[:len(proof)-1], true, wrongProof},
		"another token's":          {appToken, proof, false, wrongProof},
		"missing":                  {token, "", false, ""},
		"missing and required":     {token, "", true, noProof},
		"not needed for the app's": {appToken, "", true, ""},
		"a wrong token first":      {"wrong", strings.Repeat("0", 64), true, "Invalid OAuth access token."},
	} {
		t.Run(name, func(t *testing.T) {
			s, j := appServer(t, func(o *graph.Options) { o.RequireProof = tt.required })
			query := url.Values{"access_token": {tt.token}, "fields": {"name"}}
			if tt.proof != "" {
				query.Set("appsecret_proof", tt.proof)
			}
			w := httptest.NewRecorder()
			s.ServeHTTP(w, request("GET", "/app?"+query.Encode(), "", ""))
			x := j.Find(everything)[0]
			if tt.want == "" {
				if w.Code != 200 || x.Err != "" {
					t.Errorf("status %d: %s, recorded %q", w.Code, w.Body, x.Err)
				}
			} else if message, _, _, code, _ := graphError(t, w); message != tt.want || tt.token != "wrong" && code != 100 || x.Err == "" {
				t.Errorf("got %s, recorded %q", w.Body, x.Err)
			}
			if len(tt.proof) > 8 && strings.Contains(fmt.Sprintf("%+v %s", x, x.Doc), tt.proof) {
				t.Errorf("the exchange prints the proof: %+v", x)
			}
			if string(x.Doc) != `{"fields":"name"}` {
				t.Errorf("the document is %s", x.Doc)
			}
		})
	}
}

// Elements of a batch have the batch's token and proof, or their own.
func TestAppSecretProofInABatch(t *testing.T) {
	s, _ := appServer(t, func(o *graph.Options) { o.RequireProof = true })
	const other = `{"method":"GET","relative_url":"me?access_token=` + token + `"}`
	form := url.Values{"access_token": {token}, "appsecret_proof": {proof}, "include_headers": {"false"}, "batch": {`[
		{"method":"GET","relative_url":"me"}, ` + other + `, {"method":"GET","relative_url":"me?appsecret_proof=00"}]`}}
	answers := answersOf(t, post(s, "/", "application/x-www-form-urlencoded", form.Encode()))
	for i, want := range []string{`"name"`, "require an appsecret_proof", "Invalid appsecret_proof"} {
		if !strings.Contains(answers[i].Body, want) {
			t.Errorf("answer %d: %s", i, answers[i].Body)
		}
	}
}

func TestDebugToken(t *testing.T) {
	now := time.Unix(1527459824, 0)
	s, _ := appServer(t, func(o *graph.Options) { o.Clock = func() time.Time { return now } })
	for _, ask := range []func(method, target, body string) (int, string){asking(t, s), asApp(t, s)} {
		status, doc := ask("GET", "/v23.0/debug_token?input_token="+token, "")
		var got struct {
			Data struct {
				AppID      string `json:"app_id"`
				Type       string
				Valid      bool  `json:"is_valid"`
				Expires    *int  `json:"expires_at"`
				DataAccess int64 `json:"data_access_expires_at"`
				Issued     int64 `json:"issued_at"`
				Profile    string
				UserID     string `json:"user_id"`
				Scopes     []string
				Granular   []struct {
					Scope   string
					Targets []string `json:"target_ids"`
				} `json:"granular_scopes"`
				Application string
			}
		}
		if err := json.Unmarshal([]byte(doc), &got); err != nil || status != 200 {
			t.Fatalf("status %d, error %v: %s", status, err, doc)
		}
		d := got.Data
		if d.AppID != app || d.Type != "PAGE" || !d.Valid || d.Expires == nil || *d.Expires != 0 || d.Issued != now.Unix() ||
			d.DataAccess != now.AddDate(0, 0, 90).Unix() || d.Application != "Referee" || len(d.UserID) != 16 ||
			len(d.Scopes) == 0 || len(d.Granular) != len(d.Scopes) || d.Granular[0].Scope != d.Scopes[0] || d.Granular[0].Targets[0] != page {
			t.Errorf("got %s", doc)
		}
		for input, want := range map[string]string{
			url.QueryEscape(appToken): `{"data":{"app_id":"` + app + `","application":"Referee","is_valid":true,"scopes":[],"type":"APP"}}`,
			"wrong":                   `{"data":{"error":{"code":190,"message":"Invalid OAuth access token."},"is_valid":false,"scopes":[]}}`,
		} {
			if status, doc := ask("GET", "/debug_token?input_token="+input, ""); status != 200 || doc != want {
				t.Errorf("%s: status %d: %s", input, status, doc)
			}
		}
		if status, doc := ask("GET", "/debug_token", ""); status != 400 || !refused(doc, "input_token: is missing") {
			t.Errorf("without one: status %d: %s", status, doc)
		}
	}
	if _, x := do(t, request("GET", "/debug_token?input_token="+token, "", "")); x.Token != journal.TokenMissing || strings.Contains(fmt.Sprintf("%+v %s", x, x.Doc), token) {
		t.Errorf("recorded %+v", x)
	}
}
