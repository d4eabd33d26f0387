package mockplatform

import "fmt"

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
