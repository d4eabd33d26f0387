package suites

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// retyped are members whose JSON type is another than Meta's pages say, and whose
// meaning is the same.
func retyped(spec register) {
	var (
		numbers = Source{URL: "https://gist.github.com/dougnukem/00241680c21887f13b1d08b693364e4f"}
		texts   = sourceAllStrings
	)
	const (
		why    = "Ids were numbers until May 2016 and became texts from one day to the next; instants come as numbers and as texts to this day. A type that is fixed in code refuses the whole delivery."
		remedy = "Take an id as a number or a text, and keep every digit; take an instant as either, too."
	)
	for _, c := range []struct {
		id, what string
		need     need
		source   Source
		stimulus func(s *session) stimulus
	}{
		{"sender-id-number", "whose sender's id is a number", owed("postback.get-started"), numbers, inEvent("postback.get-started", "/sender/id", bare)},
		{"recipient-id-number", "whose recipient's id is a number", judge.AProbe, numbers, inEvent("", "/recipient/id", bare)},
		{"entry-id-number", "in an entry whose id is a number", judge.AProbe, numbers, inEntry("/entry/0/id", bare)},
		{"ad-id-number", "whose ad_id is a number", owed("referral.ads-without-context"), numbers, inEvent("referral.ads-without-context", "/referral/ad_id", bare)},
		{"post-id-number", "whose post_id is a number", owed("referral.ads-required-context"), numbers, inEvent("referral.ads-required-context", "/referral/ads_context_data/post_id", bare)},
		{"timestamp-text", "whose timestamp is a text", judge.AProbe, texts, inEvent("", "/timestamp", quoted)},
		{"entry-time-text", "in an entry whose time is a text", judge.AProbe, texts, inEntry("/entry/0/time", quoted)},
	} {
		spec(Requirement{
			ID: "evolution." + c.id, Level: Should, Basis: Observed,
			Title: "An event " + c.what + " is handled", Source: c.source, Why: why, Remedy: remedy,
			Needs: []need{c.need},
		}, func(ctx context.Context, s *session) {
			st := c.stimulus(s)
			st.What = st.Describe() + ", " + c.what
			stillHandled(ctx, s, st)
		})
	}
}

// inEvent makes the stimulus of an event in which one value is written in
// another way; without a variant it is the plainest.
func inEvent(variant, pointer string, rewrite func(string) string) func(*session) stimulus {
	return func(s *session) stimulus {
		return judge.Alone(s.Event(cmp.Or(variant, s.Plainest()), rewritten(pointer, rewrite)))
	}
}

// inEntry does the same in the document around an event.
func inEntry(pointer string, rewrite func(string) string) func(*session) stimulus {
	return func(s *session) stimulus {
		ev := s.Event(s.Plainest())
		st := s.Wrap(ev.Variant.ID, []event.Event{ev}, entry(ev))
		var err error
		st.Doc, err = rewritten(pointer, rewrite)(st.Doc)
		s.Must(err)
		return st
	}
}

// rewritten writes the value at a pointer in another way.
func rewritten(pointer string, rewrite func(string) string) event.Edit {
	return func(doc json.RawMessage) (json.RawMessage, error) {
		value, _ := event.Get(doc, pointer)
		return event.Set(pointer, rewrite(string(value)))(doc)
	}
}

func bare(text string) string     { return strings.Trim(text, `"`) }
func quoted(number string) string { return `"` + number + `"` }

