package load

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/series"
)

// How long calibration and the end wait for what is still to be handled.
const (
	// FirstEvidence is for how long anything at all is waited for before a load.
	FirstEvidence = 10 * time.Second
	quiet         = time.Second
	stall         = 3 * time.Second
	mostDrained   = 30 * time.Second // for which who presses Ctrl-C waits
	tick          = 20 * time.Millisecond
)

// calibrating is the number of the first event that may be one of calibration: beyond those
// of a load.
const calibrating = series.MaxEvents / 2

// calibration is some events of each variant of a mix, sent before a load to learn how often
// one that is handled shows: a bot may send several messages for one event, or none. One
// alone could be just that which the bot loses, repeats or refuses.
//
// Machines that share a receiver have events of their own for it, so that the second is not
// taken for what was handled before; what shows of one may come to another.
type calibration struct {
	series *series.Series
	first  uint64 // the number of its first event

	mu    sync.Mutex
	sent  bool           // all of its events were
	shown map[uint64]int // how often an event did, also one of another machine
	// acknowledged is when an event of its own was, until it shows, and slowest the longest
	// time from there until it did.
	acknowledged map[uint64]time.Time
	slowest      time.Duration
}

// calibrations is among how many numbers each machine draws its own, and apart how far from
// each other they are: more than the variants of a mix have events.
const (
	calibrations = 1 << 24
	apart        = 1 << 12

	ofEach = 3 // events of a variant
	// mostRefused is how many in a row may not be acknowledged.
	mostRefused = 2 * ofEach
)

func newCalibration(s *series.Series) *calibration {
	return &calibration{series: s, first: calibrating + apart*rand.Uint64N(calibrations), shown: map[uint64]int{}, acknowledged: map[uint64]time.Time{}}
}

// handled notes that an event of calibration was, of whoever it is.
func (c *calibration) handled(event uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.shown[event]++
	if at, is := c.acknowledged[event]; is {
		c.slowest = max(c.slowest, time.Since(at))
		delete(c.acknowledged, event)
	}
}

// lag is the longest time that an event took from its acknowledgement until it showed.
func (c *calibration) lag() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.slowest
}

// own are how often the events of this calibration were shown, those of each variant one
// after the other.
func (c *calibration) own() (times []int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range ofEach * c.series.Len() {
		times = append(times, c.shown[c.first+uint64(i)])
	}
	return times
}

// once is how often an event of each variant shows, and which variants bring now so many
// and now another number.
func (c *calibration) once() (once, unsteady []int) {
	own := c.own()
	for i := range c.series.Len() {
		n, steady := onceOf(own[ofEach*i : ofEach*(i+1)])
		once = append(once, n)
		if !steady {
			unsteady = append(unsteady, i)
		}
	}
	return once, unsteady
}

// onceOf is how often an event shows that is handled once, by how often some did: the least
// of those that showed, and whether all of those agree.
func onceOf(shown []int) (once int, steady bool) {
	steady = true
	for _, n := range shown {
		switch {
		case n == 0 || n == once:
		case once == 0:
			once = n
		default:
			once, steady = min(once, n), false
		}
	}
	return once, steady
}

