package judge

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// close reads everything once more and makes every outcome final: a silence that was
// broken late turns red, what was missing and has come is late.
func (e *engine) close(ctx context.Context) {
	ctx = context.WithoutCancel(ctx) // closing specs only read
	for _, t := range e.trials {
		if t.concluded || t.Phase == Closing {
			continue
		}
		if t.session == nil {
			e.conclude(t, Outcome{Status: NotJudged, Reason: e.whyEnded()})
			continue
		}
		o := e.last(t)
		if t.spoilt {
			o = Outcome{Status: NotJudged, Reason: e.whyEnded()}
		}
		if o.Status == NotJudged {
			o = t.session.alarmed(o)
		}
		if o.Status == Passed {
			e.watchedFor(t, time.Now())
		}
		e.conclude(t, o)
	}
	for _, t := range e.trials {
		if t.Phase == Closing && !t.concluded && e.applies(t) {
			e.start(ctx, t, true)
			<-t.ended
			e.conclude(t, t.session.outcome())
		}
	}
}

// alarmed is the outcome of a spec that was not judged to its end: that something came
// that must not come needs no fence to show.
func (s *Session) alarmed(o Outcome) Outcome {
	for _, alarm := range slices.Concat(s.alarms, s.atEnd) {
		if f := alarm(); f != nil {
			return Outcome{Requirement: s.requirement, Status: s.status(), Finding: f}
		}
	}
	return o
}

// last is the outcome of a spec after everything was read once more.
func (e *engine) last(t *trial) Outcome {
	s := t.session
	o := s.outcome()
	if o.Status == NotJudged && t.first != nil { // what was found could not be looked at again
		return t.first.outcome()
	}
	if o.Status == Passed && !e.watched(t) {
		return Outcome{Requirement: s.requirement, Status: NotJudged, Reason: e.whyEnded()}
	}
	if o.Status == Passed {
		for _, check := range s.atEnd {
			if f := check(); f != nil {
				s.finding = f
				return s.outcome()
			}
		}
		for _, check := range s.checks {
			if f := check(); f != nil {
				if !strings.Contains(f.Actual, "at the end of the run") {
					f.Actual += ", as it was seen at the end of the run"
				}
				s.finding = f
				return s.outcome()
			}
		}
	}
	switch {
	case t.first != nil && t.first.finding.missing && t.first.finding.come() && alike(t.first, s):
		return Outcome{Requirement: s.requirement, Status: Passed}
	case o.Status == Passed && t.first != nil && t.first.finding.missing && e.cutOff(t.first):
		return o // its end took with it what the first try was owed
	case o.Finding != nil && o.Finding.missing && o.Finding.come():
		return e.late(s, o.Finding)
	case o.Status == Passed && t.first != nil && t.first.finding.missing:
		return e.late(t.first, t.first.finding)
	}
	return o
}

// alike reports whether what a spec waited for took as long with other work as alone,
// and came both times: then it is slow by itself, and not late.
func alike(beside, alone *Session) bool {
	took := func(s *Session) (most time.Duration, all bool) {
		l := s.engine.ledger
		l.mu.Lock()
		defer l.mu.Unlock()
		for _, r := range s.requests {
			if r.owes > 0 {
				return 0, false
			}
			for _, d := range r.debts {
				most = max(most, d.took)
			}
		}
		return most, most > 0
	}
	first, came := took(beside)
	second, cameToo := took(alone)
	return came && cameToo && first < 2*second && (alone.finding == nil || alone.finding.missing && alone.finding.come())
}

// cutOff reports whether the life of the receiver to which a try was sent has ended.
func (e *engine) cutOff(s *Session) bool {
	return slices.ContainsFunc(s.requests, func(r *request) bool { return r.owes > 0 && r.seq <= e.born })
}

