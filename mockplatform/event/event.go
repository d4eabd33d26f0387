// Package event makes the events of a session from the variants of the
// catalogue, edits them, and wraps them in the envelopes that Meta sends.
//
// An event is kept as JSON text. Order of members, members that occur twice
// and the literals of numbers survive every step.
package event

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/schemas"
)

// Event is a variant filled with the values of one session.
type Event struct {
	Variant schemas.Variant
	Session Session
	Number  int // tells the session's events apart
	// At is the instant that the event's timestamp tells, in UTC: in whole
	// milliseconds, or in whole seconds where the variant tells seconds. It
	// does not follow an edit of the timestamp, nor the fixed timestamp that
	// the templates of some dashboard samples have.
	At time.Time
	// JSON is the event in compact form, without its envelope.
	JSON json.RawMessage
}

// Build fills the variant's template for the session. Two events of a session
// with different numbers differ in mid, ref, payload and timestamp; the same
// arguments always give the same bytes.
//
// Where the variant tells milliseconds, the event's instant is at plus about
// number milliseconds and never a whole second. Where the variant tells
// seconds, it is the second of at plus number seconds. So two numbers share no
// instant as long as at does not go back, not even when the forms are mixed,
// and a receiver that drops the milliseconds shows it.
func Build(v schemas.Variant, s Session, number int, at time.Time) (Event, error) {
	if number < 0 {
		return Event{}, fmt.Errorf("build %s: event number %d is negative", v.ID, number)
	}
	if at.Unix() < 0 {
		return Event{}, fmt.Errorf("build %s: %v is before 1970, which a timestamp cannot tell", v.ID, at)
	}
	template, err := parse(v.Event)
	if err != nil {
		return Event{}, fmt.Errorf("build %s: template: %w", v.ID, err)
	}
	e := Event{Variant: v, Session: s, Number: number}
	if tellsSeconds(v.Event) {
		e.At = time.Unix(at.Unix()+int64(number), 0).UTC()
	} else {
		e.At = afterMillis(at, number)
	}
	if err := e.fill(template, ""); err != nil {
		return Event{}, fmt.Errorf("build %s: %w", v.ID, err)
	}
	e.JSON = template.appendTo(nil)
	return e, nil
}

// afterMillis returns the instant n steps after at, where a step leads from
// one millisecond to the next that is not a whole second.
func afterMillis(at time.Time, n int) time.Time {
	const steps = 999 // in a second
	within := max(at.Nanosecond()/int(time.Millisecond), 1)
	step := at.Unix()*steps + int64(within-1) + int64(n)
	return time.UnixMilli(step/steps*1000 + step%steps + 1).UTC()
}

// Account is the id of whom people write to, which an entry has: the page, or its account on
// Instagram.
func (e Event) Account() string {
	if e.Variant.Object == "instagram" {
		return e.Session.InstagramID
	}
	return e.Session.PageID
}

// Edit returns the event with the edits applied to its JSON in order.
func (e Event) Edit(edits ...Edit) (Event, error) {
	for _, edit := range edits {
		doc, err := edit(e.JSON)
		if err != nil {
			return Event{}, fmt.Errorf("edit %s: %w", e.Variant.ID, err)
		}
		e.JSON = doc
	}
	return e, nil
}
