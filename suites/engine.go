package suites

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// specTimeout bounds one spec, waits included. It is far above what any spec
// needs; a spec that reaches it is reported as an error, never as passed.
const specTimeout = 2 * time.Minute

// body judges one requirement. It ends the spec early through its Session.
type body func(ctx context.Context, s *Session)

// engine runs the specs of one run side by side.
type engine struct {
	env      Env
	gate     *gate
	lifeline *lifeline
	runs     []*run
	cal      Calibration
	load     load // the latest; only specs that are judged one after the other make one

	stop    context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	doubtful []*run // whose findings coincide with a death of the receiver
	crowded  []*run // that found something with others beside them
	held     []held // that passed, and look for what one delivery does to the next
}

// held is an outcome that counts unless deliveries turn out to disturb each other.
type held struct {
	run     *run
	outcome Outcome
}

// run is one spec on its way.
type run struct {
	spec
	began   time.Time
	tries   int // how often it was judged
	outcome Outcome
	done    chan struct{} // closed when outcome is final
}

// newEngine prepares a run; nothing is sent before start.
func newEngine(env Env) (*engine, error) {
	env, err := env.complete()
	if err != nil {
		return nil, err
	}
	e := &engine{env: env, gate: newGate(), stop: func() {}}
	if e.lifeline, err = newLifeline(env.URL, env.wait(restartPatience), env.Revive); err != nil {
		return nil, err
	}
	for _, sp := range specs() {
		if env.Select == nil || slices.Contains(env.Select, sp.ID) {
			e.runs = append(e.runs, &run{spec: sp, done: make(chan struct{})})
		}
	}
	return e, nil
}

// start calibrates, then sets every spec going. It returns when calibration is
// over; the specs go on until each has its outcome, or until ctx ends.
func (e *engine) start(ctx context.Context) error {
	ctx, e.stop = context.WithCancel(ctx)
	cal, err := e.calibrate(ctx)
	if err != nil {
		return fmt.Errorf("calibrate %s: %w", e.env.URL, err)
	}
	e.cal = cal
	if cal.acknowledged >= unhurried {
		e.gate.follow(cal.acknowledged, e.env.AckDeadline)
	}
	if e.env.Calibrated != nil {
		e.env.Calibrated(cal)
	}

	e.running.Go(func() {
		for p := range phases {
			e.judgePhase(ctx, p)
		}
	})
	return nil
}

// judgePhase judges the specs of one phase, those of most phases side by side.
func (e *engine) judgePhase(ctx context.Context, p phase) {
	of := slices.DeleteFunc(slices.Clone(e.runs), func(r *run) bool { return r.phase != p })
	if p == flooding {
		resume := e.gate.unfollow()
		for _, r := range of {
			e.judge(ctx, r)
		}
		resume()
	} else {
		e.judgeTogether(ctx, of)
		e.judgeInTurn(ctx)
	}
	e.judgeAlone(ctx)
}

// judgeTogether judges specs side by side. Those at the end of the suite take
// several deliveries, one after the other, so they begin first.
func (e *engine) judgeTogether(ctx context.Context, runs []*run) {
	var all sync.WaitGroup
	for _, r := range slices.Backward(runs) {
		all.Go(func() { e.judge(ctx, r) })
	}
	all.Wait()
}

// judgeInTurn judges again what was found while deliveries of several specs were
// under way at once: one may be late, or fail, because of another. Now they come
// one after the other. If that changes a verdict, deliveries do disturb each
// other, and the specs that look for just that are judged again as well.
func (e *engine) judgeInTurn(ctx context.Context) {
	defer e.gate.unfollow()()
	e.judgeTogether(ctx, e.crowded)
	disturbed := slices.ContainsFunc(e.crowded, func(r *run) bool { return r.outcome.Status == Passed })
	var held []*run
	for _, h := range e.held {
		if disturbed {
			held = append(held, h.run)
		} else {
			e.settle(h.run, h.outcome)
		}
	}
	e.judgeTogether(ctx, held)
	e.crowded, e.held = nil, nil
}

// close ends what is still running and waits for it.
func (e *engine) close() {
	e.stop()
	e.running.Wait()
}

// judge runs one spec to its outcome, or leaves it to judgeAlone.
func (e *engine) judge(ctx context.Context, r *run) {
	r.began = time.Now()
	crowd := e.gate.following()
	for _, need := range r.Needs {
		if why := need.unmet(e.cal); why != "" {
			e.settle(r, Outcome{Status: NotApplicable, Reason: why})
			return
		}
	}
	s := e.try(ctx, r, false)
	died := (s.finding != nil || s.silent) && r.phase != closing && e.lifeline.diedSince(ctx, r.began)
	switch {
	case died:
		e.put(func() { e.doubtful = append(e.doubtful, r) })
	case crowd && s.finding != nil && r.phase != closing:
		e.put(func() { e.crowded = append(e.crowded, r) })
	case crowd && s.inTurn && s.finding == nil:
		e.put(func() { e.held = append(e.held, held{r, s.outcome()}) })
	default:
		e.settle(r, s.outcome())
	}
}

// put puts a run aside.
func (e *engine) put(aside func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	aside()
}

// judgeAlone judges again what was found, or proved by silence, while the
// receiver died: another stimulus may have ended it while it handled this one.
// Each spec has the receiver to itself now, so what it finds is its own.
func (e *engine) judgeAlone(ctx context.Context) {
	for _, r := range e.doubtful {
		e.settle(r, e.try(ctx, r, true).outcome())
	}
	e.doubtful = nil
}

// settle makes an outcome final.
func (e *engine) settle(r *run, o Outcome) {
	o.Requirement, o.Duration = r.Requirement, time.Since(r.began)
	r.outcome = o
	if e.env.Judged != nil {
		e.env.Judged(o)
	}
	close(r.done)
}

// try runs the body of a spec, once more or for the first time.
func (e *engine) try(ctx context.Context, r *run, alone bool) *Session {
	ctx, cancel := context.WithTimeout(ctx, specTimeout)
	defer cancel()
	s := &Session{engine: e, requirement: r.Requirement, before: r.tries, alone: alone}
	r.tries++
	finished := make(chan struct{})
	go func() { // of its own, because a finding ends it
		defer close(finished)
		defer func() {
			if p := recover(); p != nil {
				s.err = fmt.Errorf("the harness failed while judging %s: %v\n%s", r.ID, p, debug.Stack())
			}
		}()
		r.body(ctx, s)
	}()
	<-finished
	return s
}

// outcome is what a session came to.
func (s *Session) outcome() Outcome {
	switch {
	case s.err != nil:
		return Outcome{Status: Errored, Reason: s.err.Error()}
	case s.inapplicable != "":
		return Outcome{Status: NotApplicable, Reason: s.inapplicable}
	case s.finding == nil && !s.verified:
		return Outcome{Status: Errored, Reason: "the harness verified nothing: this is a defect of " + s.requirement.ID}
	case s.finding == nil:
		return Outcome{Status: Passed}
	case s.requirement.Level == Must:
		return Outcome{Status: Failed, Finding: s.finding}
	}
	return Outcome{Status: Warned, Finding: s.finding}
}
