package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// postback checks every variant in which somebody presses a button: Get Started,
// a template's, the persistent menu's.
func postback(spec register, variants []schemas.Variant) {
	for _, v := range variants {
		ev := sample(v)
		if r := judge.Read(ev.JSON); r.Postback == nil || v.Form == schemas.FormStandby {
			continue
		}
		accepted(spec, "postback", v)
		if own(ev) {
			understood(spec, "postback", v)
		}
	}
	variations(spec, aPostback)
	payloads(spec)
}

// payloads are what the page's owner may write into a button: 1,000 characters at most,
// of any kind.
func payloads(spec register) {
	source := Source{URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/send-messages/persistent-menu"}
	for _, c := range []struct {
		id, what, payload, why, remedy string
		level                          Level
	}{
		{
			"payload-long", "1,000 characters long", strings.Repeat("PAYLOAD_89", 100),
			"So long may a payload be. What is cut off at 255 characters, or refused by a column, matches no branch of the bot.",
			"Store payloads as a text of 1,000 characters or more.", Must,
		},
		{
			"payload-json", "JSON", `{ "item": {"size": "XL", "id": 42.0}, "action": "ORDER" }`,
			"Many bots put an object into a payload, as a text. Code between the webhook and the bot that takes every text with braces for JSON hands on something else than was sent.",
			"Take payload as a text; parse it only where you know that you wrote JSON.", Should,
		},
		{
			"payload-separators", "of words with separators between them", "ORDER:42|RED;size=XL,qty=2/3#top?a=b&c=d%20e+f g",
			"Code that splits a payload at a colon, a bar or a question mark before it looks for the branch loses the rest, or decodes what was not encoded.",
			"Take payload as it comes; split it only where you know that you joined it.", Should,
		},
	} {
		spec(Requirement{
			ID: "postback." + c.id, Level: c.level, Basis: Documented,
			Title:  fmt.Sprintf("A postback whose payload is %s is understood", c.what),
			Source: source, Why: c.why, Remedy: c.remedy,
			Needs: []need{owed(aPostback.full)},
		}, func(ctx context.Context, s *session) {
			payload, err := json.Marshal(c.payload)
			s.Must(err)
			ev := s.Event(aPostback.full, event.Set("/postback/payload", string(payload)))
			s.Verify(s.Handled(ctx, s.Send(ctx, varied(s, ev, "whose payload is "+c.what))))
		})
	}
}
