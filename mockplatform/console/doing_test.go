package console_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
)

// act lets somebody act, and returns the delivery of it.
func (d *desk) act(name, action string) console.Detail {
	d.t.Helper()
	var done console.Emitted
	if status := d.call("POST", "api/v1/people/"+name+"/actions", json.RawMessage(action), &done); status != 200 {
		d.t.Fatalf("%s: status %d", action, status)
	}
	var x console.Detail
	d.call("GET", "api/v1/exchanges/"+number(done.Exchange), nil, &x)
	for _, f := range x.Findings {
		if !f.Valid {
			d.t.Errorf("%s: %s is not valid: %+v", action, x.Request.Body.Text, f.Problems)
		}
	}
	return x
}

func (d *desk) thread(name string) console.ThreadView {
	d.t.Helper()
	var v console.ThreadView
	d.call("GET", "api/v1/people/"+name+"/thread", nil, &v)
	return v
}

// said is the item of a thread with this text.
func (d *desk) said(name, text string) conversation.Item {
	d.t.Helper()
	for _, item := range d.thread(name).Thread.Items {
		if item.Text == text {
			return item
		}
	}
	d.t.Fatalf("nobody said %q in %+v", text, d.thread(name).Thread.Items)
	return conversation.Item{}
}

// onInstagram subscribes to what people do there.
func (d *desk) onInstagram() {
	d.t.Helper()
	if err := d.platform.Subscribe(d.t.Context(), mockplatform.Subscription{URL: d.bot.url, Object: "instagram"}); err != nil {
		d.t.Fatal(err)
	}
}

