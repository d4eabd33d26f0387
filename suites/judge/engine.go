package judge

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

// wire makes the requests of a run.
type wire interface {
	Deliver(ctx context.Context, d mockplatform.Delivery) (delivery.Attempt, error)
	Handshake(ctx context.Context, url string, query []mockwire.Field) delivery.Attempt
}

// Run is one judging of one receiver.
type Run struct {
	e      *engine
	trials []*trial // of the specs that are asked for; the engine may have others beside them
}

// engine judges the specs of one run.
type engine struct {
	env      Env
	ledger   *ledger
	lifeline *lifeline
	trials   []*trial
	cal      Calibration
	self     *trial // stands for the run itself: calibration, fences
	// calibrated is what was sent to calibrate.
	calibrated *Session

	stop    context.CancelCauseFunc
	running sync.WaitGroup
	ends    time.Time // of the time limit

	asking   bool          // a fence was sent before something counts as missing
	mute     bool          // the receiver was given a reason to answer nothing more
	parted   time.Time     // when no fence is waited for any more; zero: always
	victims  []*trial      // those to judge again when it is known which of them ended the receiver
	silence  time.Duration // the shortest for which anything was watched that must bring nothing
	incident *incident
	// hasty reports that the receiver stopped answering and that its cause is
	// looked for in one half of the suspects after the other, each in a life of its own.
	hasty bool
	// unprovoked is how often in a row the receiver ended though nothing was sent.
	unprovoked int
	born       int // the number of the last request to the life before this one
	deaths     []death
	crashNote  string         // what it lost when it was killed on purpose
	closed     *bool          // whether the last fence was answered; nil: none was sent
	disturbed  bool           // something that was found with other work under way was not found alone
	shared     map[string]any // by specs, with those after them
	judged     sync.Mutex
}

// partingTime is for how long a run watches whether the receiver still runs after the
// last burst.
const partingTime = 2 * time.Second

// errLimit is why a run ends at its time limit.
var errLimit = errors.New("the time limit is reached")

// New prepares a run; nothing is sent before Start. specs are those to judge, in
// the order of reports.
func New(env Env, specs []Spec) (*Run, error) {
	env, err := env.complete()
	if err != nil {
		return nil, err
	}
	e := &engine{env: env, ledger: newLedger(env.Patience), stop: func(error) {}}
	e.self = &trial{Spec: Spec{Requirement: Requirement{ID: "fence"}}}
	if e.lifeline, err = newLifeline(env.URL, env.wait(restartPatience), env.Process, env.Platform.Options().Dial); err != nil {
		return nil, err
	}
	r := &Run{e: e}
	for i, sp := range specs {
		t := &trial{Spec: sp, weight: weigh(sp.Requirement), place: i, done: make(chan struct{})}
		e.trials = append(e.trials, t)
		if !sp.Unasked {
			r.trials = append(r.trials, t)
		}
	}
	return r, nil
}

// Start calibrates, then sets the judging going. It returns when calibration is
// over; the judging goes on until each spec has its outcome, or until ctx ends.
func (r *Run) Start(ctx context.Context) error {
	e := r.e
	e.ends = time.Now().Add(e.env.TimeLimit)
	ctx, e.stop = context.WithCancelCause(ctx)
	timer := time.AfterFunc(e.env.TimeLimit, func() { e.stop(errLimit) })
	e.running.Go(func() { e.env.Platform.Journal().Follow(ctx, e.ledger.note) })
	cal, err := e.calibrate(ctx)
	if err != nil {
		timer.Stop()
		e.stop(nil)
		if errors.Is(context.Cause(ctx), errLimit) {
			return fmt.Errorf("the time limit of %s was reached before the receiver had answered the first events; give it more with --time-limit", e.env.TimeLimit)
		}
		return fmt.Errorf("calibrate %s: %w", e.env.URL, err)
	}
	e.cal = cal
	if e.env.Calibrated != nil {
		if err := e.env.Calibrated(cal); err != nil {
			timer.Stop()
			e.stop(nil)
			return err
		}
	}
	e.running.Go(func() {
		defer timer.Stop()
		e.judgeAll(ctx)
		e.stop(nil)
	})
	return nil
}

// Len is the number of specs.
func (r *Run) Len() int { return len(r.trials) }

// Requirement is that of the spec with this index.
func (r *Run) Requirement(i int) Requirement { return r.trials[i].Requirement }

// Wait returns the outcome of the spec with this index when it is final; false if
// ctx ends before.
func (r *Run) Wait(ctx context.Context, i int) (Outcome, bool) {
	select {
	case <-r.trials[i].done:
		return r.trials[i].outcome, true
	case <-ctx.Done():
		return Outcome{}, false
	}
}

// Close ends what is still running and waits for it.
func (r *Run) Close() {
	r.e.stop(nil)
	r.e.running.Wait()
}

// Ends is how often the receiver ended, or was ended as it answered nothing more.
func (r *Run) Ends() int { return len(r.e.deaths) }

// Notes tell what the run saw beside its requirements, a sentence each.
func (r *Run) Notes() []string { return r.e.notes() }

// applies reports whether a requirement can be judged at this receiver. If not,
// that is its outcome.
func (e *engine) applies(t *trial) bool {
	for _, need := range t.Needs {
		if why := need.Unmet(e.cal); why != "" {
			e.conclude(t, Outcome{Status: NotApplicable, Reason: why})
			return false
		}
	}
	return true
}