// send sends the events. The error says that none was acknowledged, or many in a row were
// not, so that a load would show nothing.
func (c *calibration) send(ctx context.Context, t *target) error {
	s := &sender{target: t}
	defer s.close()
	refused, acknowledged := 0, false
	var problem error // the first
	for i := range ofEach * c.series.Len() {
		variant := c.series.Variant(i / ofEach).ID
		d := c.series.Only(i / ofEach).Filler().Fill(c.first + uint64(i))
		switch a := s.send(ctx, d); {
		case a.kind != "":
			problem = cmp.Or(problem, fmt.Errorf("send one %s, before the load: %s: %w", variant, a.kind, a.err))
			refused++
		case a.status/100 != 2:
			problem = cmp.Or(problem, fmt.Errorf("send one %s, before the load: it was answered with the status %d; are the URL and the app secret the receiver's?", variant, a.status))
			refused++
		default:
			refused, acknowledged = 0, true
			c.mu.Lock()
			if event := c.first + uint64(i); c.shown[event] == 0 {
				c.acknowledged[event] = time.Now()
			}
			c.mu.Unlock()
		}
		if refused == mostRefused || ctx.Err() != nil {
			return problem
		}
	}
	if !acknowledged {
		return problem
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = true
	return nil
}

// learn waits until each event has shown, and then for quiet.
func (c *calibration) learn(ctx context.Context) {
	began, changed, before := time.Now(), time.Now(), 0
	for ctx.Err() == nil {
		all, shown := 0, 0
		for _, n := range c.own() {
			all += n
			shown += min(n, 1)
		}
		if all != before {
			before, changed = all, time.Now()
		}
		rest := quiet
		if shown < ofEach*c.series.Len() {
			rest = max(quiet, 2*changed.Sub(began))
		}
		switch {
		case all == 0 && time.Since(began) > FirstEvidence, all > 0 && time.Since(changed) > rest:
			return
		}
		wait(ctx, tick)
	}
}

// Calibrated is an event of calibration, and how often it showed.
type Calibrated struct {
	Event uint64 `json:"event"`
	// Variant is that of the event; empty for one that another machine sent.
	Variant string `json:"variant,omitempty"`
	Shown   int    `json:"shown"`
}

// list is what was learned.
func (c *calibration) list() (all []Calibrated) {
	c.mu.Lock()
	defer c.mu.Unlock()
	own := uint64(ofEach * c.series.Len())
	for i := range own {
		if event := c.first + i; c.sent {
			all = append(all, Calibrated{event, c.series.Variant(int(i / ofEach)).ID, c.shown[event]})
		}
	}
	for _, event := range slices.Sorted(maps.Keys(c.shown)) {
		if event < c.first || event >= c.first+own {
			all = append(all, Calibrated{Event: event, Shown: c.shown[event]})
		}
	}
	return all
}

// Calibrate sends some events of each variant of the mix, and learns how often one that is
// handled shows. The error says that none was acknowledged, or many in a row were not.
func (l *Load) Calibrate(ctx context.Context) error {
	if err := l.calibration.send(ctx, l.target); err != nil {
		return l.orDied(ctx, err)
	}
	if !l.opts.Evident {
		return nil
	}
	l.calibration.learn(ctx)
	if once, unsteady := l.calibration.once(); slices.Max(once) > 0 {
		l.once, l.unsteady, l.partly = once, unsteady, slices.Min(once) == 0
		l.variants.filler = l.opts.Series.Filler()
	}
	return ctx.Err()
}

// drain waits until all that was acknowledged was handled and nothing more comes, or until
// nothing comes for twice as long as anything took until then. Once ctx has ended, it waits
// for no more than mostDrained, and notes what is still to come then.
func (l *Load) drain(ctx context.Context) {
	from := time.Since(l.began)
	var interrupted <-chan time.Time
	for {
		if ctx.Err() != nil && interrupted == nil {
			interrupted = time.After(mostDrained)
		}
		select {
		case <-interrupted:
			l.left.Store(l.account.waiting())
			return
		default:
		}
		if l.lives.down.Load() != nil && !l.lives.over() { // silent, and no wonder
			from = time.Since(l.began)
		}
		if time.Since(l.began)-max(from, time.Duration(l.heard.Load())) > l.patience() {
			return
		}
		wait(context.Background(), tick)
	}
}

// patience is for how long nothing may come until nothing is waited for any more: as long as
// anything took so far, before the load too, and twice as long while something is owed, or
// may still come of what was not acknowledged.
func (l *Load) patience() time.Duration {
	l.stats.lag.mu.Lock()
	slow := time.Duration(l.stats.lag.latency.Max()) * time.Microsecond
	l.stats.lag.mu.Unlock()
	slow = max(slow, l.calibration.lag())
	if l.account.paid.Load() >= l.account.owed.Load() && l.stats.unanswered() == 0 {
		return max(quiet, slow) // what is handled twice comes behind
	}
	return max(stall, 2*slow)
}

func wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
