package judge

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// windowFirst is the number of events with which a run begins, and windowMost
	// the largest, that a receiver has at a time.
	windowFirst, windowMost = 4, 64
	// prompt is a time to evidence that never counts as slow: on a busy machine a
	// receiver that works at once takes as long now and then.
	prompt = 200 * time.Millisecond
	// hungAfter is after how long a request without an answer keeps nobody else from
	// being sent, and hungStrictly the same where one is judged alone: longer than
	// any deadline.
	hungAfter, hungStrictly = time.Second, time.Minute
)

// errTimeUp ends specs whose turn had not come when the time was up.
var errTimeUp = errors.New("the time limit of the run was reached before its turn came")

// pace limits the events that a receiver was sent and has shown no evidence for to as
// many as it can handle: a congestion window. It grows by one with each evidence
// that comes in time, and is halved when the time to evidence grows.
type pace struct {
	// byAcknowledgement is for a receiver of which nothing else is seen.
	byAcknowledgement bool
	usual             time.Duration          // to evidence at the quickest, with nothing else to do
	usualOf           map[Kind]time.Duration // the same for kinds that were seen to take longer
	window            int
	narrowed          time.Time // when it last showed that there was too much
	serial            bool      // no request while another is under way
	strict            bool      // one after the other, each followed by a fence
	occupied          bool      // kept busy on purpose, by one spec and no other
	soft              time.Time // when no spec begins any more
	queue             []*turn
	active            []*turn    // admitted, and not left
	underWay          []*request // fences that were sent and may still be answered
	batches           int        // how often fences were sent without an answer
}

// turn is a spec's or a fence's turn to send.
type turn struct {
	exclusive bool      // with no other request under way
	fence     bool      // for a fence, which comes first and is not delayed by the window
	begun     bool      // for a spec that had a turn before
	weight    int       // the lower, the sooner
	place     int       // likewise, among those of one weight
	reserved  int       // requests that are still to begin
	asked     time.Time // when it was asked for; zero once something was sent in it
	since     time.Time
	ready     chan struct{}
	err       error
}

// answered adapts the window to the time to evidence of an event of this kind. What takes long though there was nothing beside it is not slow for that: some
// kinds take longer, and some receivers poll their queue every other second.
func (p *pace) answered(r *request, k Kind, took time.Duration, now time.Time) {
	usual, seen := p.usualOf[k]
	if !seen {
		usual = p.usual
	}
	switch {
	case r.untimed:
	case took > max(2*usual, prompt):
		if !r.began.After(p.narrowed) { // once for all that were under way together
			return
		}
		if r.unhurried {
			p.usualOf[k] = took
		}
		p.window, p.narrowed = max(1, p.window/2), now
	default:
		p.window = min(p.window+1, windowMost)
	}
}

// width is the window that counts at present.
func (p *pace) width() int {
	if p.strict {
		return 1
	}
	return p.window
}

// hung is after how long a request without an answer keeps nobody else from being
// sent. A receiver that acknowledges after the work may take that long for each.
func (l *ledger) hung() time.Duration {
	if l.pace.strict {
		return hungStrictly
	}
	return max(hungAfter, 4*l.pace.usual)
}

// units is how much of the window a request takes at present, and when that may
// change by itself. The caller holds mu.
func (l *ledger) units(r *request, now time.Time) (n int, change time.Time) {
	if r.ended.IsZero() {
		hung := r.began.Add(l.hung())
		if now.Before(hung) {
			return max(1, r.owes), hung
		}
		return 0, time.Time{}
	}
	overtaken := r.proved != 0 || !r.provedAt.IsZero()
	switch {
	case l.pace.byAcknowledgement || l.fences == nil:
		return 0, time.Time{}
	case r.handshake: // which leaves no work behind
		return 0, time.Time{}
	case r.isFence && r.owes == 0: // answered, or refused: no fence is sent behind it
		return 0, time.Time{}
	case r.owed > 0 && r.owes == 0, r.owes == 0 && overtaken:
		return 0, time.Time{}
	case r.owes > 0 && overtaken && l.pace.strict:
		return 0, time.Time{}
	case r.owes > 0 && overtaken: // probably lost; whether it is shows later
		lost := r.began.Add(l.quiet())
		if !now.Before(lost) {
			return 0, time.Time{}
		}
		return r.owes, lost
	}
	return max(1, r.owes), time.Time{}
}

