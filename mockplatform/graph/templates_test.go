package graph_test

import (
	"fmt"
	"strings"
	"testing"
)

const postback = `{"type":"postback","title":"T","payload":"P"}`

// repeated is a JSON array of n of these.
func repeated(n int, item string) string {
	return "[" + strings.TrimSuffix(strings.Repeat(item+",", n), ",") + "]"
}

// What Meta's pages show, and what they do not speak of, is taken.
func TestMessages(t *testing.T) {
	template := func(payload string) string {
		return `{"attachment":{"type":"template","payload":{` + payload + `}}}`
	}
	quick := `{"content_type":"text","title":"Red","payload":"RED","image_url":"https://example.com/red.png"}`
	for name, message := range map[string]string{
		"2000 characters":     `{"text":"` + strings.Repeat("ä", 2000) + `"}`,
		"13 quick replies":    `{"text":"a","quick_replies":` + repeated(13, quick) + `}`,
		"a long title":        `{"text":"a","quick_replies":[{"content_type":"text","title":"More than twenty characters","payload":1}]}`,
		"only an image":       `{"text":"a","quick_replies":[{"content_type":"text","payload":"","image_url":"https://example.com/red.png"}]}`,
		"an email":            `{"text":"a","quick_replies":[{"content_type":"user_email"},{"content_type":"user_phone_number"}]}`,
		"a new quick reply":   `{"text":"a","quick_replies":[{"content_type":"location"}]}`,
		"a file and a choice": `{"attachment":{"type":"file","payload":{"url":"https://example.com/a.pdf"}},"quick_replies":[` + quick + `]}`,
		"several images":      `{"attachments":[{"type":"image","payload":{"url":"https://example.com/a.png"}}]}`,
		"a sticker of IG":     `{"attachment":{"type":"like_heart"}}`,
		"generic":             template(`"template_type":"generic","elements":` + repeated(10, `{"title":"T","subtitle":"S","image_url":"https://example.com/a.png","default_action":{"type":"web_url","url":"https://example.com"},"buttons":`+repeated(3, postback)+`}`)),
		"button":              template(`"template_type":"button","text":"` + strings.Repeat("ä", 640) + `","buttons":[` + postback + `,{"type":"web_url","title":"T","url":"https://example.com"},{"type":"phone_number","title":"T","payload":"+1"}]`),
		"login":               template(`"template_type":"button","text":"T","buttons":[{"type":"account_link","url":"https://example.com"},{"type":"account_unlink"},{"type":"game_play","title":"T"}]`),
		"media":               template(`"template_type":"media","elements":[{"media_type":"image","attachment_id":"1"}]`),
		"media by URL":        template(`"template_type":"media","elements":[{"media_type":"video","url":"https://www.facebook.com/a","buttons":[` + postback + `]}]`),
		"receipt":             template(`"template_type":"receipt","recipient_name":"N","order_number":"1","currency":"USD","payment_method":"Visa 1","summary":{"total_cost":5.5},"elements":[{"title":"T","price":5.5}]`),
		"coupon":              template(`"template_type":"coupon","title":"10 % off","coupon_code":"TEN"`),
		"feedback":            template(`"template_type":"customer_feedback","title":"T","subtitle":"S","button_title":"B","feedback_screens":[{"questions":[{"id":"q","type":"csat"}]}],"business_privacy":{"url":"https://example.com"}`),
		"product":             template(`"template_type":"product","elements":[{"id":"1"},{"id":"2"}]`),
		"a new template":      template(`"template_type":"image_grid","title":"T"`),
		"a retired template":  template(`"template_type":"list","elements":[]`),
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := server(t)
			body := `{"recipient":{"id":"1"},"messaging_type":"RESPONSE","notification_type":"SILENT_PUSH","message":` + message + `}`
			if status, doc := asking(t, s)("POST", right, body); status != 200 || !strings.Contains(doc, `"message_id":"m_`) {
				t.Errorf("status %d: %s", status, doc)
			}
		})
	}
}

// Where Meta has a text of its own for what is too much, the answer has it.
func TestTooMuch(t *testing.T) {
	generic := func(elements string) string {
		return `{"attachment":{"type":"template","payload":{"template_type":"generic","elements":` + elements + `}}}`
	}
	button := func(text, buttons string) string {
		return fmt.Sprintf(`{"attachment":{"type":"template","payload":{"template_type":"button","text":%q,"buttons":%s}}}`, text, buttons)
	}
	for name, tt := range map[string]struct {
		message string
		code    int
		want    string
	}{
		"a long text":      {`{"text":"` + strings.Repeat("ä", 2001) + `"}`, 100, "(#100) Length of param message[text] must be less than or equal to 2000"},
		"quick replies":    {`{"text":"a","quick_replies":` + repeated(14, `{"content_type":"text","title":"T","payload":"P"}`) + `}`, 105, "(#105) param message[quick_replies] has too many elements."},
		"elements":         {generic(repeated(11, `{"title":"T"}`)), 105, "(#105) param name_placeholder[elements] has too many elements."},
		"an element":       {generic(`[{"title":"T","buttons":` + repeated(4, postback) + `}]`), 105, "(#105) param name_placeholder[elements][0][buttons] has too many elements."},
		"buttons":          {button("T", repeated(4, postback)), 105, "(#105) param name_placeholder[buttons] has too many elements."},
		"a button's text":  {button(strings.Repeat("ä", 641), repeated(1, postback)), 100, "(#100) Length of param name_placeholder[text] must be less than or equal to 640"},
		"also wrong":       {button("", repeated(4, postback)), 105, "(#105) param name_placeholder[buttons] has too many elements."},
		"only wrong":       {button("T", `[{"type":"postback","title":"T"}]`), 100, "(#100) Invalid parameter"},
		"no file":          {`{"attachment":{"type":"image"}}`, 100, "(#100) Invalid parameter"},
		"an empty payload": {`{"attachment":{"type":"image","payload":{}}}`, 100, "(#100) Invalid parameter"},
		"a relative URL":   {`{"attachment":{"type":"image","payload":{"url":"a.png"}}}`, 100, "(#100) Failed to fetch the file from the url."},
	} {
		t.Run(name, func(t *testing.T) {
			w, x := do(t, request("POST", right, "application/json", `{"recipient":{"id":"1"},"message":`+tt.message+`}`))
			message, kind, _, code, _ := graphError(t, w)
			if message != tt.want || code != tt.code || kind != "OAuthException" || x.Err == "" {
				t.Errorf("got %s, recorded %q", w.Body, x.Err)
			}
		})
	}
}
