package suites

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// evidence is what shows that a receiver handled the events of one person.
type evidence struct {
	replies  []journal.Exchange // messages to this person; typing indicators do not count
	receipts []journal.Exchange
	lines    []journal.Exchange // that the receiver wrote about this person
	typing   bool
}

func (e evidence) tally() tally {
	return tally{replies: len(e.replies), receipts: len(e.receipts), lines: len(e.lines)}
}

// all is everything that counts, sort by sort.
func (e evidence) all() []journal.Exchange { return slices.Concat(e.replies, e.receipts, e.lines) }

// first is the evidence that arrived first.
func (e evidence) first() (journal.Exchange, bool) {
	all := e.all()
	if len(all) == 0 {
		return journal.Exchange{}, false
	}
	return slices.MinFunc(all, func(a, b journal.Exchange) int { return a.At.Compare(b.At) }), true
}

// about reports whether an exchange concerns the person of this event. A
// receipt for an event without a sender is recognised by the tag that its
// values carry.
func about(x journal.Exchange, ev event.Event) bool {
	if x.Direction != journal.FromReceiver {
		return false
	}
	switch s := ev.Session; {
	case x.Person == "":
		return x.Kind == journal.Receipt && bytes.Contains(x.Request.Body, []byte(s.Tag))
	default:
		return slices.Contains(ids(s), x.Person)
	}
}

// ids are what a person can be called by in an event, and so in an answer to it.
func ids(person event.Session) []string {
	return []string{person.PSID, person.UserRef, person.GuestID}
}

// gather sorts one exchange into the evidence of an event; false if it is none,
// or none yet: whether a receipt is valid shows in its answer.
func (e *evidence) gather(x journal.Exchange) bool {
	switch {
	case x.Kind == journal.Receipt && !x.Settled():
		return false
	case x.Kind == journal.Receipt:
		e.receipts = append(e.receipts, x)
	case x.Kind == journal.Line:
		e.lines = append(e.lines, x)
	case x.Kind == journal.Send && isMessage(x.Doc):
		e.replies = append(e.replies, x)
	case x.Kind == journal.Send:
		e.typing = true
	default:
		return false
	}
	return true
}

// watch finds the event that an exchange is about, of which there can be a
// thousand, as about would.
type watch struct {
	events []event.Event
	of     map[string]int // by what a person can be called by
}

func newWatch(events []event.Event) watch {
	w := watch{events: events, of: map[string]int{}}
	for i, ev := range events {
		for _, id := range ids(ev.Session) {
			if _, taken := w.of[id]; !taken {
				w.of[id] = i
			}
		}
	}
	return w
}

// event is the index of the first event that an exchange is about.
func (w watch) event(x journal.Exchange) (int, bool) {
	if x.Direction != journal.FromReceiver {
		return 0, false
	}
	if x.Person != "" {
		i, ok := w.of[x.Person]
		return i, ok
	}
	i := slices.IndexFunc(w.events, func(ev event.Event) bool { return about(x, ev) })
	return i, i >= 0
}

// heardEnough is a patience that ends listening at once.
const heardEnough time.Duration = -1

// listen gathers the evidence of these events, one element for each, until no
// new evidence has come for as long as patience says. patience is asked anew
// after each arrival, with what has come so far and the time from the first
// call to the latest arrival. Of several events of one person the first in the
// list gets all the evidence.
func (s *Session) listen(ctx context.Context, events []event.Event, patience func([]evidence, time.Duration) time.Duration) ([]evidence, error) {
	found := make([]evidence, len(events))
	seen := map[uint64]bool{}
	watched := newWatch(events)
	start := time.Now()
	latest := start
	for {
		wait := patience(found, latest.Sub(start))
		if wait == heardEnough {
			return found, nil
		}
		until := latest.Add(wait)
		waiting, cancel := context.WithDeadline(ctx, s.lookout(until))
		_, err := s.engine.env.Platform.Journal().Wait(waiting, func(x journal.Exchange) bool {
			if seen[x.Seq] {
				return false
			}
			i, ok := watched.event(x)
			seen[x.Seq] = ok && found[i].gather(x)
			return seen[x.Seq]
		})
		cancel()
		switch {
		case err == nil:
			latest = time.Now()
		case ctx.Err() != nil:
			return found, ctx.Err()
		case waiting.Err() == nil:
			return found, err
		case !time.Now().Before(until), s.engine.lifeline.diedSince(ctx, start):
			return found, nil
		}
	}
}

// lookout is when to look whether the receiver still lives: at the end of the
// wait, or, for a spec that is alone with a receiver that has died before, soon.
// From a dead receiver nothing comes any more.
func (s *Session) lookout(until time.Time) time.Time {
	const soon = 100 * time.Millisecond
	if next := time.Now().Add(soon); s.alone && next.Before(until) {
		return next
	}
	return until
}

// isMessage tells a message from a typing indicator or another sender action.
func isMessage(doc []byte) bool {
	call, _ := decode(doc).(map[string]any)
	return call["message"] != nil
}
