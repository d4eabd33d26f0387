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

// mostTries is how often a spec is judged when its findings coincide with deaths
// of the receiver.
const mostTries = 5

// body judges one requirement. It ends the spec early through its Session.
type body func(ctx context.Context, s *Session)

// engine runs the specs of one run side by side.
type engine struct {
	env      Env
	gate     *gate
	lifeline *lifeline
	runs     []*run
	cal      Calibration

	stop    context.CancelFunc
	running sync.WaitGroup
}

// run is one spec on its way.
type run struct {
	spec
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
	if e.env.Calibrated != nil {
		e.env.Calibrated(cal)
	}

	var before sync.WaitGroup
	for _, r := range e.runs {
		if !r.afterAll {
			before.Add(1)
			e.running.Go(func() {
				defer before.Done()
				e.judge(ctx, r)
			})
		}
	}
	e.running.Go(func() {
		before.Wait()
		for _, r := range e.runs {
			if r.afterAll {
				e.judge(ctx, r)
			}
		}
	})
	return nil
}

// close ends what is still running and waits for it.
func (e *engine) close() {
	e.stop()
	e.running.Wait()
}

// judge runs one spec to its outcome.
func (e *engine) judge(ctx context.Context, r *run) {
	ctx, cancel := context.WithTimeout(ctx, specTimeout)
	defer cancel()
	started := time.Now()
	r.outcome = Outcome{Requirement: r.Requirement}
	defer func() {
		r.outcome.Duration = time.Since(started)
		if e.env.Judged != nil {
			e.env.Judged(r.outcome)
		}
		close(r.done)
	}()

	for _, need := range r.Needs {
		if why := need.unmet(e.cal); why != "" {
			r.outcome.Status, r.outcome.Reason = NotApplicable, why
			return
		}
	}
	var s *Session
	for try := range mostTries {
		began := time.Now()
		if s = e.try(ctx, r.spec, try); s.finding == nil || !e.lifeline.diedSince(ctx, began) {
			break
		}
		// Another stimulus may have ended the receiver while it handled this one.
	}
	switch {
	case s.err != nil:
		r.outcome.Status, r.outcome.Reason = Errored, s.err.Error()
	case s.finding == nil && !s.verified:
		r.outcome.Status, r.outcome.Reason = Errored, "the harness verified nothing: this is a defect of "+r.ID
	case s.finding == nil:
		r.outcome.Status = Passed
	case r.Level == Must:
		r.outcome.Status, r.outcome.Finding = Failed, s.finding
	default:
		r.outcome.Status, r.outcome.Finding = Warned, s.finding
	}
}

// try runs the body of a spec, with people of its own each time.
func (e *engine) try(ctx context.Context, sp spec, number int) *Session {
	s := &Session{engine: e, requirement: sp.Requirement, try: number}
	finished := make(chan struct{})
	go func() { // of its own, because a finding ends it
		defer close(finished)
		defer func() {
			if p := recover(); p != nil {
				s.err = fmt.Errorf("the harness failed while judging %s: %v\n%s", sp.ID, p, debug.Stack())
			}
		}()
		sp.body(ctx, s)
	}()
	<-finished
	return s
}
