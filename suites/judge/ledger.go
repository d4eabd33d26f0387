package judge

import (
	"bytes"
	"crypto/sha256"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// ledger is what was sent to the receiver, and what came back: the one place that says
// for which events evidence is owed, and what was proved by a fence.
type ledger struct {
	mu      sync.Mutex
	changed chan struct{} // closed at the next change
	fences  []fence       // what has to be answered after a stimulus

	requests []*request // in the order of sending
	unproved []*request // those that are over and have no fence behind them
	open     []*request // those that count in the window, see pace.go
	unpaid   []*request // those whose evidence has not come
	pace     pace

	evidence  map[string]*evidence       // by what a person can be called by
	nameless  []journal.Exchange         // receipts for events without a sender
	calls     map[string]int             // of the Graph API about a person, failed ones too
	gathered  map[uint64]bool            // exchanges that count already
	owed      map[string][]*debt         // by what a person can be called by
	untagged  []*debt                    // for events without a sender
	delivered map[string]int             // how many events of a person were sent
	known     map[[sha256.Size]byte]bool // events that were sent, for those that come again

	numbers  int           // that were given to events without a person
	progress time.Time     // when the receiver, or we, did something last
	heard    time.Time     // when evidence came last
	doubted  time.Time     // when a delivery that must bring nothing was last answered with 2xx
	closed   time.Time     // when the last fence was answered
	surplus  time.Time     // when a message came last for somebody whose events were all answered
	longest  time.Duration // of the last ones from a request to its evidence, but for bursts
	recent   []time.Duration
	late     time.Duration // the same, with bursts
	gap      time.Duration // the longest between two evidences
	patience float64       // scales quiet and stall
	// worksFirst reports that the receiver has nothing under way of what it has
	// acknowledged.
	worksFirst bool
}

// fence is a genuine event that shows that the receiver is done with what came
// before it.
type fence struct {
	kind    Kind
	variant string
}

func newLedger(patience float64) *ledger {
	return &ledger{
		changed: make(chan struct{}), evidence: map[string]*evidence{}, calls: map[string]int{}, gathered: map[uint64]bool{},
		owed: map[string][]*debt{}, delivered: map[string]int{}, known: map[[sha256.Size]byte]bool{}, progress: time.Now(), patience: patience,
		pace: pace{usualOf: map[Kind]time.Duration{}},
	}
}

// change wakes whoever waits. The caller holds mu.
func (l *ledger) change() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// begin enters a request just before it is sent.
func (l *ledger) begin(r *request, events []owing) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.seq = len(l.requests) + 1
	r.began = time.Now()
	l.progress = r.began
	l.requests = append(l.requests, r)
	if t := r.turn; t != nil {
		if !t.asked.IsZero() {
			r.waited, t.asked = r.began.Sub(t.asked), time.Time{}
		}
		t.reserved, t.since = max(0, t.reserved-1), r.began
	}
	for _, o := range events {
		l.owe(r, o)
	}
	r.owed = r.owes
	r.unhurried = !l.owing(r.began)
	r.apart = (l.pace.serial || l.pace.strict) && !r.untimed || l.pace.occupied
	r.untimed = r.untimed || l.pace.occupied
	for _, other := range l.open {
		if other.ended.IsZero() {
			r.apart, other.apart = false, false
		}
	}
	l.unpaid = append(l.unpaid, r)
	l.open = append(l.open, r)
	l.change()
}

// end notes how a request was answered.
func (l *ledger) end(r *request, acked, broken bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.ended, r.acked, r.broken = time.Now(), acked, broken
	r.behind = len(l.requests)
	l.progress = r.ended
	if !acked && !r.isFence { // what was refused owes nothing; a fence proves late, too
		for _, d := range r.debts {
			d.paid = true
		}
		r.owes, r.owed = 0, 0
	}
	switch {
	case r.isFence:
	case l.fences == nil:
		r.provedAt = r.ended
	default:
		l.unproved = append(l.unproved, r)
	}
	if acked && r.genuine && l.pace.byAcknowledgement {
		l.answered(r, r.ended.Sub(r.began), l.fences[0].kind)
	}
	l.change()
}

// another is another number, for all specs.
func (l *ledger) another() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.numbers++
	return l.numbers
}

// shown reports whether silence of a request says something: all that it owed has come, or a
// later event was handled.
func (l *ledger) shown(r *request) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !r.provedAt.IsZero() && !r.unheard || r.owed > 0 && r.owes == 0
}

// note takes in an exchange that the receiver began.
func (l *ledger) note(x journal.Exchange) {
	if x.Direction != journal.FromReceiver {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gathered[x.Seq] {
		return
	}
	if x.Person == "" {
		if x.Kind == journal.Receipt && x.Settled() {
			l.gathered[x.Seq] = true
			l.nameless = append(l.nameless, x)
			l.pay(l.untagged)
		}
		return
	}
	of := l.evidence[x.Person]
	if of == nil {
		of = &evidence{}
		l.evidence[x.Person] = of
	}
	if x.Kind == journal.Send || x.Kind == journal.Graph {
		l.calls[x.Person]++
	}
	if !of.gather(x) {
		return
	}
	l.gathered[x.Seq] = true
	now := time.Now()
	surplus := !l.pay(l.owed[x.Person]) && x.Kind == journal.Send
	if surplus {
		l.surplus = now
	}
	if !surplus || len(of.replies) <= storm { // a receiver that never stops sending shows nothing by it
		l.progress = now
	}
	l.change()
}

// of is the evidence so far for an event. The caller holds mu.
func (l *ledger) of(ev event.Event) evidence {
	var all evidence
	for _, id := range IDs(ev.Session) {
		if e := l.evidence[id]; e != nil {
			all.join(*e)
		}
	}
	for _, x := range l.nameless {
		if bytes.Contains(x.Request.Body, []byte(ev.Session.Tag)) {
			all.join(evidence{receipts: []journal.Exchange{x}})
		}
	}
	return all
}

// each is the evidence so far for each of these events; of several of one person
// the first gets all.
func (l *ledger) each(events []event.Event) []evidence {
	l.mu.Lock()
	defer l.mu.Unlock()
	found := make([]evidence, len(events))
	met := map[string]bool{}
	for i, ev := range events {
		if !met[ev.Session.PSID] {
			found[i] = l.of(ev)
		}
		met[ev.Session.PSID] = true
	}
	return found
}
