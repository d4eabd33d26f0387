package suites

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

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

// missing returns a function for the index of the first event whose evidence is
// not complete; it returns -1 if there is none.
func (s *Session) missing(events []event.Event) func(found []evidence) int {
	wants := make([]tally, len(events)) // worked out once: events can be large
	for i, ev := range events {
		wants[i], _ = s.want(ev)
	}
	return func(found []evidence) int {
		for i, want := range wants {
			if !found[i].tally().covers(want) {
				return i
			}
		}
		return -1
	}
}

// settled is a patience that waits for what is missing, and then for quiet.
func (s *Session) settled(events []event.Event) func([]evidence, time.Duration) time.Duration {
	missing := s.missing(events)
	return func(found []evidence, _ time.Duration) time.Duration {
		if missing(found) >= 0 {
			return s.evidenceWait()
		}
		return s.engine.cal.Quiet
	}
}

// awaited gathers evidence until every one of these events was handled at least
// once, or nothing more comes.
func (s *Session) awaited(ctx context.Context, events []event.Event) []evidence {
	missing := s.missing(events)
	found, err := s.listen(ctx, events, func(found []evidence, _ time.Duration) time.Duration {
		if missing(found) < 0 {
			return heardEnough
		}
		return s.evidenceWait()
	})
	s.must(err)
	return found
}

// NotLost verifies that every watched event of a delivery was handled at least
// once.
func (s *Session) NotLost(ctx context.Context, d *Delivery) *Finding {
	if f := s.Acknowledged(d); f != nil {
		return f
	}
	found := s.awaited(ctx, d.Events)
	if i := s.missing(d.Events)(found); i >= 0 {
		want, _ := s.want(d.Events[i])
		return s.found(d, want.String()+" for "+who(d.Events[i]), fmt.Sprintf("%s within %s", found[i].tally(), s.evidenceWait()))
	}
	return nil
}

// one is the evidence that one event like this brings, as calibration saw it.
func (s *Session) one(ev event.Event) tally {
	one, _ := s.want(ev)
	seen, ok := s.engine.cal.variant[ev.Variant.ID]
	if !ok {
		seen = s.engine.cal.seen[read(ev.JSON).kind]
	}
	one.replies = max(one.replies, seen.replies)
	return one
}

// HandledOnce verifies that an event that came with two deliveries was handled,
// and that it brought no more evidence than one event brings: not twice as many
// replies, and not another receipt. Lines in a log are not counted, as they may
// tell that the event was met before.
func (s *Session) HandledOnce(ctx context.Context, first, second *Delivery) *Finding {
	ev := first.Events[0]
	want, _ := s.want(ev)
	watched := []event.Event{ev}
	found, err := s.listen(ctx, watched, s.settled(watched))
	s.must(err)
	one, got := s.one(ev), found[0].tally()
	switch {
	case !got.covers(want):
		return s.found(first, want.String()+" for "+who(ev), fmt.Sprintf("%s within %s", got, s.evidenceWait()))
	case got.receipts > 1, got.replies > 0 && got.replies >= 2*max(1, one.replies):
		got.lines, one.lines = 0, 0
		return s.found(second, "no more than one delivery brings: "+one.String(), got.String())
	}
	s.restOn(second)
	return nil
}

// receiptJudge compares a receipt with the event that it is about.
type receiptJudge func(d *Delivery, ev event.Event, x journal.Exchange) *Finding

// judgeEvidence compares what came with what this receiver gives for one event.
func (s *Session) judgeEvidence(d *Delivery, ev event.Event, got evidence, judge receiptJudge) *Finding {
	want, exactly := s.want(ev)
	short := func(n, want int, noun string) *Finding {
		return s.found(d, count(want, noun)+" for "+who(ev), fmt.Sprintf("%s within %s", count(n, noun), s.evidenceWait()))
	}
	if want.receipts > 0 {
		if n := len(got.receipts); n != want.receipts {
			return short(n, want.receipts, "receipt")
		}
		if f := judge(d, ev, got.receipts[0]); f != nil {
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
		id := sender[member]
		if number, ok := id.(json.Number); ok && to[member] == number.String() {
			return nil // a Send API id is a text, whatever the event's was
		}
		if id != nil && id == to[member] {
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
