package conversation_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/console/conversation"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

var (
	who  = conversation.Identity{"1001", "visitor-1"}
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// delivery is one event on its way to the receiver; status 0 is no answer yet.
func delivery(event string, status int) journal.Exchange {
	return journal.Exchange{
		Kind: journal.Delivery, At: noon,
		Request:  journal.Message{Body: fmt.Appendf(nil, `{"object":"page","entry":[{"id":"1","time":1,"messaging":[%s]}]}`, event)},
		Response: journal.Message{Status: status},
	}
}

// send is a call of the Send API that was taken.
func send(doc string) journal.Exchange {
	return journal.Exchange{
		Kind: journal.Send, Person: "1001", At: noon, Doc: json.RawMessage(doc),
		Response: journal.Message{Status: 200, Body: []byte(`{"recipient_id":"1001","message_id":"m_1"}`)},
	}
}

func thread(exchanges ...journal.Exchange) conversation.Thread {
	for i := range exchanges {
		exchanges[i].Seq = uint64(i + 1)
	}
	return conversation.Of(exchanges, who, noon, 300)
}

// outline writes items in one line each: from, kind, state and what it says.
func outline(t conversation.Thread) []string {
	lines := []string{}
	for _, i := range t.Items {
		line := fmt.Sprintf("%s %s %s %q", i.From, i.Kind, i.State, i.Text)
		if i.Ref != nil {
			line += " ref=" + i.Ref.Ref
		}
		if i.Payload != "" {
			line += " payload=" + i.Payload
		}
		for _, a := range i.Attachments {
			line += fmt.Sprintf(" %s(%s)", a.Type, a.URL)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestWhatAThreadShows(t *testing.T) {
	const sender = `"sender":{"id":"1001"},"recipient":{"id":"1"},"timestamp":1`
	for name, tt := range map[string]struct {
		exchange journal.Exchange
		want     []string
	}{
		"a message":               {delivery(`{`+sender+`,"message":{"mid":"m","text":"Hej \u00e5"}}`, 200), []string{`person message done "Hej å"`}},
		"one on its way":          {delivery(`{`+sender+`,"message":{"text":"a"}}`, 0), []string{`person message pending "a"`}},
		"one refused":             {delivery(`{`+sender+`,"message":{"text":"a"}}`, 500), []string{`person message failed "a"`}},
		"a quick reply":           {delivery(`{`+sender+`,"message":{"text":"Red","quick_reply":{"payload":"RED"}}}`, 200), []string{`person message done "Red" payload=RED`}},
		"a picture":               {delivery(`{`+sender+`,"message":{"attachments":[{"type":"image","payload":{"url":"https://x/y"}}]}}`, 200), []string{`person message done "" image(https://x/y)`}},
		"a button":                {delivery(`{`+sender+`,"postback":{"title":"Buy","payload":"BUY"}}`, 200), []string{`person postback done "Buy" payload=BUY`}},
		"a referral in it":        {delivery(`{`+sender+`,"postback":{"title":"Start","payload":"S","referral":{"ref":"r"}}}`, 200), []string{`person postback done "Start" ref=r payload=S`}},
		"a title that is no text": {delivery(`{`+sender+`,"postback":{"title":{"a":1},"payload":7}}`, 200), []string{`person postback done "" payload=7`}},
		"a referral":              {delivery(`{`+sender+`,"referral":{"ref":"r","source":"ADS"}}`, 200), []string{`person referral done "" ref=r`}},
		"a visitor":               {delivery(`{"sender":{"user_ref":"visitor-1"},"referral":{"ref":"r"}}`, 200), []string{`person referral done "" ref=r`}},
		"an optin by user_ref":    {delivery(`{"optin":{"ref":"box","user_ref":"visitor-1"}}`, 200), []string{`person optin done "box"`}},
		"another event":           {delivery(`{`+sender+`,"order":{}}`, 200), []string{`person other done "order"`}},
		"somebody else":           {delivery(`{"sender":{"id":"1002"},"message":{"text":"a"}}`, 200), []string{}},
		"a read receipt":          {delivery(`{`+sender+`,"read":{"watermark":1}}`, 200), []string{}},
		"an echo":                 {delivery(`{"sender":{"id":"1"},"recipient":{"id":"1001"},"message":{"is_echo":true,"text":"a"}}`, 200), []string{}},
		"a message that is none":  {delivery(`{`+sender+`,"message":"a"}`, 200), []string{`person message done ""`}},
		"another app's thread": {
			journal.Exchange{Kind: journal.Delivery, Request: journal.Message{Body: []byte(`{"object":"page","entry":[{"id":"1","time":1,"standby":[{"sender":{"id":"1001"},"message":{"mid":"m","text":"a"}}]}]}`)}, Response: journal.Message{Status: 200}},
			[]string{`person message done "a"`},
		},
		"the value form": {
			journal.Exchange{Kind: journal.Delivery, Request: journal.Message{Body: []byte(`{"field":"messaging_postbacks","value":{"sender":{"user_ref":"visitor-1"},"postback":{"title":"t","payload":"p"}}}`)}, Response: journal.Message{Status: 200}},
			[]string{`person postback done "t" payload=p`},
		},
		"what is not JSON": {
			journal.Exchange{Kind: journal.Delivery, Person: "1001", Request: journal.Message{Body: []byte(`{`)}, Err: "reset"},
			[]string{`person other failed "a delivery whose body is not JSON"`},
		},
		"a reply":                {send(`{"recipient":{"id":"1001"},"message":{"text":"Hello"}}`), []string{`page message done "Hello"`}},
		"seen":                   {send(`{"recipient":{"id":"1001"},"sender_action":"mark_seen"}`), []string{`page seen done ""`}},
		"a file":                 {send(`{"recipient":{"id":"1001"},"message":{"attachment":{"type":"file","payload":{"url":"https://x/f"}}}}`), []string{`page message done "" file(https://x/f)`}},
		"a reply not understood": {send(`[]`), []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := outline(thread(tt.exchange)); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// What the platform did about a message that it took stands at the message.
func TestANoteAtAMessage(t *testing.T) {
	stopped := send(`{"recipient":{"id":"1001"},"message":{"text":"a"}}`)
	stopped.Faults = []string{"it is told of no more"}
	if got := thread(stopped).Items[0]; got.State != conversation.Done || got.Note != "it is told of no more" || got.Problem != "" {
		t.Errorf("got %+v", got)
	}
}

func TestAttemptsAreOneItem(t *testing.T) {
	const event = `{"sender":{"id":"1001"},"message":{"mid":"m","text":"a"}}`
	got := thread(delivery(event, 500), delivery(event, 200), delivery(event, 500))
	if len(got.Items) != 1 {
		t.Fatalf("got %d items, want one: %+v", len(got.Items), got.Items)
	}
	if i := got.Items[0]; i.Attempts != 3 || i.State != conversation.Done || i.Exchange != 3 || i.ID != "1.0" {
		t.Errorf("got attempts %d, state %s, exchange %d, id %s", i.Attempts, i.State, i.Exchange, i.ID)
	}
}

func TestQuickRepliesGoWithTheNextMessage(t *testing.T) {
	offer := send(`{"message":{"text":"Which?","quick_replies":[{"content_type":"text","title":"Red","payload":"RED"},{"content_type":"user_email"},7]}}`)
	got := thread(offer)
	want := []conversation.QuickReply{{ContentType: "text", Title: "Red", Payload: "RED"}, {ContentType: "user_email", Title: "Send my e-mail address"}}
	if !reflect.DeepEqual(got.QuickReplies, want) {
		t.Errorf("got %+v, want %+v", got.QuickReplies, want)
	}
	if after := thread(offer, delivery(`{"sender":{"id":"1001"},"message":{"text":"Red"}}`, 200)); len(after.QuickReplies) != 0 {
		t.Errorf("they stay after an answer: %+v", after.QuickReplies)
	}
	if seen := thread(offer, send(`{"sender_action":"mark_seen"}`)); len(seen.QuickReplies) != 2 {
		t.Errorf("they go with a mark of what was seen: %+v", seen.QuickReplies)
	}
}

func TestTyping(t *testing.T) {
	on, off, reply := send(`{"sender_action":"typing_on"}`), send(`{"sender_action":"typing_off"}`), send(`{"message":{"text":"a"}}`)
	for name, tt := range map[string]struct {
		exchanges []journal.Exchange
		after     time.Duration
		want      bool
	}{
		"on":                  {[]journal.Exchange{on}, 0, true},
		"for 20 s":            {[]journal.Exchange{on}, 20 * time.Second, false},
		"off":                 {[]journal.Exchange{on, off}, 0, false},
		"until it is written": {[]journal.Exchange{on, reply}, 0, false},
		"again":               {[]journal.Exchange{on, reply, on}, 0, true},
	} {
		if got := conversation.Of(tt.exchanges, who, noon.Add(tt.after), 300).Typing; got != tt.want {
			t.Errorf("%s: got %t, want %t", name, got, tt.want)
		}
	}
}

func TestTemplates(t *testing.T) {
	got := thread(send(`{"message":{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[
		{"title":"Boat","subtitle":"Blue","image_url":"https://x/b.jpg","buttons":[{"type":"postback","title":"Buy","payload":"BUY"},{"type":"web_url","title":"See","url":"https://x"}]},
		{"title":["wrong"]}]}}}}`))
	card := got.Items[0].Card
	if card == nil || card.Template != "generic" || len(card.Elements) != 2 {
		t.Fatalf("got %+v", card)
	}
	want := conversation.Element{Title: "Boat", Subtitle: "Blue", Image: "https://x/b.jpg", Buttons: []conversation.Button{
		{Type: "postback", Title: "Buy", Payload: "BUY"}, {Type: "web_url", Title: "See", URL: "https://x"},
	}}
	if !reflect.DeepEqual(card.Elements[0], want) {
		t.Errorf("got %+v, want %+v", card.Elements[0], want)
	}
}

func TestARefusedReply(t *testing.T) {
	x := send(`{"message":{"text":"a"}}`)
	x.Response.Status, x.Err = 400, "(#100) No matching user found"
	if i := thread(x).Items[0]; i.State != conversation.Failed || i.Problem != x.Err {
		t.Errorf("got %s, %q", i.State, i.Problem)
	}
}

func TestALongThreadIsCut(t *testing.T) {
	var all []journal.Exchange
	for i := range 310 {
		all = append(all, send(fmt.Sprintf(`{"message":{"text":"%d %s"}}`, i, strings.Repeat("å", 2500))))
	}
	got := thread(all...)
	if len(got.Items) != 300 || got.Omitted != 10 || !strings.HasPrefix(got.Items[0].Text, "10 ") {
		t.Errorf("got %d items after %d omitted", len(got.Items), got.Omitted)
	}
	if n := len(got.Items[0].Text); n > 4010 {
		t.Errorf("a text of %d bytes is shown", n)
	}
}

func TestReadProfile(t *testing.T) {
	got := conversation.ReadProfile(map[string]json.RawMessage{
		"get_started":  json.RawMessage(`{"payload":"GO"}`),
		"greeting":     json.RawMessage(`[{"locale":"default","text":"Hello"},{"locale":"sv_SE","text":"Hej"}]`),
		"ice_breakers": json.RawMessage(`[{"question":"Where?","payload":"W"}]`),
		"persistent_menu": json.RawMessage(`[{"locale":"default","composer_input_disabled":true,"call_to_actions":[
			{"type":"nested","title":"More","call_to_actions":[{"type":"postback","title":"Help","payload":"HELP"}]}]}]`),
	}, "sv_SE")
	want := conversation.Profile{
		GetStarted: "GO", Greeting: "Hej", ComposerDisabled: true,
		IceBreakers: []conversation.QuickReply{{ContentType: "text", Title: "Where?", Payload: "W"}},
		Menu:        []conversation.Button{{Type: "nested", Title: "More", Nested: []conversation.Button{{Type: "postback", Title: "Help", Payload: "HELP"}}}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if empty := conversation.ReadProfile(nil, "sv_SE"); empty.Menu == nil || empty.IceBreakers == nil {
		t.Errorf("an empty profile has nil lists: %+v", empty)
	}
}

// FuzzOf reads what a receiver may send: it must give a thread that can be
// written as JSON, of bounded size.
func FuzzOf(f *testing.F) {
	f.Add([]byte(`{"message":{"attachment":{"type":"template","payload":{"buttons":[{"type":"nested","call_to_actions":[]}]}}}}`), []byte(`{"entry":[{"messaging":[{"sender":{"id":"1001"},"message":{"text":"a"}}]}]}`))
	f.Add([]byte(`{"message":7,"sender_action":["typing_on"]}`), []byte(`{"entry":[{"messaging":[{"sender":"1001"}]}],"value":[]}`))
	f.Add([]byte(`{"message":{"quick_replies":{"a":1},"attachment":"x"}}`), []byte("{\"entry\":[{\"messaging\":[{\"sender\":{\"id\":1001},\"\xff\":1}]}]}"))
	f.Fuzz(func(t *testing.T, doc, body []byte) {
		s, d := send(string(doc)), delivery(`{}`, 200)
		d.Request.Body, d.Person = body, "1001"
		got := thread(d, s)
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatalf("the thread of %q and %q: %v", doc, body, err)
		}
		if limit := 200_000 + 12*(len(doc)+len(body)); len(text) > limit {
			t.Errorf("%d bytes make a thread of %d", len(doc)+len(body), len(text))
		}
	})
}