// TestWhatAPersonDoesInAThread holds what somebody does to messages, and sends beside
// texts, to what Meta documents for it.
func TestWhatAPersonDoesInAThread(t *testing.T) {
	for _, tt := range []struct {
		action  string // MINE and THEIRS are mids
		kind    string
		variant string
		holds   string // is in the body
	}{
		{`{"type": "text", "text": "b", "mid": "MINE"}`, "person", "message.reply-to", `"reply_to":{"mid":"MINE","is_self_reply":true}`},
		{`{"type": "text", "text": "b", "mid": "THEIRS"}`, "person", "message.reply-to", `"reply_to":{"mid":"THEIRS","is_self_reply":false}`},
		{`{"type": "reaction", "mid": "THEIRS", "reaction": "sad", "emoji": "😢"}`, "person", "reaction.react", `"reaction":{"reaction":"sad","emoji":"\ud83d\ude22","action":"react","mid":"THEIRS"}`},
		{`{"type": "reaction", "mid": "THEIRS"}`, "person", "reaction.unreact", `"reaction":{"action":"unreact","mid":"THEIRS"}`},
		{`{"type": "edit", "mid": "MINE", "text": "b"}`, "person", "edit.text", `"message_edit":{"mid":"MINE","text":"b","num_edit":"1"}`},
		{`{"type": "image", "url": "http://localhost/a.png"}`, "person", "message.attachment", `[{"type":"image","payload":{"url":"http:\/\/localhost\/a.png"}}]`},
		{`{"type": "video", "url": "http://localhost/a"}`, "person", "message.attachment-video", `[{"type":"video","payload":{"url":"http:\/\/localhost\/a"}}]`},
		{`{"type": "audio", "url": "http://localhost/a"}`, "person", "message.attachment-audio", `[{"type":"audio","payload":{"url":"http:\/\/localhost\/a"}}]`},
		{`{"type": "file", "url": "http://localhost/a"}`, "person", "message.attachment-file", `[{"type":"file","payload":{"url":"http:\/\/localhost\/a"}}]`},
		{`{"type": "image"}`, "person", "message.attachment", `"type":"image"`},
		{`{"type": "sticker", "sticker_id": "369239263222822"}`, "person", "message.attachment-sticker", `"sticker_id":369239263222822`},
		{`{"type": "location", "lat": 59.33, "long": -0.5}`, "person", "message.attachment-location", `"coordinates":{"lat":59.33,"long":-0.5}`},
		{`{"type": "account-link", "authorization_code": "c0de"}`, "person", "account-linking.linked", `"account_linking":{"status":"linked","authorization_code":"c0de"}`},
		{`{"type": "account-unlink"}`, "person", "account-linking.unlinked", `"account_linking":{"status":"unlinked"}`},
		{`{"type": "opt-in", "template": "one_time_notif_req", "payload": "P"}`, "person", "optin.one-time-notification", `"payload":"P"`},
		{`{"type": "opt-in", "template": "notification_messages", "payload": "P", "title": "News"}`, "person", "optin.marketing-without-frequency", `"title":"News"`},
		{
			`{"type": "feedback", "answers": [{"screen": 0, "question": "q1", "type": "csat", "payload": "5", "follow_up": "Tack"}, {"screen": 0, "question": "q2", "type": "nps", "payload": "10"}]}`, "person", "feedback.csat",
			`"messaging_feedback":{"feedback_screens":[{"screen_id":0,"questions":{"q1":{"type":"csat","payload":"5","follow_up":{"type":"free_form","payload":"Tack"}},"q2":{"type":"nps","payload":"10"}}}]}`,
		},
		{`{"type": "text", "text": "b", "mid": "THEIRS"}`, "instagram", "message.instagram-reply-to", `"reply_to":{"mid":"THEIRS","is_self_reply":false}`},
		{`{"type": "unsend", "mid": "MINE"}`, "instagram", "message.instagram-deleted", `"message":{"mid":"MINE","is_deleted":true}`},
		{`{"type": "edit", "mid": "MINE", "text": "b"}`, "instagram", "edit.instagram", `"num_edit":"1"`},
		{`{"type": "image"}`, "instagram", "message.instagram-image", `"type":"image"`},
		{`{"type": "reaction", "mid": "THEIRS", "reaction": "love"}`, "instagram", "reaction.instagram-react", `"mid":"THEIRS"`},
		{`{"type": "button", "title": "B", "payload": "P"}`, "instagram", "postback.instagram-ice-breaker", `"payload":"P"`},
		{`{"type": "link", "ref": "r"}`, "instagram", "referral.instagram-shortlink", `"ref":"r"`},
		{`{"type": "ad", "ref": "r", "text": "a"}`, "instagram", "message.instagram-referral-ads", `"ref":"r"`},
	} {
		t.Run(tt.kind+" "+tt.action, func(t *testing.T) {
			d := open(t, nil)
			d.onInstagram()
			d.person("Ada", tt.kind)
			d.act("Ada", `{"type": "text", "text": "a"}`)
			d.wait("kind=send&text=colour")
			mids := strings.NewReplacer("MINE", d.said("Ada", "a").MID, "THEIRS", d.said("Ada", "Which colour, for a?").MID)
			x := d.act("Ada", mids.Replace(tt.action))
			if x.Variants[0] != tt.variant {
				t.Errorf("delivered %s, want %s", x.Variants[0], tt.variant)
			}
			if want := mids.Replace(tt.holds); !strings.Contains(strings.ToLower(x.Request.Body.Text), strings.ToLower(want)) {
				t.Errorf("%s does not have %s", x.Request.Body.Text, want)
			}
		})
	}
}

