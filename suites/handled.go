package suites

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// want is the evidence that this receiver gives for an event that it handled
// once: one receipt where it posts receipts, as many replies as calibration saw
// for one of its kind, one where replies are declared and calibration saw none.
// What was merely observed is asked for when the event is, or is like, the one
// that brought it. exactly is false where more replies are all right.
func (s *Session) want(ev event.Event) (want tally, exactly bool) {
	c, r := s.engine.cal, read(ev.JSON)
	if c.has(Receipts) {
		want.receipts = 1
	}
	if r.echo || !r.addressable() {
		return want, false
	}
	seen := c.variant[ev.Variant.ID].tally
	if !seen.any() && r.plain() {
		seen = c.seen[r.kind].tally
	}
	want.lines = min(1, seen.lines)
	if r.kind != kindOther && c.env.declares(Replies) {
		want.replies = max(1, c.seen[r.kind].replies)
		return want, true
	}
	want.replies = min(1, seen.replies)
	return want, false
}

// judgeEvidence compares what came with what this receiver gives for one event.
func (s *Session) judgeEvidence(d *Delivery, ev event.Event, got evidence) *Finding {
	want, exactly := s.want(ev)
	short := func(n, want int, noun string) *Finding {
		return s.found(d, count(want, noun)+" for "+who(ev), fmt.Sprintf("%s within %s", count(n, noun), s.evidenceWait()))
	}
	if want.receipts > 0 {
		if n := len(got.receipts); n != want.receipts {
			return short(n, want.receipts, "receipt")
		}
		if f := s.judgeReceipt(d, ev, got.receipts[0]); f != nil {
			return f
		}
	}
	for _, x := range got.replies {
		if f := s.judgeAddress(d, ev, x); f != nil {
			return f
		}
	}
	if n := len(got.replies); n < want.replies || exactly && n > want.replies {
		return short(n, want.replies, "reply")
	}
	if n := len(got.lines); n < want.lines {
		return short(n, want.lines, "line in its log")
	}
	return nil
}

// judgeAddress compares the recipient of a reply with the event's sender: an id
// is answered as an id and a user_ref as a user_ref.
func (s *Session) judgeAddress(d *Delivery, ev event.Event, x journal.Exchange) *Finding {
	sender, _ := read(ev.JSON).event["sender"].(map[string]any)
	recipient, _ := event.Get(x.Doc, "/recipient")
	to, _ := decode(recipient).(map[string]any)
	for _, member := range []string{"id", "user_ref"} {
		if sender[member] != nil && sender[member] == to[member] {
			return nil
		}
	}
	return s.found(d, "a reply to "+who(ev), "a reply to "+string(recipient))
}

// judgeReceipt compares a receipt with the event that it is about.
func (s *Session) judgeReceipt(d *Delivery, ev event.Event, x journal.Exchange) *Finding {
	if x.Err != "" {
		return s.found(d, "a receipt as the contract describes it", "a receipt that is not valid: "+x.Err)
	}
	got, _ := decode(x.Doc).(map[string]any)
	if off := differences("", withoutNulls(read(ev.JSON).receipt()), withoutNulls(got)); len(off) > 0 {
		return s.found(d, "a receipt that says what came in "+ev.Variant.ID, "a receipt with "+strings.Join(off, "; "))
	}
	return nil
}
