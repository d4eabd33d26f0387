package mockplatform

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/clock"
)

// ErrRealClock is the error of Advance on a platform whose clock is real.
var ErrRealClock = errors.New("the platform's clock is real and cannot be advanced: give it a virtual one, clock.NewVirtual")

// Advance moves the platform's virtual clock, and returns when everything that
// became due on the way is over: see clock.Virtual. An attempt takes no time on
// that clock, but one that is not answered takes Options.Timeout of real time.
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
