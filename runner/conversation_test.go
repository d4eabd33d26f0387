package runner_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// deed is what a person of a conversation does. MINE and THEIRS are the mids of the last
// messages of both sides.
type deed struct {
	person, action string
	replied        bool // a receiver that replies to referrals and postbacks does
}

// deeds are all that a person can do in the console, and every way into a thread: of
// those who have an account, of visitors and guests of the chat plugin, on Instagram.
func deeds() []deed {
	return []deed{
		{"Ada", `{"type": "get-started"}`, true},
		{"Ada", `{"type": "link", "ref": "r"}`, true},
		{"Ada", `{"type": "ad", "ref": "r", "ads_context_data": {"ad_title": "t", "post_id": "120210000000000001"}}`, true},
		{"Ada", `{"type": "ad", "ref": "r", "text": "How much?"}`, false},
		{"Ada", `{"type": "code", "ref": "r"}`, true},
		{"Ada", `{"type": "plugin", "ref": "r"}`, true},
		{"New by link", `{"type": "link", "ref": "r"}`, true},
		{"New by ad", `{"type": "ad", "ref": "r", "ads_context_data": {"ad_title": "t"}}`, true},
		{"New by code", `{"type": "code", "ref": "r"}`, true},
		{"visitor", `{"type": "plugin", "ref": "r"}`, true},
		{"visitor", `{"type": "plugin", "ref": "again"}`, true},
		{"guest", `{"type": "plugin", "ref": "r"}`, true},
		{"guest", `{"type": "plugin", "ref": "again"}`, true},
		{"Ada", `{"type": "text", "text": "Hi"}`, false},
		{"Ada", `{"type": "text", "text": "Well", "mid": "THEIRS"}`, false},
		{"Ada", `{"type": "quick-reply", "title": "Red", "payload": "RED"}`, false},
		{"Ada", `{"type": "quick-reply", "content_type": "user_phone_number"}`, false},
		{"Ada", `{"type": "quick-reply", "content_type": "user_email"}`, false},
		{"Ada", `{"type": "button", "title": "Buy", "payload": "BUY"}`, true},
		{"Ada", `{"type": "image"}`, false}, {"Ada", `{"type": "video"}`, false}, {"Ada", `{"type": "audio"}`, false}, {"Ada", `{"type": "file"}`, false},
		{"Ada", `{"type": "sticker"}`, false}, {"Ada", `{"type": "location", "lat": 1.5, "long": 2.5}`, false},
		{"Ada", `{"type": "text", "text": "Hello"}`, false},
		{"Ada", `{"type": "edit", "mid": "MINE", "text": "Good day"}`, false},
		{"Ada", `{"type": "reaction", "mid": "THEIRS", "reaction": "love", "emoji": "❤️"}`, false},
		{"Ada", `{"type": "reaction", "mid": "THEIRS"}`, false},
		{"Ada", `{"type": "account-link"}`, false}, {"Ada", `{"type": "account-unlink"}`, false},
		{"Ada", `{"type": "feedback", "answers": [{"screen": 0, "question": "q", "type": "csat", "payload": "5"}]}`, false},
		{"Ada", `{"type": "opt-in", "template": "one_time_notif_req", "payload": "P"}`, false},
		{"Ada", `{"type": "opt-in", "template": "notification_messages", "payload": "P"}`, false},
		{"Ada", `{"type": "game", "score": "17"}`, false},
		{"instagram", `{"type": "text", "text": "Hi"}`, false},
		{"instagram", `{"type": "unsend", "mid": "MINE"}`, false},
		{"instagram", `{"type": "link", "ref": "r"}`, true},
		{"instagram", `{"type": "button", "title": "Buy", "payload": "BUY"}`, true},
		{"Ada", `{"type": "link", "ref": "the last"}`, true},
	}
}

