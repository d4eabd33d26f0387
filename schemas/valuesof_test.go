package schemas_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/schemas"
)

// A value that no list has tells payloads apart where the name of its member says that
// it is one; the shape, by which events are recognised, stays the same.
func TestValuesOfMembersWithoutAList(t *testing.T) {
	event := `{"object":"page","entry":[{"id":"1","time":1458692752500,"messaging":[{"sender":{"id":"2"},"recipient":{"id":"1"},"timestamp":1458692752478,%s}]}]}`
	for _, c := range []struct{ body, one, other, value string }{
		{fmt.Sprintf(event, `"messaging_feedback":{"feedback_screens":[{"screen_id":0,"questions":{"myquestion1":{"type":"%s","payload":"67"}}}]}`), "csat", "nps", "questions/-/type nps"},
		{fmt.Sprintf(event, `"message":{"mid":"m","is_echo":true,"app_id":1,"attachments":[{"type":"template","payload":{"template_type":"media","elements":[{"media_type":"%s","attachment_id":2}]}}]}`), "video", "image", "elements/-/media_type image"},
		{fmt.Sprintf(event, `"message":{"mid":"m","is_echo":true,"app_id":1,"attachments":[{"type":"template","payload":{"template_type":"button","text":"t","buttons":[{"type":"%s","title":"t","payload":"p"}]}}]}`), "postback", "phone_number", "buttons/-/type phone_number"},
		{fmt.Sprintf(event, `"optin":{"type":"notification_messages","payload":"p","notification_messages_token":"t","notification_messages_timezone":"UTC","token_expiry_timestamp":"1","user_token_status":"%s","title":"t"}`), "NOT_REFRESHED", "REFRESHED", "optin/user_token_status REFRESHED"},
		{`{"object":"page","entry":[{"id":"1","time":1,"calls":[{"id":"c","to":"1","from":"2","event":"connect","timestamp":1671644824,"call_direction":"%s"}]}]}`, "user_initiated", "business_initiated", "calls/-/call_direction business_initiated"},
		{`{"object":"page","entry":[{"id":"0","time":1,"changes":[{"field":"%s"}]}]}`, "attire", "parking", "changes/-/field parking"},
		{`{"field":"%s","recipient_id":1,"page_id":2,"timestamp":4,"messenger_subscription_token":"9","message_id":"8"}`, "marketing_message_deliveries", "marketing_message_clicks", "/field marketing_message_clicks"},
	} {
		one, other := strings.Replace(c.body, "%s", c.one, 1), strings.Replace(c.body, "%s", c.other, 1)
		if got := schemas.Everything().ValuesOf([]byte(other)); !slices.Contains(got, c.value) || slices.Contains(schemas.Everything().ValuesOf([]byte(one)), c.value) {
			t.Errorf("%s: got %q, want %q among them", other, got, c.value)
		}
		first, err := schemas.Read([]byte(one))
		if err != nil {
			t.Fatal(err)
		}
		second, err := schemas.Read([]byte(other))
		if err != nil {
			t.Fatal(err)
		}
		if first.Shape != second.Shape {
			t.Errorf("%s and %s are of different shapes", one, other)
		}
	}
}

// What people write is no value, whatever the member is called, and neither is an
// address, nor the name that somebody gave to a question.
func TestNoValues(t *testing.T) {
	for _, text := range []string{"https://example.com/a", "a-b", "", " a", "two\nlines", "Straße", strings.Repeat("x", 41)} {
		body := fmt.Sprintf(`{"object":"page","entry":[{"changes":[{"value":{"item_type":%q,"message":"hello"}}]}]}`, text)
		if got := schemas.Everything().ValuesOf([]byte(body)); !slices.Equal(got, []string{"/object page"}) {
			t.Errorf("%q: got %q", text, got)
		}
	}
	if got := schemas.Everything().ValuesOf([]byte(`{`)); got != nil {
		t.Errorf("of no JSON: got %q", got)
	}
}
