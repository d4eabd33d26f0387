package suites

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Acknowledged verifies that a delivery was answered with a 2xx status within
// the deadline. Meta's current page asks for 200, its earlier one for any 2xx;
// the difference is a requirement of its own.
func (s *Session) Acknowledged(d *Delivery) *Finding {
	if acknowledged(d.Attempt) {
		return nil
	}
	return s.found(d, fmt.Sprintf("a 200 answer within %s", s.engine.env.AckDeadline), answered(d.Attempt))
}

// Handled verifies that every watched event of a delivery was handled exactly
// once and was understood: one receipt that says what came, and a reply to the
// person who caused it, as far as this receiver gives such evidence.
func (s *Session) Handled(ctx context.Context, d *Delivery) *Finding {
	if f := s.Acknowledged(d); f != nil {
		return f
	}
	found, err := s.listen(ctx, d.Events, func(found []evidence, slowest time.Duration) time.Duration {
		for i, ev := range d.Events {
			replies, _ := s.wantReplies(ev)
			if len(found[i].receipts) < s.wantReceipts() || len(found[i].replies) < replies {
				return s.evidenceWait()
			}
		}
		return s.engine.cal.Quiet
	})
	s.must(err)
	for i, ev := range d.Events {
		if f := s.judgeEvidence(d, ev, found[i]); f != nil {
			return f
		}
	}
	return nil
}

// NotHandled verifies that nothing came of a delivery: no reply and no receipt
// for any of its watched events until a quiet period has passed.
func (s *Session) NotHandled(ctx context.Context, d *Delivery) *Finding {
	found, err := s.listen(ctx, d.Events, func([]evidence, time.Duration) time.Duration { return s.engine.cal.Quiet })
	s.must(err)
	expected := fmt.Sprintf("no reply and no receipt within %s", s.engine.cal.Quiet.Round(time.Millisecond))
	for _, got := range found {
		if x, ok := got.first(); ok {
			return s.found(d, expected, fmt.Sprintf("%s after %s", amounts(len(got.replies), len(got.receipts)), round(x.At.Sub(d.Attempt.Started))))
		}
	}
	return nil
}

// Answered verifies that the receiver gave some answer, whatever it says.
func (s *Session) Answered(d *Delivery) *Finding {
	if d.Attempt.Err == nil {
		return nil
	}
	return s.found(d, fmt.Sprintf("some HTTP answer within %s", s.engine.env.AckDeadline), answered(d.Attempt))
}

// judgeEvidence compares what came with what this receiver gives for one event.
func (s *Session) judgeEvidence(d *Delivery, ev event.Event, got evidence) *Finding {
	r := read(ev.JSON)
	if want := s.wantReceipts(); want > 0 {
		if len(got.receipts) != want {
			return s.found(d, "one receipt for "+who(ev), fmt.Sprintf("%s within %s", count(len(got.receipts), "receipt"), s.evidenceWait()))
		}
		if f := s.judgeReceipt(d, ev, r, got.receipts[0]); f != nil {
			return f
		}
	}
	for _, x := range got.replies {
		if f := s.judgeAddress(d, ev, x); f != nil {
			return f
		}
	}
	want, exactly := s.wantReplies(ev)
	if len(got.replies) < want || exactly && len(got.replies) > want {
		amount := count(want, "reply")
		if !exactly {
			amount = "a reply"
		}
		return s.found(d, amount+" to "+who(ev), fmt.Sprintf("%s within %s", count(len(got.replies), "reply"), s.evidenceWait()))
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

// wantReceipts is how many receipts one event brings.
func (s *Session) wantReceipts() int {
	if s.engine.cal.has(Receipts) {
		return 1
	}
	return 0
}

// wantReplies is how many messages this receiver sends for an event: as many as
// calibration saw for one of its kind, one where replies are declared and
// calibration saw none, and at least one where replies were merely observed and
// the event is, or is like, the one that brought them.
func (s *Session) wantReplies(ev event.Event) (n int, exactly bool) {
	c, r := s.engine.cal, read(ev.JSON)
	seen := c.seen[r.kind].Replies
	switch {
	case !r.addressable() || r.echo:
		return 0, false
	case r.kind != kindOther && c.env.declares(Replies):
		return max(1, seen), true
	case seen > 0 && r.plain(), c.variant[ev.Variant.ID].Replies > 0:
		return 1, false
	}
	return 0, false
}

// evidenceWait is how long evidence that has to come is waited for.
func (s *Session) evidenceWait() time.Duration {
	return max(s.engine.env.wait(2*time.Second), 2*s.engine.cal.Quiet)
}

// reproducible is the longest body, in bytes, that a person would paste into a
// terminal.
const reproducible = 16 << 10

// found makes a finding about a delivery.
func (s *Session) found(d *Delivery, expected, actual string) *Finding {
	f := &Finding{Stimulus: d.What, Expected: expected, Actual: actual}
	if len(d.Attempt.Request.Body) <= reproducible {
		f.Reproduce = delivery.Curl(d.Attempt.Request)
	}
	return f
}

// answered says in words how an attempt was answered.
func answered(a delivery.Attempt) string {
	if a.Answer == nil {
		return a.Err.Error()
	}
	text := fmt.Sprintf("status %d", a.Answer.Status)
	if body := strings.TrimSpace(string(a.Answer.Body[:min(len(a.Answer.Body), 120)])); body != "" {
		text += fmt.Sprintf(" with the body %q", body)
	}
	text += fmt.Sprintf(" after %s", round(a.Timing.FirstByte))
	if a.Err != nil {
		text += "; " + a.Err.Error()
	}
	return text
}

// who names the person of an event as the receiver knows it.
func who(ev event.Event) string {
	sender, _ := event.Get(ev.JSON, "/sender")
	if len(sender) == 0 {
		return "an event without a sender"
	}
	return string(sender)
}

// amounts says how much evidence there is.
func amounts(replies, receipts int) string {
	var parts []string
	if replies > 0 {
		parts = append(parts, count(replies, "reply"))
	}
	if receipts > 0 {
		parts = append(parts, count(receipts, "receipt"))
	}
	return strings.Join(parts, " and ")
}

func count(n int, noun string) string {
	switch {
	case n == 0:
		return "no " + noun
	case n == 1:
		return "one " + noun
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// judgeReceipt compares a receipt with the event that it is about.
func (s *Session) judgeReceipt(d *Delivery, ev event.Event, r reading, x journal.Exchange) *Finding {
	if x.Err != "" {
		return s.found(d, "a receipt as the contract describes it", "a receipt that is not valid: "+x.Err)
	}
	got, _ := decode(x.Doc).(map[string]any)
	if off := differences("", withoutNulls(r.receipt()), withoutNulls(got)); len(off) > 0 {
		return s.found(d, "a receipt that says what came in "+ev.Variant.ID, "a receipt with "+strings.Join(off, "; "))
	}
	return nil
}
