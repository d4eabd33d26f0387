package judge

import (
	"context"
	"slices"
	"time"
)

// Case is what a requirement came to, with all that was sent for it: what
// its cause is looked for in.
type Case struct {
	Outcome
	// Does is what the receiver did that the finding is about; empty without one.
	Does Deed
	// About is the delivery of the finding, an index into Sent; -1 where it is about
	// none. Event is which of its events, -1 for the delivery as a whole.
	About, Event int
	// Blamed reports that it ended the receiver, twice of two, whatever its outcome,
	// and Jams that the receiver did not end, but answered nothing more. Then About is
	// that delivery, and Words are how the receiver ended and what it wrote last.
	Blamed, Jams bool
	Words        string
	// Wrong are the pointers at which a receipt is not what came, in its receipt.
	Wrong []string
	// Of is the id of the requirement for which the delivery of the finding was sent, where
	// that is another one.
	Of string
	// Sent is what was sent, in its order, and Answering for how long answers to it were
	// waited for.
	Sent      []Sent
	Answering time.Duration
}

// Sent is one request and what is known to have come of it.
type Sent struct {
	What string
	// Method is that of the request; Body are the bytes that were sent, nil of one that
	// is large or was spoilt after signing.
	Method string
	Body   []byte
	Size   int
	// Genuine reports that it is signed as Meta signs.
	Genuine      bool
	Acknowledged bool
	Proved       bool   // a fence behind it was answered
	Alone        bool   // no other request was under way when it was sent
	Status       int    // 0: there was no answer
	Answer       []byte // the body of the answer, or its beginning
	Events       []SentEvent
}

// SentEvent is an event of a request.
type SentEvent struct {
	JSON []byte
	// Handled reports that its handling shows, and did.
	Handled bool
	// Understood reports that a receipt said all that came, Counted that there were
	// exactly as many replies as one event brings, Addressed that each was to the
	// right person. The first and the last are looked at where something was
	// misread, or misaddressed.
	Understood, Counted, Addressed bool
}

// deeds are those of all that is red.
type deeds map[Deed]bool

// outcomeSoFar is what a spec has come to by now.
func (e *engine) outcomeSoFar(t *trial) Outcome {
	if t.Unasked { // that it ended the receiver is a case all the same
		return Outcome{Requirement: t.Requirement, Status: NotJudged}
	}
	if t.concluded || t.session == nil {
		return t.outcome
	}
	o := e.last(t)
	if o.Status == NotJudged {
		o = t.session.alarmed(o)
	}
	return o
}

// observed is the case of a spec with this outcome.
func (e *engine) observed(t *trial, outcome Outcome, all deeds) Case {
	o := Case{Outcome: outcome, About: -1, Event: -1}
	s := t.session
	if s == nil {
		return o
	}
	for _, d := range s.sent {
		o.Sent = append(o.Sent, s.sentOf(d, all))
	}
	for _, r := range s.requests {
		o.Answering += max(0, r.ended.Sub(r.began))
	}
	if o.Blamed, o.Jams, o.Words = t.blamed, t.jams, t.words; t.blamed {
		o.About = slices.IndexFunc(s.sent, func(d *Delivery) bool { return d.request == t.killer })
	}
	f := o.Finding
	if f == nil {
		return o
	}
	o.Does, o.Wrong = f.does, f.wrong
	if o.About >= 0 || f.about == nil {
		return o
	}
	if o.About = slices.Index(s.sent, f.about); o.About < 0 { // of the try before
		o.Sent = append(o.Sent, s.sentOf(f.about, all))
		o.About = len(o.Sent) - 1
	}
	o.Event = f.event
	if of := f.about.request.trial; of != t {
		o.Of = of.ID
	}
	if o.Sent[o.About].Alone { // what it wrote may have been read later than its answer
		f.Output = s.outputAbout(f.about)
	}
	return o
}

// examined is the longest body, in bytes, that a cause is looked for in.
const examined = 64 << 10

