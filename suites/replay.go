package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// replay checks what a receiver does with payloads that were captured. They differ
// from run to run, so they share a few requirements.
func replay(spec register) {
	spec(Requirement{
		ID: "replay.acknowledged", Level: Must, Basis: Documented,
		Title:  "Captured payloads are acknowledged in time",
		Source: sourceAcknowledge,
		Why:    "Meta has sent these payloads already and will send their like again. What is not acknowledged comes again for an hour, and then the webhook is disabled.",
		Remedy: "Answer 200 to every correctly signed delivery, whatever is in it. The finding names the payload.",
		Needs:  []need{aPayload},
	}, func(ctx context.Context, s *session) {
		var found firstOf
		for _, p := range s.Env().Payloads {
			found.add(s.Acknowledged(s.Send(ctx, stimulus{What: p.What, Raw: p.Body})), p.What)
		}
		s.Verify(found.finding())
	})

	spec(Requirement{
		ID: "replay.beside", Level: Must, Basis: Documented,
		Title:  "Captured payloads do not cost the events beside them",
		Source: sourceBatch,
		Why:    "Meta batches events. A receiver that answers 200 and gives up at an event that it does not expect loses for good what comes after it in the same delivery.",
		Remedy: "Look at each entry and each event on its own; skip the ones that you do not handle. The finding names the payload.",
		Needs:  []need{aPayload, judge.AProbe},
	}, func(ctx context.Context, s *session) {
		var sent []*judge.Delivery
		for _, p := range s.Env().Payloads {
			alone, _ := recast(s, p.Body)
			if !judge.Acknowledged(s.Send(ctx, stimulus{What: p.What, Raw: alone}).Attempt) {
				continue // another requirement says so
			}
			good := s.Event(s.Probe())
			odd, _ := recast(s, p.Body)
			if doc, ok := withEntry(s, odd, entry(good)); ok {
				sent = append(sent, s.Send(ctx, stimulus{What: p.What + ", then " + good.Variant.ID, Doc: doc, Events: []event.Event{good}}))
			}
		}
		if len(sent) == 0 {
			s.Inapplicable("none of the payloads is a delivery that is acknowledged as it came")
		}
		s.Await(ctx, sent...)
		var found firstOf
		for _, d := range sent {
			found.add(s.Handled(ctx, d), d.What)
		}
		s.Verify(found.finding())
	})

	spec(Requirement{
		ID: "replay.redelivered-once", Level: Should, Basis: Documented,
		Title:  "Captured payloads that come twice are handled once",
		Source: sourceRetries,
		Why:    "Meta sends a delivery again when the first answer comes late or is lost; people then get every answer twice.",
		Remedy: "Remember the mid of each event, for an hour at least, and a hash of the whole event where there is none; skip what you know. The finding names the payload.",
		Needs:  []need{aPayload, judge.ACall},
	}, func(ctx context.Context, s *session) {
		var sent []*judge.Delivery
		for _, p := range s.Env().Payloads {
			body, events := recast(s, p.Body)
			if len(events) == 0 {
				continue
			}
			sent = append(sent, s.Send(ctx, stimulus{What: p.What, Raw: body, Events: events}))
		}
		s.Drain(ctx, sent...)
		once := map[*judge.Delivery]judge.Tally{}
		var repeated []*judge.Delivery
		for _, d := range sent {
			for _, ev := range d.Events {
				once[d] = once[d].Plus(s.Tally(ev))
			}
			if once[d].Replies+once[d].Receipts > 0 {
				repeated = append(repeated, d)
			}
		}
		if len(repeated) == 0 {
			s.Inapplicable("the receiver answered none of the payloads")
		}
		second := map[*judge.Delivery]*judge.Delivery{}
		var all []*judge.Delivery
		for _, d := range repeated {
			second[d] = s.Send(ctx, again(d))
			all = append(all, second[d])
		}
		s.Drain(ctx, all...)
		for _, d := range repeated {
			s.Check(func() *Finding {
				var twice judge.Tally
				for _, ev := range d.Events {
					twice = twice.Plus(s.Tally(ev))
				}
				return noMore(s, second[d], once[d], twice)
			})
		}
	})

	spec(Requirement{
		ID: "replay.evolution", Level: Should, Basis: Observed,
		Title:  "Captured payloads with unknown members are acknowledged, and the events after them handled",
		Source: Source{URL: "https://github.com/netguru/messenger-ruby/issues/24", Quote: "unknown keyword: read"},
		Why:    "Meta adds members without notice, to every kind of event. A closed schema refuses them from that day on.",
		Remedy: "Read the members that you know and pass over all others. The finding names the payload.",
		Needs:  []need{aPayload, judge.AnAcknowledgement},
	}, func(ctx context.Context, s *session) {
		judged := false
		for _, p := range s.Env().Payloads {
			before, _ := recast(s, p.Body)
			if !judge.Acknowledged(s.Send(ctx, stimulus{What: p.What, Raw: before}).Attempt) {
				continue // not for what is unknown in it
			}
			judged = true
			body, _ := recast(s, p.Body)
			st := stimulus{What: p.What + ", with unknown members", Doc: withFuture(s, body)}
			odd, good := s.SendThenGood(ctx, st)
			s.Verify(s.Acknowledged(odd), s.NotLost(ctx, good))
		}
		if !judged {
			s.Inapplicable("none of the payloads is acknowledged as it came")
		}
	})
}

