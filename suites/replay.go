package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Payload is a body that Meta sent, or that somebody wrote down, to judge a
// receiver with.
type Payload struct {
	// What names it in findings: "monday.ndjson:17 (referral.ads)".
	What string
	// Body is JSON. It is delivered as it is, and with other people and mids in it.
	Body []byte
}

// replay holds what a receiver does with payloads that were captured. They differ
// from run to run, so they share three requirements.
func replay(spec register) {
	spec(Requirement{
		ID: "replay.acknowledged", Level: Must, Basis: Documented,
		Title:  "Captured payloads are acknowledged in time",
		Source: sourceAcknowledge,
		Why:    "Meta has sent these payloads already and will send their like again. What is not acknowledged comes again for an hour, and then the webhook is disabled.",
		Remedy: "Answer 200 to every correctly signed delivery, whatever is in it. The finding names the payload.",
		Needs:  []Need{aPayload},
	}, func(ctx context.Context, s *Session) {
		var first *Finding
		var others []string
		for _, p := range s.engine.env.Payloads {
			switch f := s.Acknowledged(s.Send(ctx, Stimulus{What: p.What, Raw: p.Body})); {
			case f == nil:
			case first == nil:
				first = f
			default:
				others = append(others, p.What)
			}
		}
		s.Verify(withOthers(first, others))
	})

	spec(Requirement{
		ID: "replay.redelivered-once", Level: Should, Basis: Documented,
		Title:  "Captured payloads that come twice are handled once",
		Source: sourceRetries,
		Why:    "Meta sends a delivery again when the first answer comes late or is lost; people then get every answer twice.",
		Remedy: "Remember the mid of each event, for an hour at least, and a hash of the whole event where there is none; skip what you know. The finding names the payload.",
		Needs:  []Need{aPayload, aCall},
	}, func(ctx context.Context, s *Session) {
		var sent []*Delivery
		var watched []event.Event
		var of []int // the delivery of each watched event
		for _, p := range s.engine.env.Payloads {
			body, events := s.recast(p.Body)
			if len(events) == 0 {
				continue
			}
			for _, ev := range events {
				watched, of = append(watched, ev), append(of, len(sent))
			}
			sent = append(sent, s.Send(ctx, Stimulus{What: p.What, Raw: body, Events: events}))
		}
		once := s.broughtBy(ctx, watched, s.evidenceWait())
		repeated := map[int]*Delivery{}
		for i, got := range once {
			if repeated[of[i]] == nil && len(got.replies)+len(got.receipts) > 0 {
				repeated[of[i]] = s.Send(ctx, again(sent[of[i]]))
			}
		}
		if len(repeated) == 0 {
			s.Inapplicable("the receiver answered none of the payloads")
		}
		twice := s.broughtBy(ctx, watched, s.engine.cal.Quiet)
		for i := range watched {
			if d := repeated[of[i]]; d != nil {
				s.Verify(s.noMore(d, once[i].tally(), twice[i].tally()))
				s.restOn(d)
			}
		}
	})

	spec(Requirement{
		ID: "replay.evolution", Level: Should, Basis: Observed,
		Title:  "Captured payloads with unknown members are acknowledged, and the events after them handled",
		Source: Source{URL: "https://github.com/netguru/messenger-ruby/issues/24", Quote: "unknown keyword: read"},
		Why:    "Meta adds members without notice, to every kind of event. A closed schema refuses them from that day on.",
		Remedy: "Read the members that you know and pass over all others. The finding names the payload.",
		Needs:  []Need{aPayload, anAcknowledgement},
	}, func(ctx context.Context, s *Session) {
		judged := false
		for _, p := range s.engine.env.Payloads {
			before, _ := s.recast(p.Body)
			if !acknowledged(s.Send(ctx, Stimulus{What: p.What, Raw: before}).Attempt) {
				continue // not for what is unknown in it
			}
			judged = true
			body, _ := s.recast(p.Body)
			st := Stimulus{What: p.What + ", with unknown members", Doc: s.withFuture(body)}
			odd, good := s.SendThenGood(ctx, st)
			s.Verify(s.Acknowledged(odd), s.NotLost(ctx, good))
		}
		if !judged {
			s.Inapplicable("none of the payloads is acknowledged as it came")
		}
	})
}

// aPayload is for requirements about payloads that somebody has.
var aPayload = Need{
	Text: "payloads were given, to `referee replay --judge`",
	unmet: func(c Calibration) string {
		if len(c.env.Payloads) > 0 {
			return ""
		}
		return "no payloads were given; `referee replay --judge` judges with those of a capture"
	},
}

// withOthers names the other payloads that a finding is about.
func withOthers(f *Finding, others []string) *Finding {
	const most = 5
	if len(others) > 0 {
		more := ""
		if len(others) > most {
			more = fmt.Sprintf(" and %d more", len(others)-most)
			others = others[:most]
		}
		f.Actual += "; and it failed on " + strings.Join(others, ", ") + more
	}
	return f
}

// noMore verifies that a second delivery brought no evidence of its own.
func (s *Session) noMore(d *Delivery, once, twice tally) *Finding {
	if twice.receipts > once.receipts || twice.replies > 0 && twice.replies >= 2*max(1, once.replies) {
		twice.lines, once.lines = 0, 0
		return s.found(d, "no more than one delivery brings: "+once.String(), twice.String())
	}
	return nil
}

// broughtBy gathers the evidence of events: if each has some until it is quiet,
// else for as long as patience says after the last.
func (s *Session) broughtBy(ctx context.Context, events []event.Event, patience time.Duration) []evidence {
	found, err := s.listen(ctx, events, func(found []evidence, _ time.Duration) time.Duration {
		if slices.ContainsFunc(found, func(e evidence) bool { return !e.tally().any() }) {
			return patience
		}
		return s.engine.cal.Quiet
	})
	s.must(err)
	return found
}

// recast puts other people and other mids into a payload, each in the place of
// one that is there, so that it is news to the receiver and its evidence is this
// spec's alone. events are those whose handling can be seen.
func (s *Session) recast(body []byte) (recast []byte, events []event.Event) {
	reading, err := schemas.Read(body)
	s.must(err)
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
			if !ok || id[0] != '"' || e.Form != schemas.FormMessaging && e.Form != schemas.FormValue || read(doc).echo {
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
		for _, mid := range mids(decode(doc)) {
			s.numbers++
			fresh := fmt.Sprintf("m_%s%d", s.Person().Tag, s.numbers)
			for _, token := range s.spellings(mid) {
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
func (s *Session) spellings(text string) []string {
	plain, err := json.Marshal(text)
	s.must(err)
	escaped, err := wire.Encode(plain, wire.Messaging)
	s.must(err)
	return []string{string(plain), string(escaped)}
}

// withFuture adds an unknown member to a body and to each event in it.
func (s *Session) withFuture(body []byte) json.RawMessage {
	reading, err := schemas.Read(body)
	s.must(err)
	doc := json.RawMessage(body)
	pointers := []string{""}
	for _, e := range reading.Events {
		pointers = append(pointers, e.Pointer)
	}
	slices.Sort(pointers)
	for _, pointer := range slices.Compact(pointers) {
		if at, ok := event.Get(doc, pointer); ok && at[0] == '{' {
			doc, err = event.Set(pointer+"/"+future, futureMember)(doc)
			s.must(err)
		}
	}
	return doc
}
