package graph_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// What a bot in JavaScript has for somebody whom it did not find is no id.
func TestRecipientsThatAreNoID(t *testing.T) {
	for id, valid := range map[string]bool{
		`"1234"`: true, `1234`: true, `"undefined"`: false, `"[object Object]"`: false, `"null"`: false, `"NaN"`: false,
		`"12 34"`: false, `"0"`: false, `"-1"`: false, `1.5`: false, `"<PSID>"`: false,
	} {
		for _, what := range []string{`"message":{"text":"a"}`, `"sender_action":"typing_on"`} {
			w, x := do(t, request("POST", right, "application/json", `{"recipient":{"id":`+id+`},`+what+`}`))
			if valid {
				if w.Code != 200 {
					t.Errorf("%s: %s", id, w.Body)
				}
				continue
			}
			text, kind, _, code, subcode := graphError(t, w)
			if text != `(#100) Param recipient[id] must be a valid ID string (e.g., "123")` || kind != "OAuthException" || code != 100 || subcode != 0 || x.Person == "" {
				t.Errorf("%s: %s, recorded %+v", id, w.Body, x)
			}
		}
	}
	if w, _ := do(t, request("POST", right, "application/json", `{"recipient":{"user_ref":"ab-1"},"message":{"text":"a"}}`)); w.Code != 200 {
		t.Errorf("a user_ref: %s", w.Body)
	}
}

// Only people whom somebody knows are objects; a number is nobody by itself, not
// even if it was a persona's.
func TestObjectsThatDoNotExist(t *testing.T) {
	j := journal.New(100, token)
	s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Journal: j, Known: func(id string) bool { return id == "1234" }})
	t.Cleanup(s.Close)
	ask := asking(t, s)
	persona := create(t, ask, "Zoë")
	ask("DELETE", "/"+persona, "")
	if status, doc := ask("GET", "/1234", ""); status != 200 || !strings.Contains(doc, "first_name") {
		t.Errorf("somebody: %s", doc)
	}
	for _, id := range []string{persona, "1235", "9007199254740993"} {
		w := httptest.NewRecorder()
		s.ServeHTTP(w, request("GET", "/"+id+"?access_token="+token, "", ""))
		text, kind, _, code, subcode := graphError(t, w)
		if !strings.HasPrefix(text, "Unsupported get request. Object with ID '"+id+"' does not exist, cannot be loaded due to missing permissions") || kind != "GraphMethodException" || code != 100 || subcode != 33 {
			t.Errorf("%s: %s", id, w.Body)
		}
	}
	for _, x := range j.Find(func(x journal.Exchange) bool { return x.Response.Status == 400 }) {
		if x.Person != "" || x.Edge != "other" {
			t.Errorf("recorded %+v", x)
		}
	}
}
