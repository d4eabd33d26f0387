package mockplatform

import (
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// clearedKey is the document with the number of the last exchange that a Reset forgot:
// what is missing of later ones was dropped.
const clearedKey = "cleared"

func (p *Platform) openJournal() error {
	var cleared uint64
	if _, err := p.loadState(clearedKey, &cleared); err != nil {
		return err
	}
	var err error
	p.journal, err = journal.Open(journal.Options{
		Limit: p.opts.JournalLimit, Secrets: p.opts.Secrets(), Store: p.opts.JournalStore, Cleared: cleared, Logger: p.opts.Logger,
	})
	if err != nil {
		return fmt.Errorf("the journal: %w", err)
	}
	return nil
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
