package suites

import (
	"context"
	"encoding/json"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// envelope checks what wraps events, and the neighbours of referrals and
// postbacks that come by the same URL.
func envelope(spec register, variants []schemas.Variant) {
	for _, v := range variants {
		r := judge.Read(sample(v).JSON)
		if v.Form == schemas.FormStandby || r.Postback == nil && r.Referral == nil {
			accepted(spec, "envelope", v)
		}
	}
	batches(spec)
	besides(spec)
	hollow(spec)

	spec(Requirement{
		ID: "envelope.standby-unanswered", Level: Must, Basis: Documented,
		Title:  "An event in standby is not handled",
		Source: sourceStandby,
		Why:    "Another app owns the conversation; two bots would talk over each other.",
		Remedy: "Read entry.messaging for events that are yours; entry.standby is for your information only.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		ev := s.Event(s.Probe())
		st := s.Wrap(ev.Variant.ID+", in standby", []event.Event{ev}, event.Entry{
			ID: ev.Account(), Time: ev.At.UnixMilli(), Standby: []json.RawMessage{ev.JSON},
		})
		s.Verify(s.NotHandled(ctx, s.Send(ctx, st)))
	})
}

// batches are several events in one delivery.
func batches(spec register) {
	for _, c := range []struct {
		id, title, why string
		level          Level
		source         Source
		entries, each  int
	}{
		{
			"envelope.several-entries", "Eleven entries with one event each are all handled",
			"Meta batches up to 1000 updates in one delivery; what is not handled is lost.",
			Must, sourceBatch, 11, 1,
		},
		{
			"envelope.several-events", "Two entries with eleven events each are all handled",
			// One page says that messaging holds one event, another that it is an array of
			// events, and receivers in use have met entries with two (chatwoot/chatwoot#14237).
			// A receiver that iterates is right by all; one that does not has lost, for good,
			// what it acknowledged.
			"Meta documents messaging as an array of events, and was seen to put two into it. What stands behind the first is acknowledged with it, and is never sent again.",
			Must, sourceEvents, 2, 11,
		},
		{
			"envelope.many-entries", "Up to a hundred entries with one event each are all handled",
			"Meta batches up to 1000 updates in one delivery. A limit that was set for another purpose (a page of a query, a batch of a queue) loses those behind it, on the busiest day.",
			Must, sourceBatch, 100, 1,
		},
		{
			"envelope.many-events", "An entry with up to a hundred events is handled whole",
			"Meta documents no end of messaging but that of a delivery, 1000 updates. A limit that was set for another purpose loses those behind it, on the busiest day.",
			Must, sourceEvents, 1, 100,
		},
	} {
		spec(Requirement{
			ID: c.id, Level: c.level, Basis: Documented, Title: c.title, Source: c.source, Why: c.why,
			Remedy: "Iterate over entry and, in each, over messaging.",
			Needs:  []need{judge.AProbe},
		}, func(ctx context.Context, s *session) {
			var events []event.Event
			n := c.entries * c.each
			if s.Calibration().Slowest > unhurried { // it would be at it for long
				n = min(n, batchOfSlow)
			}
			for range n {
				events = append(events, s.Event(s.Probe()))
			}
			s.Verify(s.Handled(ctx, s.Send(ctx, s.Batch(c.each, events...))))
		})
	}

	spec(Requirement{
		ID: "envelope.key-order", Level: Should, Basis: Observed,
		Title:  "The order of members does not matter, at any level",
		Source: sourceDashboard,
		Why:    "Captures show entry before object, and sender after timestamp.",
		Remedy: "Read members by name, from a document that was read to its end.",
		Needs:  []need{judge.AProbe},
	}, func(ctx context.Context, s *session) {
		st := enveloped(s, s.Event(s.Probe()), "members in reverse order", event.ReverseKeys())
		s.Verify(s.Handled(ctx, s.Send(ctx, st)))
	})
}

// A receiver whose first evidence takes longer than unhurried gets batchOfSlow events in a
// delivery at most: one more than the limits of queues that were seen.
const (
	unhurried   = 100 * time.Millisecond
	batchOfSlow = 51
)

// enveloped is an event whose envelope was changed; what says how.
func enveloped(s *session, ev event.Event, what string, edit event.Edit) stimulus {
	doc, err := event.Wrap(ev)
	s.Must(err)
	doc, err = edit(doc)
	s.Must(err)
	st := judge.Alone(ev)
	st.Doc, st.What = doc, ev.Variant.ID+", "+what
	return st
}

// entry puts an event into an entry of its own, in its variant's form.
func entry(ev event.Event) event.Entry {
	return event.Entry{ID: ev.Account(), Time: ev.At.UnixMilli()}.With(ev)
}
