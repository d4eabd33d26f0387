package suites

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// evolution checks what changed in Meta's payloads before and may change again.
// Nothing here is promised by Meta, so nothing is a MUST: a receiver that
// survives it does not break on the day of the change.
func evolution(spec register) {
	additions(spec)
	values(spec)
	absences(spec)
	retyped(spec)
	oddities(spec)
	newerVersion(spec)
	forecasts(spec)
}

// future is the name of what Meta does not send yet.
const future = "referee_future"

// futureMember is what a new member holds: every JSON type.
const futureMember = `{"text":"new","number":1,"list":[null,true]}`

// additions are members that no page describes.
func additions(spec register) {
	source := Source{URL: "https://github.com/netguru/messenger-ruby/issues/24", Quote: "unknown keyword: read"}
	const (
		why    = "Meta adds members without notice; ads_context_data, is_guest_user and hop_context came so. A closed schema refuses every event from that day on."
		remedy = "Read the members that you know and pass over all others, at every level; a schema has to leave room for more."
	)
	for _, c := range []struct{ id, where, at string }{
		{"event", "an event", ""},
		{"sender", "a sender", "/sender"},
		{"recipient", "a recipient", "/recipient"},
	} {
		spec(Requirement{
			ID: "evolution.unknown-in-" + c.id, Level: Should, Basis: Observed,
			Title: "An unknown member in " + c.where + " changes nothing", Source: source, Why: why, Remedy: remedy,
			Needs: []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			stillHandled(ctx, s, changed(s, s.Plainest(), "with an unknown member in "+c.where, event.Set(c.at+"/"+future, futureMember)))
		})
	}
	for _, c := range []struct {
		id, where, variant string
		edit               event.Edit
	}{
		{"postback", "a postback", "postback.get-started", event.Set("/postback/"+future, futureMember)},
		{"referral", "a referral", "referral.shortlink", event.Set("/referral/"+future, futureMember)},
		{"postback-referral", "the referral of a postback", "postback.get-started-referral", event.Set("/postback/referral/"+future, futureMember)},
		{"message", "a message", "message.text", event.Set("/message/"+future, futureMember)},
		{
			"ads-context", "ads_context_data", "referral.ads-without-context",
			event.Set("/referral/ads_context_data", `{"ad_title":"Summer","post_id":"1","`+future+`":`+futureMember+`}`),
		},
	} {
		spec(Requirement{
			ID: "evolution.unknown-in-" + c.id, Level: Should, Basis: Observed,
			Title: "An unknown member in " + c.where + " changes nothing", Source: source, Why: why, Remedy: remedy,
			Needs: []need{taken(c.variant)},
		}, func(ctx context.Context, s *session) {
			stillHandled(ctx, s, changed(s, c.variant, "with an unknown member in "+c.where, c.edit))
		})
	}

	spec(Requirement{
		ID: "evolution.unknown-in-body", Level: Should, Basis: Observed,
		Title: "An unknown member in the body changes nothing", Source: source, Why: why, Remedy: remedy,
		Needs: []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		stillHandled(ctx, s, enveloped(s, s.Event(s.Plainest()), "with an unknown member in the body", event.Set("/"+future, futureMember)))
	})

	spec(Requirement{
		ID: "evolution.unknown-in-entry", Level: Should, Basis: Observed,
		Title: "An unknown member in an entry changes nothing", Source: source, Why: why, Remedy: remedy,
		Needs: []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Plainest())
		e := entry(ev)
		e.Extra = []event.Member{{Name: future, Value: json.RawMessage(futureMember)}}
		stillHandled(ctx, s, s.Wrap(ev.Variant.ID+", with an unknown member in its entry", []event.Event{ev}, e))
	})
}

