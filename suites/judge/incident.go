package judge

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// incident is the end of a receiver, or of its answering.
type incident struct {
	jam bool   // it goes on and answers nothing
	how string // "exit status 1" and its last output, where that is known
	// back reports that it is there again by itself.
	back bool
	at   time.Time
	seen bool
}

// fresh reports once that an incident has just been noticed.
func (i *incident) fresh() bool {
	was := i.seen
	i.seen = true
	return !was
}

// death is an incident that is over, and the cause that was found.
type death struct {
	how     string
	jam     bool
	after   string // the stimulus that brings it about, twice of two; empty: none does
	last    string // what had been sent last before it, where none does
	strange bool   // anybody could have sent the stimulus, without the app secret
}

// raise notes an incident, the first of several.
func (e *engine) raise(inc *incident) {
	l := e.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.incident == nil {
		inc.at = time.Now()
		e.incident = inc
		l.change()
	}
}

// judge judges these side by side. Where the receiver ends, or answers nothing
// more, those that ended it are found, and all others judged.
func (e *engine) judge(ctx context.Context, list []*trial) {
	if inc := e.try(ctx, list, false); inc != nil {
		e.overcome(ctx, list, inc)
	}
}

// try begins these and conducts them. final waits until none of them can
// end the receiver later, and lets a single spec go on to its verdict though it ends.
func (e *engine) try(ctx context.Context, list []*trial, final bool) *incident {
	if ctx.Err() != nil || e.lifeline.gone() != nil {
		return nil
	}
	for _, t := range list {
		e.start(ctx, t, final)
	}
	inc := e.conduct(ctx, list, false)
	if ctx.Err() != nil {
		e.abandon(list)
	}
	return inc
}

// mostUnprovoked is how often in a row a receiver may end that nothing was sent to.
const mostUnprovoked = 3

// overcome brings the receiver back, finds out which of these ended it, and
// judges all others.
func (e *engine) overcome(ctx context.Context, list []*trial, inc *incident) {
	e.parted = time.Time{} // to learn which did it is worth waiting for
	suspects, untouched := e.part(list, inc)
	last, blamed := e.lastSent(suspects), len(e.deaths)
	defer func() {
		if len(e.deaths) == blamed && (ctx.Err() == nil || errors.Is(context.Cause(ctx), errLimit)) {
			e.deaths = append(e.deaths, death{how: inc.how, jam: inc.jam, last: last})
		}
	}()
	if len(suspects) > 0 {
		e.unprovoked = 0
	} else if e.unprovoked++; e.unprovoked > mostUnprovoked {
		e.lifeline.give(fmt.Errorf("the receiver %s again and again, without a delivery", FirstLine(inc.how)))
		return
	}
	if !e.recover(ctx, inc, last) {
		e.void(suspects)
		return
	}
	before := e.hasty
	e.hasty = inc.jam
	e.halve(ctx, e.retryBroken(ctx, suspects))
	e.hasty = before
	victims := e.victims
	e.victims = nil
	e.judge(ctx, victims)
	e.judge(ctx, untouched)
}

// retryBroken retries those whose connection broke off, which are the likeliest,
// and returns the others.
func (e *engine) retryBroken(ctx context.Context, suspects []*trial) (others []*trial) {
	first := broken(suspects)
	for _, t := range first {
		e.retryAlone(ctx, t)
	}
	return without(suspects, first)
}

// broken are the first few whose last request broke off.
func broken(suspects []*trial) (all []*trial) {
	const most = 3
	for _, t := range slices.Backward(suspects) {
		if n := len(t.requests()); n > 0 && t.requests()[n-1].broken && len(all) < most {
			all = append(all, t)
		}
	}
	return all
}

// halve judges these again together; if they end the receiver, each half, down
// to one.
func (e *engine) halve(ctx context.Context, list []*trial) {
	if len(list) == 0 || ctx.Err() != nil || e.lifeline.gone() != nil {
		return
	}
	if len(list) == 1 {
		e.retryAlone(ctx, list[0])
		return
	}
	e.renew(ctx)
	inc := e.try(ctx, list, true)
	if inc == nil {
		if e.hasty {
			e.resolveOf(ctx, list) // the next half has a life of its own
		}
		return
	}
	suspects, untouched := e.part(list, inc)
	if !e.recover(ctx, inc, e.lastSent(suspects)) {
		e.void(suspects)
		return
	}
	// One that is not of this half was judged before it, and the receiver went on. It may
	// have lost what it waited for, but halving it again would never end.
	victims := without(suspects, list)
	e.victims = append(without(e.victims, victims), victims...)
	suspects = e.retryBroken(ctx, without(suspects, victims))
	half := (len(suspects) + 1) / 2
	e.halve(ctx, suspects[:half])
	e.halve(ctx, suspects[half:])
	e.halve(ctx, untouched)
}

// retryAlone judges one alone, on a fresh receiver. It is blamed if the receiver ends
// twice of two. Others may still wait for evidence that they lose by that; they are
// judged again.
func (e *engine) retryAlone(ctx context.Context, t *trial) {
	e.halve(ctx, e.tryTwice(ctx, t))
}

