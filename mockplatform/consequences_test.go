package mockplatform_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// told is a delivery as a receiver gets it, of one event.
type told struct {
	Object string
	Entry  []struct {
		ID                 string
		Messaging, Standby []toldEvent
	}
}

type toldEvent struct {
	Sender, Recipient struct{ ID string }
	Timestamp         json.Number
	Message           *struct {
		MID         string
		Text        string
		IsEcho      bool  `json:"is_echo"`
		AppID       int64 `json:"app_id"`
		Metadata    string
		Attachments json.RawMessage
	}
	Delivery *struct {
		MIDs      []string
		Watermark int64
	}
	Read *struct {
		Watermark int64
		MID       string
	}
	Postback, Optin map[string]any
	Pass            json.RawMessage `json:"pass_thread_control"`
	Take            json.RawMessage `json:"take_thread_control"`
	Linking         json.RawMessage `json:"account_linking"`
}

// listening is a receiver that verifies signatures and schemas, and passes on what it is
// told.
type listening struct {
	t   *testing.T
	url string
	got chan told
}

func listen(t *testing.T) listening {
	t.Helper()
	l := listening{t: t, got: make(chan told, 100)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, _ := io.ReadAll(r.Body)
		if err := wire.Verify(mockplatform.DefaultAppSecret, body, r.Header.Get("X-Hub-Signature-256")); err != nil {
			t.Errorf("the signature of %s: %v", body, err)
		}
		if err := schemas.Validate("envelope", body); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		var d told
		if err := json.Unmarshal(body, &d); err != nil {
			t.Errorf("%s: %v", body, err)
		}
		l.got <- d
	}))
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

// next is the event of the next delivery, in messaging or in standby.
func (l listening) next() (e toldEvent, standby bool) {
	l.t.Helper()
	select {
	case d := <-l.got:
		if len(d.Entry) != 1 || len(d.Entry[0].Messaging)+len(d.Entry[0].Standby) != 1 {
			l.t.Fatalf("a delivery of %+v", d)
		}
		if len(d.Entry[0].Standby) == 1 {
			return d.Entry[0].Standby[0], true
		}
		return d.Entry[0].Messaging[0], false
	case <-l.t.Context().Done():
		l.t.Fatal("nothing came")
	}
	return toldEvent{}, false
}

// nothing fails if the receiver is told something before a fence, which is an event of the
// same person.
func (l listening) nothing(p *mockplatform.Platform) {
	l.t.Helper()
	emit(l.t, p, mockplatform.Emission{Variant: "reaction.react"})
	if e, _ := l.next(); e.Message != nil || e.Delivery != nil || e.Read != nil || e.Pass != nil || e.Take != nil || e.Linking != nil {
		l.t.Errorf("told of %+v", e)
	}
}

// consequent is a platform that lets consequences happen, with a receiver of these fields.
func consequent(t *testing.T, o mockplatform.Options, url string, fields ...string) *mockplatform.Platform {
	t.Helper()
	o.Consequences = true
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	p := started(t, o)
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: url, Fields: fields}); err != nil {
		t.Fatal(err)
	}
	return p
}

func millis(t *testing.T, n json.Number) int64 {
	t.Helper()
	ms, err := n.Int64()
	if err != nil {
		t.Fatal(err)
	}
	return ms
}

// called posts a document to an edge of the page, and returns the answer.
func called(t *testing.T, p *mockplatform.Platform, edge, doc string) (status int, answer map[string]any) {
	t.Helper()
	return calledBy(t, p, http.MethodPost, edge, doc)
}

func calledBy(t *testing.T, p *mockplatform.Platform, method, edge, doc string) (status int, answer map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, p.GraphURL()+"/me/"+edge, strings.NewReader(doc))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+mockplatform.DefaultPageToken)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// says sends a message to Ada, which the Graph API takes, and returns its id.
func says(t *testing.T, p *mockplatform.Platform, message string) string {
	t.Helper()
	status, answer := called(t, p, "messages", `{"recipient":{"id":"`+p.Session("Ada").PSID+`"},"message":`+message+`}`)
	mid, _ := answer["message_id"].(string)
	if status != 200 || mid == "" {
		t.Fatalf("status %d, answer %v", status, answer)
	}
	return mid
}

