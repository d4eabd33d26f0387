package console_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/schemas"
)

// withRules is a console whose platform goes wrong by rules, on a clock of its own.
func withRules(t *testing.T, standing ...rules.Rule) *desk {
	t.Helper()
	set, err := rules.New(rules.Options{PageID: mockplatform.DefaultPageID, Rules: standing})
	if err != nil {
		t.Fatal(err)
	}
	return open(t, func(po *mockplatform.Options, co *console.Options) {
		po.Rules, co.Faults = set, set
		po.Clock = clock.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	})
}

// TestState has a platform set up as another one was, and all that a state has.
func TestState(t *testing.T) {
	d := withRules(t)
	d.bot.setProfile()
	d.person("Ada", "visitor")
	d.person("Grace", "person")
	if _, err := d.platform.Block("Grace", true); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"Ada", "Grace"} {
		d.bot.call("/v23.0/me/custom_user_settings", fmt.Sprintf(`{"psid": %q, "persistent_menu": [{"locale": "default", "call_to_actions": [{"type": "postback", "title": "<Mine & %s>", "payload": "MINE"}]}]}`, d.platform.Session(name).PSID, name))
		d.bot.call("/v23.0/me/pass_thread_control", fmt.Sprintf(`{"recipient": {"id": %q}, "target_app_id": "263902037430900"}`, d.platform.Session(name).PSID))
	}
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(d.bot.call("/v23.0/me/personas", `{"name": "Lin", "profile_picture_url": "https://shop.example/lin.png"}`)), &made); err != nil || made.ID == "" {
		t.Fatalf("the persona is %+v, %v", made, err)
	}
	persona := made.ID
	if err := json.Unmarshal([]byte(d.bot.call("/v23.0/me/custom_labels", `{"page_label_name": "regulars"}`)), &made); err != nil || made.ID == persona {
		t.Fatalf("the label is %+v, %v", made, err)
	}
	d.bot.call("/v23.0/"+made.ID+"/label", fmt.Sprintf(`{"user": %q}`, d.platform.Session("Grace").PSID))
	d.call("POST", "api/v1/faults", map[string]any{"fault": "delay", "person": "Ada", "next": 1}, nil)
	d.call("POST", "api/v1/faults", map[string]any{"id": "mine", "fault": "server-error", "every": 3, "edge": "messages"}, nil)
	d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "fields": []string{"messages", "message_reads", "feed"}, "versions": map[string]string{"messages": "v25.0"}}, nil)
	for _, variant := range []string{"message.text", "message.instagram-text"} {
		if v, _ := schemas.ByID(variant); v.Object == "instagram" {
			d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "object": "instagram"}, nil)
		}
		d.call("POST", "api/v1/events", map[string]any{"variant": variant, "person": "Ada"}, nil)
	}
	_, exported := d.raw("GET", "api/v1/state", nil, nil)
	for _, secret := range d.platform.Options().Secrets() {
		if bytes.Contains(exported, []byte(secret)) {
			t.Errorf("the state has the secret %q", secret)
		}
	}
	if err := schemas.Validate("format.state", exported); err != nil {
		t.Errorf("%v in %s", err, exported)
	}
	state, err := console.ReadState(exported)
	if err != nil {
		t.Fatal(err)
	}
	// What is empty would be lost without anybody seeing it.
	for name, part := range map[string]any{"person": state.People[0], "receiver": state.Receiver, "subscription": state.Receiver.Subscriptions[1]} {
		for i, v := 0, reflect.ValueOf(part); i < v.NumField(); i++ {
			if field := v.Type().Field(i).Name; v.Field(i).IsZero() && field != "Blocked" && field != "Instagram" {
				t.Errorf("the %s has no %s, so that nothing shows whether it is kept: %s", name, field, exported)
			}
		}
	}
	if len(state.Personas) != 1 || len(state.Labels) != 1 || !slices.Equal(state.Labels[0].People, []string{"Grace"}) || state.People[1].Owner != "263902037430900" {
		t.Errorf("got %s", exported)
	}
	if len(state.Profile) == 0 || len(state.Rules) != 2 || !state.Rules[0].Over || !state.People[1].Blocked {
		t.Errorf("got %s", exported)
	}

	other := withRules(t)
	for range 2 { // again, as after a reset
		if err := other.platform.Reset(); err != nil {
			t.Fatal(err)
		}
		if err := other.console.Import(state); err != nil {
			t.Fatal(err)
		}
		if _, again := other.raw("GET", "api/v1/state", nil, nil); !bytes.Equal(again, exported) {
			t.Errorf("the state came back as %s, and not as %s", again, exported)
		}
	}
	ada, err := d.platform.Person("Ada")
	if same, err2 := other.platform.Person("Ada"); err != nil || err2 != nil || same != ada {
		t.Errorf("%+v became %+v, errors %v, %v", ada, same, err, err2)
	}
	if _, known := other.platform.PersonByID(ada.UserRef); !known {
		t.Error("nobody is known by an id")
	}

	// A bot finds all of it again, and what it makes has ids of its own.
	grace := d.platform.Session("Grace").PSID
	for path, says := range map[string]string{
		"me/custom_user_settings?psid=" + grace:   `Mine & Grace>`,
		"me/thread_owner?recipient=" + grace:      `"app_id":263902037430900`,
		persona:                                   `"name":"Lin"`,
		made.ID + "?fields=page_label_name":       `"page_label_name":"regulars"`,
		grace + "/custom_labels?fields=id":        made.ID,
		"me/messenger_profile?fields=get_started": "START",
	} {
		if got := other.bot.get("/v23.0/" + path); !strings.Contains(got, says) {
			t.Errorf("%s is %s, which has no %s", path, got, says)
		}
	}
	ids := map[string]bool{persona: true, made.ID: true}
	for range 20 {
		if err := json.Unmarshal([]byte(other.bot.call("/v23.0/me/personas", `{"name": "Lin", "profile_picture_url": "https://shop.example/lin.png"}`)), &made); err != nil || ids[made.ID] {
			t.Fatalf("%s is there twice, %v", made.ID, err)
		}
		ids[made.ID] = true
	}
}

