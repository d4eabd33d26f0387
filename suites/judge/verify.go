package judge

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// Acknowledged verifies that a delivery was answered with a 2xx status within
// the deadline. Meta's current page asks for 200, its earlier one for any 2xx;
// the difference is a requirement of its own.
func (s *Session) Acknowledged(d *Delivery) *Finding {
	if Acknowledged(d.Attempt) {
		return nil
	}
	f := s.Found(d, fmt.Sprintf("a 200 answer within %s", s.engine.env.AckDeadline), Answer(d.Attempt)).As(unanswered(d.Attempt))
	f.bendable = true
	return f
}

// Answered verifies that the receiver gave some answer, whatever it says.
func (s *Session) Answered(d *Delivery) *Finding {
	if d.Attempt.Err == nil {
		return nil
	}
	f := s.Found(d, fmt.Sprintf("some HTTP answer within %s", s.engine.env.AckDeadline), Answer(d.Attempt)).As(unanswered(d.Attempt))
	f.bendable = true
	return f
}

// Genuine verifies that a correctly signed delivery is accepted: acknowledged,
// and handled where this receiver shows such a thing.
func (s *Session) Genuine(ctx context.Context, d *Delivery) *Finding {
	if !s.engine.cal.Evident() {
		return s.Acknowledged(d)
	}
	return s.Handled(ctx, d)
}

// Heard is Genuine for a delivery whose event may be handled in any way: it is
// acknowledged and not lost.
func (s *Session) Heard(ctx context.Context, d *Delivery) *Finding {
	if !s.engine.cal.Evident() {
		return s.Acknowledged(d)
	}
	return s.NotLost(ctx, d)
}

// Handled verifies that every watched event of a delivery was handled exactly
// once and was understood: one receipt that says what came, and a reply to the
// person who caused it, as far as this receiver gives such evidence.
func (s *Session) Handled(ctx context.Context, d *Delivery) *Finding {
	return s.HandledBy(ctx, d, s.JudgeReceipt)
}

// ReceiptJudge compares a receipt with the event that it is about.
type ReceiptJudge func(d *Delivery, ev event.Event, x journal.Exchange) *Finding

// HandledBy is Handled with another way to judge a receipt.
func (s *Session) HandledBy(ctx context.Context, d *Delivery, judge ReceiptJudge) *Finding {
	if f := s.Acknowledged(d); f != nil {
		return f
	}
	s.await(ctx, d)
	if s.engine.isOver(s.trial) { // of this delivery, or its evidence would have come
		if f := s.Lost(d); f != nil {
			return f
		}
	}
	s.drain(ctx, d)
	check := func() *Finding {
		found := s.evidenceFor(d.Events)
		for i := range d.Events {
			if f := s.judgeEvidence(d, i, found[i], judge); f != nil {
				return f
			}
		}
		return nil
	}
	s.checks = append(s.checks, check)
	return check()
}

// NotLost verifies that every watched event of a delivery was handled at least
// once.
func (s *Session) NotLost(ctx context.Context, d *Delivery) *Finding {
	if f := s.Acknowledged(d); f != nil {
		return f
	}
	s.await(ctx, d)
	return s.Lost(d)
}

// NotSwallowed verifies that a delivery was answered, and handled if it was
// acknowledged. One that is refused is sent again; one that is acknowledged and
// not handled is lost.
func (s *Session) NotSwallowed(ctx context.Context, d *Delivery) *Finding {
	if f := s.Answered(d); f != nil || !Acknowledged(d.Attempt) {
		return f
	}
	return s.Genuine(ctx, d)
}

// NotHandled verifies that nothing comes of a delivery: no evidence for any of its
// watched events, though a fence behind it was answered.
func (s *Session) NotHandled(ctx context.Context, d *Delivery) *Finding {
	if !s.engine.cal.Evident() {
		return s.refused(d)
	}
	check := func() *Finding {
		for _, got := range s.evidenceFor(d.Events) {
			if x, ok := got.first(); ok {
				return s.Found(d, "no reply and no receipt", fmt.Sprintf("%s after %s", got.tally(), round(x.At.Sub(d.Attempt.Started)))).As(Handles)
			}
		}
		return nil
	}
	s.alarms = append(s.alarms, check)
	s.drain(ctx, d)
	s.checks = append(s.checks, check)
	return check()
}

// refused verifies that a delivery is refused, at a receiver of which nothing else
// shows and that was seen to refuse what is not signed.
func (s *Session) refused(d *Delivery) *Finding {
	if !Acknowledged(d.Attempt) {
		return nil
	}
	return s.Found(d, "a refusal, such as the status 403 that an unsigned delivery gets", Answer(d.Attempt)).As(Handles)
}

