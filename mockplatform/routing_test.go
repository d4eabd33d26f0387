package mockplatform_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/event"
)

// routedThread is a platform on which Ada's thread was passed to Meta's inbox.
func routedThread(t *testing.T) (listening, *mockplatform.Platform) {
	t.Helper()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url, "messages", "messaging_postbacks", "messaging_handovers", "message_reads", "message_reactions", "standby")
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	l.next()
	controlled(t, p, "pass_thread_control", `"target_app_id":"263902037430900","metadata":"to a person"`)
	return l, p
}

func controlled(t *testing.T, p *mockplatform.Platform, edge, params string) {
	t.Helper()
	doc := `{"recipient":{"id":"` + p.Session("Ada").PSID + `"}`
	if params != "" {
		doc += "," + params
	}
	if status, answer := called(t, p, edge, doc+"}"); status != 200 {
		t.Fatalf("%s: status %d, answer %v", edge, status, answer)
	}
}

// While another app has the thread, what a person does comes in standby, and messages are
// refused; who takes it back is told so, and who passed it is told nothing.
func TestAThreadThatWasPassedOn(t *testing.T) {
	t.Parallel()
	l, p := routedThread(t)
	l.nothing(p)
	emit(t, p, mockplatform.Emission{Variant: "message.text", Edits: []event.Edit{event.Set("/message/text", `"Is a person there?"`)}})
	if e, standby := l.next(); !standby || e.Message == nil || e.Message.Text != "Is a person there?" {
		t.Errorf("standby %t, got %+v", standby, e)
	}
	emit(t, p, mockplatform.Emission{Variant: "postback.button"})
	if e, standby := l.next(); !standby || e.Postback["title"] == nil || e.Postback["payload"] != nil {
		t.Errorf("standby %t, got %v", standby, e.Postback)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text", Person: "Bob"})
	if _, standby := l.next(); standby {
		t.Error("Bob's thread is in standby too")
	}
	doc := `{"recipient":{"id":"` + p.Session("Ada").PSID + `"},"message":{"text":"Hello"}}`
	if status, answer := called(t, p, "messages", doc); status != 400 || answer["error"].(map[string]any)["error_subcode"] != 2018300.0 {
		t.Errorf("status %d, answer %v", status, answer)
	}

	controlled(t, p, "take_thread_control", `"metadata":"back"`)
	if e, _ := l.next(); unescaped(string(e.Take)) != `{"previous_owner_app_id":"263902037430900","new_owner_app_id":`+mockplatform.DefaultAppID+`,"metadata":"back"}` {
		t.Errorf("got %s", e.Take)
	}
	emit(t, p, mockplatform.Emission{Variant: "postback.button"})
	if e, standby := l.next(); standby || e.Postback["payload"] == nil {
		t.Errorf("standby %t, got %v", standby, e.Postback)
	}
	says(t, p, `{"text":"Hello"}`)
}

// A button that the receiver sent comes with its payload, whoever has the thread.
func TestAButtonOfAThreadThatWasPassedOn(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url, "messaging_postbacks", "messages", "standby")
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	l.next()
	says(t, p, `{"attachment":{"type":"template","payload":{"template_type":"button","text":"Well?","buttons":[{"type":"postback","title":"Buy","payload":"BUY <1>"}]}}}`)
	controlled(t, p, "pass_thread_control", `"target_app_id":"263902037430900"`)
	for payload, standby := range map[string]bool{`"BUY <1>"`: false, `"OTHER"`: true} {
		emit(t, p, mockplatform.Emission{Variant: "postback.button", Edits: []event.Edit{event.Set("/postback/payload", payload)}})
		if e, beside := l.next(); beside != standby || (e.Postback["payload"] == nil) != standby {
			t.Errorf("%s: standby %t, got %v", payload, beside, e.Postback)
		}
	}
}

