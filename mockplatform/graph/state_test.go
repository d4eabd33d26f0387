package graph_test

import (
	"encoding/json"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
)

// setUp makes one change of each sort, and returns the number of changes.
func setUp(t *testing.T, s *graph.Server) int64 {
	t.Helper()
	page, app := asking(t, s), asApp(t, s)
	for _, step := range []struct {
		ask                  func(method, target, body string) (int, string)
		method, target, body string
	}{
		{page, "POST", "/me/messenger_profile", `{"get_started":{"payload":"GO"},"greeting":[{"locale":"default","text":"äöå"}]}`},
		{page, "POST", "/me/subscribed_apps", `{"subscribed_fields":["messages"]}`},
		{page, "POST", "/me/personas", `{"name":"Zoë","profile_picture_url":"https://example.com/a.png"}`},
		{page, "POST", "/me/custom_labels", `{"page_label_name":"VIP"}`},
		{page, "POST", "/me/welcome_message_flows", `{"name":"Sign up","eligible_platforms":["messenger"],"welcome_message_flow":[{"message":{"text":"a"}}]}`},
		{page, "POST", "/me/pass_thread_control", `{"recipient":{"id":"1234"},"target_app_id":263902037430900}`},
		{page, "POST", "/me/custom_user_settings", `{"psid":"1234","persistent_menu":[{"locale":"default"}]}`},
		{app, "POST", "/app/subscriptions", subscribing},
	} {
		if status, doc := step.ask(step.method, step.target, step.body); status != 200 {
			t.Fatalf("%s: status %d: %s", step.target, status, doc)
		}
	}
	return 8
}

// whole is what a receiver can read of what was set.
func whole(t *testing.T, s *graph.Server) string {
	t.Helper()
	page, app := asking(t, s), asApp(t, s)
	var all []string
	for _, target := range []string{"messenger_profile", "subscribed_apps", "personas", "custom_labels?fields=page_label_name", "welcome_message_flows", "thread_owner?recipient=1234", "custom_user_settings?psid=1234"} {
		_, doc := page("GET", "/me/"+target, "")
		all = append(all, doc)
	}
	_, doc := app("GET", "/app/subscriptions", "")
	return strings.Join(append(all, doc), "\n")
}

func TestStateAndRestore(t *testing.T) {
	var changes atomic.Int64
	counting := func(o *graph.Options) { o.Changed = func() { changes.Add(1) } }
	first, _ := appServer(t, counting)
	empty := whole(t, first)
	if made := setUp(t, first); changes.Load() != made {
		t.Errorf("told of %d changes, want %d", changes.Load(), made)
	}
	full, state := whole(t, first), first.State()
	if strings.Contains(string(state), secret) || strings.Contains(string(state), "a verify token") {
		t.Errorf("the state has secrets: %s", state)
	}

	changes.Store(0)
	second, _ := appServer(t, counting)
	if err := second.Restore(state); err != nil {
		t.Fatal(err)
	}
	if got := whole(t, second); got != full {
		t.Errorf("restored:\n%s\nwant:\n%s", got, full)
	}
	if changes.Load() != 0 {
		t.Error("a restore is told as a change")
	}
	if profile := second.Profile(); string(profile["get_started"]) != `{"payload":"GO"}` || len(profile) != 2 {
		t.Errorf("the profile is %s", profile)
	}
	second.Reset()
	if got := whole(t, second); got != empty || changes.Load() != 1 {
		t.Errorf("after a reset, told of %d changes:\n%s\nwant:\n%s", changes.Load(), got, empty)
	}
	if len(second.Profile()) != 0 {
		t.Errorf("the profile is %s", second.Profile())
	}
}

// Ids must not be met again after a restart, by a receiver that keeps them.
func TestIDsGoOnAfterARestore(t *testing.T) {
	const send = `{"recipient":{"id":"1"},"message":{"text":"a"}}`
	first, _ := appServer(t, nil)
	setUp(t, first)
	state := first.State()
	seen := map[string]bool{}
	for range 100 {
		_, doc := asking(t, first)("POST", "/me/messages", send)
		seen[doc] = true
	}
	second, _ := appServer(t, nil)
	if err := second.Restore(state); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		_, doc := asking(t, second)("POST", "/me/messages", send)
		if seen[doc] {
			t.Fatalf("given twice: %s", doc)
		}
	}
}

