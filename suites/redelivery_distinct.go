package suites

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// distinctPair is two events of one person that are easily taken for one.
type distinctPair struct {
	id, title, what, why, remedy string

	level  Level
	basis  Basis
	source Source
	// usual is set for what every bot meets every day: one that is not known to answer
	// each event is not judged.
	usual bool
	// arrange makes the pair, in the order of sending, of two events of one person that
	// are a minute apart.
	arrange func(s *session, older, newer event.Event) (first, second event.Event)
}

// pairs are what receivers in the field were seen to go by, where they looked for
// duplicates by something else than the mid.
var pairs = []distinctPair{
	{
		id:    "redelivery.next-event",
		title: "The next event of a person is handled",
		what:  "a minute after the event before",
		why:   "Who remembers people, or conversations, in the place of events answers everybody just once, and nobody sends the events again that it drops.",
		level: Must, basis: Documented, source: variantSource("postback.button"), usual: true,
		arrange: func(_ *session, older, newer event.Event) (event.Event, event.Event) { return older, newer },
	},
	{
		id:    "redelivery.pressed-twice",
		title: "What a person presses or writes twice is handled twice",
		what:  "the same as the event before in all but mid and timestamp",
		why:   "A person who presses a button again wants it again. Text and payload are no identity: a receiver that takes them for one drops an event that nobody sends again.",
		// A bot may well pass over what comes again within a moment.
		level: Should, basis: Documented, source: variantSource("postback.button"), usual: true,
		arrange: func(s *session, older, newer event.Event) (event.Event, event.Event) {
			return older, withOwn(s, older, newer, append(ownMids, "/timestamp")...)
		},
	},
	{
		id:    "redelivery.same-second",
		title: "Two events of one person in one second are both handled",
		what:  "in the second of the event before",
		why:   "People press two buttons in a second, and a form sends several. Person and second together are no identity: a receiver that takes them for one drops an event that nobody sends again.",
		level: Should, basis: Observed, source: sourceDuplicates,
		arrange: func(s *session, older, newer event.Event) (event.Event, event.Event) {
			second := older.At.Truncate(time.Second)
			return at(s, older, second.Add(100*time.Millisecond)), at(s, newer, second.Add(600*time.Millisecond))
		},
	},
	{
		id:    "redelivery.same-millisecond",
		title: "Two events of one person in one millisecond are both handled",
		what:  "in the millisecond of the event before",
		why:   "Person and timestamp together are no identity: a receiver that takes them for one drops an event that nobody sends again.",
		level: Should, basis: Observed, source: sourceDuplicates,
		arrange: func(s *session, older, newer event.Event) (event.Event, event.Event) {
			return older, withOwn(s, newer, older, "/timestamp")
		},
	},
	{
		id:     "redelivery.out-of-order",
		title:  "An event that comes after a newer one of the same person is handled",
		what:   "older than the event before",
		why:    "Meta does not promise the order; an event that was sent again comes after later ones, and it is no less an event.",
		remedy: "Use the timestamp to put events in order where that matters, not to drop them.",
		level:  Should, basis: Documented, source: sourceOrder,
		arrange: func(_ *session, older, newer event.Event) (event.Event, event.Event) { return newer, older },
	},
	{
		id:     "redelivery.mid-case",
		title:  "An event is handled whose mid differs from another in letter case alone",
		what:   "with the mid of the event before in other letter case",
		why:    "A mid has small letters and capitals that matter, as base64 has. A column or a cache that does not tell them apart takes two events for one.",
		remedy: "Compare mids byte by byte; in MySQL, give the column a binary collation.",
		level:  Should, basis: Observed, source: sourceDuplicates,
		arrange: func(s *session, older, newer event.Event) (event.Event, event.Event) {
			return older, withMid(s, newer, strings.ToUpper(midOf(s, older)))
		},
	},
	{
		id:     "redelivery.mid-end",
		title:  "An event is handled whose mid differs from another in its last character alone",
		what:   "with a mid that differs from the one before in its last character",
		why:    "Mids begin alike. A column of 32 characters, or a key that takes the first of them, takes two events for one.",
		remedy: "Keep the whole mid: a column of 255 characters is wide enough for all that were seen.",
		level:  Should, basis: Observed, source: sourceDuplicates,
		arrange: func(s *session, older, newer event.Event) (event.Event, event.Event) {
			mid := midOf(s, older)
			return older, withMid(s, newer, mid[:len(mid)-1]+"_")
		},
	},
}

