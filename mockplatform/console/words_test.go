package console_test

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

// goSpeaks finds what only who knows the code understands.
var goSpeaks = regexp.MustCompile(`\bemit\b|\bedit message|\bbuild [a-z]+\.|json:|Go (value|struct)|dial tcp|SetReceiver|with Subscribe|validation failed|limit=|verify:|it is not stored`)

// TestWords: an error says to a person what is wrong, where, and what to do, in the words
// of the console.
func TestWords(t *testing.T) {
	d := open(t, func(p *mockplatform.Options, _ *console.Options) {
		p.Clock = clock.NewVirtual(day())
		messenger := delivery.Messenger()
		p.Policy = &messenger
	})
	d.person("Ada", "person")
	refused := func(method, path, body string, status int, says ...string) {
		t.Helper()
		var sent []byte
		if body != "" {
			sent = []byte(body)
		}
		got, answer := d.raw(method, path, sent, nil)
		var problem struct{ Detail string }
		if err := json.Unmarshal(answer, &problem); err != nil || got != status {
			t.Errorf("%s %s %.200s: %d %s", method, path, body, got, answer)
			return
		}
		for _, part := range says {
			if !strings.Contains(problem.Detail, part) {
				t.Errorf("%s %s %.200s: %q does not say %q", method, path, body, problem.Detail, part)
			}
		}
		if found := goSpeaks.FindString(string(answer)); found != "" {
			t.Errorf("%s %s %.200s: %q in %s", method, path, body, found, answer)
		}
	}
	const text = `{"type": "text", "text": "hi", "async": true}`
	actions := "api/v1/people/Ada/actions"
	refused("POST", "api/v1/people", `{"name": ""}`, 422, "name: expected length")
	refused("POST", "api/v1/people", `{"name": "Eve", "kind": "cat", "x": 1}`, 422, "kind: expected value to be one of", "x: unexpected property")
	refused("POST", "api/v1/people", `{"name": `, 400, "the body: the document is not JSON: line 1, column")
	refused("POST", "api/v1/people", strings.Repeat(" ", 2<<20), 413, "more than the 1 MiB")
	refused("GET", "api/v1/exchanges?limit=0", "", 422, "limit: expected")
	refused("POST", "api/v1/people/Zed/actions", text, 404, `nobody called "Zed": add a person`)
	refused("POST", actions, `{"type": "location", "lat": 1e400}`, 422, "lat: expected number <= 90")
	refused("POST", "api/v1/events", `{"variant": "message.text", "set": {"/nothing/there": 1}}`, 422, `set "/nothing/there": the object has no member "nothing"`)
	refused("POST", "api/v1/events/preview", `{"variant": "message.text", "set": {"/nothing/there": 1}}`, 422, `set "/nothing/there"`)
	refused("PUT", "api/v1/receiver", `{"url": "shop"}`, 422, "the URL must be absolute, such as http://")
	refused("PUT", "api/v1/receiver", `{"url": "http://127.0.0.1:1/"}`, 409, "http://127.0.0.1:1/ was not subscribed", "nothing listens on 127.0.0.1:1", "the timeline shows")
	refused("GET", "api/v1/pictures?source=http%3A%2F%2F127.0.0.1%3A1%2Fa.png", "", 404, "http://127.0.0.1:1/a.png cannot be fetched: connect: connection refused")

	d.call("PUT", "api/v1/receiver", map[string]any{"url": d.bot.url, "fields": []string{"messaging_postbacks"}}, nil)
	refused("POST", actions, text, 409, "nothing was sent: the receiver has not subscribed to the field of this event, messages: it has subscribed to messaging_postbacks; subscribe it to that field on the page Setup")
	d.call("PUT", "api/v1/receiver", map[string]any{"url": "http://127.0.0.1:1/", "handshake": false}, nil)
	d.call("POST", actions, json.RawMessage(text), nil)
	d.wait("kind=delivery&failed=true")
	d.call("POST", "api/v1/clock/advance", map[string]string{"by": "3h"}, nil)
	refused("POST", actions, text, 409, "its subscription was disabled: let it answer again, and subscribe it again on the page Setup")
	d.call("DELETE", "api/v1/receiver", nil, nil)
	refused("POST", actions, text, 409, "nothing was sent, for no receiver has subscribed: subscribe your bot's callback URL on the page Setup")
	refused("POST", "api/v1/exchanges/"+number(d.platform.Journal().Last())+"/resend", `{}`, 409, "no receiver has subscribed")
}

// What a full disk is answered with begins with what it means.
func TestWordsOfAFullDisk(t *testing.T) {
	full, change := onDisk(t)
	d := open(t, change)
	full.full.Store(true)
	for path, body := range map[string]string{"people": `{"name": "Eve"}`, "events": `{"variant": "message.text"}`, "reset": ``} {
		status, answer := d.raw("POST", "api/v1/"+path, []byte(body), nil)
		if found := goSpeaks.FindString(string(answer)); status != 507 || found != "" || !strings.Contains(string(answer), `"it has to be kept before it counts, and cannot be: `) {
			t.Errorf("%s: %d %s", path, status, answer)
		}
	}
	var setup console.Setup
	if d.call("GET", "api/v1/setup", nil, &setup); !strings.Contains(setup.Journal.Error, errFull.Error()) || goSpeaks.MatchString(setup.Journal.Error) {
		t.Errorf("the setup says %q", setup.Journal.Error)
	}
}

// Numbers are carried as they are written, however large.
func TestNumbersOfAnySize(t *testing.T) {
	d := open(t, nil)
	d.person("Ada", "person")
	for _, number := range []string{"1e400", "-1e999999999", "120210000000000001", "1.0"} {
		data := `{"ad_title":"Boots","post_id":` + number + `}`
		var sent console.Emitted
		d.call("POST", "api/v1/people/Ada/actions", json.RawMessage(`{"type": "ad", "ads_context_data": `+data+`}`), &sent)
		x := d.exchange(sent.Exchange)
		if want := `"ads_context_data":` + data; sent.Status != 200 || !strings.Contains(x.Request.Body.Text, want) {
			t.Errorf("%d: %s does not have %s", sent.Status, x.Request.Body.Text, want)
		}
		var preview console.Preview
		d.call("POST", "api/v1/events/preview", json.RawMessage(`{"variant": "message.text", "event": {"a": `+number+`}}`), &preview)
		if !strings.Contains(preview.Text, number) || len(preview.Findings[0].Problems) == 0 {
			t.Errorf("the preview of %s: %+v", number, preview)
		}
	}
	if status, answer := d.raw("POST", "api/v1/faults", []byte(`{"fault": "delay", "params": {"for": 1e400}}`), http.Header{}); status/100 != 4 || goSpeaks.Match(answer) {
		t.Errorf("a number that is for the platform: %d %s", status, answer)
	}
}
