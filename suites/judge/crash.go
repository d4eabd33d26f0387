package judge

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// crashed is how many events are acknowledged when the receiver is killed.
const crashed = 20

// crash kills a receiver that Referee started, in the middle of work that it has
// acknowledged, starts it again and notes what it has lost. Meta says nothing about it but
// that it sends no event again that was acknowledged, so that no outcome comes of it. It is
// the last that a run sends, when all that comes of the rest has come.
func (e *engine) crash(ctx context.Context) {
	p := e.env.Process
	if p == nil || p.Kill == nil || !e.cal.Evident() || len(e.deaths) > 0 || e.lifeline.gone() != nil {
		return
	}
	s := &Session{engine: e, requirement: Requirement{ID: "crash"}, trial: e.self}
	if alone := e.crashing(ctx, s, 1); len(alone) != 1 || e.unheardOf(ctx, s, alone) > 0 {
		return // it was given a reason to answer nobody
	}
	acknowledged := e.crashing(ctx, s, crashed)
	if len(acknowledged) == 0 {
		return
	}
	exited := p.Exited()
	p.Kill()
	select {
	case <-exited:
	case <-ctx.Done():
		return
	}
	open := e.unheardBy(s, acknowledged)
	if _, _, err := p.Restart(ctx); err != nil {
		if ctx.Err() == nil {
			e.crashNote = fmt.Sprintf("The receiver was killed, to see what it loses, and could not be started again: %s.", FirstLine(err.Error()))
		}
		return
	}
	lost := e.unheardOf(ctx, s, acknowledged)
	if ctx.Err() != nil {
		return
	}
	killed := fmt.Sprintf("Killed right after it had acknowledged %s, the receiver", plural.InWords(len(acknowledged), "event"))
	switch {
	case open == 0:
		e.crashNote = killed + " had handled all of them by then, so that it does not show whether it keeps what it has acknowledged."
	case lost == 0:
		e.crashNote = fmt.Sprintf("%s had %s still to handle, and handled them when it was started again.", killed, plural.InWords(open, "event"))
	default:
		e.crashNote = fmt.Sprintf("%s had %s still to handle, and has lost %s. Meta sends nothing again that was acknowledged.", killed, plural.InWords(open, "event"), plural.InWords(lost, "event"))
	}
}

// crashing sends so many plain events at once and returns those that were acknowledged.
func (e *engine) crashing(ctx context.Context, s *Session, n int) (acknowledged []*Delivery) {
	sent := make([]*Delivery, n)
	var all errgroup.Group
	for i := range sent {
		ev, err := s.build(e.cal.plainest())
		if err != nil {
			return nil // of the catalogue, which calibration has had
		}
		all.Go(func() (err error) {
			sent[i], err = s.post(ctx, Alone(ev), &request{untimed: true})
			return err
		})
	}
	if all.Wait() != nil {
		return nil
	}
	for _, d := range sent {
		if Acknowledged(d.Attempt) {
			acknowledged = append(acknowledged, d)
		}
	}
	return acknowledged
}

// unheardOf waits for the evidence of deliveries, as long as the latest of the run took
// after the last that came, and returns of how many there is none.
func (e *engine) unheardOf(ctx context.Context, s *Session, sent []*Delivery) int {
	missing, last := -1, time.Now()
	for {
		e.ledger.mu.Lock()
		changed, patient := e.ledger.changed, 2*e.ledger.quiet()+e.ledger.late
		e.ledger.mu.Unlock()
		n := e.unheardBy(s, sent)
		if n != missing {
			missing, last = n, time.Now()
		}
		until := last.Add(patient)
		if n == 0 || !time.Now().Before(until) || ctx.Err() != nil {
			return n
		}
		e.sleep(ctx, changed, until)
	}
}

// unheardBy is of how many deliveries there is no evidence by now.
func (e *engine) unheardBy(s *Session, sent []*Delivery) (n int) {
	for _, d := range sent {
		if s.Lost(d) != nil {
			n++
		}
	}
	return n
}
