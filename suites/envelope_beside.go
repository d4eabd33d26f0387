package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// besides are strange but documented or observed neighbours in front of an
// event that the receiver answers: one of them must not cost the good event.
func besides(spec register) {
	for _, c := range []struct {
		id, title, why string
		level          Level
		basis          Basis
		source         Source
		variant        string // put before the good event
	}{
		{
			"envelope.changes-beside", "An entry with changes does not cost the events beside it",
			"Feed and lead updates of the same page arrive as changes; a loop over a missing messaging array ends the whole delivery.",
			Must, Documented, sourceBatch, "changes.leadgen",
		},
		{
			"envelope.standby-beside", "An entry with standby does not cost the events beside it",
			"An app that is subscribed to standby gets entries without messaging.",
			Must, Documented, sourceStandby, "postback.standby",
		},
		{
			"envelope.no-sender-beside", "An event without a sender does not cost the events beside it",
			"Changes of app roles have no sender; code that reads sender.id fails there.",
			Must, Documented, variantSource("handover.app-roles"), "handover.app-roles",
		},
		{
			"envelope.delivery-beside", "A delivery confirmation does not cost the events beside it",
			"Confirmations come with every message that a bot sends.",
			Must, Documented, sourceEvents, "delivery.mids",
		},
		{
			"envelope.echo-beside", "An echo does not cost the events beside it",
			"Echoes come with every message that the page sends. Code that returns from its loop at an echo, where it should go on, ends the whole delivery.",
			Must, Documented, variantSource("echo.text"), "echo.text",
		},
		{
			"envelope.calls-beside", "An entry with calls does not cost the events beside it",
			"Calls stand in entry.calls, without messaging, sender or recipient; a loop over a missing messaging array ends the whole delivery.",
			Must, Documented, variantSource("calls.connect"), "calls.connect",
		},
	} {
		spec(Requirement{
			ID: c.id, Level: c.level, Basis: c.basis, Title: c.title, Source: c.source, Why: c.why,
			Remedy: "Look at each entry and each event on its own; skip the ones that you do not handle.",
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			strange, good := s.Event(c.variant), s.Event(s.Probe())
			entries := []event.Entry{entry(strange), entry(good)}
			st := s.Wrap(c.variant+", then "+good.Variant.ID, []event.Event{good}, entries...)
			s.Verify(s.Handled(ctx, s.Send(ctx, st)))
		})
	}

	spec(Requirement{
		ID: "envelope.dashboard-beside", Level: Should, Basis: Observed,
		Title:  "A test of the dashboard's does not cost the events beside it",
		Source: sourceDashboard,
		Why:    "The button Test of the app dashboard sends changes where real events come as messaging; four libraries failed on it.",
		Remedy: "Look at each entry on its own; skip one without messaging.",
		Needs:  []need{judge.AProbe},
	}, beside("a test of the dashboard's", func(*session) event.Entry {
		return event.Entry{ID: "0", Time: 1529127006000, Changes: []json.RawMessage{[]byte(`{"field":"messages","value":{"page_id":"1067280970047460"}}`)}}
	}))

	spec(Requirement{
		ID: "envelope.other-page-beside", Level: Should, Basis: Documented,
		Title:  "An event of another page does not cost the events beside it",
		Source: sourceBatch,
		Why:    "One callback URL serves all pages of an app, and one delivery can hold entries of several. Code that takes the page of the first entry for that of all looks in the wrong place for the others.",
		Remedy: "Take the page from each event's recipient, or from its entry.",
		Needs:  []need{judge.AProbe},
	}, beside("an event of another page", func(s *session) event.Entry {
		return entry(ofAnotherPage(s, s.Probe()))
	}))

	inEntries(spec)

	spec(Requirement{
		ID: "envelope.hop-context", Level: Should, Basis: Documented,
		Title:  "An event with hop_context, in it and in its entry, is handled",
		Source: variantSource("handover.hop-context"),
		Why:    "What comes after a conversation with another app tells of it in hop_context, once as an object and once as an array.",
		Remedy: "Pass over hop_context, whatever its type.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		const hop = `{"app_id":2262510160704936,"metadata":"messenger_lead_gen_complete"}`
		ev := s.Event(s.Probe(), event.Set("/hop_context", hop))
		in := entry(ev)
		in.Extra = []event.Member{{Name: "hop_context", Value: []byte("[" + hop + "]")}}
		s.Verify(s.Handled(ctx, s.Send(ctx, s.Wrap(ev.Variant.ID+", with hop_context", []event.Event{ev}, in))))
	})
}