const receiptFields = "messages message_reactions message_echoes message_deliveries message_reads messaging_postbacks messaging_handovers messaging_optins messaging_account_linking"

// Echo, delivery and read of a message come in this order, and say when that was.
func TestWhatFollowsFromAMessage(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{Clock: clock.NewVirtual(noon)}, l.url, strings.Fields(receiptFields)...)
	ada := p.Session("Ada")
	emit(t, p, mockplatform.Emission{Variant: "message.text"})
	l.next()
	mid := says(t, p, `{"text":"Grüße","metadata":"order 7"}`)

	echo, _ := l.next()
	if m := echo.Message; m == nil || !m.IsEcho || m.MID != mid || m.Text != "Grüße" || m.Metadata != "order 7" || m.AppID != ada.AppID || echo.Recipient.ID != ada.PSID || echo.Sender.ID != ada.PageID {
		t.Errorf("the echo is %+v, of %+v", echo.Message, echo)
	}
	delivered, _ := l.next()
	if d := delivered.Delivery; d == nil || len(d.MIDs) != 1 || d.MIDs[0] != mid || d.Watermark <= millis(t, echo.Timestamp) || delivered.Sender.ID != ada.PSID {
		t.Errorf("the delivery is %+v", delivered)
	}
	read, _ := l.next()
	if r := read.Read; r == nil || r.Watermark <= delivered.Delivery.Watermark || read.Sender.ID != ada.PSID {
		t.Errorf("the read is %+v", read)
	}
	if x := p.Journal().Find(func(x journal.Exchange) bool { return x.DeliveryID != "" && x.Variants[0] == "echo.text" }); len(x) != 1 || x[0].Person != ada.PSID {
		t.Errorf("recorded %+v", x)
	}

	if status, _ := called(t, p, "messages", `{"recipient":{"id":"`+ada.PSID+`"},"sender_action":"typing_on"}`); status != 200 {
		t.Errorf("status %d", status)
	}
	if status, _ := called(t, p, "messages", `{"recipient":{"id":"`+ada.PSID+`"},"message":{}}`); status != 400 {
		t.Errorf("status %d", status)
	}
	l.nothing(p)
}

// An echo has the form that Meta's has for what was sent.
func TestEchoes(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url, "message_echoes", "message_reactions")
	for _, tt := range []struct{ message, attachments string }{
		{`{"attachment":{"type":"image","payload":{"url":"https://x.example/a.png","is_reusable":true}}}`, `[{"payload":{"url":"https://x.example/a.png"},"type":"image"}]`},
		{`{"attachment":{"type":"video","payload":{"url":"https://x.example/a.mp4"}}}`, `[{"payload":{"url":"https://x.example/a.mp4"},"type":"video"}]`},
		{`{"attachment":{"type":"file","payload":{"attachment_id":"1601472827243653"}}}`, ``},
		{`{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[{"title":"Shirt"}]}}}`, `[{"title":"","url":"","type":"template","payload":{"template_type":"generic","elements":[{"title":"Shirt"}]}}]`},
		{`{"attachment":{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":"2457235337685388"}]}}}`, `[{"title":"","url":"","type":"template","payload":{"template_type":"media","elements":[{"media_type":"image","attachment_id":2457235337685388}]}}]`},
	} {
		if _, err := p.AddPerson("Ada", mockplatform.Ordinary); err != nil {
			t.Fatal(err)
		}
		mid := says(t, p, tt.message)
		e, _ := l.next()
		if e.Message == nil || e.Message.MID != mid || !e.Message.IsEcho || e.Message.Text != "" {
			t.Fatalf("%s: got %+v", tt.message, e)
		}
		var got bytes.Buffer
		if err := json.Compact(&got, e.Message.Attachments); err != nil || tt.attachments != "" && unescaped(got.String()) != tt.attachments {
			t.Errorf("%s: got %s, error %v", tt.message, &got, err)
		}
	}
	l.nothing(p)
}

