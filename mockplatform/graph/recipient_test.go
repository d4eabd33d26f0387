package graph_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

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
