package judge

import (
	"bytes"
	"cmp"
	"slices"

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

func (e evidence) tally() Tally {
	return Tally{Replies: len(e.replies), Receipts: len(e.receipts), Lines: len(e.lines)}
}

// first is the evidence that arrived first.
func (e evidence) first() (journal.Exchange, bool) {
	all := slices.Concat(e.replies, e.receipts, e.lines)
	if len(all) == 0 {
		return journal.Exchange{}, false
	}
	return slices.MinFunc(all, func(a, b journal.Exchange) int { return a.At.Compare(b.At) }), true
}

// gather sorts one exchange into the evidence of a person; false if it is none,
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

// join adds the evidence that came under another id of the same person.
func (e *evidence) join(other evidence) {
	inOrder := func(a, b journal.Exchange) int { return cmp.Compare(a.Seq, b.Seq) }
	for _, list := range []struct {
		to   *[]journal.Exchange
		from []journal.Exchange
	}{{&e.replies, other.replies}, {&e.receipts, other.receipts}, {&e.lines, other.lines}} {
		if len(list.from) > 0 {
			*list.to = slices.SortedFunc(slices.Values(slices.Concat(*list.to, list.from)), inOrder)
		}
	}
	e.typing = e.typing || other.typing
}

// About reports whether an exchange concerns the person of this event. A
// receipt for an event without a sender is recognised by the tag that its
// values carry.
func About(x journal.Exchange, ev event.Event) bool {
	if x.Direction != journal.FromReceiver {
		return false
	}
	if x.Person == "" {
		return x.Kind == journal.Receipt && bytes.Contains(x.Request.Body, []byte(ev.Session.Tag))
	}
	return slices.Contains(IDs(ev.Session), x.Person)
}

// IDs are what a person can be called by in an event, and so in an answer to it.
func IDs(person event.Session) []string {
	return []string{person.PSID, person.UserRef, person.GuestID}
}

// isMessage tells a message from a typing indicator or another sender action.
func isMessage(doc []byte) bool {
	message, ok := event.Get(doc, "/message")
	return ok && string(message) != "null"
}

// IsReply reports whether an exchange is a message that the receiver sent.
func IsReply(x journal.Exchange) bool {
	return x.Direction == journal.FromReceiver && x.Kind == journal.Send && isMessage(x.Doc)
}
