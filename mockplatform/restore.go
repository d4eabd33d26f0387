package mockplatform

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

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
	if err := p.loadGraph(); err != nil {
		return err
	}
	if err := p.loadPeople(); err != nil {
		return err
	}
	if err := p.loadOptins(); err != nil {
		return err
	}
	condition, err := p.loadReceiver()
	if err != nil {
		return err
	}
	o := outbox.Options{
		Policy: *p.opts.Policy, MaxBatch: p.opts.MaxBatch, Clock: p.opts.Clock,
		Logger: p.opts.Logger, Send: p.send, Changed: p.saveHealth,
		Together: func(a, b []string) bool { return p.versionOf(a) == p.versionOf(b) },
	}
	if p.opts.Store != nil {
		o.Store = p.opts.Store
	}
	if p.opts.Rules != nil {
		o.Rules = p.opts.Rules.ForDelivery
	}
	p.outbox = outbox.New(o, condition)
	return nil
}