// oddities are things of another shape, or of a kind that nobody knows, in front
// of an event that the receiver handles: they must not cost the good event.
func oddities(spec register) {
	shape := Source{URL: "https://github.com/microsoft/botbuilder-dotnet/issues/5951"}
	text := Source{URL: webhooksPage, Quote: `{"object":"page","entry":[{"messaging":[{"message":"TEST_MESSAGE"}]}]}`}
	kinds := Source{URL: "https://github.com/jgorset/facebook-messenger/issues/41"}
	const (
		whyShape = "A text where a type has an object ends the parsing of the whole delivery, the good events in it included; Meta then sends all of it again, with the same end."
		whyKind  = "Meta adds kinds of events, and entries of new kinds. A list of known ones that ends in an error costs what stands beside them."
		remedy   = "Look at each entry and each event on its own, check the type of what you read, and pass over what is not what you expect."
	)
	for _, c := range []struct {
		id, what, why string
		source        Source
		entries       func(s *session) []event.Entry
	}{
		{"sender", "events whose sender is a text or an array", whyShape, shape, reshaped("", "/sender")},
		{"recipient", "events whose recipient is a text or an array", whyShape, shape, reshaped("", "/recipient")},
		{"message", "events whose message is a text or an array", whyShape, text, reshaped("message.text", "/message")},
		{"postback", "events whose postback is a text or an array", whyShape, shape, reshaped("postback.get-started", "/postback")},
		{"referral", "events whose referral is a text or an array", whyShape, shape, reshaped("referral.shortlink", "/referral")},
		{"postback-referral", "postbacks whose referral is a text or an array", whyShape, shape, reshaped("postback.get-started-referral", "/postback/referral")},
		{"ads-context", "referrals whose ads_context_data is a text or an array", whyShape, shape, reshaped("referral.ads", "/referral/ads_context_data")},
		{"event", "events that are null, a number, a text or an array", whyShape, shape, func(*session) []event.Entry {
			return []event.Entry{{ID: "0", Messaging: []json.RawMessage{[]byte("null"), []byte("7"), []byte(`"text"`), []byte("[]")}}}
		}},
		{"messaging", "entries whose messaging is null, a number, a text or an object", whyShape, shape, func(*session) (all []event.Entry) {
			for _, value := range []string{"null", "7", `"text"`, `{"sender":{}}`} {
				all = append(all, event.Entry{ID: "0", Extra: []event.Member{{Name: "messaging", Value: []byte(value)}}})
			}
			return all
		}},
		{"new-kind", "an event of an unknown kind", whyKind, kinds, func(s *session) []event.Entry {
			return []event.Entry{entry(s.Event("message.text", event.Rename("/message", future+"_kind")))}
		}},
		{"new-attachment", "a message with an attachment of an unknown type", whyKind, kinds, func(s *session) []event.Entry {
			return []event.Entry{entry(s.Event("message.attachment", event.Set("/message/attachments/0", futureAttachment)))}
		}},
		{"new-list", "an entry with an unknown list of events", whyKind, kinds, func(s *session) []event.Entry {
			return []event.Entry{{ID: "0", Extra: []event.Member{{Name: future + "_list", Value: []byte("[" + string(s.Event("message.text").JSON) + "]")}}}}
		}},
	} {
		spec(Requirement{
			ID: "evolution." + c.id + "-beside", Level: Should, Basis: Observed,
			Title:  "An event is handled that comes after " + c.what,
			Source: c.source, Why: c.why, Remedy: remedy,
			Needs: []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			good := s.Event(s.Plainest())
			s.Verify(s.Handled(ctx, s.Send(ctx, s.Wrap(c.what+", then "+good.Variant.ID, []event.Event{good}, append(c.entries(s), entry(good))...))))
		})
	}

	spec(Requirement{
		ID: "evolution.entry-beside", Level: Should, Basis: Observed,
		Title:  "An event is handled that comes after entries that are null, a number, a text or an array",
		Source: shape, Why: whyShape, Remedy: remedy,
		Needs: []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		good := s.Event(s.Plainest())
		st := s.Wrap("entries that are no objects, then "+good.Variant.ID, []event.Event{good}, entry(good))
		last, _ := event.Get(st.Doc, "/entry/0")
		var err error
		st.Doc, err = event.Set("/entry", `[null,7,"text",[],`+string(last)+`]`)(st.Doc)
		s.Must(err)
		s.Verify(s.Handled(ctx, s.Send(ctx, st)))
	})
}

// reshaped makes two entries with an event of a variant: in the first, what is at
// the pointer is a text, in the second an array. Without a variant it is the
// plainest.
func reshaped(variant, pointer string) func(*session) []event.Entry {
	return func(s *session) (all []event.Entry) {
		v := cmp.Or(variant, s.Plainest())
		for _, value := range []string{`"TEST_MESSAGE"`, `["TEST_MESSAGE"]`} {
			all = append(all, entry(s.Event(v, event.Set(pointer, value))))
		}
		return all
	}
}
