package judge

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"
)

// trial is one spec on its way to its outcome.
type trial struct {
	Spec
	weight int  // the order in which turns are given
	place  int  // in the suite, which orders those of one weight
	urgent bool // it is given its turn however late it is
	done   chan struct{}

	// The present try. Guarded by the ledger's mu.
	running bool
	waiting *waiter

	began     time.Time
	tries     int
	cancel    context.CancelFunc
	ended     chan struct{} // closed when the try is over
	session   *Session
	first     *Session // the try before, when what was found had to be found again
	blamed    bool     // the receiver ends of it, of this request, with these last words
	killer    *request
	words     string
	jams      bool // it does not end, but answers nothing more
	over      bool // the receiver ended in this try, which goes on all the same
	spoilt    bool // what was found is the receiver's end, of whatever that came
	outcome   Outcome
	concluded bool // outcome is final
}

// lightest is the weight of what is judged last.
const lightest = 4

// weigh says in which order turns are given: who interrupts a run, or lets its time
// end, has the verdicts that matter most.
func weigh(r Requirement) int {
	switch {
	case r.Topic() == "handshake":
		return 0
	case r.Topic() == "signature":
		return 1
	case r.Level == Must && (r.Topic() == "referral" || r.Topic() == "postback"):
		return 2
	case r.Level == Must:
		return 3
	}
	return lightest
}

// requests are those of the present try. The caller holds the ledger's mu while the try
// is running.
func (t *trial) requests() []*request {
	if t.session == nil {
		return nil
	}
	return t.session.requests
}

// start begins a try.
func (e *engine) start(ctx context.Context, t *trial, final bool) {
	ctx, t.cancel = context.WithCancel(ctx)
	if t.tries == 0 {
		t.began = time.Now()
	}
	s := &Session{engine: e, trial: t, requirement: t.Requirement, before: t.tries, final: final}
	t.session, t.ended = s, make(chan struct{})
	t.tries++
	e.victims = without(e.victims, []*trial{t})
	e.ledger.mu.Lock()
	t.running, t.waiting, t.over, t.spoilt = true, nil, false, false
	e.ledger.mu.Unlock()
	first := t.tries == 1
	go func() { // of its own, because a finding ends it
		defer func() {
			if first && e.env.Pending != nil && s.err == nil && !t.Unasked {
				e.judged.Lock()
				e.env.Pending(t.ID)
				e.judged.Unlock()
			}
		}()
		defer func() {
			e.ledger.mu.Lock()
			t.running = false
			close(t.ended)
			e.ledger.change()
			e.ledger.mu.Unlock()
		}()
		defer func() {
			if p := recover(); p != nil {
				s.err = fmt.Errorf("the harness failed while judging %s: %v\n%s", t.ID, p, debug.Stack())
			}
		}()
		t.Body(ctx, s)
	}()
}

// outcome is what a session came to.
func (s *Session) outcome() Outcome {
	o := Outcome{Requirement: s.requirement}
	switch {
	case errors.Is(s.err, errTimeUp):
		o.Status, o.Reason = NotJudged, fmt.Sprintf("the time limit of %s was reached before its turn came", s.engine.env.TimeLimit)
	case errors.Is(s.err, context.Canceled), errors.Is(s.err, context.DeadlineExceeded):
		o.Status, o.Reason = NotJudged, s.engine.whyEnded()
	case s.err != nil:
		o.Status, o.Reason = Errored, s.err.Error()
	case s.inapplicable != "":
		o.Status, o.Reason = NotApplicable, s.inapplicable
	case s.finding != nil:
		o.Finding, o.Status = s.finding, s.status()
		if o.Status == Warned && s.requirement.Level == Must {
			o.Reason = "what it rests on was observed, not declared, so it is a warning"
		}
	case s.unjudged != "":
		o.Status, o.Reason = NotJudged, s.unjudged
	case !s.verified:
		o.Status, o.Reason = Errored, "the harness verified nothing: this is a defect of "+s.requirement.ID
	default:
		o.Status = Passed
	}
	return o
}

// status is that of a requirement with a finding.
func (s *Session) status() Status {
	if s.requirement.Level == Should {
		return Warned
	}
	for _, n := range s.requirement.Needs {
		if n.Weak != nil && n.Weak(s.engine.cal) {
			return Warned
		}
	}
	return Failed
}