// Reply waits for the first message to the person of a delivery. The finding
// says that none came.
func (s *Session) Reply(ctx context.Context, d *Delivery) (journal.Exchange, *Finding) {
	if f := s.Acknowledged(d); f != nil {
		return journal.Exchange{}, f
	}
	s.await(ctx, d)
	if replies := s.evidenceFor(d.Events[:1])[0].replies; len(replies) > 0 {
		return replies[0], nil
	}
	return journal.Exchange{}, s.Found(d, "a reply to "+personOf(d.Events[0]), "no reply").As(Loses).Of(0).gone(func() bool { return s.RepliesTo(d.Events[0]) > 0 })
}

// Silent verifies that a delivery brings no such call.
func (s *Session) Silent(ctx context.Context, d *Delivery, such func(journal.Exchange) bool) *Finding {
	check := func() *Finding {
		for _, x := range s.Find(such) {
			return s.Found(d, "no call", Endpoint(x)+" with "+compact(Decode(x.Doc))).As(Handles)
		}
		return nil
	}
	s.alarms = append(s.alarms, check)
	s.drain(ctx, d)
	s.checks = append(s.checks, check)
	return check()
}

// judgeEvidence compares what came with what this receiver gives for one event.
func (s *Session) judgeEvidence(d *Delivery, i int, got evidence, judge ReceiptJudge) *Finding {
	ev := d.Events[i]
	want, exactly := s.wantAt(d, i)
	switch n := len(got.receipts); {
	case n < want.Receipts:
		return s.lost(d, ev, got.tally())
	case want.Receipts > 0 && n > want.Receipts:
		return s.Found(d, plural.InWords(want.Receipts, "receipt")+" for "+personOf(ev), plural.InWords(n, "receipt")).As(Repeats).Of(at(d, ev))
	case want.Receipts > 0:
		if f := judge(d, ev, got.receipts[0]); f != nil {
			return f
		}
	}
	for _, x := range got.replies {
		if f := s.judgeAddress(d, ev, x); f != nil {
			return f
		}
	}
	switch n := len(got.replies); {
	case n < want.Replies:
		return s.lost(d, ev, got.tally())
	case exactly && n > want.Replies:
		return s.Found(d, plural.InWords(want.Replies, "reply")+" for "+personOf(ev), plural.InWords(n, "reply")).As(Repeats).Of(at(d, ev))
	}
	if len(got.lines) < want.Lines {
		return s.lost(d, ev, got.tally())
	}
	return nil
}

// lost is the finding that evidence of an event is missing.
func (s *Session) lost(d *Delivery, ev event.Event, got Tally) *Finding {
	want, _ := s.want(ev)
	return s.Found(d, want.String()+" for "+personOf(ev), got.String()).As(Loses).Of(at(d, ev)).gone(func() bool {
		return s.evidenceFor([]event.Event{ev})[0].tally().Covers(want)
	})
}

// gone makes a finding one about something missing, which may yet come.
func (f *Finding) gone(come func() bool) *Finding {
	f.bendable, f.missing, f.come = true, true, come
	return f
}

// judgeAddress compares the recipient of a reply with the event's sender: an id
// is answered as an id and a user_ref as a user_ref.
func (s *Session) judgeAddress(d *Delivery, ev event.Event, x journal.Exchange) *Finding {
	sender, _ := Read(ev.JSON).Event["sender"].(map[string]any)
	recipient, _ := event.Get(x.Doc, "/recipient")
	to, _ := Decode(recipient).(map[string]any)
	for _, member := range []string{"id", "user_ref"} {
		id := sender[member]
		if number, ok := id.(json.Number); ok && to[member] == number.String() {
			return nil // a Send API id is a text, whatever the event's was
		}
		if id != nil && id == to[member] {
			return nil
		}
	}
	return s.Found(d, "a reply to "+personOf(ev), "a reply to "+string(recipient)).As(Misaddresses).Of(at(d, ev))
}

// JudgeReceipt compares a receipt with the event that it is about.
func (s *Session) JudgeReceipt(d *Delivery, ev event.Event, x journal.Exchange) *Finding {
	if x.Err != "" {
		return s.Found(d, "a receipt as the contract describes it", "a receipt that is not valid: "+x.Err).As(Misreads).Of(at(d, ev))
	}
	got, _ := Decode(x.Doc).(map[string]any)
	if off := differences("", withoutNulls(Read(ev.JSON).Receipt()), withoutNulls(got)); len(off) > 0 {
		f := s.Found(d, "a receipt that says what came in "+ev.Variant.ID, "a receipt with "+strings.Join(off, "; ")).As(Misreads).Of(at(d, ev))
		for _, difference := range off {
			pointer, _, _ := strings.Cut(difference, " ")
			f.wrong = append(f.wrong, pointer)
		}
		return f
	}
	return nil
}

// at is which of a delivery's events this is; -1 where it is none of them.
func at(d *Delivery, ev event.Event) int {
	return slices.IndexFunc(d.Events, func(other event.Event) bool { return bytes.Equal(other.JSON, ev.JSON) })
}
