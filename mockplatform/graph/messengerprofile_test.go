package graph_test

import (
	"strings"
	"testing"
)

const profilePath = "/v2.6/me/messenger_profile"

func TestMessengerProfile(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	steps := []struct{ method, target, body, want string }{
		{"GET", profilePath + "?fields=get_started,greeting", "", `{"data":[]}`},
		{"GET", profilePath, "", `{"data":[]}`},
		{"GET", profilePath + "?fields=subject_to_new_eu_privacy_rules", "", `{"data":[{"subject_to_new_eu_privacy_rules":false}]}`},
		{"POST", profilePath, `{"get_started":{"payload":"<GO> äöå"},"platform":"messenger"}`, `{"result":"success"}`},
		{"POST", "/" + page + "/messenger_profile", `{"greeting":[{"locale":"default","text":"Hello"}]}`, `{"result":"success"}`},
		{"GET", profilePath + "?fields=get_started,commands", "", `{"data":[{"get_started":{"payload":"<GO> äöå"}}]}`},
		{"GET", profilePath, "", `{"data":[{"get_started":{"payload":"<GO> äöå"},"greeting":[{"locale":"default","text":"Hello"}]}]}`},
		{"POST", profilePath, `{"get_started":{"payload":"other"}}`, `{"result":"success"}`},
		{"GET", profilePath + "?fields=%5B%22get_started%22%5D", "", `{"data":[{"get_started":{"payload":"other"}}]}`},
		{"DELETE", profilePath, `{"fields":["get_started","commands"]}`, `{"result":"success"}`},
		{"GET", profilePath, "", `{"data":[{"greeting":[{"locale":"default","text":"Hello"}]}]}`},
		{"DELETE", profilePath + "?fields=greeting", "", `{"result":"success"}`},
		{"GET", profilePath, "", `{"data":[]}`},
	}
	for _, step := range steps {
		if status, doc := ask(step.method, step.target, step.body); status != 200 || doc != step.want {
			t.Errorf("%s %s %s: status %d: %s, want %s", step.method, step.target, step.body, status, doc, step.want)
		}
	}
}

// What bots set when they start.
func TestMessengerProfileProperties(t *testing.T) {
	domains := func(n int) string {
		return `{"whitelisted_domains":["https://example.com"` + strings.Repeat(`,"https://example.com"`, n-1) + `]}`
	}
	for name, body := range map[string]string{
		"a menu":             `{"persistent_menu":[{"locale":"default","composer_input_disabled":false,"call_to_actions":[{"type":"nested","title":"More","call_to_actions":[{"type":"web_url","title":"Web","url":"https://example.com"}]}]}]}`,
		"a locked composer":  `{"persistent_menu":[{"locale":"default","composer_input_disabled":true}]}`,
		"ice breakers":       `{"ice_breakers":[{"question":"Where?","payload":"WHERE"}]}`,
		"by locale":          `{"ice_breakers":[{"call_to_actions":[{"question":"Where?","payload":"WHERE"}],"locale":"default"}]}`,
		"50 domains":         domains(50),
		"a linking URL":      `{"account_linking_url":"https://example.com/login"}`,
		"commands":           `{"commands":[{"locale":"default","commands":[{"name":"flights","description":"Find flights"}]}]}`,
		"several properties": `{"get_started":{"payload":"GO"},"greeting":[{"locale":"default","text":""}]}`,
	} {
		s, _ := server(t)
		if status, doc := asking(t, s)("POST", profilePath, body); status != 200 || doc != `{"result":"success"}` {
			t.Errorf("%s: status %d: %s", name, status, doc)
		}
	}
	s, _ := server(t)
	if _, doc := asking(t, s)("POST", profilePath, domains(51)); !refused(doc, "/whitelisted_domains") {
		t.Errorf("51 domains: %s", doc)
	}
}

func TestMessengerProfileErrors(t *testing.T) {
	for name, tt := range map[string]struct{ method, body, explain string }{
		"a broken body":       {"POST", `{"get_started":`, "not JSON"},
		"no payload":          {"POST", `{"get_started":{}}`, `/get_started: lacks the member \"payload\"`},
		"the old buttons":     {"POST", `{"persistent_menu":[{"type":"postback","title":"T"}]}`, "/persistent_menu/0"},
		"plain HTTP":          {"POST", `{"account_linking_url":"http://example.com"}`, "/account_linking_url"},
		"an unknown property": {"GET", `{"fields":"greeting,colour"}`, `\"colour\" is none of get_started`},
		"nothing to delete":   {"DELETE", ``, "names no property"},
		"to delete a number":  {"DELETE", `{"fields":["get_started",1]}`, "names no property"},
		"to delete anything":  {"DELETE", `{"fields":["everything"]}`, `\"everything\" is none of`},
	} {
		s, _ := server(t)
		if status, doc := asking(t, s)(tt.method, profilePath, tt.body); status != 400 || !refused(doc, tt.explain) {
			t.Errorf("%s: status %d: %s", name, status, doc)
		}
	}
}
