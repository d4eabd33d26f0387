package suites

import (
	"context"
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// message checks what comes with messages that are no plain text. A bot may have nothing
// to say to them; what it must not do is to fail, and lose what stands beside them.
func message(spec register) {
	attachments(spec)
	besideMessages(spec)

	spec(Requirement{
		ID: "message.reply-to-story", Level: Must, Basis: Documented,
		Title:  "A reply to a story, whose reply_to has no mid, is acknowledged",
		Source: Source{URL: "https://developers.facebook.com/docs/instagram-messaging/webhooks"},
		Why:    "On Instagram a message may reply to a story, which has an id and a URL where a message has a mid. Code that reads reply_to.mid for granted fails there.",
		Remedy: "Read reply_to.mid only if it is there; answer 200 in any case.",
		Needs:  []need{judge.AFeature(Instagram)},
	}, func(ctx context.Context, s *session) {
		const story = `{"story":{"url":"https://lookaside.fbsbx.com/ig_messaging_cdn/?asset_id=1","id":"18009764417219041"}}`
		ev := s.Event("message.instagram-referral", event.Remove("/message/referral"), event.Set("/message/reply_to", story))
		s.Verify(s.Heard(ctx, s.Send(ctx, entitled("a message that replies to a story", ev))))
	})
}

// Where Meta says which types of attachment there are, and how its unknown ones were met.
var (
	sourceMessages = Source{URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messages"}
	sourceNewTypes = Source{URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/changelog"}
	// A fallback attachment as it came before version 6.0, and as echoes have it to this
	// day.
	sourceNullPayload = Source{URL: "https://github.com/botman/botman/pull/411"}
)

// documentedAttachments are one of each type that Meta's page of messages lists, as it
// prints them. A fallback without a payload is a variant of the catalogue.
var documentedAttachments = []string{
	`{"type":"image","payload":{"url":"https://scontent.xx.fbcdn.net/v/t1.15752-9/1_n.jpg"}}`,
	`{"type":"audio","payload":{"url":"https://cdn.fbsbx.com/v/t59.3654-21/2_n.mp4"}}`,
	`{"type":"video","payload":{"url":"https://video.xx.fbcdn.net/v/t42.3356-2/3_n.mp4"}}`,
	`{"type":"file","payload":{"url":"https://cdn.fbsbx.com/v/t59.2708-21/4_n.pdf"}}`,
	`{"type":"sticker","payload":{"url":"https://scontent.xx.fbcdn.net/v/t39.1997-6/5_n.png","sticker_id":369239263222822}}`,
	`{"type":"reel","payload":{"url":"https://www.facebook.com/reel/6","title":"A reel","reel_video_id":17906265141506851}}`,
	`{"type":"ig_reel","payload":{"url":"https://www.instagram.com/reel/7","title":"A reel","reel_video_id":17906265141506852}}`,
	`{"type":"post","payload":{"url":"https://www.facebook.com/permalink.php?id=8","title":"A post","id":122093000000000008}}`,
	`{"type":"ig_post","payload":{"url":"https://www.instagram.com/p/9","title":"A post","id":17906265141506853}}`,
	`{"type":"appointment_booking","payload":{"booking_id":"10","status":"requested","start_time":1739612400,"end_time":1739616000,"timezone":"America/Los_Angeles"}}`,
	`{"type":"template","payload":{"product":{"elements":[{"id":"11","retailer_id":"SKU-11","image_url":"https://scontent.xx.fbcdn.net/v/t45.5328-4/11_n.jpg","title":"A product","subtitle":"$40"}]}}}`,
	`{"type":"fallback","payload":{"url":"https://www.example.com/12","title":"A link"}}`,
}

// An attachment of a type that Meta does not have yet, and one that everybody knows.
const (
	futureAttachment = `{"type":"` + future + `","payload":{"url":"https://www.facebook.com/13"}}`
	anImage          = `{"type":"image","payload":{"url":"https://scontent.xx.fbcdn.net/v/t1.15752-9/14_n.jpg"}}`
)

// attachments are messages with these instead of a text.
func attachments(spec register) {
	const (
		why    = "Meta adds types of attachment several times a year: reels, posts, stickers and appointments are new. Code that fails on a type outside its list loses the message, and whatever stands beside it in the delivery, for an hour, and then the webhook."
		remedy = "Look at each attachment on its own, and pass over a type that you do not know."
	)
	spec(Requirement{
		ID: "message.attachment-types", Level: Must, Basis: Documented,
		Title: "A message with an attachment of any documented type is acknowledged", Source: sourceMessages, Why: why, Remedy: remedy,
	}, func(ctx context.Context, s *session) {
		for _, attachment := range documentedAttachments {
			ev := attached(s, attachment)
			typ, _ := textAt([]byte(attachment), "/type")
			s.Verify(s.Acknowledged(s.Send(ctx, entitled("a message with an attachment of the type "+typ, ev))))
		}
	})

	for _, c := range []struct {
		id, title, what string
		source          Source
		attachments     []string
	}{
		{"attachment-unknown", "A message with an attachment of an unknown type is acknowledged, and so is the next event", "an attachment of an unknown type", sourceNewTypes, []string{futureAttachment}},
		{"attachment-unknown-beside", "A message with attachments of an unknown type and of a known one is acknowledged, and so is the next event", "an attachment of an unknown type and an image", sourceNewTypes, []string{futureAttachment, anImage}},
		{"attachment-null-payload", "A message with an attachment whose payload is null is acknowledged, and so is the next event", "an attachment whose payload is null", sourceNullPayload, []string{`{"type":"fallback","title":"A link","url":"https://www.example.com/15","payload":null}`}},
	} {
		spec(Requirement{
			ID: "message." + c.id, Level: Should, Basis: Observed, Title: c.title, Source: c.source, Why: why,
			Remedy: remedy + " Take its payload only if there is one.",
			Needs:  []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			odd, good := s.SendThenGood(ctx, entitled("a message with "+c.what, attached(s, c.attachments...)))
			s.Verify(s.Heard(ctx, odd), s.Heard(ctx, good))
		})
	}
}

// besideMessages are events that stand in one delivery with a message, or with what is
// sent about one.
func besideMessages(spec register) {
	for _, c := range []struct {
		id, title, what, why, remedy string
		source                       Source
		level                        Level
		basis                        Basis
		strange                      func(*session) event.Event
	}{
		{
			id: "unknown-attachment-beside-event", title: "An attachment of an unknown type does not cost the events in the same delivery",
			what: "a message with an attachment of an unknown type", source: sourceNewTypes, level: Should, basis: Observed,
			why:     "An error that leaves the loop over the events of a delivery loses all that come after it, and what was acknowledged nobody sends again.",
			remedy:  "Catch errors around each event, not around the delivery.",
			strange: func(s *session) event.Event { return attached(s, futureAttachment) },
		},
		{
			id: "read-beside", title: "An event is handled that shares its entry with a read confirmation, before or after it",
			what: "a read confirmation", source: Source{URL: "https://github.com/fazer-ai/chatwoot/pull/361"}, level: Should, basis: Observed,
			why:     "Meta was seen to put a message and the confirmation that it was read into one entry. Code that takes an entry for one kind of event by its first loses the others.",
			remedy:  "Look at each event of messaging on its own, whatever came before it.",
			strange: func(s *session) event.Event { return s.Event("read.watermark") },
		},
	} {
		spec(Requirement{
			ID: "message." + c.id, Level: c.level, Basis: c.basis, Title: c.title, Source: c.source, Why: c.why, Remedy: c.remedy,
			Needs: []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			var sent []*judge.Delivery
			for _, after := range []bool{false, true} {
				good, strange := s.Event(s.Probe()), c.strange(s)
				both, what := []event.Event{strange, good}, c.what+", then "+good.Variant.ID
				if after {
					both, what = []event.Event{good, strange}, good.Variant.ID+", then "+c.what
				}
				doc, err := event.Batch(2, both...)
				s.Must(err)
				sent = append(sent, s.Send(ctx, stimulus{What: what + ", in one entry", Doc: doc, Events: []event.Event{good}}))
			}
			for _, d := range sent {
				s.Verify(s.Handled(ctx, d))
			}
		})
	}
}

// attached is a message with attachments and no text.
func attached(s *session, attachments ...string) event.Event {
	list := fmt.Sprintf("[%s]", strings.Join(attachments, ","))
	return s.Event("message.text", event.Remove("/message/text"), event.Set("/message/attachments", list))
}

// entitled is the stimulus of one event under a name of its own.
func entitled(what string, ev event.Event) stimulus {
	st := judge.Alone(ev)
	st.What = what
	return st
}
