package mockplatform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// ErrRealClock is the error of Advance on a platform whose clock is real.
var ErrRealClock = errors.New("the platform's clock is real and cannot be advanced: give it a virtual one, clock.NewVirtual")

// Advance moves the platform's virtual clock, and returns when everything that
// became due on the way is over: see clock.Virtual.
func (p *Platform) Advance(ctx context.Context, d time.Duration) error {
	v, ok := p.opts.Clock.(*clock.Virtual)
	if !ok {
		return ErrRealClock
	}
	if err := v.Advance(ctx, d); err != nil {
		return fmt.Errorf("advance the clock by %s: %w", d, err)
	}
	return p.saveState("clock", v.Now())
}

// Reset forgets people, journal, pending deliveries, scripted answers, rules,
// what was set by the Graph API, and the receiver. The clock goes on, and the
// options stay.
func (p *Platform) Reset() error {
	p.receiver.changing.Lock()
	defer p.receiver.changing.Unlock()
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	if p.opts.Store != nil {
		if err := p.opts.Store.Clear(); err != nil {
			return fmt.Errorf("reset the store: %w", err)
		}
	}
	p.receiver.mu.Lock()
	p.receiver.state = receiverDoc{}
	p.receiver.mu.Unlock()
	p.people.list, p.people.name, p.people.id = nil, nil, nil
	p.outbox.Clear()
	p.outbox.Restart()
	p.graph.Reset()
	if p.opts.Rules != nil {
		p.opts.Rules.Reset()
	}
	return p.journal.Clear()
}

// restore makes the outbox, and takes up what the store has.
func (p *Platform) restore() error {
	if v, ok := p.opts.Clock.(*clock.Virtual); ok {
		var stored time.Time
		if _, err := p.loadState("clock", &stored); err != nil {
			return err
		}
		if ahead := stored.Sub(v.Now()); ahead > 0 {
			if err := v.Advance(p.life, ahead); err != nil {
				return err
			}
		}
	}
	if err := p.loadPeople(); err != nil {
		return err
	}
	condition, err := p.loadReceiver()
	if err != nil {
		return err
	}
	o := outbox.Options{
		Policy: *p.opts.Policy, MaxBatch: p.opts.MaxBatch, Clock: p.opts.Clock,
		Rules: p.opts.Rules, Logger: p.opts.Logger, Send: p.send, Changed: p.saveHealth,
	}
	if p.opts.Store != nil {
		o.Store = p.opts.Store
	}
	p.outbox = outbox.New(o, condition)
	return nil
}
