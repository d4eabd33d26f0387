package expectfile_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/expectfile"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// shop is a bot that greets by a template and quick replies, answers an ad by two texts,
// says what it is told back, and keeps silent where it is told to hush.
type shop struct {
	platform atomic.Pointer[mockplatform.Platform]
	broken   atomic.Bool // it says something else
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = w.Write([]byte(r.URL.Query().Get("hub.challenge")))
		return
	}
	var body struct {
		Entry []struct {
			Messaging []struct {
				Sender   struct{ ID string }
				Message  struct{ Text string }
				Postback *struct{ Payload string }
				Referral *struct{ Ref string }
			}
		}
	}
	if json.NewDecoder(r.Body).Decode(&body) != nil || len(body.Entry) == 0 {
		return
	}
	for _, ev := range body.Entry[0].Messaging {
		switch {
		case ev.Postback != nil:
			s.send(ev.Sender.ID, `{"attachment":{"type":"template","payload":{"template_type":"button","text":"Welcome, 10 < 20 🎉","buttons":[{"type":"postback","title":"Help","payload":"HELP"}]}},"quick_replies":[{"content_type":"text","title":"Yes","payload":"Y"}]}`)
		case ev.Referral != nil:
			s.send(ev.Sender.ID, `{"text":"Hello"}`)
			s.send(ev.Sender.ID, `{"text":"You came by `+ev.Referral.Ref+`"}`)
		case ev.Message.Text != "hush" && ev.Message.Text != "":
			text, err := json.Marshal("You said: " + ev.Message.Text)
			if err == nil {
				s.send(ev.Sender.ID, `{"text":`+string(text)+`}`)
			}
		}
	}
}

func (s *shop) send(to, message string) {
	if s.broken.Load() {
		message = strings.Replace(message, "You came by", "Welcome by", 1)
	}
	p := s.platform.Load()
	resp, err := http.Post(p.GraphURL()+"/me/messages?access_token="+p.Options().PageToken, "application/json",
		strings.NewReader(`{"recipient":{"id":"`+to+`"},"message":`+message+`}`))
	if err == nil {
		resp.Body.Close()
	}
}

// platform starts one that the bot calls from now on.
func (s *shop) start(t *testing.T, o mockplatform.Options) *mockplatform.Platform {
	t.Helper()
	p, err := mockplatform.New(o)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	s.platform.Store(p)
	return p
}

// A talk that was recorded is one that the bot passes, and one that does otherwise does
// not.
func TestRecordedTalkIsPassedAgain(t *testing.T) {
	bot := &shop{}
	server := httptest.NewServer(bot)
	defer server.Close()
	text := recordTalk(t, bot, server.URL)
	for _, want := range []string{
		"- name: ada-b\n", "on: postback.get-started", "on: referral.ads", ".referral.ref: \"SPRING 120210000000000001\"", "remove: [\".referral.ad_id\"]",
		".message.text: \"{{psid}} and {{x}}\"", "# message.text had no answer before message.text;", "text: \"You came by SPRING 120210000000000001\"", "reply: none", "10 < 20 🎉", "'[.message.quick_replies[]?.title]': [\"Yes\"]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it has no %s:\n%s", want, text)
		}
	}
	file := filepath.Join(t.TempDir(), "expect.yaml")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	all, err := expectfile.Read(config.Blocks{{File: file}}, inCatalogue)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, broken := range []bool{false, true} {
		bot.broken.Store(broken)
		o := judgedBy(t, bot, server.URL, all)
		if want := map[bool]suites.Status{false: suites.Passed, true: suites.Failed}[broken]; o.Status != want {
			t.Errorf("a bot that is broken %v is %s: %s %+v\n%s", broken, o.Status, o.Reason, o.Finding, text)
		}
	}
}

// recordTalk has Ada talk with the bot.
func recordTalk(t *testing.T, bot *shop, url string) string {
	t.Helper()
	p := bot.start(t, mockplatform.Options{Seed: 7})
	if err := p.SetReceiver(url); err != nil {
		t.Fatal(err)
	}
	say := func(variant string, edits ...event.Edit) {
		if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: variant, Person: "Ada B", Edits: edits}); err != nil {
			t.Fatal(err)
		}
	}
	who, err := p.Person("Ada B")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := expectfile.Record(schemas.Everything(), who, nil); err == nil || !strings.Contains(err.Error(), "has done nothing yet") {
		t.Errorf("nothing is recorded as %v", err)
	}
	say("postback.get-started")
	say("referral.ads", event.Set("/referral/ref", `"SPRING 120210000000000001"`), event.Remove("/referral/ad_id"))
	say("message.text", event.Set("/message/text", `"hush"`))
	say("message.text", event.Set("/message/text", `"caffè \"doppio\""`))
	say("message.text", event.Set("/message/text", `"{{psid}} and {{x}}"`))
	say("read.watermark")
	text, err := expectfile.Record(schemas.Everything(), who, p.Journal().Find(func(journal.Exchange) bool { return true }))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func judgedBy(t *testing.T, bot *shop, url string, all []expect.Expectation) suites.Outcome {
	t.Helper()
	p := bot.start(t, mockplatform.Options{})
	run, err := suites.New(suites.Env{
		Expectations: all, Select: []string{all[0].ID()}, Env: judge.Env{Platform: p, URL: url, Patience: 0.1},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if err := run.Start(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	o, _ := run.Wait(t.Context(), 0)
	return o
}
