package mockplatform

import "fmt"

// Reset forgets people, journal, pending deliveries, scripted answers, rules,
// what was set by the Graph API, and the receiver. The clock goes on, and the
// options stay.
//
// Attempts that are under way are made to the end, but nothing of them comes
// back: ids of deliveries and numbers of events start again, and an attempt that
// has not begun yet is not made. Those who wait for it get outbox.ErrCleared.
func (p *Platform) Reset() error {
	p.resetting.Lock()
	defer p.resetting.Unlock()
	p.receiver.changing.Lock()
	defer p.receiver.changing.Unlock()
	p.people.mu.Lock()
	defer p.people.mu.Unlock()
	cleared := p.journal.Last()
	if err := p.saveState(clearedKey, cleared); err != nil {
		return err
	}
	if p.opts.Store != nil {
		// The clock goes on, also after a restart, and so do the numbers from which
		// the Graph API makes its ids. What receivers set is forgotten below.
		if err := p.opts.Store.Clear("clock", "graph", clearedKey); err != nil {
			return fmt.Errorf("%w: reset the store: %w", ErrNotStored, err)
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
	p.strangers.forget()
	p.loops.forget()
	p.optins.forget()
	if err := p.journal.Clear(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	if last := p.journal.Last(); last != cleared { // what came meanwhile was forgotten too
		return p.saveState(clearedKey, last)
	}
	return nil
}
