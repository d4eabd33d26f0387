package console_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// bot is a small receiver that answers: what it does to each kind of event shows
// one part of the Send API.
type bot struct {
	t     *testing.T
	graph string // where it calls back
	url   string // of its webhook
	// answers are the members of its calls of the Send API, by the texts that it answers.
	answers map[string]string
}

// newBot starts a bot that calls the Graph API at this address.
func newBot(t *testing.T, graph string) *bot {
	t.Helper()
	b := &bot{t: t, graph: graph}
	server := httptest.NewServer(http.HandlerFunc(b.webhook))
	t.Cleanup(server.Close)
	b.url = server.URL + "/webhook"
	return b
}

// setProfile sets a Get Started button, a greeting and a persistent menu.
func (b *bot) setProfile() {
	b.call("/v23.0/me/messenger_profile", `{
		"get_started": {"payload": "START"},
		"greeting": [{"locale": "default", "text": "Boats and shoes, since 1907"}],
		"persistent_menu": [{"locale": "default", "call_to_actions": [
			{"type": "postback", "title": "My orders", "payload": "ORDERS"},
			{"type": "web_url", "title": "The shop", "url": "https://shop.example/"}]}]}`)
}

func (b *bot) webhook(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || wire.Verify(mockplatform.DefaultAppSecret, body, r.Header.Get("X-Hub-Signature-256")) != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var delivery struct {
		Entry []struct {
			Messaging []struct {
				Sender  map[string]string
				Message *struct {
					Text       string
					IsEcho     bool                      `json:"is_echo"`
					QuickReply *struct{ Payload string } `json:"quick_reply"`
				}
				Postback *struct{ Title, Payload string }
				Referral *struct{ Ref, Source string }
			}
		}
	}
	if err := json.Unmarshal(body, &delivery); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, entry := range delivery.Entry {
		for _, e := range entry.Messaging {
			to, err := json.Marshal(e.Sender)
			if err != nil {
				continue
			}
			switch {
			case e.Message != nil && e.Message.IsEcho:
			case e.Message != nil && e.Message.QuickReply != nil:
				b.say(to, fmt.Sprintf(`{"text": %q}`, "You chose "+e.Message.QuickReply.Payload))
			case e.Message != nil && b.answers[e.Message.Text] != "":
				b.send(to, b.answers[e.Message.Text])
			case e.Message != nil && e.Message.Text == "think":
				b.send(to, `"sender_action": "typing_on"`)
			case e.Message != nil && e.Message.Text == "hostile":
				b.say(to, `{"text": "<img src=x onerror=alert(1)><script>alert(2)</script>"}`)
			case e.Message != nil:
				b.send(to, `"sender_action": "mark_seen"`)
				b.say(to, fmt.Sprintf(`{"text": %q, "quick_replies": [
					{"content_type": "text", "title": "Red", "payload": "RED"}, {"content_type": "text", "title": "Blue", "payload": "BLUE"}]}`, "Which colour, for "+e.Message.Text+"?"))
			case e.Postback != nil:
				b.say(to, fmt.Sprintf(`{"attachment": {"type": "template", "payload": {"template_type": "button", "text": %q, "buttons": [
					{"type": "postback", "title": "Track it", "payload": "TRACK"}, {"type": "web_url", "title": "Read more", "url": "https://shop.example/help"}]}}}`, "You pressed "+e.Postback.Payload))
			case e.Referral != nil:
				b.say(to, fmt.Sprintf(`{"attachment": {"type": "template", "payload": {"template_type": "generic", "elements": [
					{"title": %q, "subtitle": "Hand-sewn, from 49 kr", "image_url": "https://shop.example/shoe.jpg", "buttons": [{"type": "postback", "title": "Buy", "payload": "BUY"}]},
					{"title": "Sea boots", "subtitle": "Dry since 1907", "buttons": [{"type": "postback", "title": "Buy boots", "payload": "BOOTS"}]}]}}}`, "Welcome, "+e.Referral.Source+" "+e.Referral.Ref))
			}
		}
	}
}

func (b *bot) say(to []byte, message string) {
	b.send(to, `"messaging_type": "RESPONSE", "message": `+message)
}

func (b *bot) send(to []byte, rest string) {
	b.call("/v23.0/me/messages", fmt.Sprintf(`{"recipient": %s, %s}`, to, rest))
}

// call calls the Graph API, and returns the answer. What it refuses is for the tests to find.
func (b *bot) call(path, doc string) (answer string) { return b.do(http.MethodPost, path, doc) }

// get reads from the Graph API.
func (b *bot) get(path string) (answer string) { return b.do(http.MethodGet, path, "") }

func (b *bot) do(method, path, doc string) string {
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.graph+path, strings.NewReader(doc))
	if err != nil {
		b.t.Error(err)
		return ""
	}
	if doc != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+mockplatform.DefaultPageToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return "" // the platform was closed meanwhile
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return ""
	}
	return string(text)
}