// withEntry puts an entry behind those of a delivery of the same object; ok is false for
// a body that is none.
func withEntry(s *session, body []byte, e event.Entry) (doc json.RawMessage, ok bool) {
	entries, has := event.Get(body, "/entry")
	object, _ := event.Get(body, "/object")
	if !has || string(object) != `"page"` {
		return nil, false
	}
	var list []json.RawMessage
	if err := json.Unmarshal(entries, &list); err != nil {
		return nil, false
	}
	alone, err := event.Envelope{Object: "page", Entries: []event.Entry{e}}.JSON()
	s.Must(err)
	one, _ := event.Get(alone, "/entry/0")
	more, err := json.Marshal(append(list, one))
	s.Must(err)
	doc, err = event.Set("/entry", string(more))(body)
	s.Must(err)
	return doc, true
}

// aPayload is for requirements about payloads that somebody has.
var aPayload = need{
	Text: "payloads were given, to `referee replay --judge`",
	Unmet: func(c Calibration) string {
		if len(c.Env().Payloads) > 0 {
			return ""
		}
		return "no payloads were given; `referee replay --judge` judges with those of a capture"
	},
}

// firstOf is the first of several findings, and what the others are about.
type firstOf struct {
	first  *Finding
	others []string
}

// add notes a finding about something; nil is none.
func (of *firstOf) add(f *Finding, about string) {
	switch {
	case f == nil:
	case of.first == nil:
		of.first = f
	default:
		of.others = append(of.others, about)
	}
}

// finding is the first one, which names what the others are about; nil if there is none.
func (of *firstOf) finding() *Finding {
	const most = 5
	if others := of.others; len(others) > 0 {
		more := ""
		if len(others) > most {
			more = fmt.Sprintf(" and %d more", len(others)-most)
			others = others[:most]
		}
		of.first.Actual += "; and it failed on " + strings.Join(others, ", ") + more
	}
	return of.first
}

// noMore verifies that a second delivery brought no evidence of its own.
func noMore(s *session, d *judge.Delivery, once, twice judge.Tally) *Finding {
	if twice.Receipts > once.Receipts || twice.Replies > 0 && twice.Replies >= 2*max(1, once.Replies) {
		twice.Lines, once.Lines = 0, 0
		return s.Found(d, "no more than one delivery brings: "+once.String(), twice.String()).As(judge.Repeats)
	}
	return nil
}

// recast puts other people and other mids into a payload, each instead of
// one that is there, so that it is new to the receiver and its evidence is this
// spec's alone. events are those whose handling can be seen.
func recast(s *session, body []byte) (recast []byte, events []event.Event) {
	reading, err := s.Env().Catalogue.Read(body)
	s.Must(err)
	people := map[string]event.Session{}
	var swaps []string
	swap := func(old, new string) {
		swaps = append(swaps, old, `"`+new+`"`)
	}
	watched := map[string]event.Session{} // by the pointer of the event
	for _, e := range reading.Events {
		doc, _ := event.Get(body, e.Pointer)
		for _, member := range []string{"/sender/id", "/sender/user_ref"} {
			id, ok := event.Get(doc, member)
			if !ok || id[0] != '"' || e.Form != schemas.FormMessaging && e.Form != schemas.FormValue || judge.Read(doc).Echo {
				continue
			}
			person, met := people[string(id)]
			if !met {
				person = s.Person()
				people[string(id)] = person
				if member == "/sender/id" {
					swap(string(id), person.PSID)
				} else {
					swap(string(id), person.UserRef)
				}
			}
			watched[e.Pointer] = person
		}
		for _, mid := range mids(judge.Decode(doc)) {
			fresh := fmt.Sprintf("m_%s%d", s.Person().Tag, s.Number())
			for _, token := range spellings(s, mid) {
				swap(token, fresh)
			}
		}
	}
	recast = []byte(strings.NewReplacer(swaps...).Replace(string(body)))
	for _, e := range reading.Events {
		if person, ok := watched[e.Pointer]; ok {
			doc, _ := event.Get(recast, e.Pointer)
			events = append(events, event.Event{Session: person, JSON: doc})
		}
	}
	return recast, events
}

// mids are the mids in a value.
func mids(value any) []string {
	var found []string
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if mid, ok := inner.(string); ok && name == "mid" && mid != "" {
				found = append(found, mid)
			}
			found = append(found, mids(inner)...)
		}
	case []any:
		for _, inner := range v {
			found = append(found, mids(inner)...)
		}
	}
	return found
}

// spellings are the ways in which a text can stand in a payload.
func spellings(s *session, text string) []string {
	plain, err := json.Marshal(text)
	s.Must(err)
	escaped, err := wire.Encode(plain, wire.Messaging)
	s.Must(err)
	return []string{string(plain), string(escaped)}
}

// withFuture adds an unknown member to a body and to each event in it.
func withFuture(s *session, body []byte) json.RawMessage {
	reading, err := s.Env().Catalogue.Read(body)
	s.Must(err)
	doc := json.RawMessage(body)
	pointers := []string{""}
	for _, e := range reading.Events {
		pointers = append(pointers, e.Pointer)
	}
	slices.Sort(pointers)
	for _, pointer := range slices.Compact(pointers) {
		if at, ok := event.Get(doc, pointer); ok && at[0] == '{' {
			doc, err = event.Set(pointer+"/"+future, futureMember)(doc)
			s.Must(err)
		}
	}
	return doc
}