// inEntries are entries that hold more than the event that the receiver answers.
func inEntries(spec register) {
	const remedy = "Look at each list of an entry, and at each event of messaging, on its own, whatever else is there."
	for _, c := range []struct {
		id, what, variant string
		edits             []event.Edit
	}{
		{"read", "a read confirmation", "read.watermark", nil},
		{"delivery", "a delivery confirmation", "delivery.mids", nil},
		{"echo", "an echo", "echo.text", nil},
		{"new-attachment", "a message with an attachment of an unknown type", "message.attachment", []event.Edit{event.Set("/message/attachments/0", futureAttachment)}},
	} {
		spec(Requirement{
			ID: "envelope." + c.id + "-in-entry", Level: Should, Basis: Observed,
			Title:  fmt.Sprintf("An event is handled that shares its entry with %s, before or after it", c.what),
			Source: Source{URL: "https://github.com/fazer-ai/chatwoot/pull/361"},
			Why:    "Meta was seen to put a message and the confirmation that one was read into one entry. Code that takes an entry for one kind of event, by its first, loses the others.",
			Remedy: remedy,
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			var sent []*judge.Delivery
			for _, last := range []bool{true, false} {
				good, other := s.Event(s.Probe()), s.Event(c.variant, c.edits...)
				both, what := []event.Event{other, good}, c.what+", then "+good.Variant.ID+" in the same entry"
				if !last {
					both, what = []event.Event{good, other}, good.Variant.ID+", then "+c.what+" in the same entry"
				}
				st := s.Batch(2, both...)
				st.What, st.Events = what, []event.Event{good}
				sent = append(sent, s.Send(ctx, st))
			}
			for _, d := range sent {
				s.Verify(s.Handled(ctx, d))
			}
		})
	}

	spec(Requirement{
		ID: "envelope.attachments-in-entry", Level: Must, Basis: Documented,
		Title:  "An event is handled that comes after an attachment of any documented type, in the same entry",
		Source: variantSource("message.attachment-sticker"),
		Why:    "A bot that switches on the type of an attachment, answers 200 and gives up at one that it does not know loses for good what came with it. Meta added four types in 2026.",
		Remedy: "Give the switch a default: pass over an attachment of a type that you do not handle, and go on with the next event.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		for _, v := range s.Env().Catalogue.All() {
			if v.Form != schemas.FormMessaging || v.Object != "page" || v.Status == schemas.Retired || contradicted(v) || !strings.HasPrefix(v.ID, "message.attachment") {
				continue
			}
			good := s.Event(s.Probe())
			st := s.Batch(2, s.Event(v.ID), good)
			st.What, st.Events = v.ID+", then "+good.Variant.ID+" in the same entry", []event.Event{good}
			s.Verify(s.Handled(ctx, s.Send(ctx, st))) // one at a time: a receiver may end of it
		}
	})

	for _, c := range []struct{ id, list, variant string }{
		{"changes", "changes", "changes.leadgen"},
		{"standby", "standby", "postback.standby"},
	} {
		spec(Requirement{
			ID: "envelope." + c.id + "-in-entry", Level: Should, Basis: Documented,
			Title:  "An event is handled whose entry has " + c.list + " beside messaging",
			Source: sourceBatch,
			Why:    "messaging, changes and standby are members of an entry, and nothing says that there is only one of them. Code that takes an entry for one or the other loses the events of the other.",
			Remedy: remedy,
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			good := s.Event(s.Probe())
			in, other := entry(good), entry(s.Event(c.variant))
			in.Changes, in.Standby = other.Changes, other.Standby
			s.Verify(s.Handled(ctx, s.Send(ctx, s.Wrap(good.Variant.ID+", with "+c.list+" in its entry", []event.Event{good}, in))))
		})
	}
}

// ofAnotherPage is an event of another page of the app.
func ofAnotherPage(s *session, variant string) event.Event {
	person := s.Person()
	person.PageID = "1" + person.PageID
	person.InstagramID = event.InstagramID(person.PageID)
	return s.EventOf(person, variant)
}

// hollow are entries and deliveries with nothing in them.
func hollow(spec register) {
	for _, c := range []struct {
		id, title string
		entries   []event.Entry
	}{
		{"envelope.empty-messaging-beside", "An entry with an empty messaging array does not cost the events beside it", []event.Entry{{ID: "0", Messaging: []json.RawMessage{}}}},
		{"envelope.bare-entry-beside", "An entry without events does not cost the events beside it", []event.Entry{{ID: "0"}}},
		{"envelope.empty-lists-beside", "Entries with an empty standby or changes array do not cost the events beside them", []event.Entry{
			{ID: "0", Standby: []json.RawMessage{}}, {ID: "0", Changes: []json.RawMessage{}},
		}},
	} {
		spec(Requirement{
			ID: c.id, Level: Should, Basis: Observed, Title: c.title, Source: sourceNoMessaging,
			Why:    "Code that takes entry.messaging[0] for granted fails for the whole delivery.",
			Remedy: "Take an absent messaging for an empty one.",
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			good := s.Event(s.Probe())
			st := s.Wrap("an entry without events, then "+good.Variant.ID, []event.Event{good}, append(slices.Clone(c.entries), entry(good))...)
			s.Verify(s.Handled(ctx, s.Send(ctx, st)))
		})
	}

	spec(Requirement{
		ID: "envelope.no-entries", Level: Should, Basis: Observed,
		Title:  "A delivery whose entry array is empty, or absent, is answered, and the next one handled",
		Source: sourceNoMessaging,
		Why:    "Code that takes entry[0] for granted fails, in some runtimes for all requests that are under way.",
		Remedy: "Take an absent entry for an empty array, and answer 200.",
		Needs:  []need{judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		good := judge.Alone(s.Event(s.Plainest()))
		good.What = good.Describe() + ", right after deliveries without entries"
		sent := s.SendInTurn(ctx,
			stimulus{What: "a delivery with an empty entry array", Doc: []byte(`{"object":"page","entry":[]}`)},
			stimulus{What: "a delivery without an entry array", Doc: []byte(`{"object":"page"}`)},
			good)
		s.Verify(s.Answered(sent[0]), s.Answered(sent[1]), s.Genuine(ctx, sent[2]))
	})
}

// beside judges whether an event is handled that comes after a strange entry.
func beside(what string, strange func(*session) event.Entry) judge.Body {
	return func(ctx context.Context, s *session) {
		good := s.Event(s.Probe())
		st := s.Wrap(what+", then "+good.Variant.ID, []event.Event{good}, strange(s), entry(good))
		s.Verify(s.Handled(ctx, s.Send(ctx, st)))
	}
}