// values are new values of members that every page describes.
func values(spec register) {
	for _, c := range []struct {
		id, what, at string
		source       Source
	}{
		{
			"new-source", "a source that is not in Meta's table", "/referral/source",
			Source{URL: "https://developers.facebook.com/documentation/business-messaging/instagram-messaging/webhooks", Quote: `"source":"IGME-SOURCE-LINK"`},
		},
		{
			"new-type", "a type that is not in Meta's table", "/referral/type",
			Source{URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_referrals", Quote: "Currently supports `OPEN_THREAD`"},
		},
	} {
		spec(Requirement{
			ID: "evolution." + c.id, Level: Should, Basis: Observed,
			Title:  "A referral with " + c.what + " is handled",
			Source: c.source,
			Why:    "Many sources and three types have been seen, and Meta's own pages do not agree on them; a receiver that knows a fixed list loses people who came by a new way.",
			Remedy: "Keep source and type as texts. Treat a value that you do not know as you treat a referral without one.",
			Needs:  []need{owed("referral.shortlink")},
		}, func(ctx context.Context, s *session) {
			stillHandled(ctx, s, changed(s, "referral.shortlink", "with "+c.what, event.Set(c.at, `"REFEREE_FUTURE"`)))
		})
	}

	for _, c := range []struct{ id, what, list string }{
		{"new-attachment", "an attachment of an unknown type", futureAttachment},
		{"new-attachment-and-known", "an attachment of an unknown type and an image", futureAttachment + `,{"type":"image","payload":{"url":"https://scontent.xx.fbcdn.net/v/t1.15752-9/120203_n.jpg"}}`},
	} {
		spec(Requirement{
			ID: "evolution." + c.id, Level: Should, Basis: Observed,
			Title:  "A message with " + c.what + " is acknowledged and not lost, and neither is the next event",
			Source: Source{URL: "https://developers.facebook.com/documentation/business-messaging/messenger-platform/changelog"},
			Why:    "Meta adds types of attachment several times a year: reels, posts, appointments, stickers. Code that fails on a type outside its list gets the message again for an hour, and then nothing.",
			Remedy: "Look at each attachment on its own, and pass over a type that you do not know.",
			Needs:  []need{judge.AnAcknowledgement},
		}, func(ctx context.Context, s *session) {
			if f := s.Heard(ctx, s.Emit(ctx, "message.attachment")); f != nil {
				s.Inapplicable("the receiver does not handle an image without a text either")
			}
			odd, good := s.SendThenGood(ctx, changed(s, "message.attachment", "with "+c.what, event.Set("/message/attachments", "["+c.list+"]")))
			s.Verify(s.Heard(ctx, odd), s.Heard(ctx, good))
		})
	}

	spec(Requirement{
		ID: "evolution.new-object", Level: Should, Basis: Observed,
		Title:  "After a delivery for an unknown object, a delivery is handled",
		Source: Source{URL: webhooksPage},
		Why:    "One callback URL serves all objects that an app subscribes to. Meta's own sample answers 404 to an object that it does not know, and goes on.",
		Remedy: "Refuse or ignore what is for another object, and keep nothing of it.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		odd, err := event.Envelope{Object: future, Entries: []event.Entry{entry(s.Event(s.Plainest()))}}.JSON()
		s.Must(err)
		_, good := s.SendThenGood(ctx, stimulus{What: "a delivery for the object " + future, Doc: odd})
		s.Verify(s.Handled(ctx, good))
	})
}

// futureAttachment is of a type that Meta does not have.
const futureAttachment = `{"type":"` + future + `","payload":{"url":"https://www.facebook.com/120203"}}`

// changed is the stimulus of one event of a variant that was edited.
func changed(s *session, variant, what string, edits ...event.Edit) stimulus {
	st := judge.Alone(s.Event(variant, edits...))
	st.What = variant + ", " + what
	return st
}

// stillHandled sends a stimulus and a good event after it, and ends the spec:
// both have to be handled, the first as far as a receiver can know what it says.
func stillHandled(ctx context.Context, s *session, st stimulus) {
	first, good := s.SendThenGood(ctx, st)
	s.Verify(s.HandledBy(ctx, first, knownIn(s)), s.Handled(ctx, good))
}

// knownIn compares in a receipt only the texts by which a bot decides what to do:
// what else came is strange on purpose.
func knownIn(s *session) judge.ReceiptJudge {
	return func(d *judge.Delivery, ev event.Event, x journal.Exchange) *Finding {
		if x.Err != "" {
			return s.JudgeReceipt(d, ev, x)
		}
		expected, err := json.Marshal(judge.Read(ev.JSON).Receipt())
		s.Must(err)
		for _, pointer := range []string{"/kind", "/sender/id", "/sender/user_ref", "/postback/payload", "/referral/ref"} {
			want, ok := textAt(expected, pointer)
			if got, _ := textAt(x.Doc, pointer); ok && want != got {
				return s.Found(d, fmt.Sprintf("a receipt whose %s is %q", pointer, want), fmt.Sprintf("a receipt whose %s is %q", pointer, got)).As(judge.Misreads).At(pointer)
			}
		}
		return nil
	}
}

// textAt returns the string at a pointer; false if there is none.
func textAt(doc []byte, pointer string) (string, bool) {
	value, _ := event.Get(doc, pointer)
	text, ok := judge.Decode(value).(string)
	return text, ok
}

// taken is for requirements about an event that says what this variant says. The
// receiver has to be one that handles its plainest relative, and to show that it
// understood the event itself.
func taken(variant string) need {
	v, ok := schemas.ByID(variant)
	if !ok {
		panic("suites: the catalogue has no variant " + variant)
	}
	need := judge.EvidenceOf(sample(v))
	kind := judge.Read(sample(v).JSON).Kind
	shown := need.Unmet
	need.Unmet = func(c Calibration) string {
		switch {
		case !c.Seen(kind).Any():
			return fmt.Sprintf("calibration saw no answer to a %s", kind)
		case kind == judge.KindOther:
			return ""
		}
		return shown(c)
	}
	return need
}

// owed is for requirements about such an event that lacks something, or has it
// in another form. A bot could have reasons of its own not to answer it.
func owed(variant string) need {
	need := taken(variant)
	need.Text = everyAnswer.Text
	shown := need.Unmet
	need.Unmet = func(c Calibration) string { return cmp.Or(everyAnswer.Unmet(c), shown(c)) }
	return need
}

// everyAnswer is for requirements about events that a bot could have reasons of its own
// not to answer.
var everyAnswer = need{
	Text: "the receiver posts receipts, or declares the feature replies",
	Unmet: func(c Calibration) string {
		if c.Has(Receipts) || c.Declares(Replies) {
			return ""
		}
		return "the receiver posts no receipts and does not declare the feature replies: what it does not answer may be meant so"
	},
}
