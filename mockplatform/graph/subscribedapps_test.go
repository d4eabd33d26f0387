package graph_test

import (
	"strings"
	"testing"
)

func TestSubscribedApps(t *testing.T) {
	const path = "/v23.0/me/subscribed_apps"
	s, _ := server(t)
	ask := asking(t, s)
	subscribed := func(fields string) string {
		return `{"data":[{"category":"Business","id":"` + app + `","link":"https://www.example.com/","name":"Referee","subscribed_fields":[` + fields + `]}]}`
	}
	if _, doc := ask("GET", path, ""); !strings.Contains(doc, `"messaging_referrals"`) || !strings.HasPrefix(doc, strings.TrimSuffix(subscribed(""), "]}]}")) {
		t.Errorf("at first: %s", doc)
	}
	for _, step := range []struct{ method, target, body, want string }{
		{"POST", path, `{"subscribed_fields":["messages","feed"]}`, `{"success":true}`},
		{"GET", path, "", subscribed(`"messages","feed"`)},
		{"POST", path, "", `{"success":true}`},
		{"GET", path, "", subscribed(`"messages","feed"`)},
		{"POST", "/" + page + "/subscribed_apps?subscribed_fields=messages,%20messaging_postbacks", "", `{"success":true}`},
		{"GET", path, "", subscribed(`"messages","messaging_postbacks"`)},
		{"GET", path + "?fields=name", "", `{"data":[{"id":"` + app + `","name":"Referee"}]}`},
		{"DELETE", path, "", `{"success":true}`},
		{"GET", path, "", `{"data":[]}`},
		{"POST", path, `{"subscribed_fields":"messages"}`, `{"success":true}`},
		{"GET", path, "", subscribed(`"messages"`)},
	} {
		if status, doc := ask(step.method, step.target, step.body); status != 200 || doc != step.want {
			t.Errorf("%s %s %s: status %d: %s, want %s", step.method, step.target, step.body, status, doc, step.want)
		}
	}
}
