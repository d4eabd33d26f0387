package judge

import (
	"bytes"
	"crypto/sha256"
	"slices"
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

// request is one request to the receiver, and what has come of it so far.
type request struct {
	seq   int    // the order of sending
	trial *trial // whose request it is; nil: the run's own
	turn  *turn  // in which it was sent; nil: in none
	what  string
	// delivery is what was sent with it; nil for a verification request.
	delivery *Delivery
	until    int64 // in the receiver's output, the beginning of the next request; 0: there is none
	// genuine reports that it is correctly signed, so that its evidence counts as
	// a fence.
	genuine   bool
	unhurried bool // nothing was owed when it was sent
	apart     bool // no other request was under way when it was sent, nor was one sent beside it
	untimed   bool // its time tells nothing: much is under way at once, or it is sent slowly
	strange   bool // anybody could have sent it, without the app secret
	isFence   bool
	// handshake reports that it is a verification request.
	handshake bool
	began     time.Time
	ended     time.Time // when it was answered, or could not be; zero: it is under way
	acked     bool
	accepted  bool // it was answered with 2xx, whoever sent it
	broken    bool // the connection broke off
	refused   bool // the connection was not accepted
	cut       bool // it broke off, or was refused: the receiver was not there, or ended
	behind    int  // requests up to this number were sent before it was over
	debts     []*debt
	owes      int // events whose evidence has not come
	owed      int // events whose evidence had to come
	complete  time.Time
	proved    uint // the fences behind it that were answered, a bit for each
	provedAt  time.Time
	unheard   bool // no fence behind it was answered, and there was a reason for it
}

// doubtful reports whether a stranger sent it and was not refused: it may still have an
// effect.
func (r *request) doubtful() bool { return r.strange && r.accepted && !r.handshake }

// debt is an event whose evidence has to come.
type debt struct {
	request *request
	kind    Kind
	event   event.Event
	want    Tally
	paid    bool
	took    time.Duration // until it was paid
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

// owing is an event of a request and the evidence that it brings: for the first
// event of a person want, for a further one as much as one brings beside it.
type owing struct {
	event   event.Event
	reading Reading
	want    Tally
	one     Tally
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

// owing reports whether evidence is owed that may still come.
func (l *ledger) owing(now time.Time) bool {
	l.unpaid = slices.DeleteFunc(l.unpaid, func(r *request) bool {
		return !r.ended.IsZero() && r.owes == 0 || now.Sub(r.began) > l.patient()
	})
	return len(l.unpaid) > 0
}

// owe enters an event whose evidence has to come. One that was delivered before
// brings no more.
func (l *ledger) owe(r *request, o owing) {
	if !r.genuine {
		return
	}
	person := o.event.Session.Name
	identity := sha256.Sum256(append([]byte(person+"\x00"), o.event.JSON...))
	if l.known[identity] {
		return
	}
	l.known[identity] = true
	n := l.delivered[person]
	l.delivered[person]++
	if !o.want.Any() {
		return
	}
	d := &debt{request: r, kind: o.reading.Kind, event: o.event, want: o.want.Plus(o.one.times(n))}
	r.owes++
	r.debts = append(r.debts, d)
	if !o.reading.Addressable() { // its receipt may name no person, or one all the same
		l.untagged = append(l.untagged, d)
	}
	for _, id := range IDs(o.event.Session) {
		l.owed[id] = append(l.owed[id], d)
	}
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

// pay finds which of these debts are paid now. It reports whether one of them was
// open.
func (l *ledger) pay(debts []*debt) (open bool) {
	now := time.Now()
	for _, d := range debts {
		if d.paid {
			continue
		}
		open = true
		if !l.of(d.event).tally().Covers(d.want) {
			continue
		}
		d.paid = true
		r := d.request
		r.owes--
		took := now.Sub(r.began)
		d.took = took
		l.late = max(l.late, took)
		if !r.untimed {
			l.measured(took)
		}
		if since := now.Sub(l.heard); since < took {
			l.gap = max(l.gap, since)
		} else {
			l.gap = max(l.gap, took)
		}
		l.heard = now
		l.answered(r, took, d.kind)
	}
	l.change()
	return open
}

// measured notes a time to evidence. One that was slow once, because the machine or
// the receiver was busy, does not count for ever.
func (l *ledger) measured(took time.Duration) {
	const most = 128
	if len(l.recent) == most {
		l.recent = l.recent[1:]
	}
	l.recent = append(l.recent, took)
	l.longest = slices.Max(l.recent)
}

// answered notes that an event of a request, of this kind, was handled: a fence
// for all that was over before it was sent.
func (l *ledger) answered(r *request, took time.Duration, k Kind) {
	now := time.Now()
	if r.owes == 0 && r.complete.IsZero() {
		r.complete = now
	}
	l.pace.answered(r, k, took, now)
	bit := uint(0)
	for i, f := range l.fences {
		if f.kind == k {
			bit = 1 << i
		}
	}
	all := uint(1)<<len(l.fences) - 1
	rest := l.unproved[:0]
	for _, u := range l.unproved {
		if u.behind < r.seq {
			u.proved |= bit
		}
		if u.proved == all {
			u.provedAt = now
		} else {
			rest = append(rest, u)
		}
	}
	clear(l.unproved[len(rest):])
	l.unproved = rest
	for _, u := range l.open { // a fence that was lost must not fill the window for ever
		if u.isFence && !u.ended.IsZero() && u.behind < r.seq {
			u.proved |= bit
		}
	}
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

// quiet is how long it has to be quiet after a fence: twice the longest time to
// evidence that this run has seen of late.
func (l *ledger) quiet() time.Duration { return l.scaled(max(quietFloor, 2*l.longest)) }

// stall is after how long without evidence for anybody, and without a request,
// what is outstanding counts as missing: in this receiver's own intervals. While all
// its workers are at an event that takes long, nothing comes, even where the events
// before were quick.
func (l *ledger) stall() time.Duration {
	if l.worksFirst {
		return l.scaled(max(stallFloorWorked, 2*l.longest, unequal*l.pace.usual))
	}
	return l.scaled(max(stallFloor, 5*l.gap, 2*l.late, unequal*l.pace.usual))
}

// patient is stall where a verdict depends on it: some kind of event, which calibration
// did not send, may take as long as any that a receiver can be judged with.
func (l *ledger) patient() time.Duration {
	if l.worksFirst {
		return l.stall()
	}
	return max(l.stall(), l.scaled(mostWork))
}

// lostAfter is after how long without a sign what is outstanding counts as missing at
// present: an event that is missing is sent again alone, and then given more time.
func (l *ledger) lostAfter() time.Duration {
	if l.pace.strict {
		return l.patient()
	}
	return l.stall()
}

func (l *ledger) scaled(d time.Duration) time.Duration { return time.Duration(l.patience * float64(d)) }

// rested is when it has been quiet for long enough at the end of the run, which began
// then: after the last fence, and after the last message that nobody waited for. Where
// these never end it is a stall later. What a stranger sent and was not refused is
// watched for as long as any event may take.
func (l *ledger) rested(began time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	until := began.Add(l.scaled(quietFloor))
	for _, after := range []time.Time{l.closed, l.surplus} {
		if quiet := after.Add(l.quiet()); !after.IsZero() && quiet.After(until) {
			until = quiet
		}
	}
	if most := began.Add(l.stall()); until.After(most) {
		until = most
	}
	if doubt := l.doubted.Add(l.scaled(mostWork)); !l.doubted.IsZero() && doubt.After(until) {
		return doubt
	}
	return until
}

const (
	quietFloor = 150 * time.Millisecond
	stallFloor = 3 * time.Second
	// stallFloorWorked is stallFloor for a receiver that works before it acknowledges:
	// all that comes of an event has come by then, and was only not read yet.
	stallFloorWorked = 500 * time.Millisecond
	// mostWork is what an event may take: a bot that asks a language model answers
	// after 5 to 20 s.
	mostWork = 20 * time.Second
	// unequal is how many times as long as the quickest event another may take, with
	// a margin: a lookup beside a language model, a cache that is cold.
	unequal = 12
)