// sentOf describes a delivery and what came of each of its events.
func (s *Session) sentOf(d *Delivery, all deeds) Sent {
	r := d.Attempt.Request
	sent := Sent{
		What: d.What, Method: r.Method, Size: len(r.Body), Genuine: !d.request.strange, Acknowledged: Acknowledged(d.Attempt),
		Proved: !d.request.provedAt.IsZero(), Alone: d.request.apart,
	}
	if d.Attempt.Answer != nil {
		sent.Status = d.Attempt.Answer.Status
		sent.Answer = d.Attempt.Answer.Body[:min(len(d.Attempt.Answer.Body), reproducible)]
	}
	if len(r.Body) <= examined {
		sent.Body = r.Body
	}
	found := s.cameOf(d, d.Events)
	for i, ev := range d.Events {
		got := found[i]
		want, exactly := s.wantAt(d, i)
		one := SentEvent{JSON: ev.JSON, Handled: want.Any() && got.tally().Covers(want)}
		one.Counted = one.Handled && exactly && len(got.replies) == want.Replies && len(got.receipts) <= 1
		one.Addressed = len(got.replies) > 0 && all[Misaddresses]
		for _, x := range got.replies {
			one.Addressed = one.Addressed && s.judgeAddress(d, ev, x) == nil
		}
		one.Understood = all[Misreads] && len(got.receipts) > 0 && s.JudgeReceipt(d, ev, got.receipts[0]) == nil
		sent.Events = append(sent.Events, one)
	}
	return sent
}

// investigate has what was judged so far looked into, with experiments if there may be
// some.
func (e *engine) investigate(ctx context.Context, experiments bool) {
	if e.env.Diagnose == nil {
		return
	}
	outcomes := make([]Outcome, len(e.trials))
	all := deeds{}
	for i, t := range e.trials {
		outcomes[i] = e.outcomeSoFar(t)
		if f := outcomes[i].Finding; f != nil {
			all[f.does] = true
		}
	}
	if len(all) == 0 { // what came of every event is a lot to read
		return
	}
	seen := []Case{e.plainest(all)}
	for i, t := range e.trials {
		if t.session != nil || t.concluded {
			seen = append(seen, e.observed(t, outcomes[i], all))
		}
	}
	try := func(...Spec) []Outcome { return nil }
	e.ledger.mu.Lock()
	reserve := e.reserve()
	e.ledger.mu.Unlock()
	// What is still to be judged comes before why something is red.
	if experiments && time.Until(e.ends) > 2*reserve {
		try = func(specs ...Spec) []Outcome { return e.experiment(ctx, specs) }
	}
	e.env.Diagnose(seen, try)
}

// Calibrating is the id of the case of what calibrated, which is no requirement's.
const Calibrating = "calibration"

// plainest is what calibration came to: the events of which nothing is special.
func (e *engine) plainest(all deeds) Case {
	c := Case{Outcome: Outcome{Requirement: Requirement{ID: Calibrating}, Status: Passed}, About: -1, Event: -1}
	for _, d := range e.calibrated.sent {
		sent := e.calibrated.sentOf(d, all)
		sent.Proved = true // the run went on behind it
		c.Sent = append(c.Sent, sent)
	}
	return c
}

// experiment judges specs that are not of the suite, side by side where the receiver
// can do that, and returns what each came to.
func (e *engine) experiment(ctx context.Context, specs []Spec) []Outcome {
	if ctx.Err() != nil || e.lifeline.gone() != nil {
		return nil
	}
	var trials []*trial
	for _, sp := range specs {
		trials = append(trials, &trial{Spec: sp, weight: lightest, urgent: true, done: make(chan struct{})})
	}
	suite := e.trials
	e.trials = append(suite[:len(suite):len(suite)], trials...)
	defer func() { e.trials = suite }()
	deaths, soft := len(e.deaths), e.softEnd(time.Time{})
	defer e.softEnd(soft)
	var together []*trial
	for _, t := range trials {
		switch {
		case t.Phase == Occupying:
			e.judgeOccupying(ctx, []*trial{t})
		case t.Phase == Closing:
			e.start(ctx, t, true)
			<-t.ended
		default:
			together = append(together, t)
		}
	}
	e.judge(ctx, together)
	e.resolve(ctx)
	e.deaths = e.deaths[:deaths] // what ends the receiver on purpose is no news
	var outcomes []Outcome
	for _, t := range trials {
		o := Outcome{Requirement: t.Requirement, Status: NotJudged}
		if t.session != nil {
			o = t.session.outcome()
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}

// softEnd sets when no spec begins any more, and returns when that was.
func (e *engine) softEnd(at time.Time) (before time.Time) {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	before, e.ledger.pace.soft = e.ledger.pace.soft, at
	return before
}

// drained reports whether the receiver has nothing to do any more that the last act
// gave it.
func (e *engine) drained() bool {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	return len(e.ledger.unproved) == 0
}
