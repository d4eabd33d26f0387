package graph_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

func TestThreadControl(t *testing.T) {
	const (
		inbox = "263902037430900"
		done  = `{"success":true}`
		send  = `{"recipient":{"id":"1234"},"message":{"text":"a"}}`
	)
	owner := func(id string) string { return `{"data":[{"thread_owner":{"app_id":` + id + `}}]}` }
	s, j := server(t)
	ask := asking(t, s)
	for _, step := range []struct {
		method, target, body, want string
	}{
		{"GET", "/me/thread_owner?recipient=1234", "", owner(app)},
		{"POST", "/v2.6/me/pass_thread_control", `{"recipient":{"id":"1234"},"target_app_id":` + inbox + `,"metadata":"help"}`, done},
		{"GET", "/" + page + "/thread_owner?recipient=1234", "", owner(inbox)},
		{"GET", "/me/thread_owner?recipient=5678", "", owner(app)},
		{"POST", "/me/messages", send, "2018300"},
		{"POST", "/me/messages", `{"recipient":{"id":"1234"},"sender_action":"typing_on"}`, "recipient_id"},
		{"POST", "/me/messages", `{"recipient":{"id":"5678"},"message":{"text":"a"}}`, "message_id"},
		{"POST", "/me/request_thread_control", `{"recipient":{"id":"1234"}}`, done},
		{"GET", "/me/thread_owner?recipient=1234", "", owner(inbox)},
		{"POST", "/me/take_thread_control", `{"recipient":{"id":"1234"},"metadata":""}`, done},
		{"GET", "/me/thread_owner?recipient=1234", "", owner(app)},
		{"POST", "/me/messages", send, "message_id"},
		{"GET", "/me/secondary_receivers?fields=id,name", "", `{"data":[]}`},
	} {
		if _, doc := ask(step.method, step.target, step.body); !strings.Contains(doc, step.want) {
			t.Errorf("%s %s %s: %s, want %s", step.method, step.target, step.body, doc, step.want)
		}
	}
	found := j.Find(func(x journal.Exchange) bool { return x.Person == "1234" })
	if len(found) != 10 {
		t.Errorf("%d calls concern the person, want 10", len(found))
	}
	refusal := j.Find(func(x journal.Exchange) bool { return strings.Contains(x.Err, "the receiver passed it on") })
	if len(refusal) != 1 || refusal[0].Kind != journal.Send || !strings.Contains(string(refusal[0].Response.Body), `"code":10,`) {
		t.Errorf("recorded %+v", refusal)
	}
}

func TestThreadControlErrors(t *testing.T) {
	for name, tt := range map[string]struct{ method, target, body, explain string }{
		"to no app": {"POST", "/me/pass_thread_control", `{"recipient":{"id":"1234"}}`, "target_app_id"},
		"to a name": {"POST", "/me/pass_thread_control", `{"recipient":{"id":"1234"},"target_app_id":"inbox"}`, "/target_app_id"},
	} {
		s, _ := server(t)
		if status, doc := asking(t, s)(tt.method, tt.target, tt.body); status != 400 || !refused(doc, tt.explain) {
			t.Errorf("%s: status %d: %s", name, status, doc)
		}
	}
}
