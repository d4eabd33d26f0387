package mockplatform

import (
	"context"
	"errors"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
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
	return v.Advance(ctx, d)
}

// Reset forgets people, journal, pending deliveries, scripted answers, what was
// set by the Graph API, and the receiver. Clock and options stay.
func (p *Platform) Reset() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.people, p.receiver = nil, ReceiverState{}
	return nil
}
