package judge

import (
	"context"
	"time"
)

// act is a part of a run: the specs of one phase, or of those some.
type act struct {
	phase Phase
	// some picks specs; nil: all of the phase.
	some func(*trial) bool
	// reserves says how long before the end of the time limit no spec of it begins.
	reserves float64
}

// slowBot is the time to evidence from which on a run may not come to its end within
// the time limit.
const slowBot = time.Second

// acts are the parts of a run, in their order. At a slow receiver everything that
// binds comes first, but for what would give it a reason to be silent.
func (e *engine) acts() []act {
	if e.cal.Slowest < slowBot {
		var all []act
		for p := Phase(0); p < Closing; p++ {
			all = append(all, act{phase: p, reserves: 1})
		}
		return all
	}
	binding := func(t *trial) bool { return t.weight < lightest }
	other := func(t *trial) bool { return !binding(t) }
	return []act{
		{0, binding, 1}, {Occupying, binding, 1}, {Disturbing, binding, 1},
		{0, other, 2.5}, {Occupying, other, 2.5}, {Disturbing, other, 2.5},
		{Exhausting, nil, 0.5}, {Parting, nil, 0.5},
	}
}

// reserve is how long before the time limit no spec begins any more, so that
// what has begun can be judged and the run closed, as far as is known by now.
func (e *engine) reserve() time.Duration {
	return min(e.env.TimeLimit/5, 4*max(time.Second, e.ledger.quiet()))
}

// judgeAll judges everything, act by act, and closes the run.
func (e *engine) judgeAll(ctx context.Context) {
	for _, a := range e.acts() {
		e.ledger.mu.Lock()
		e.ledger.pace.soft = e.ends.Add(-time.Duration(a.reserves * float64(e.reserve())))
		e.ledger.mu.Unlock()
		switch a.phase {
		case Disturbing:
			e.resolve(ctx)
			e.again(ctx)
		case Exhausting:
			e.resolve(ctx)
			e.again(ctx)
			e.investigate(ctx, true)
			e.mute = true
			e.lastFence(ctx)
		case Parting:
			e.resolve(ctx)
			e.parted = time.Now().Add(e.env.wait(partingTime))
		}
		e.mute = a.phase >= Disturbing
		e.judgeAct(ctx, a)
	}
	e.rest(ctx)
	if e.drained() {
		e.parted = time.Time{}
		e.investigate(ctx, true)
	}
	e.crash(ctx)
	e.close(ctx)
	e.investigate(ctx, false)
}

// judgeAct judges the specs of one act.
func (e *engine) judgeAct(ctx context.Context, a act) {
	var of []*trial
	for _, t := range e.trials {
		if t.Phase == a.phase && (a.some == nil || a.some(t)) && e.applies(t) {
			of = append(of, t)
		}
	}
	if a.phase != Occupying {
		e.judge(ctx, of)
		return
	}
	e.judgeOccupying(ctx, of)
}

// judgeOccupying judges specs that keep the receiver busy, one after the other.
func (e *engine) judgeOccupying(ctx context.Context, of []*trial) {
	e.setOccupied(true)
	defer e.setOccupied(false)
	for _, t := range of {
		e.judge(ctx, []*trial{t})
		e.resolveOf(ctx, []*trial{t}) // who waits may keep connections open
	}
}