// tryTwice is retryAlone, and returns those who are to be judged again.
func (e *engine) tryTwice(ctx context.Context, t *trial) (others []*trial) {
	if ctx.Err() != nil || e.lifeline.gone() != nil {
		return nil
	}
	e.renew(ctx)
	hasty := e.hasty
	e.hasty = false
	e.setStrict(true)
	defer func() {
		e.hasty = hasty
		e.setStrict(false)
	}()
	alone := []*trial{t}
	first := e.try(ctx, alone, true)
	if first == nil {
		return nil
	}
	suspects, _ := e.part(alone, first)
	others = without(suspects, alone)
	if !e.recover(ctx, first, e.lastSent(suspects)) {
		return others
	}
	second := e.try(ctx, alone, true)
	if second == nil {
		return others
	}
	r := e.culprit(t)
	t.blamed, t.killer, t.jams = true, r, second.jam
	e.recover(ctx, second, r.what)
	t.words = second.how
	e.deaths = append(e.deaths, death{how: second.how, jam: second.jam, after: r.what, strange: r.strange})
	return others
}

// renew restarts a receiver that may have hanging workers, for what is judged next.
func (e *engine) renew(ctx context.Context) {
	e.ledger.mu.Lock()
	used := len(e.ledger.requests) > e.born
	e.ledger.mu.Unlock()
	if e.hasty && used && e.env.Process != nil && ctx.Err() == nil {
		e.recover(ctx, &incident{jam: true, how: "was started again"}, "")
	}
}

// culprit is the first request of a try after which no fence was answered.
func (e *engine) culprit(t *trial) *request {
	e.ledger.mu.Lock()
	defer e.ledger.mu.Unlock()
	for _, r := range t.requests() {
		if r.provedAt.IsZero() && (r.acked || r.broken || r.ended.IsZero()) {
			return r
		}
	}
	for _, r := range t.requests() {
		if r.provedAt.IsZero() {
			return r
		}
	}
	if n := len(t.requests()); n > 0 {
		return t.requests()[n-1]
	}
	return &request{what: t.Title}
}

// part ends the tries that an incident has spoilt, and sorts them: suspects had sent
// something that still owes evidence, or behind which no fence was answered for long
// enough, those of a phase before among them; untouched are about to send, and would
// to a receiver that is not there. What the others had found stands, and what the
// suspects found does until they are judged again, but for connections that ended
// with the receiver.
func (e *engine) part(list []*trial, inc *incident) (suspects, untouched []*trial) {
	l := e.ledger
	l.mu.Lock()
	quiet := l.quiet()
	for _, t := range e.trials {
		switch {
		case !t.concluded && !t.safe(e.born, inc.at, quiet):
			suspects = append(suspects, t)
		case t.running && t.waiting == nil && slices.Contains(list, t):
			untouched = append(untouched, t)
		}
	}
	l.mu.Unlock()
	for _, t := range slices.Concat(suspects, untouched) {
		t.cancel()
		<-t.ended
		t.spoilt = slices.ContainsFunc(t.requests(), func(r *request) bool { return r.cut })
	}
	return suspects, untouched
}

// safe reports whether all that a try sent to the present life of the receiver was
// handled or proved, and is long past. What owes evidence may be at work still. What
// it sent to a life before was looked into when that ended.
func (t *trial) safe(born int, at time.Time, quiet time.Duration) bool {
	for _, r := range t.requests() {
		if r.seq <= born {
			continue
		}
		if r.ended.IsZero() || r.owes > 0 || r.provedAt.IsZero() || r.provedAt.Add(quiet).After(at) || r.complete.Add(quiet).After(at) {
			return false
		}
	}
	return true
}

// void removes the verdicts of suspects that cannot be judged again, except those whose
// own connection broke off: their answers may be due to the end only.
func (e *engine) void(suspects []*trial) {
	for _, t := range without(suspects, broken(suspects)) {
		t.session.err = context.Canceled
	}
}

// lastSent names what the suspects had sent last that reached the receiver: a few,
// where any of them may have done it.
func (e *engine) lastSent(suspects []*trial) string {
	const most = 3
	l := e.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	var reached []*request
	for _, t := range suspects {
		for _, r := range t.requests() {
			if !r.refused && r.seq > e.born {
				reached = append(reached, r)
			}
		}
	}
	slices.SortFunc(reached, func(a, b *request) int { return cmp.Compare(b.seq, a.seq) })
	var names []string
	for _, r := range reached {
		if len(names) < most && !slices.Contains(names, r.what) {
			names = append(names, r.what)
		}
	}
	return strings.Join(names, ", or before it ")
}

// recover brings the receiver back after an incident. It reports false, and notes
// why, when that cannot be.
func (e *engine) recover(ctx context.Context, inc *incident, last string) bool {
	how, err := e.lifeline.restore(ctx, inc)
	if how != "" {
		inc.how = how
	}
	l := e.ledger
	l.mu.Lock()
	e.incident, e.asking = nil, false
	e.born = len(l.requests)
	l.open, l.unproved, l.unpaid = nil, nil, nil
	l.pace.underWay, l.pace.batches = nil, 0
	l.pace.window = min(l.pace.window, windowFirst)
	l.progress = time.Now()
	l.change()
	l.mu.Unlock()
	if err != nil && ctx.Err() == nil {
		e.lifeline.give(fmt.Errorf("%s; what reached it last was: %s", err, orNothing(last)))
	}
	return err == nil
}

func orNothing(stimulus string) string {
	if stimulus == "" {
		return "not known"
	}
	return stimulus
}
