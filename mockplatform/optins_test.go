package mockplatform_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// A person who has blocked the page gets nothing until that is taken back.
func TestAPersonWhoBlocks(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{Store: newMemory()}, l.url, strings.Fields(receiptFields)...)
	if ada, err := p.Block("Ada", true); err != nil || !ada.Blocked {
		t.Fatalf("got %+v, error %v", ada, err)
	}
	doc := `{"recipient":{"id":"` + p.Session("Ada").PSID + `"},"message":{"text":"Hello"}}`
	status, answer := called(t, p, "messages", doc)
	e, _ := answer["error"].(map[string]any)
	if status != 400 || e["code"] != 551.0 || e["error_subcode"] != 1545041.0 {
		t.Errorf("status %d, answer %v", status, answer)
	}
	if _, err := p.Block("Ada", false); err != nil {
		t.Fatal(err)
	}
	says(t, p, `{"text":"Hello"}`)
	if e, _ := l.next(); e.Message == nil || !e.Message.IsEcho {
		t.Errorf("got %+v", e)
	}
}

// token is what an opt-in gave, by its name.
func token(t *testing.T, e toldEvent, name string) string {
	t.Helper()
	text, _ := e.Optin[name].(string)
	if text == "" {
		t.Fatalf("no %s in %v", name, e.Optin)
	}
	return text
}

// A token for one message is good for one, and one for marketing until it is stopped.
func TestOptIns(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{StrictGraph: true}, l.url, "messaging_optins", "message_echoes", "message_reactions")
	optin := func(person, variant string) toldEvent {
		emit(t, p, mockplatform.Emission{Variant: variant, Person: person})
		e, _ := l.next()
		return e
	}
	send := func(name, token string, want int) {
		t.Helper()
		status, answer := called(t, p, "messages", `{"recipient":{"`+name+`":"`+token+`"},"message":{"text":"News"}}`)
		if status != want {
			t.Fatalf("status %d, want %d: %v", status, want, answer)
		}
		if status == 200 {
			if e, _ := l.next(); e.Message == nil || !e.Message.IsEcho || e.Recipient.ID != answer["recipient_id"] {
				t.Errorf("told of %+v, answered %v", e, answer)
			}
		} else if e, _ := answer["error"].(map[string]any); e["code"] != 100.0 || e["error_subcode"] != 2018001.0 {
			t.Errorf("answered %v", answer)
		}
	}
	const once, marketing = "one_time_notif_token", "notification_messages_token"
	ada, bob := token(t, optin("Ada", "optin.one-time-notification"), once), token(t, optin("Bob", "optin.one-time-notification"), once)
	send(once, ada, 200)
	send(once, ada, 400)
	send(once, bob, 200)
	send(once, "8213456019837465", 400)
	send(once, token(t, optin("Ada", "optin.one-time-notification"), once), 200)

	news := token(t, optin("Ada", "optin.marketing"), marketing)
	send(marketing, news, 200)
	send(marketing, news, 200)
	if stopped := token(t, optin("Ada", "optin.stop"), marketing); stopped != news {
		t.Errorf("%s was given, %s is stopped", news, stopped)
	}
	send(marketing, news, 400)
	optin("Ada", "optin.resume")
	send(marketing, news, 200)
}

// Opt-ins survive a restart.
func TestOptInsAreKept(t *testing.T) {
	t.Parallel()
	l := listen(t)
	store := newMemory()
	p := consequent(t, mockplatform.Options{Store: store, StrictGraph: true}, l.url, "messaging_optins")
	emit(t, p, mockplatform.Emission{Variant: "optin.one-time-notification"})
	e, _ := l.next()
	doc := `{"recipient":{"one_time_notif_token":"` + token(t, e, "one_time_notif_token") + `"},"message":{"text":"News"}}`
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	p = consequent(t, mockplatform.Options{Store: store, StrictGraph: true}, l.url, "messaging_optins")
	for _, want := range []int{200, 400} {
		if status, answer := called(t, p, "messages", doc); status != want {
			t.Errorf("status %d, want %d: %v", status, want, answer)
		}
	}
	if err := p.Reset(); err != nil {
		t.Fatal(err)
	}
	if draft, err := p.Draft(mockplatform.Emission{Variant: "optin.one-time-notification", Edits: []event.Edit{event.Set("/optin/payload", `"P"`)}}); err != nil || !strings.Contains(string(draft.JSON), `"payload":"P"`) || len(p.People()) != 0 {
		t.Errorf("drafted %s, error %v, people %v", draft.JSON, err, p.People())
	}
}
