package suites

import (
	"context"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// absences are members that are taken out, null or empty. Where a variant of
// the catalogue lacks a member, its own requirement says the same.
func absences(spec register) {
	var (
		undefined = Source{URL: "https://github.com/tgallice/fb-messenger-sdk/issues/65", Quote: "Undefined index: ref"}
		onlyOne   = Source{URL: "https://github.com/messenger4j/messenger4j/issues/88", Quote: "referral with only source"}
		null      = Source{URL: "https://github.com/restfb/restfb/issues/1158", Quote: `"ref":null`}
		emptyText = Source{URL: "https://github.com/restfb/restfb/issues/1158", Quote: `"title":""`}
		noPayload = Source{URL: "https://github.com/ker0x/messenger/issues/72"}
	)
	const (
		get  = "postback.get-started"
		link = "referral.shortlink"
		ad   = "referral.ads-without-context"
		full = "referral.ads-required-context"
	)
	for _, c := range []struct {
		id, variant, what string
		source            Source
		edit              event.Edit
	}{
		{"title-removed", get, "without a title", undefined, event.Remove("/postback/title")},
		{"title-empty", get, "with an empty title", emptyText, event.Set("/postback/title", `""`)},
		{"title-null", get, "whose title is null", variantSource("postback.null-title"), event.Set("/postback/title", "null")},
		{"payload-removed", get, "without a payload", noPayload, event.Remove("/postback/payload")},
		{"payload-null", get, "whose payload is null", noPayload, event.Set("/postback/payload", "null")},
		{"payload-empty", get, "with an empty payload", noPayload, event.Set("/postback/payload", `""`)},
		{"timestamp-removed", get, "without a timestamp", variantSource("delivery.mids"), event.Remove("/timestamp")},
		{"timestamp-null", get, "whose timestamp is null", variantSource("delivery.mids"), event.Set("/timestamp", "null")},
		{"mid-null", get, "whose mid is null", null, event.Set("/postback/mid", "null")},
		{"postback-referral-null", get, "whose referral is null", null, event.Set("/postback/referral", "null")},
		{"postback-referral-empty", get, "whose referral is empty", undefined, event.Set("/postback/referral", "{}")},
		{"ref-null", link, "whose ref is null", null, event.Set("/referral/ref", "null")},
		{"ref-empty", link, "with an empty ref", emptyText, event.Set("/referral/ref", `""`)},
		{"source-null", link, "whose source is null", null, event.Set("/referral/source", "null")},
		{"source-empty", link, "with an empty source", emptyText, event.Set("/referral/source", `""`)},
		{"type-removed", link, "without a type", onlyOne, event.Remove("/referral/type")},
		{"type-null", link, "whose type is null", null, event.Set("/referral/type", "null")},
		{"type-empty", link, "with an empty type", emptyText, event.Set("/referral/type", `""`)},
		{"ad-id-removed", ad, "without an ad_id", undefined, event.Remove("/referral/ad_id")},
		{"ad-id-null", ad, "whose ad_id is null", null, event.Set("/referral/ad_id", "null")},
		{"ads-context-null", ad, "whose ads_context_data is null", null, event.Set("/referral/ads_context_data", "null")},
		{"ads-context-empty", ad, "whose ads_context_data is empty", undefined, event.Set("/referral/ads_context_data", "{}")},
		{"ad-title-null", full, "whose ad_title is null", null, event.Set("/referral/ads_context_data/ad_title", "null")},
		{"ad-title-empty", full, "with an empty ad_title", emptyText, event.Set("/referral/ads_context_data/ad_title", `""`)},
	} {
		kind := "postback"
		if c.variant != get {
			kind = "referral"
		}
		spec(Requirement{
			ID: "evolution." + c.id, Level: Should, Basis: Observed,
			Title:  "A " + kind + " " + c.what + " is handled",
			Source: c.source,
			Why:    "Members went missing before, by region, by plugin and by version, as absent, null or empty; code that takes one for granted loses the event.",
			Remedy: "Treat a member that is absent, null or empty alike, and handle the rest of the event.",
			Needs:  []need{owed(c.variant)},
		}, func(ctx context.Context, s *session) {
			stillHandled(ctx, s, changed(s, c.variant, c.what, c.edit))
		})
	}

	for _, c := range []struct{ id, what, pointer, variant string }{
		{"entry-id-removed", "an entry without an id", "/entry/0/id", "feedback.no-entry-id"},
		{"entry-time-removed", "an entry without a time", "/entry/0/time", "test.curl"},
	} {
		spec(Requirement{
			ID: "evolution." + c.id, Level: Should, Basis: Observed,
			Title:  "An event in " + c.what + " is handled",
			Source: variantSource(c.variant),
			Why:    "Meta's own pages print such an entry; code that needs what stands around an event loses the event.",
			Remedy: "Take the page from the event's recipient and the instant from its timestamp.",
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			ev := s.Event(s.Plainest())
			st := s.Wrap(ev.Variant.ID+", in "+c.what, []event.Event{ev}, entry(ev))
			var err error
			st.Doc, err = event.Remove(c.pointer)(st.Doc)
			s.Must(err)
			stillHandled(ctx, s, st)
		})
	}

	contextMembers(spec)
}

// contextMembers are those of ads_context_data, which depend on the ad and came one after
// the other, in forms in which other members of a referral have come.
func contextMembers(spec register) {
	const variant, pointer = "referral.ads", "/referral/ads_context_data/"
	for _, c := range []struct {
		id, what string
		source   Source
		edit     func(member string) event.Edit
	}{
		{"removed", "absent", variantSource("referral.ads-four-members"), event.Remove},
		{"null", "null", Source{URL: "https://github.com/restfb/restfb/issues/1158", Quote: `"ref":null`}, func(member string) event.Edit { return event.Set(member, "null") }},
		{"number", "a number", Source{URL: "https://gist.github.com/dougnukem/00241680c21887f13b1d08b693364e4f"}, func(member string) event.Edit { return event.Set(member, "102244987654321") }},
	} {
		spec(Requirement{
			ID: "evolution.ads-members-" + c.id, Level: Should, Basis: Observed,
			Title:  "A referral is handled though a member of its ads_context_data is " + c.what,
			Source: c.source,
			Why:    "The members of ads_context_data came one after the other and depend on the ad; ids were numbers before. A type that is fixed in code loses the person who came by the ad.",
			Remedy: "Take each member of ads_context_data only if it is there and of the type that you expect, and handle the rest of the event.",
			Needs:  []need{owed(variant)},
		}, func(ctx context.Context, s *session) {
			var sent []*judge.Delivery
			for _, member := range []string{"ad_title", "photo_url", "video_url", "post_id", "product_id", "flow_id"} {
				sent = append(sent, s.Send(ctx, changed(s, variant, "whose "+member+" is "+c.what, c.edit(pointer+member))))
			}
			for _, d := range sent {
				s.Verify(s.HandledBy(ctx, d, knownIn(s)))
			}
		})
	}
}