// watched reports whether what silence was concluded from was watched for as long as an
// event can take that takes longer than others. A run that goes on to its end has
// watched for long enough, as fences and quiet are behind everything.
func (e *engine) watched(t *trial) bool {
	cut, gone := time.Now(), e.lifeline.gone()
	switch {
	case len(t.session.checks) == 0 || gone == nil && cut.Before(e.ends):
		return true
	case gone != nil:
		cut = e.lifeline.since()
	}
	for _, r := range t.requests() {
		need := unequal * e.cal.usual
		if r.doubtful() {
			need = max(need, e.ledger.scaled(mostWork))
		}
		if r.began.Add(need).After(cut) {
			return false
		}
	}
	return true
}

// late is the outcome of a requirement whose evidence did not come while it was
// waited for, and came later, or came when the event was sent again alone.
func (e *engine) late(s *Session, f *Finding) Outcome {
	late := *f
	late.Expected = f.Expected + ", while the receiver had other work"
	late.Remedy = "Nothing is wrong with how the event is understood. Find out why work waits so long or is dropped when there is more of it: too few workers, a queue with a limit, a call without a timeout."
	switch {
	case f.come() && s.waited == 0:
		late.Actual = "it came late: when the receiver ended, it was still missing"
	case f.come():
		late.Actual = fmt.Sprintf("it came late: when nothing had come for anybody for %s, it was still missing", round(s.waited))
	default:
		late.Actual = f.Actual + "; when the event was sent again, alone, it was handled"
	}
	return Outcome{Requirement: s.requirement, Status: Warned, Finding: &late}
}

// lastFence sends a fence behind everything. Whether it is answered says whether the
// receiver still handles events.
func (e *engine) lastFence(ctx context.Context) {
	l := e.ledger
	l.mu.Lock()
	needed := len(l.fences) > 0
	l.mu.Unlock()
	if !needed || ctx.Err() != nil || e.lifeline.gone() != nil {
		return
	}
	answered := false
	t := &trial{urgent: true, Spec: Spec{Requirement: Requirement{ID: "end"}, Body: func(ctx context.Context, s *Session) {
		d := s.Emit(ctx, s.Plainest())
		if Acknowledged(d.Attempt) {
			answered = s.await(ctx, d)
		}
	}}}
	e.trials = append(e.trials, t)
	defer func() { e.trials = e.trials[:len(e.trials)-1] }()
	inc := e.try(ctx, []*trial{t}, false)
	if inc == nil {
		e.resolve(ctx)
		l.mu.Lock()
		l.closed = time.Now()
		l.mu.Unlock()
	} else {
		answered = false
		e.recover(ctx, inc, "")
		e.deaths = append(e.deaths, death{how: inc.how, jam: inc.jam})
	}
	if ctx.Err() == nil && (answered || inc != nil || t.session.err == nil) {
		e.closed = &answered
	}
}

// StillHandles reports whether the receiver handled an event after everything else;
// known is false where that could not be seen.
func (s *Session) StillHandles() (handles, known bool) {
	if c := s.engine.closed; c != nil {
		return *c, true
	}
	return false, false
}

// End is how a receiver ended, or stopped answering, in the course of a run.
type End struct {
	How      string // "exit status 1" and its last output, where that is known
	Stimulus string // what brings it about, twice of two; empty: nothing does alone
	Before   string // what had been sent last, where nothing does
	Jam      bool   // it went on, and answered nothing
	Stranger bool   // anybody could have sent the stimulus, without the app secret
}

// Ends are the receiver's ends in this run. gone says why it did not come back.
func (s *Session) Ends() (ends []End, gone error) {
	for _, d := range s.engine.deaths {
		ends = append(ends, End{How: d.how, Stimulus: d.after, Before: d.last, Jam: d.jam, Stranger: d.strange})
	}
	return ends, s.engine.lifeline.gone()
}

// SentByAll is all that was sent until now, by all specs and for calibration: for checks
// made AtEnd.
func (s *Session) SentByAll() []*Delivery {
	all := slices.Clone(s.engine.calibrated.sent)
	for _, t := range s.engine.trials {
		for _, judged := range []*Session{t.first, t.session} {
			if judged != nil && judged != s {
				all = append(all, judged.sent...)
			}
		}
	}
	return all
}

// Address is where the receiver listens.
func (s *Session) Address() string { return s.engine.lifeline.address }
