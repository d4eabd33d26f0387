package graph_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// Libraries send all members that a message can have, null where it has none.
// The answer and the schema's findings on the record agree that those are absent,
// and the record has the bytes that came.
func TestNullMembersOfAMessageCountAsAbsent(t *testing.T) {
	const recipient = `{"id":12345678901234567,"user_ref":null}`
	const message = `{"text":"null & <b>","quick_replies":null,"attachment":null,"metadata":null}`
	const card = `{"attachment":{"type":"template","payload":{"template_type":"generic","elements":[
		{"title":"A","subtitle":null,"image_url":null,"default_action":null,"buttons":[{"type":"web_url","title":"B","url":"https://example.com","webview_height_ratio":null}]}]}}}`
	calls := map[string][2]string{
		"a text":       {"application/json", `{"recipient":` + recipient + `,"message":` + message + `,"sender_action":null,"tag":null,"messaging_type":"RESPONSE"}`},
		"a card":       {"application/json", `{"recipient":` + recipient + `,"message":` + card + `,"notification_type": null}`},
		"an action":    {"application/json", `{"recipient":` + recipient + `,"sender_action":"typing_on","message":null}`},
		"a form":       {"application/x-www-form-urlencoded", url.Values{"recipient": {recipient}, "message": {message}}.Encode()},
		"by the query": {"application/json", `{"recipient":` + recipient + `,"message":` + message + `,"access_token":null}`},
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", right, call[0], call[1]))
			if w.Code != 200 || x.Person != "12345678901234567" || x.Token != journal.TokenRight {
				t.Fatalf("status %d: %s; recorded %+v", w.Code, w.Body, x)
			}
			if err := schemas.Validate("send.request", x.Doc); err != nil {
				t.Errorf("the record %s: %v", x.Doc, err)
			}
			if string(x.Request.Body) != strings.Replace(call[1], `"access_token":null`, `"access_token":…`, 1) {
				t.Errorf("recorded the body %s", x.Request.Body)
			}
		})
	}
}

// What is required is missing if it is null, and what stands in an array is an
// element.
func TestNullsThatAreNotAllowed(t *testing.T) {
	for body, problem := range map[string]string{
		`{"recipient":null,"message":{"text":"a"}}`:                                    "recipient",
		`{"recipient":{"id":"1"},"message":{"text":null}}`:                             "empty-message",
		`{"recipient":{"id":"1"},"message":null}`:                                      "message",
		`{"recipient":{"id":"1"},"message":{"text":"a","quick_replies":[null]}}`:       "/message/quick_replies/0",
		`{"recipient":{"id":"1"},"message":{"text":"a","quick_replies":[{"a":null}]}}`: "/message/quick_replies/0",
	} {
		w, x := do(t, request("POST", right, "application/json", body))
		if w.Code != 400 || !strings.Contains(x.Err, problem) || schemas.Validate("send.request", x.Doc) == nil {
			t.Errorf("%s: status %d, recorded %q with %s", body, w.Code, x.Err, x.Doc)
		}
	}
}

// "A null may be kept or left out" of a receipt, whatever the member.
func TestNullMembersOfAReceipt(t *testing.T) {
	nulls := `"sender":{"id":"1","user_ref":null},"recipient":null,"timestamp_ms":null`
	for kind, member := range map[string]string{
		"postback": `"postback":{"mid":null,"title":"a"},"referral":null`,
		"referral": `"postback":null,"referral":{"ref":"a","ads_context_data":null,"later":null}`,
		"other":    `"postback":null,"referral":null`,
	} {
		body := fmt.Sprintf(`{"kind":%q,%s,%s}`, kind, nulls, member)
		w, x := do(t, request("POST", graph.ReceiptsPath, "application/json", body))
		if w.Code != 204 || x.Person != "1" || string(x.Request.Body) != body || schemas.Validate("format.receipt", x.Doc) != nil {
			t.Errorf("%s: status %d: %s; recorded %s", body, w.Code, w.Body, x.Doc)
		}
	}
	w, _ := do(t, request("POST", graph.ReceiptsPath, "application/json", `{"kind":"referral","referral":null}`))
	if w.Code != 400 {
		t.Errorf("a referral without one: status %d", w.Code)
	}
}