// TestWrongState refuses what is no state, says where, and changes nothing.
func TestWrongState(t *testing.T) {
	d := withRules(t, rules.Rule{ID: "standing", Fault: "duplicate"})
	d.person("Ada", "person")
	before := d.platform.State()
	for text, says := range map[string]string{
		"{\"version\": 1,\n  \"people\": [}": `line 2, column 14: a value has to stand there, and "}" does`,
		"\ufeff{}":                           "line 1, column 1",
		"":                                   "it is empty",
		"[]":                                 "the document: is an array, must be an object",
		"{}":                                 "version",
		`{"version": 2}`:                     "/version: is 2, must be 1",
		`{"version": 1, "persons": []}`:      "/persons: ",
		`{"version": 1, "people": [{"name": "A"}, {"kind": "person"}]}`:                                                          "/people/1: ",
		`{"version": 1, "people": [{"name": "A", "kind": "robot"}]}`:                                                             "/people/0/kind: ",
		`{"version": 1, "people": [{"name": "A", "since": "today"}]}`:                                                            "/people/0/since: ",
		`{"version": 1, "people": [{"name": "A", "events": 1e99}]}`:                                                              "/people/0/events: ",
		`{"version": 1, "people": [{"name": "A"}, {"name": "A"}]}`:                                                               `/people/1/name: "A" is the name of /people/0 already`,
		`{"version": 1, "profile": {"get_started": {}}}`:                                                                         "/profile/get_started: ",
		`{"version": 1, "people": [{"name": "A", "menu": [{"locale": "default", "call_to_actions": [{"type": "x"}]}]}]}`:         "/people/0/menu/0/call_to_actions/0",
		`{"version": 1, "people": [{"name": "A", "menu": {}}]}`:                                                                  "/people/0/menu: ",
		`{"version": 1, "people": [{"name": "A", "owner": "inbox"}]}`:                                                            "/people/0/owner: ",
		`{"version": 1, "personas": [{"id": "1", "name": "A"}]}`:                                                                 "/personas/0: ",
		`{"version": 1, "personas": [{"id": "1", "name": "A", "profile_picture_url": "lin.png"}]}`:                               "/personas/0/profile_picture_url: ",
		`{"version": 1, "labels": [{"id": "1", "name": "a"}, {"id": "1", "name": "b"}]}`:                                         "/labels/1/id: 1 is the id of /labels/0 already",
		`{"version": 1, "labels": [{"id": "1", "name": "a", "people": ["B"]}]}`:                                                  `/labels/0/people/0: "B" is the name of nobody in people`,
		`{"version": 1, "profile": {"get_going": {}}}`:                                                                           "/profile/get_going: is none of get_started, ",
		`{"version": 1, "receiver": {"url": "ftp://a"}}`:                                                                         "/receiver/url: ",
		`{"version": 1, "receiver": {"url": "http://a b/"}}`:                                                                     "/receiver/url: ",
		`{"version": 1, "receiver": {"verified": true}}`:                                                                         "/receiver: there is no url",
		`{"version": 1, "rules": [{"fault": "delay"}, {"fault": "x"}]}`:                                                          "/rules/1/fault: there is no fault",
		`{"version": 1, "rules": [{"fault": "delay", "params": {"x":1}}]}`:                                                       "/rules/0/params/x: ",
		`{"version": 1, "rules": [{"fault": "delay", "id": "standing"}]}`:                                                        `/rules/0/id: there is a rule "standing" already`,
		`{"version": 1, "rules": [{"fault": "delay", "over": true}]}`:                                                            "/rules/0/applied: ",
		`{"version": 1, "receiver": {"url": "http://a/", "subscriptions": [{"object": "page", "versions": {"messages": "x"}}]}}`: "/receiver/subscriptions/0/versions: ",
		`{"version": 1, "receiver": {"url": "http://a/", "subscriptions": [{"object": "page"}, {"object": "page"}]}}`:            "/receiver/subscriptions/1/object: ",
	} {
		state, err := console.ReadState([]byte(text))
		if err == nil {
			// What is right beside it must not come in.
			state.People = append(state.People, mockplatform.PersonState{Name: "Eve"})
			state.Rules = append([]rules.State{{Rule: rules.Rule{Fault: "reorder"}}}, state.Rules...)
			says = strings.NewReplacer("/rules/1", "/rules/2", "/rules/0", "/rules/1").Replace(says)
			err = d.console.Import(state)
		}
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", text, err, says)
		}
	}
	if after := d.platform.State(); !reflect.DeepEqual(before, after) {
		t.Errorf("%+v became %+v", before, after)
	}
	var faults struct{ Rules []json.RawMessage }
	if d.call("GET", "api/v1/faults", nil, &faults); len(faults.Rules) != 1 {
		t.Errorf("the rules are %s", faults.Rules)
	}
	// All that is wrong is said at once.
	state := console.PlatformState{State: mockplatform.State{People: []mockplatform.PersonState{{Name: ""}}}, Rules: []rules.State{{}}}
	if err := d.console.Import(state); err == nil || !strings.Contains(err.Error(), "/people/0") || !strings.Contains(err.Error(), "/rules/0/fault") {
		t.Errorf("got %v", err)
	}
}