// everyTemplate is a message of each template, by its type.
func everyTemplate() map[string]string {
	return map[string]string{
		"generic":           `{"template_type": "generic", "elements": [{"title": "t", "buttons": [{"type": "postback", "title": "b", "payload": "p"}]}]}`,
		"button":            `{"template_type": "button", "text": "t", "buttons": [{"type": "account_link", "url": "https://shop.example/login"}, {"type": "account_unlink"}, {"type": "game_play", "title": "Play"}]}`,
		"media":             `{"template_type": "media", "elements": [{"media_type": "image", "url": "https://www.facebook.com/shop/photos/1"}]}`,
		"receipt":           `{"template_type": "receipt", "recipient_name": "r", "order_number": "1", "currency": "USD", "payment_method": "Visa", "elements": [{"title": "t", "price": 50}], "summary": {"total_cost": 56.14}}`,
		"coupon":            `{"template_type": "coupon", "title": "t", "coupon_code": "c"}`,
		"customer_feedback": `{"template_type": "customer_feedback", "title": "t", "feedback_screens": [{"questions": [{"id": "q", "type": "csat"}]}], "business_privacy": {"url": "https://shop.example/privacy"}}`,
		"product":           `{"template_type": "product", "elements": [{"id": "7001"}]}`,
	}
}

// talk is a console with a receiver.
type talk struct {
	t        *testing.T
	platform *mockplatform.Platform
	url      string // of the console
}

func (c talk) call(method, address, body string, into any) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, address, bytes.NewBufferString(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil || answer.StatusCode/100 != 2 {
		c.t.Fatalf("%s %s %s: %d %s, %v", method, address, body, answer.StatusCode, text, err)
	}
}

// do lets a person act, and holds the receiver to its acknowledgement, and to a reply if
// it has to reply.
func (c talk) do(one deed) {
	c.t.Helper()
	person := c.url + "api/v1/people/" + url.PathEscape(one.person)
	var view console.ThreadView
	c.call("GET", person+"/thread", "", &view)
	mids := map[string]string{}
	for _, item := range view.Thread.Items {
		if item.MID != "" && item.Kind == "message" {
			mids[string(item.From)] = item.MID
		}
	}
	var done console.Emitted
	c.call("POST", person+"/actions", strings.NewReplacer("MINE", mids["person"], "THEIRS", mids["page"]).Replace(one.action), &done)
	if done.Status != http.StatusOK {
		c.t.Errorf("%s %s: the receiver answered %d, %s", one.person, one.action, done.Status, done.Error)
	}
	if one.replied {
		var reply console.Detail
		c.call("GET", fmt.Sprintf("%sapi/v1/exchanges/wait?kind=send&after=%d&person=%s&timeout=30s", c.url, done.Exchange, url.QueryEscape(view.Person.ID)), "", &reply)
		if reply.Status != http.StatusOK {
			c.t.Errorf("%s %s: the reply was answered %s", one.person, one.action, reply.Response.Body.Text)
		}
	}
}

// TestReceiversHoldAConversation: people do all that they can, and the page sends every
// template, of which a receiver is told by echoes.
func TestReceiversHoldAConversation(t *testing.T) {
	slow(t)
	t.Parallel()
	receivers := map[string]func(t *testing.T) sut.Receiver{}
	for _, source := range reference.Sources() {
		receivers[source.Language] = func(t *testing.T) sut.Receiver {
			suttest.Require(t, source.Language, func() error { _, err := exec.LookPath(source.Run); return err })
			file := filepath.Join(t.TempDir(), source.File)
			if err := os.WriteFile(file, []byte(source.Text), 0o600); err != nil {
				t.Fatal(err)
			}
			return sut.Command{Line: "exec " + source.Run + " '" + file + "'"}
		}
	}
	if file, ok := shared(t, "careful.mjs"); ok {
		receivers["careful.mjs"] = func(t *testing.T) sut.Receiver { return script(t, file) }
	}
	for name, receiver := range receivers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := converse(t, receiver(t))
			for _, one := range deeds() {
				c.do(one)
			}
			ada, err := c.platform.Person("Ada")
			if err != nil {
				t.Fatal(err)
			}
			var journal struct{ Exchanges []console.Summary }
			for template, payload := range everyTemplate() {
				var sent struct {
					MID string `json:"message_id"`
				}
				c.call("POST", c.platform.GraphURL()+"/v23.0/me/messages?access_token="+mockplatform.DefaultPageToken,
					fmt.Sprintf(`{"recipient": {"id": %q}, "messaging_type": "RESPONSE", "message": {"attachment": {"type": "template", "payload": %s}}}`, ada.PSID, payload), &sent)
				var echo console.Detail
				c.call("GET", c.url+"api/v1/exchanges/wait?kind=delivery&timeout=30s&text="+url.QueryEscape(sent.MID), "", &echo)
				if echo.Status != http.StatusOK || !strings.Contains(echo.Request.Body.Text, `"is_echo":true`) {
					t.Errorf("%s: of its echo %s the receiver says %d", template, echo.Request.Body.Text, echo.Status)
				}
			}
			// Who answers its echoes, or the templates of others, goes on without end.
			c.do(deed{"Ada", `{"type": "link", "ref": "after all"}`, true})
			c.call("GET", c.url+"api/v1/exchanges?kind=send&limit=1000", "", &journal)
			if n, most := len(journal.Exchanges), len(deeds())+1+len(everyTemplate()); n > most {
				t.Errorf("%d messages were sent, which cannot be more than %d", n, most)
			}
		})
	}
}