// What another app does is emitted by hand: it gives the thread back, or takes it.
func TestWhatAnotherAppDoesWithAThread(t *testing.T) {
	t.Parallel()
	l, p := routedThread(t)
	emit(t, p, mockplatform.Emission{Variant: "handover.pass"})
	if e, _ := l.next(); !strings.Contains(string(e.Pass), `"new_owner_app_id":"`+mockplatform.DefaultAppID+`"`) {
		t.Errorf("got %s", e.Pass)
	}
	says(t, p, `{"text":"Here I am again"}`)
	l.next() // that it was read
	emit(t, p, mockplatform.Emission{Variant: "handover.take"})
	if e, _ := l.next(); !strings.Contains(string(e.Take), `"previous_owner_app_id":"`+mockplatform.DefaultAppID+`"`) {
		t.Errorf("got %s", e.Take)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if _, standby := l.next(); !standby {
		t.Error("the thread is still the receiver's")
	}
}

// A message can pass the thread on, or release it, of which nobody is told; to pass it to
// oneself brings the event of the new owner.
func TestAMessageThatPassesTheThreadOn(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{StrictGraph: true}, l.url, "messages", "messaging_handovers", "message_reactions", "standby")
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	l.next()
	send := func(control string) (int, map[string]any) {
		return called(t, p, "messages", `{"recipient":{"id":"`+p.Session("Ada").PSID+`"},"message":{"text":"One moment"},"thread_control":`+control+`}`)
	}
	for _, wrong := range []string{`{"control_type":"keep"}`, `{"control_type":"pass","app_id":"inbox"}`} {
		if status, answer := send(wrong); status != 400 {
			t.Errorf("%s: status %d, answer %v", wrong, status, answer)
		}
	}
	if status, answer := send(`{"control_type":"pass"}`); status != 200 {
		t.Fatalf("status %d, answer %v", status, answer)
	}
	if e, _ := l.next(); !strings.Contains(string(e.Pass), `"previous_owner_app_id":null,"new_owner_app_id":"`+mockplatform.DefaultAppID+`","metadata":null`) {
		t.Errorf("got %s", e.Pass)
	}
	if status, answer := send(`{"control_type":"pass","app_id":"263902037430900"}`); status != 200 {
		t.Fatalf("status %d, answer %v", status, answer)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if e, standby := l.next(); !standby || e.Message == nil {
		t.Errorf("standby %t, got %+v", standby, e)
	}
	controlled(t, p, "release_thread_control", "")
	l.nothing(p)
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	if _, standby := l.next(); standby {
		t.Error("a thread that was released is in standby")
	}
}

// Who has not subscribed to standby hears nothing of a thread that another app has.
func TestStandbyIsAFieldOfItsOwn(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url, "messages", "message_reactions")
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	l.next()
	controlled(t, p, "pass_thread_control", `"target_app_id":"263902037430900"`)
	if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: "message.text"}); !errors.Is(err, mockplatform.ErrNotSubscribed) || !strings.Contains(err.Error(), "standby") {
		t.Errorf("error %v", err)
	}
	l.nothing(p)
}

// What the page does not let the app hear of is not delivered, whoever did it.
func TestFieldsOfThePage(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url)
	for _, step := range []struct {
		method, params string
		heard          []string
		unheard        []string
	}{
		{"POST", `{"subscribed_fields":"messages"}`, []string{"message.text"}, []string{"referral.ads", "postback.button"}},
		{"DELETE", `{}`, nil, []string{"message.text", "referral.ads"}},
		{"POST", `{"subscribed_fields":["messaging_referrals"]}`, []string{"referral.ads"}, []string{"message.text"}},
	} {
		if status, answer := calledBy(t, p, step.method, "subscribed_apps", step.params); status != 200 {
			t.Fatalf("%s: %d %v", step.method, status, answer)
		}
		for _, variant := range step.heard {
			emit(t, p, mockplatform.Emission{Variant: variant})
			if e, _ := l.next(); (e.Message != nil) != (variant == "message.text") { // the first that came
				t.Errorf("after %s %s: got %+v", step.method, step.params, e)
			}
		}
		for _, variant := range step.unheard {
			if _, err := p.Emit(t.Context(), mockplatform.Emission{Variant: variant}); !errors.Is(err, mockplatform.ErrNotSubscribed) || !strings.Contains(err.Error(), "/me/subscribed_apps") {
				t.Errorf("%s after %s %s: error %v", variant, step.method, step.params, err)
			}
		}
	}
}

// On Instagram the error for a thread of another app is another one, whatever host it is.
func TestAThreadOnInstagramOfAnotherApp(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url)
	if err := p.SetReceiver(l.url); err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.instagram-text"})
	controlled(t, p, "pass_thread_control", `"target_app_id":"1217981644879628"`)
	status, answer := called(t, p, "messages", `{"recipient":{"id":"`+p.Session("Ada").PSID+`"},"message":{"text":"Hello"}}`)
	if e, _ := answer["error"].(map[string]any); status != 400 || e["code"] != 100.0 || e["error_subcode"] != 2534037.0 {
		t.Errorf("status %d, answer %v", status, answer)
	}
}
