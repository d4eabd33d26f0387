package suites

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// greeter is a bot that has something to say to each person once, and gives no
// other evidence.
func greeter(t *testing.T, p *mockplatform.Platform) string {
	t.Helper()
	var met sync.Map
	bot := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var body struct {
			Entry []struct {
				Messaging []struct{ Sender struct{ ID string } }
			}
		}
		if json.NewDecoder(r.Body).Decode(&body) != nil || len(body.Entry) == 0 || len(body.Entry[0].Messaging) == 0 {
			return
		}
		person := body.Entry[0].Messaging[0].Sender.ID
		if _, again := met.LoadOrStore(person, true); again {
			return
		}
		resp, err := http.Post(p.GraphURL()+"/me/messages?access_token="+p.Options().PageToken, "application/json",
			strings.NewReader(fmt.Sprintf(`{"recipient":{"id":%q},"message":{"text":"hello"}}`, person)))
		if err == nil {
			resp.Body.Close()
		}
	}))
	t.Cleanup(bot.Close)
	return bot.URL
}

// A bot that answers each person once is not judged by what it does with the
// second event.
func TestAGreeterIsNotJudgedByTwoEvents(t *testing.T) {
	p, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	want := map[string]Status{
		"redelivery.same-bytes": Passed, "redelivery.same-millisecond": NotApplicable, "redelivery.out-of-order": NotApplicable,
	}
	env := Env{Env: judge.Env{Platform: p, URL: greeter(t, p), Patience: 0.1}}
	for id := range want {
		env.Select = append(env.Select, id)
	}
	for _, o := range judged(t, env) {
		if id := o.Requirement.ID; o.Status != want[id] || o.Status == NotApplicable && !strings.Contains(o.Reason, "only the first") {
			t.Errorf("%s: %s %s %+v", id, o.Status, o.Reason, o.Finding)
		}
	}
}
