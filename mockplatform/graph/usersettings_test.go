package graph_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestUserSettings(t *testing.T) {
	const (
		path = "/v23.0/me/custom_user_settings"
		done = `{"result":"success"}`
		mine = `[{"call_to_actions":[{"payload":"MINE","title":"Mine","type":"postback"}],"locale":"default"}]`
		ours = `[{"composer_input_disabled":true,"locale":"default"}]`
	)
	s, j := server(t)
	ask := asking(t, s)
	for _, step := range []struct{ method, target, body, want string }{
		{"GET", path + "?psid=1234", "", `{"data":[]}`},
		{"POST", path, `{"psid":"1234","persistent_menu":` + mine + `}`, done},
		{"GET", path + "?psid=1234", "", `{"data":[{"user_level_persistent_menu":` + mine + `}]}`},
		{"POST", "/me/messenger_profile", `{"persistent_menu":` + ours + `}`, done},
		{"GET", path + "?psid=1234", "", `{"data":[{"page_level_persistent_menu":` + ours + `,"user_level_persistent_menu":` + mine + `}]}`},
		{"GET", "/" + page + "/custom_user_settings?psid=5678", "", `{"data":[{"page_level_persistent_menu":` + ours + `}]}`},
		{"DELETE", path + "?psid=1234&params=%5B%22persistent_menu%22%5D", "", done},
		{"DELETE", path, `{"psid":1234,"params":["persistent_menu"]}`, done},
		{"GET", path + "?psid=1234", "", `{"data":[{"page_level_persistent_menu":` + ours + `}]}`},
	} {
		if status, doc := ask(step.method, step.target, step.body); status != 200 || doc != step.want {
			t.Errorf("%s %s %s: status %d: %s, want %s", step.method, step.target, step.body, status, doc, step.want)
		}
	}
	if found := j.Find(func(x journal.Exchange) bool { return x.Person == "1234" }); len(found) != 7 {
		t.Errorf("%d calls concern the person, want 7", len(found))
	}
}

func TestUserSettingsErrors(t *testing.T) {
	for name, tt := range map[string]struct{ method, body, explain string }{
		"without a menu":     {"POST", `{"psid":"1"}`, `lacks the member \"persistent_menu\"`},
		"a menu of anything": {"POST", `{"psid":"1","persistent_menu":[{"title":"T"}]}`, "/persistent_menu/0"},
		"nothing to delete":  {"DELETE", `{"psid":"1"}`, "names no setting"},
		"not a setting":      {"DELETE", `{"psid":"1","params":["greeting"]}`, `\"greeting\" is no setting`},
	} {
		s, _ := server(t)
		if status, doc := asking(t, s)(tt.method, "/me/custom_user_settings", tt.body); status != 400 || !refused(doc, tt.explain) {
			t.Errorf("%s: status %d: %s", name, status, doc)
		}
	}
}

func TestNLPConfigs(t *testing.T) {
	s, _ := server(t)
	ask := asking(t, s)
	for _, target := range []string{"/me/nlp_configs?nlp_enabled=true", "/v23.0/" + page + "/nlp_configs?model=ENGLISH&n_best=2"} {
		if status, doc := ask("POST", target, ""); status != 200 || doc != `{"success":true}` {
			t.Errorf("%s: status %d: %s", target, status, doc)
		}
	}
	if _, doc := ask("POST", "/me/nlp_configs", `{"nlp_enabled":1}`); !refused(doc, "/nlp_enabled") {
		t.Errorf("got %s", doc)
	}
}