func TestRestoreRefuses(t *testing.T) {
	s, _ := appServer(t, nil)
	setUp(t, s)
	before := whole(t, s)
	for doc, problem := range map[string]string{
		``:                                       "EOF",
		`[]`:                                     "cannot unmarshal array",
		`{"calls":-1}`:                           "cannot unmarshal",
		`{"unknown":1}`:                          `unknown field "unknown"`,
		`{"messenger_profile":{"colour":1}}`:     `"colour" is no property`,
		`{"labels":[{"id":"x"}]}`:                `labels: that at index 0 has the id "x"`,
		`{"welcome_message_flows":[{"id":"1"}]}`: `has no messages or no platforms`,
		`{"personas":[{"id":"x"}]}`:              `the id "x", which is not a number`,
	} {
		if err := s.Restore([]byte(doc)); err == nil || !strings.Contains(err.Error(), problem) || !strings.HasPrefix(err.Error(), "restore the state") {
			t.Errorf("%s: %v", doc, err)
		}
	}
	if after := whole(t, s); after != before {
		t.Errorf("changed:\n%s\nwant:\n%s", after, before)
	}
}

func TestResetDropsScriptsAndUploads(t *testing.T) {
	s, _ := appServer(t, nil)
	ask := asking(t, s)
	s.Script("1", fault.ServerError())
	ask("POST", uploadPath, `{"message":{"attachment":{"type":"image","payload":{"url":"https://example.com/a.png"}}}}`)
	s.Reset()
	if status, doc := ask("POST", "/me/messages", `{"recipient":{"id":"1"},"message":{"text":"a"}}`); status != 200 {
		t.Errorf("status %d: %s", status, doc)
	}
	if found := s.Uploads(); len(found) != 0 {
		t.Errorf("uploads %+v", found)
	}
}

// A receiver that does not stop fills what is kept, but no more than that.
func TestWhatIsKeptHasALimit(t *testing.T) {
	var changes atomic.Int64
	s, j := appServer(t, func(o *graph.Options) { o.Changed = func() { changes.Add(1) } })
	full := func(bytes int) error {
		return s.Restore([]byte(`{"calls":1,"user_menus":{"1":"` + strings.Repeat("x", bytes) + `"}}`))
	}
	if err := full(16 << 20); err == nil || !strings.Contains(err.Error(), "more than the 8 MiB") {
		t.Errorf("a document that is too large: %v", err)
	}
	if err := full(8<<20 - 400); err != nil {
		t.Fatal(err)
	}
	ask := asking(t, s)
	set := func() string {
		_, doc := ask("POST", "/me/custom_user_settings", `{"psid":"2","persistent_menu":[{"locale":"`+strings.Repeat("x", 400)+`"}]}`)
		return doc
	}
	if doc := set(); !strings.Contains(doc, `"code":4,`) || !strings.Contains(doc, `"is_transient":true`) || changes.Load() != 0 {
		t.Errorf("told of %d changes: %s", changes.Load(), doc)
	}
	if x := j.Find(everything)[0]; !strings.Contains(x.Err, "8 MiB of what receivers set") {
		t.Errorf("recorded %q", x.Err)
	}
	if _, doc := ask("DELETE", "/me/custom_user_settings", `{"psid":"1","params":["persistent_menu"]}`); !strings.Contains(doc, "success") {
		t.Errorf("when it is full, nothing can be deleted: %s", doc)
	}
	if doc := set(); !strings.Contains(doc, "success") || changes.Load() != 2 {
		t.Errorf("after that, told of %d changes: %s", changes.Load(), doc)
	}
}

func TestPerson(t *testing.T) {
	s, _ := server(t)
	p := s.Person("1254459154682919")
	_, doc := asking(t, s)("GET", "/1254459154682919?"+allFields+",username,follower_count,is_user_follow_business,is_business_follow_user,is_verified_user", "")
	var got graph.Person
	if err := json.Unmarshal([]byte(doc), &got); err != nil || got != p || p.Name == "" || p.Username == "" {
		t.Errorf("got %+v, error %v, want %+v", got, err, p)
	}
}

// A document that restores gives itself again.
func FuzzRestore(f *testing.F) {
	f.Add([]byte(`{"calls":3,"messenger_profile":{"get_started":{"payload":"GO"}},"personas":[{"id":"1","name":"N","profile_picture_url":"U"}]}`))
	f.Add([]byte(`{"calls":1,"unsubscribed":true,"subscribed_fields":["a"],"threads":{"1":"2"},"user_menus":{"1":[]}}`))
	f.Add([]byte(`{"calls":18446744073709551615}`))
	f.Fuzz(func(t *testing.T, doc []byte) {
		s, _ := server(t)
		if s.Restore(doc) != nil {
			return
		}
		state := s.State()
		again, _ := server(t)
		if err := again.Restore(state); err != nil {
			t.Fatalf("%s: %v", state, err)
		}
		if status, _ := asking(t, again)("GET", "/me/messenger_profile", ""); status/100 == 0 {
			t.Error("no answer")
		}
	})
}