// distinct are events of one person that are easily taken for one.
func distinct(spec register) {
	for _, p := range pairs {
		if p.remedy == "" {
			p.remedy = "Tell events apart by their mid; where there is none, by a hash of the whole event."
		}
		needs := []need{judge.AProbe}
		if p.usual {
			needs = append(needs, everyAnswer)
		}
		spec(Requirement{
			ID: p.id, Level: p.level, Basis: p.basis, Title: p.title, Source: p.source, Why: p.why, Remedy: p.remedy,
			Needs: needs,
		}, func(ctx context.Context, s *session) {
			for _, variant := range ofPair(s, p) {
				var ordinary *judge.Delivery
				if !p.usual && !s.Calibration().Has(Receipts) {
					older, newer := two(s, variant)
					s.Send(ctx, judge.Alone(older))
					ordinary = s.Send(ctx, judge.Alone(newer))
				}
				older, newer := two(s, variant)
				first, second := p.arrange(s, older, newer)
				s.Send(ctx, judge.Alone(first))
				s.Verify(s.BothHandled(ctx, ordinary, s.Send(ctx, varied(s, second, p.what))))
			}
		})
	}
}

// ofPair are the variants of which a pair is made: what redelivery is judged by and, where
// each event has to be answered, one of each kind that has to.
func ofPair(s *session, p distinctPair) []string {
	if !p.usual {
		return []string{repeatable(s)}
	}
	if s.Calibration().Has(Receipts) {
		return s.Calibration().Answered()
	}
	return slices.DeleteFunc(s.Calibration().Answered(), func(variant string) bool { return variant == "message.text" }) // of which the feature replies says nothing
}

// two are events of one person of their own, the older one first, a minute apart: more
// than any clock is wrong by, and less than any memory forgets.
func two(s *session, variant string) (older, newer event.Event) {
	person := s.Person()
	older, newer = s.EventOf(person, variant), s.EventOf(person, variant)
	if _, ok := event.Get(older.JSON, "/timestamp"); !ok {
		s.Inapplicable("the event that the receiver is known to answer has no timestamp")
	}
	return at(s, older, older.At.Add(-time.Minute)), newer
}

// at is an event of another instant, in milliseconds.
func at(s *session, ev event.Event, instant time.Time) event.Event {
	ev.At = instant
	return edited(s, ev, event.Set("/timestamp", strconv.FormatInt(instant.UnixMilli(), 10)))
}

// ownMids are where an event may have a mid of its own.
var ownMids = []string{"/postback/mid", "/message/mid"}

// withOwn is an event with what another has at these pointers, as far as it has it.
func withOwn(s *session, ev, other event.Event, pointers ...string) event.Event {
	for _, pointer := range pointers {
		if value, ok := event.Get(other.JSON, pointer); ok {
			ev = edited(s, ev, event.Set(pointer, string(value)))
		}
	}
	return ev
}

// midOf is the mid of an event, and ends the spec if there is none.
func midOf(s *session, ev event.Event) string {
	for _, pointer := range ownMids {
		if mid, ok := textAt(ev.JSON, pointer); ok {
			return mid
		}
	}
	s.Inapplicable("the event that the receiver is known to answer has no mid")
	return ""
}

// withMid is an event with another mid.
func withMid(s *session, ev event.Event, mid string) event.Event {
	value, err := json.Marshal(mid)
	s.Must(err)
	for _, pointer := range ownMids {
		if _, ok := event.Get(ev.JSON, pointer); ok {
			return edited(s, ev, event.Set(pointer, string(value)))
		}
	}
	return ev
}