// What becomes of a message shows at the message.
func TestMessagesThatChange(t *testing.T) {
	d := open(t, nil)
	d.onInstagram()
	d.person("Ada", "instagram")
	d.act("Ada", `{"type": "text", "text": "a"}`)
	d.wait("kind=send&text=colour")
	mid := d.said("Ada", "a").MID
	for n := range 5 {
		d.act("Ada", fmt.Sprintf(`{"type": "edit", "mid": %q, "text": "a%d"}`, mid, n))
	}
	if status, answer := d.raw("POST", "api/v1/people/Ada/actions", fmt.Appendf(nil, `{"type": "edit", "mid": %q, "text": "b"}`, mid), nil); status != 409 || !strings.Contains(string(answer), "5 times") {
		t.Errorf("a sixth edit: %d %s", status, answer)
	}
	d.act("Ada", fmt.Sprintf(`{"type": "reaction", "mid": %q, "reaction": "love", "emoji": "❤️"}`, mid))
	if item := d.said("Ada", "a4"); item.MID != mid || item.Edits != 5 || item.Reaction != "❤️" {
		t.Errorf("got %+v", item)
	}
	d.act("Ada", fmt.Sprintf(`{"type": "reaction", "mid": %q}`, mid))
	d.act("Ada", fmt.Sprintf(`{"type": "unsend", "mid": %q}`, mid))
	for _, item := range d.thread("Ada").Thread.Items {
		if item.MID == mid && (!item.Unsent || item.Text != "" || item.Reaction != "" || !item.Instagram) {
			t.Errorf("got %+v", item)
		}
	}
	theirs := d.said("Ada", "Which colour, for a?").MID
	for action, want := range map[string]string{
		fmt.Sprintf(`{"type": "edit", "mid": %q, "text": "b"}`, theirs): "did not write",
		fmt.Sprintf(`{"type": "unsend", "mid": %q}`, theirs):            "did not write",
		fmt.Sprintf(`{"type": "edit", "mid": %q, "text": "b"}`, mid):    "was taken back",
		`{"type": "reaction", "mid": "m_nobody", "reaction": "love"}`:   "there is no message",
		`{"type": "reaction", "reaction": "love"}`:                      "which message",
		`{"type": "sticker"}`:  "on Instagram",
		`{"type": "feedback"}`: "nothing is answered",
		`{"type": "opt-in"}`:   "needs the template",
	} {
		if status, answer := d.raw("POST", "api/v1/people/Ada/actions", []byte(action), nil); status/100 != 4 || !strings.Contains(string(answer), want) {
			t.Errorf("%s: %d %s", action, status, answer)
		}
	}
	d.person("Grace", "person")
	d.act("Grace", `{"type": "text", "text": "c"}`)
	if status, answer := d.raw("POST", "api/v1/people/Grace/actions", fmt.Appendf(nil, `{"type": "unsend", "mid": %q}`, d.said("Grace", "c").MID), nil); status != 409 || !strings.Contains(string(answer), "Instagram alone") {
		t.Errorf("unsent in Messenger: %d %s", status, answer)
	}
}

// Who somebody is, is the same in the console, in the Graph API and in quick replies.
func TestOneIdentity(t *testing.T) {
	d := open(t, nil)
	d.person("Grace Hopper", "person")
	view := d.thread("Grace%20Hopper").Person
	d.bot.call("/v23.0/me/messenger_profile", `{"get_started": {"payload": "S"}, "greeting": [
		{"locale": "default", "text": "Hi {{user_first_name}} {{user_last_name}}, {{user_full_name}}!"}]}`)
	d.bot.call("/v23.0/me/custom_user_settings?psid="+view.PSID, `{"psid": "`+view.PSID+`", "persistent_menu": [
		{"locale": "default", "call_to_actions": [{"type": "postback", "title": "For Grace", "payload": "GRACE"}]}]}`)
	seen := d.thread("Grace%20Hopper").Profile
	if seen.Greeting != "Hi Grace Hopper, Grace Hopper!" || len(seen.Menu) != 1 || seen.Menu[0].Title != "For Grace" {
		t.Errorf("Grace sees %+v", seen)
	}
	d.person("Ada", "person")
	if seen := d.thread("Ada").Profile; len(seen.Menu) != 0 || !strings.HasPrefix(seen.Greeting, "Hi Ada ") {
		t.Errorf("Ada sees %+v", seen)
	}
	for contentType, want := range map[string]string{"user_phone_number": view.Identity.Phone, "user_email": view.Identity.Email} {
		x := d.act("Grace%20Hopper", fmt.Sprintf(`{"type": "quick-reply", "content_type": %q}`, contentType))
		if n := strings.Count(strings.ReplaceAll(x.Request.Body.Text, `\u0040`, "@"), `"`+want+`"`); n != 2 || want == "" {
			t.Errorf("%s is %d times in %s", want, n, x.Request.Body.Text)
		}
	}
}