// again judges once more, alone, what was found and may be due to what the receiver
// had to do at the same time.
func (e *engine) again(ctx context.Context) {
	var again []*trial
	for _, t := range e.trials {
		if t.session != nil && t.first == nil && !t.blamed && !t.concluded && t.session.finding != nil && t.session.finding.bendable && t.Phase < Exhausting {
			t.first = t.session
			again = append(again, t)
		}
	}
	e.judgeStrictly(ctx, again)
	for _, t := range again {
		e.disturbed = e.disturbed || t.session.finding == nil
	}
	if !e.disturbed || e.cal.exclusive() {
		return
	}
	// Deliveries disturb each other, so those that look for just that have to be
	// judged with nothing between them.
	var inTurn []*trial
	for _, t := range e.trials {
		if t.session != nil && t.session.inTurn && t.session.finding == nil && t.first == nil && t.tries == 1 {
			inTurn = append(inTurn, t)
		}
	}
	e.judgeStrictly(ctx, inTurn)
}

// judgeStrictly judges these, one delivery after the other.
func (e *engine) judgeStrictly(ctx context.Context, trials []*trial) {
	if len(trials) == 0 {
		return
	}
	e.setStrict(true)
	defer e.setStrict(false)
	e.judge(ctx, trials)
	e.resolve(ctx)
}

// setOccupied says whether the receiver is kept busy on purpose, by one spec and no other.
func (e *engine) setOccupied(occupied bool) {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	e.ledger.pace.occupied = occupied
}

func (e *engine) setStrict(strict bool) {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	e.ledger.pace.strict = strict
}

// resolve waits until those who wait for evidence have it or the receiver has
// stalled, and lets them go on.
func (e *engine) resolve(ctx context.Context) { e.resolveOf(ctx, e.trials) }

// resolveOf is resolve for these only.
func (e *engine) resolveOf(ctx context.Context, of []*trial) {
	for {
		waiting := e.outstanding(of)
		if len(waiting) == 0 {
			return
		}
		if inc := e.conduct(ctx, waiting, true); inc != nil {
			e.overcome(ctx, waiting, inc)
			continue
		}
		if ctx.Err() != nil {
			e.abandon(waiting)
			return
		}
	}
}

// outstanding are those of these who wait for evidence.
func (e *engine) outstanding(of []*trial) []*trial {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	var all []*trial
	for _, t := range of {
		if t.running {
			all = append(all, t)
		}
	}
	return all
}

// doubt notes when the last delivery was accepted that a stranger sent and that has had
// no effect so far.
func (e *engine) doubt() {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	for _, t := range e.trials {
		if t.session == nil || len(t.session.alarms) == 0 || t.session.finding != nil {
			continue
		}
		for _, r := range t.requests() {
			if r.doubtful() && r.ended.After(e.ledger.doubted) {
				e.ledger.doubted = r.ended
			}
		}
	}
}

// rest waits for quiet and looks whether the receiver is there at the end.
func (e *engine) rest(ctx context.Context) {
	if e.lifeline.gone() != nil {
		return
	}
	var exited <-chan struct{}
	if e.env.Process != nil {
		exited = e.env.Process.Exited()
	}
	e.doubt()
	for began := time.Now(); ; {
		timer := time.NewTimer(time.Until(e.ledger.rested(began)))
		select {
		case now := <-timer.C:
			if now.Before(e.ledger.rested(began)) {
				continue
			}
			if e.env.Process != nil || ctx.Err() != nil || e.lifeline.listens(ctx) {
				return
			}
		case <-exited:
		case <-ctx.Done():
			timer.Stop()
			return
		}
		timer.Stop()
		break
	}
	e.deaths = append(e.deaths, death{how: "was gone at the end of the run", last: e.lastSent(e.trials)})
}

// abandon ends tries that are still running.
func (e *engine) abandon(trials []*trial) {
	for _, t := range trials {
		t.cancel()
		<-t.ended
	}
}

// conclude makes an outcome final.
func (e *engine) conclude(t *trial, o Outcome) {
	o.Requirement = t.Requirement
	if !t.began.IsZero() {
		o.Duration = time.Since(t.began)
	}
	if t.session != nil {
		o.Passages, o.Left = t.session.passages(o)
	}
	t.outcome, t.concluded = o, true
	if e.env.Judged != nil && !t.Unasked {
		e.judged.Lock()
		e.env.Judged(o)
		e.judged.Unlock()
	}
	close(t.done)
}

// whyEnded says why a spec was not judged to its end.
func (e *engine) whyEnded() string {
	if gone := e.lifeline.gone(); gone != nil {
		return gone.Error()
	}
	if time.Now().After(e.ends) {
		return fmt.Sprintf("the time limit of %s was reached before it was judged", e.env.TimeLimit)
	}
	return "the run ended before it was judged"
}

// isOver reports whether the receiver ended in this try of a spec.
func (e *engine) isOver(t *trial) bool {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	return t.over
}

// without are those of a list that are not in another.
func without(list, others []*trial) []*trial {
	return slices.DeleteFunc(slices.Clone(list), func(t *trial) bool { return slices.Contains(others, t) })
}