func unescaped(text string) string { return strings.ReplaceAll(text, `\/`, `/`) }

// Who has not subscribed is told nothing, and without the option nobody is.
func TestNothingFollows(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		on     bool
		fields string
		page   string // the fields that the page lets the app hear of
	}{
		"not subscribed":    {on: true, fields: "messages message_reactions"},
		"not on the page":   {on: true, fields: receiptFields, page: "messages,message_reactions"},
		"without an option": {fields: receiptFields},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := listen(t)
			p := consequent(t, mockplatform.Options{}, l.url, strings.Fields(tt.fields)...)
			if !tt.on {
				p = started(t, mockplatform.Options{})
				if err := p.SetReceiver(l.url); err != nil {
					t.Fatal(err)
				}
			}
			if tt.page != "" {
				called(t, p, "subscribed_apps", `{"subscribed_fields":"`+tt.page+`"}`)
			}
			emit(t, p, mockplatform.Emission{Variant: "message.text"})
			l.next()
			says(t, p, `{"text":"Hello"}`)
			l.nothing(p)
		})
	}
}

// On Instagram the echo comes with the field messages, and what was read by its id.
func TestWhatFollowsOnInstagram(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url)
	if err := p.Subscribe(t.Context(), mockplatform.Subscription{URL: l.url, Object: "instagram", Fields: []string{"messages", "messaging_seen"}}); err != nil {
		t.Fatal(err)
	}
	emit(t, p, mockplatform.Emission{Variant: "message.instagram-text"})
	l.next()
	mid := says(t, p, `{"text":"Hello","metadata":"m"}`)
	echo, _ := l.next()
	if m := echo.Message; m == nil || !m.IsEcho || m.MID != mid || m.AppID != 0 || m.Metadata != "" || echo.Sender.ID != p.Options().InstagramID() {
		t.Errorf("the echo is %+v", echo)
	}
	if seen, _ := l.next(); seen.Read == nil || seen.Read.MID != mid {
		t.Errorf("then comes %+v", seen)
	}
	l.nothing(p)
}

// Retries and the clock are those of every delivery.
func TestAnEchoIsTriedAgain(t *testing.T) {
	t.Parallel()
	b := newBot(t, 500)
	p := receiving(t, mockplatform.Options{Clock: clock.NewVirtual(noon), Consequences: true}, b.URL)
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	if _, err := p.AddPerson("Ada", mockplatform.Ordinary); err != nil {
		t.Fatal(err)
	}
	says(t, p, `{"text":"Hello"}`)
	echoes := 0
	for n := 0; n < 4; n++ {
		if n == 3 {
			if err := p.Advance(t.Context(), time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Contains(<-b.bodies, `"is_echo"`) {
			echoes++
		}
	}
	if echoes != 2 {
		t.Errorf("the echo came %d times", echoes)
	}
}

// An account that is unlinked brings its event.
func TestUnlinkedAccounts(t *testing.T) {
	t.Parallel()
	l := listen(t)
	p := consequent(t, mockplatform.Options{}, l.url, strings.Fields(receiptFields)...)
	if _, err := p.AddPerson("Ada", mockplatform.Ordinary); err != nil {
		t.Fatal(err)
	}
	if status, answer := called(t, p, "unlink_accounts", `{"psid":"`+p.Session("Ada").PSID+`"}`); status != 200 {
		t.Fatalf("status %d, answer %v", status, answer)
	}
	if e, _ := l.next(); string(e.Linking) != `{"status":"unlinked"}` {
		t.Errorf("got %+v", e)
	}
}
