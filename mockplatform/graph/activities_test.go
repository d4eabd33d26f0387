package graph_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// A bot logs events without a token: as a form, as Meta's page shows it, or as JSON, in
// which the list of events may be text.
func TestLoggedEvents(t *testing.T) {
	const events = `[{"_eventName":"fb_mobile_purchase","_valueToSum":55.22}]`
	for name, tt := range map[string]struct{ contentType, body, want string }{
		"a form": {"application/x-www-form-urlencoded", url.Values{
			"event": {"CUSTOM_APP_EVENTS"}, "custom_events": {events}, "page_scoped_user_id": {"1234"},
		}.Encode(), ""},
		"JSON":          {"application/json", `{"event":"CUSTOM_APP_EVENTS","custom_events":` + events + `,"page_scoped_user_id":"1234"}`, ""},
		"text in JSON":  {"application/json", `{"event":"CUSTOM_APP_EVENTS","custom_events":"[{\"_eventName\":\"e\"}]","page_scoped_user_id":1234}`, ""},
		"another event": {"application/json", `{"event":"MOBILE_APP_INSTALL","page_scoped_user_id":"1234"}`, "event: "},
		"no events":     {"application/json", `{"event":"CUSTOM_APP_EVENTS","page_scoped_user_id":"1234"}`, "custom_events: "},
		"none in it":    {"application/json", `{"event":"CUSTOM_APP_EVENTS","custom_events":[],"page_scoped_user_id":"1234"}`, "custom_events: "},
		"no list":       {"application/json", `{"event":"CUSTOM_APP_EVENTS","custom_events":"e","page_scoped_user_id":"1234"}`, "custom_events: "},
		"no name":       {"application/json", `{"event":"CUSTOM_APP_EVENTS","custom_events":[{}],"page_scoped_user_id":"1234"}`, "_eventName"},
	} {
		t.Run(name, func(t *testing.T) {
			j := journal.New(10, token)
			s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Journal: j})
			t.Cleanup(s.Close)
			w := httptest.NewRecorder()
			s.ServeHTTP(w, request("POST", "/v23.0/"+app+"/activities", tt.contentType, tt.body))
			x := j.Find(everything)[0]
			if x.Person != "1234" || x.Edge != "activities" {
				t.Errorf("recorded %+v", x)
			}
			if tt.want == "" {
				if w.Code != 200 || strings.TrimSpace(w.Body.String()) != `{"success":true}` {
					t.Errorf("got %d %s", w.Code, w.Body)
				}
				return
			}
			if _, _, _, code, _ := graphError(t, w); code != 100 || !strings.Contains(w.Body.String(), tt.want) {
				t.Errorf("got %d %s", w.Code, w.Body)
			}
		})
	}
}