// converse starts a receiver with a console beside it.
func converse(t *testing.T, receiver sut.Receiver) talk {
	t.Helper()
	platform, err := mockplatform.New(mockplatform.Options{Consequences: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { platform.Close() })
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	server, err := console.New(console.Options{Platform: platform})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	env := suttest.Environment()
	env.AppSecret, env.InstagramSecret, env.VerifyToken, env.PageToken = mockplatform.DefaultAppSecret, mockplatform.DefaultAppSecret, mockplatform.DefaultVerifyToken, mockplatform.DefaultPageToken
	env.PageID, env.InstagramID = mockplatform.DefaultPageID, event.InstagramID(mockplatform.DefaultPageID)
	env.GraphURL, env.ReceiptsURL = platform.GraphURL(), platform.GraphURL()+graph.ReceiptsPath
	running, err := receiver.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	for _, object := range []string{"page", "instagram"} {
		if err := platform.Subscribe(t.Context(), mockplatform.Subscription{URL: running.URL, VerifyToken: env.VerifyToken, Object: object}); err != nil {
			t.Fatal(err)
		}
	}
	c := talk{t: t, platform: platform, url: server.URL()}
	var set struct{ Result string }
	c.call("POST", platform.GraphURL()+"/v23.0/me/messenger_profile?access_token="+env.PageToken, `{"get_started": {"payload": "START"}}`, &set)
	for _, one := range deeds() {
		kind := mockplatform.Ordinary
		if slices.Contains([]string{"visitor", "guest", "instagram"}, one.person) {
			kind = mockplatform.PersonKind(one.person)
		}
		if _, err := platform.AddPerson(one.person, kind); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// TestTheConversationLeavesNothingOut: all types of actions, and all templates that the
// Send API's schema knows, are in it.
func TestTheConversationLeavesNothingOut(t *testing.T) {
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { platform.Close() })
	server, err := console.New(console.Options{Platform: platform})
	if err != nil {
		t.Fatal(err)
	}
	done := map[any]bool{}
	for _, one := range deeds() {
		var action struct{ Type string }
		if err := json.Unmarshal([]byte(one.action), &action); err != nil {
			t.Fatal(err)
		}
		done[action.Type] = true
	}
	types := server.OpenAPI().Components.Schemas.Map()["Action"].Properties["type"].Enum
	for _, kind := range types {
		if !done[kind] {
			t.Errorf("nobody does %q", kind)
		}
	}
	text, err := schemas.Everything().SchemaFile("meta/send.request.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	known := regexp.MustCompile(`"template_type": \{"const": "(\w+)"\}`).FindAllSubmatch(text, -1)
	for _, template := range known {
		if _, there := everyTemplate()[string(template[1])]; !there {
			t.Errorf("nobody sends the template %q", template[1])
		}
	}
	if len(types) < 20 || len(known) < 7 {
		t.Errorf("there are only %d types of actions and %d templates", len(types), len(known))
	}
}
