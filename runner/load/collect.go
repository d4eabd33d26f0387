package load

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Collector counts what comes back of a load that other machines send. It sends nothing but,
// if it calibrates, some events of each variant.
type Collector struct {
	opts        Options
	account     account
	calibration *calibration

	made    time.Time
	began   time.Time    // when Wait did
	heard   atomic.Int64 // when something came last, in nanoseconds since made
	handled atomic.Uint64
	refused atomic.Uint64
	settled atomic.Uint64 // events of which one of both is known
	counted atomic.Uint64 // messages and receipts
	calls   calls
	// unexpected are messages and receipts for somebody of whom nothing was sent.
	unexpected atomic.Uint64
}

// Collected is how far a collector is.
type Collected struct {
	At      float64 // seconds since the beginning
	Handled uint64  // events
	Calls   uint64  // messages and receipts for them
	Refused uint64  // events that were not acknowledged, as their senders say
}

// NewCollector prepares a collector. Of the options it uses the series, and for its end
// Duration, and Count, which is of events.
func NewCollector(o Options) *Collector {
	return &Collector{opts: o, calibration: newCalibration(o.Series), made: time.Now()}
}

// Handled notes that something came of the event of a person: a message to that person, or
// a receipt. It may be called by many goroutines.
func (c *Collector) Handled(person string) {
	event, ok := c.opts.Series.Index(person)
	switch {
	case !ok:
		c.unexpected.Add(1)
		return
	case event >= calibrating:
		c.calibration.handled(event)
		return
	}
	c.heard.Store(int64(time.Since(c.made)))
	c.counted.Add(1)
	before := c.account.handled(event, true)
	if before&^bitRefused == 0 {
		c.handled.Add(1)
	}
	if before == 0 {
		c.settled.Add(1)
	}
}

// Refused notes that events were not acknowledged, as their sender says. The error names one
// that the series has not; then none is noted.
func (c *Collector) Refused(events []uint64) error {
	s := c.opts.Series
	width := uint64(s.Width())
	for _, event := range events {
		if event >= calibrating || event%width >= uint64(s.Size(event/width)) {
			return fmt.Errorf("there is no event %d in the series that is collected here: are seed, mix and batch those of the load?", event)
		}
	}
	c.heard.Store(int64(time.Since(c.made)))
	for _, event := range events {
		before := c.account.refused(event)
		if before&bitRefused == 0 {
			c.refused.Add(1)
		}
		if before == 0 {
			c.settled.Add(1)
		}
	}
	return nil
}

// Follow counts what comes back to a platform from now on, until ctx ends. It returns at
// once; done is closed when nothing more is counted.
func (c *Collector) Follow(ctx context.Context, j *journal.Journal) (done <-chan struct{}) {
	return c.calls.follow(ctx, j, c.Handled)
}

// Calibrate sends the receiver of some options some events of each variant of the mix, and
// learns how often one that is handled shows; shown are those numbers, by variant. What
// shows at another collector is in its tally, and not in them.
func (c *Collector) Calibrate(ctx context.Context, o Options) (shown []int, err error) {
	if o.AckDeadline == 0 {
		o.AckDeadline = defaultDeadline
	}
	t, err := newTarget(o)
	if err != nil {
		return nil, err
	}
	if err := c.calibration.send(ctx, t); err != nil {
		return nil, err
	}
	c.calibration.learn(ctx)
	once, _ := c.calibration.once()
	return once, ctx.Err()
}

// Wait waits until ctx ends, for the duration, or until as many events as the count says
// were handled or not acknowledged, and nothing more comes. live, if set, is called every
// second, and at the end. interrupted reports that ctx ended before that was so.
func (c *Collector) Wait(ctx context.Context, live func(Collected)) (interrupted bool) {
	c.began = time.Now()
	var end <-chan time.Time
	if c.opts.Duration > 0 {
		timer := time.NewTimer(c.opts.Duration)
		defer timer.Stop()
		end = timer.C
	}
	if live == nil {
		live = func(Collected) {}
	}
	defer func() { live(c.Now()) }()
	look, second := time.NewTicker(tick), time.NewTicker(time.Second)
	defer look.Stop()
	defer second.Stop()
	for {
		select {
		case <-ctx.Done():
			return c.opts.Duration > 0 || c.opts.Count > 0
		case <-end:
			return false
		case <-look.C:
			if c.opts.Count > 0 && c.settled.Load() >= c.opts.Count && time.Since(c.made)-time.Duration(c.heard.Load()) > quiet {
				return false
			}
		case <-second.C:
			live(c.Now())
		}
	}
}

// Now is how far it is.
func (c *Collector) Now() Collected {
	return Collected{At: time.Since(c.began).Seconds(), Handled: c.handled.Load(), Calls: c.counted.Load(), Refused: c.refused.Load()}
}

// Result is what a collector knows of the series with this identity: of what was sent,
// nothing. Nothing may be noted at the same time.
func (c *Collector) Result(of *Identity, interrupted bool) Result {
	r := Result{
		Version: 1, Started: c.began.UTC().Truncate(time.Millisecond), DurationMS: time.Since(c.began).Milliseconds(), Interrupted: interrupted,
		ErrorsBy: map[string]uint64{}, Missed: c.calls.unseen.Load(), Series: of,
		Tally: &Tally{Ranges: c.account.ranges(), Calibration: c.calibration.list()},
	}
	if handled, unexpected := c.handled.Load(), c.unexpected.Load(); r.Missed == 0 {
		r.Handled, r.Unexpected = &handled, &unexpected
	}
	if note := c.calls.note(); note != "" {
		r.Notes = append(r.Notes, note)
	}
	return r
}