// load is how much of the window is taken, and when that may change by itself. It
// forgets requests that count no more.
func (l *ledger) load(now time.Time) (taken int, next time.Time) {
	open := l.open[:0]
	for _, r := range l.open {
		n, change := l.units(r, now)
		taken += n
		next = sooner(next, change)
		if n > 0 || r.ended.IsZero() {
			open = append(open, r)
		}
	}
	clear(l.open[len(open):])
	l.open = open
	for _, t := range l.pace.active {
		taken += t.reserved
	}
	return taken, next
}

// admit lets in, from the head of the queue, the turns that fit. It returns when that
// may change by itself. The caller holds mu.
func (l *ledger) admit(now time.Time) (next time.Time) {
	p := &l.pace
	for len(p.queue) > 0 {
		head := p.queue[0]
		if !head.begun && !p.soft.IsZero() && !now.Before(p.soft) {
			head.err = errTimeUp
			p.queue = p.queue[1:]
			close(head.ready)
			continue
		}
		taken, change := l.load(now)
		under := 0
		for _, t := range p.active {
			if hung := t.since.Add(l.hung()); now.Before(hung) {
				under++
				change = sooner(change, hung)
			}
			if t.exclusive && now.Before(t.since.Add(l.hung())) {
				return change
			}
		}
		full := taken > 0 && taken+1 > p.width() && !head.fence
		if (head.exclusive || p.serial) && under > 0 || full {
			return change
		}
		p.queue = p.queue[1:]
		head.since = now
		p.active = append(p.active, head)
		close(head.ready)
	}
	return time.Time{}
}

// starved reports whether a turn waits that only a fence can let in: all that is open
// is over, and nothing shows whether the receiver is done with it. Where evidence is
// owed, it is given some time to come first.
func (l *ledger) starved(now time.Time) (yes bool, next time.Time) {
	if len(l.pace.queue) == 0 || len(l.fences) == 0 || len(l.open) == 0 {
		return false, time.Time{}
	}
	owing := false
	for _, r := range l.open {
		if r.ended.IsZero() && now.Before(r.began.Add(l.hung())) {
			return false, time.Time{}
		}
		owing = owing || r.owes > 0
	}
	if !owing || l.pace.strict {
		return true, time.Time{}
	}
	after := l.progress.Add(l.quiet())
	return !now.Before(after), after
}

// enter waits for a turn; leave must be called after it, once.
func (l *ledger) enter(ctx context.Context, t *turn) (leave func(), err error) {
	t.ready, t.asked = make(chan struct{}), time.Now()
	l.mu.Lock()
	order := func(a, b *turn) int {
		if a.fence != b.fence {
			if a.fence {
				return -1
			}
			return 1
		}
		if a.begun != b.begun {
			if a.begun {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.weight, b.weight), cmp.Compare(a.place, b.place))
	}
	at := len(l.pace.queue)
	for at > 0 && order(t, l.pace.queue[at-1]) < 0 {
		at--
	}
	l.pace.queue = slices.Insert(l.pace.queue, at, t)
	l.admit(time.Now())
	l.change()
	l.mu.Unlock()

	select {
	case <-t.ready:
		if t.err != nil {
			return nil, t.err
		}
		return func() { l.leave(t) }, nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	i := slices.Index(l.pace.queue, t)
	if i >= 0 {
		l.pace.queue = slices.Delete(l.pace.queue, i, i+1)
	}
	l.mu.Unlock()
	if i < 0 {
		l.leave(t) // admitted in the same moment
	}
	return nil, ctx.Err()
}

func (l *ledger) leave(t *turn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pace.active = slices.DeleteFunc(l.pace.active, func(other *turn) bool { return other == t })
	l.admit(time.Now())
	l.change()
}

// sooner is the earlier of two instants, where zero stands for never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
