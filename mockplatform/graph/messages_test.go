package graph_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

const right = "/v23.0/me/messages?access_token=" + token

func TestSendAPI(t *testing.T) {
	const message = `"messaging_type":"RESPONSE","message":{"text":"Thank you."}`
	for name, tt := range map[string]struct {
		body                     string
		person                   string
		hasRecipient, hasMessage bool
	}{
		"to an id":           {`{"recipient":{"id":"1234"},` + message + `}`, "1234", true, true},
		"to a number":        {`{"recipient":{"id":1234567890123456},` + message + `}`, "1234567890123456", true, true},
		"to what came":       {`{"recipient":{"id":"1234","future":{"a":1}},` + message + `}`, "1234", true, true},
		"to a user_ref":      {`{"recipient":{"user_ref":"abc-1"},` + message + `}`, "abc-1", false, true},
		"to a phone number":  {`{"recipient":{"phone_number":"+1","name":{"first_name":"A"}},` + message + `}`, "+1", false, true},
		"to a comment":       {`{"recipient":{"comment_id":"1_2"},` + message + `}`, "1_2", false, true},
		"typing":             {`{"recipient":{"id":"1234"},"sender_action":"typing_on"}`, "1234", true, false},
		"a reaction":         {`{"recipient":{"id":"1234"},"sender_action":"react","payload":{"message_id":"m_1","reaction":"love"}}`, "1234", true, false},
		"typing, a user_ref": {`{"recipient":{"user_ref":"abc-1"},"sender_action":"typing_on"}`, "abc-1", false, false},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", right, "application/json", tt.body))
			if w.Code != 200 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			var got map[string]string
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			want := map[string]string{}
			if tt.hasRecipient {
				want["recipient_id"] = tt.person
			}
			if tt.hasMessage {
				want["message_id"] = got["message_id"]
				if id := got["message_id"]; !strings.HasPrefix(id, "m_") || len(id) != 88 {
					t.Errorf("message id %q", id)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, want %v", got, want)
			}
			if x.Kind != journal.Send || x.Person != tt.person || x.Token != journal.TokenRight || x.Err != "" || len(x.Doc) == 0 {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

func TestSendAPIErrors(t *testing.T) {
	const recipient = `"recipient":{"id":"1234"}`
	for name, tt := range map[string]struct {
		body    string
		explain string
		person  string
	}{
		"an unknown recipient":   {`{"recipient":{"psid":"1"},"message":{"text":"a"}}`, "/recipient", ""},
		"a recipient as text":    {`{"recipient":"1234","message":{"text":"a"}}`, "/recipient", ""},
		"two recipients":         {`{"recipient":{"id":"1234","user_ref":"x"},"message":{"text":"a"}}`, "/recipient", "1234"},
		"an unknown action":      {`{` + recipient + `,"sender_action":"dance"}`, "/sender_action", "1234"},
		"an unknown type":        {`{` + recipient + `,"message":{"text":"a"},"messaging_type":"CHAT"}`, "/messaging_type", "1234"},
		"not JSON":               {`{"recipient":`, "the body is not JSON: line 1, column 14: it ends too early", ""},
		"not an object":          {`["recipient"]`, "not a JSON object", ""},
		"no body":                {``, "recipient", ""},
		"a message that is null": {`{` + recipient + `,"message":null}`, "message", "1234"},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", right, "application/json", tt.body))
			message, kind, _, code, subcode := graphError(t, w)
			if code != 100 || subcode != 0 || kind != "OAuthException" || !strings.HasPrefix(message, "(#100) ") {
				t.Errorf("got %s", w.Body)
			}
			if !strings.Contains(w.Body.String(), strings.ReplaceAll(tt.explain, "/", `\/`)) || !strings.Contains(x.Err, tt.explain) {
				t.Errorf("got %s, recorded %q; want both to say …%s…", w.Body, x.Err, tt.explain)
			}
			if x.Kind != journal.Send || x.Person != tt.person {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

// The ways to send one message that clients use all mean the same.
func TestEncodings(t *testing.T) {
	const (
		members   = `"message":{"text":"a&b"},"messaging_type":"RESPONSE","recipient":{"id":"1234"}}`
		document  = `{` + members
		withToken = `{"access_token":"` + token + `",` + members
		plain     = "/me/messages"
	)
	form := url.Values{"recipient": {`{"id":"1234"}`}, "message": {`{"text":"a&b"}`}, "messaging_type": {"RESPONSE"}}
	open := form.Encode()
	form.Set("access_token", token)
	signed := form.Encode()
	var parts strings.Builder
	for name, values := range form {
		fmt.Fprintf(&parts, "--b\r\nContent-Disposition: form-data; name=%q\r\n\r\n%s\r\n", name, values[0])
	}
	parts.WriteString("--b\r\nContent-Disposition: form-data; name=\"filedata\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n\x89PNG\r\n--b--\r\n")

	for name, tt := range map[string]struct{ target, contentType, body, authorization string }{
		"JSON, token in the query":     {right, "application/json", document, ""},
		"JSON with a charset":          {right, "application/json; charset=utf-8", document, ""},
		"JSON without a content type":  {right, "", document, ""},
		"JSON, token in the body":      {plain, "application/json", withToken, ""},
		"JSON, token in the header":    {plain, "application/json", document, "Bearer " + token},
		"JSON, the page's own id":      {"/v2.6/" + page + "/messages", "application/json", document, "bearer " + token},
		"a form, token in the query":   {right, "application/x-www-form-urlencoded", open, ""},
		"a form, token in the body":    {plain, "application/x-www-form-urlencoded", signed, ""},
		"a form, token in the header":  {plain, "application/x-www-form-urlencoded", open, "OAuth " + token},
		"a form in parts with a file":  {plain, "multipart/form-data; boundary=b", parts.String(), ""},
		"all of it in the query":       {plain + "?" + signed, "", "", ""},
		"slashes more than are needed": {"//me/messages/", "", document, "Bearer " + token},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("POST", tt.target, tt.contentType, tt.body)
			if tt.authorization != "" {
				r.Header.Set("Authorization", tt.authorization)
			}
			w, x := do(t, r)
			if w.Code != 200 {
				t.Fatalf("status %d: %s", w.Code, w.Body)
			}
			var got, want any
			if err := json.Unmarshal(x.Doc, &got); err != nil {
				t.Fatal(err)
			}
			_ = json.Unmarshal([]byte(document), &want)
			if fmt.Sprint(got) != fmt.Sprint(want) || x.Token != journal.TokenRight {
				t.Errorf("token %s, document %s", x.Token, x.Doc)
			}
			if strings.Contains(fmt.Sprintf("%+v %s %s", x, x.Request.Body, x.Doc), token) {
				t.Errorf("the exchange prints the token: %+v", x)
			}
		})
	}
}

func TestTokens(t *testing.T) {
	const document = `{"recipient":{"id":"1234"},"message":{"text":"a"}}`
	for name, tt := range map[string]struct {
		query, authorization string
		state                journal.TokenState
	}{
		"missing":               {"", "", journal.TokenMissing},
		"empty":                 {"?access_token=", "", journal.TokenMissing},
		"another scheme":        {"", "Basic " + token, journal.TokenMissing},
		"wrong in the query":    {"?access_token=wrong", "", journal.TokenWrong},
		"wrong in the header":   {"", "Bearer wrong", journal.TokenWrong},
		"half of it":            {"?access_token=" + token[:10], "", journal.TokenWrong},
		"the query comes first": {"?access_token=wrong", "Bearer " + token, journal.TokenWrong},
		"not a string":          {"?access_token=%7B%7D", "", journal.TokenWrong},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("POST", "/me/messages"+tt.query, "application/json", document)
			r.Header.Set("Authorization", tt.authorization)
			w, x := do(t, r)
			message, kind, _, code, subcode := graphError(t, w)
			wantCode, want := 190, "Invalid OAuth access token."
			if tt.state == journal.TokenMissing {
				wantCode, want = 2500, "An active access token must be used to query information about the current user."
			}
			if code != wantCode || subcode != 0 || kind != "OAuthException" || message != want {
				t.Errorf("got %s", w.Body)
			}
			if x.Token != tt.state || x.Person != "1234" || !strings.Contains(x.Err, "access token") {
				t.Errorf("recorded %+v", x)
			}
		})
	}
}

// The receiver did send, so it is evidence, though Meta would refuse it.
func TestSendFromAnotherPage(t *testing.T) {
	w, x := do(t, request("POST", "/v23.0/999/messages?access_token="+token, "application/json", `{"recipient":{"id":"1234"},"message":{"text":"a"}}`))
	message, kind, _, code, subcode := graphError(t, w)
	if code != 100 || subcode != 33 || kind != "GraphMethodException" || !strings.Contains(message, "'999'") {
		t.Errorf("got %s", w.Body)
	}
	if x.Kind != journal.Send || x.Person != "1234" || !strings.Contains(x.Err, `"999", and the only page here is `+page) {
		t.Errorf("recorded %+v", x)
	}
}

func TestSendAttachmentByID(t *testing.T) {
	const message = `{"recipient":{"id":"1234"},"message":{"attachment":{"type":"image","payload":{"attachment_id":%s}}}}`
	for id, subcode := range map[string]int{`"1745504518999123"`: 0, `1745504518999123`: 0, `"shirt.png"`: 2018074, `"-1"`: 2018074} {
		w, x := do(t, request("POST", right, "application/json", fmt.Sprintf(message, id)))
		if subcode == 0 {
			if w.Code != 200 {
				t.Errorf("%s: status %d: %s", id, w.Code, w.Body)
			}
			continue
		}
		if text, _, _, code, sub := graphError(t, w); code != 100 || sub != subcode || !strings.Contains(text, "you do not own the attachment") || !strings.Contains(x.Err, "is not a number") {
			t.Errorf("%s: got %s, recorded %q", id, w.Body, x.Err)
		}
	}
}

// BenchmarkSend is a message to a lenient Graph API and to a strict one.
func BenchmarkSend(b *testing.B) {
	for name, strict := range map[string]bool{"lenient": false, "strict": true} {
		b.Run(name, func(b *testing.B) {
			s := graph.New(graph.Options{PageID: page, PageToken: token, AppID: app, Seed: 1, Journal: journal.New(100, token), Strict: strict, Version: "v26.0", Day: day})
			b.Cleanup(s.Close)
			for b.Loop() {
				w := httptest.NewRecorder()
				s.ServeHTTP(w, request("POST", right, "application/json", `{"recipient":{"id":"1"},"message":{"text":"a"}}`))
			}
		})
	}
}
