package graph_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestPage(t *testing.T) {
	for target, want := range map[string]string{
		"/me":                             `{"id":"` + page + `","name":"Café Referee"}`,
		"/v2.6/me":                        `{"id":"` + page + `","name":"Café Referee"}`,
		"/" + page + "?fields=id":         `{"id":"` + page + `"}`,
		"/me?fields=category,fan_count":   `{"category":"Local Business","id":"` + page + `"}`,
		"/me?fields=%5B%22username%22%5D": `{"id":"` + page + `","username":"cafereferee"}`,
	} {
		s, j := server(t)
		if status, doc := asking(t, s)("GET", target, ""); status != 200 || doc != want {
			t.Errorf("%s: status %d: %s", target, status, doc)
		}
		x := j.Find(func(journal.Exchange) bool { return true })[0]
		if x.Kind != journal.Graph || x.Person != "" || x.Token != journal.TokenRight || x.Err != "" {
			t.Errorf("%s: recorded %+v", target, x)
		}
	}
}

func TestPageNeedsAToken(t *testing.T) {
	w, x := do(t, request("GET", "/me", "", ""))
	if _, _, _, code, _ := graphError(t, w); code != 2500 || x.Token != journal.TokenMissing {
		t.Errorf("got %s, recorded %+v", w.Body, x)
	}
}

// A body where none belongs spoils the call only if it cannot be read.
func TestPageWithABody(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	if status, doc := ask("GET", "/me", `{"fields":"id"}`); status != 200 || strings.Contains(doc, "name") {
		t.Errorf("status %d: %s", status, doc)
	}
	if _, doc := ask("GET", "/me", `{"fields":`); !refused(doc, "the body is not JSON") {
		t.Errorf("got %s", doc)
	}
}

func TestHead(t *testing.T) {
	w, x := do(t, request("HEAD", "/me?access_token="+token, "", ""))
	if w.Code != 200 || x.Request.Method != "HEAD" || x.Kind != journal.Graph {
		t.Errorf("status %d, recorded %+v", w.Code, x)
	}
}

func TestOptionsMethod(t *testing.T) {
	for target, allow := range map[string]string{
		"/me":                           "GET, HEAD, OPTIONS",
		"/v2.6/me/messages":             "POST, OPTIONS",
		"/me/messenger_profile":         "GET, HEAD, POST, DELETE, OPTIONS",
		"/1234":                         "GET, HEAD, OPTIONS",
		"/me/blocked":                   "",
		"/" + page + "/subscribed_apps": "GET, HEAD, POST, DELETE, OPTIONS",
	} {
		w, x := do(t, request("OPTIONS", target, "", ""))
		want := 200
		if allow == "" {
			want = 400
		}
		if w.Code != want || w.Header().Get("Allow") != allow || x.Kind != journal.Graph {
			t.Errorf("%s: status %d, Allow %q, recorded %+v", target, w.Code, w.Header().Get("Allow"), x)
		}
	}
}
