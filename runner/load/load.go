package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/series"
)

// Load is a load that is sent once.
type Load struct {
	opts    Options
	target  *target
	account account
	stats   *stats
	once    []int // how often an event of each variant of the mix shows; nil: none does
	partly  bool  // some variants do not show, and others do
	// variants says of which variant an event is.
	variants struct {
		sync.Mutex
		filler *series.Filler
	}
	// unsteady are the variants of which events showed now so often and now otherwise.
	unsteady []int

	next    atomic.Uint64 // the number of the next delivery
	dropped atomic.Uint64
	left    atomic.Uint64 // events that were still waited for when the wait was ended
	heard   atomic.Int64  // when something was handled last, in nanoseconds since began
	halted  atomic.Int64  // when nothing more is planned, in nanoseconds since began; 0: not yet
	began   time.Time
	ended   time.Time
	seconds []Second
	lives   lives
	calls   calls

	calibration *calibration
	sampled     sync.Map // acknowledged events of a sample, and when
}

// New prepares a load.
func New(o Options) (*Load, error) {
	o, err := o.Complete()
	if err != nil {
		return nil, err
	}
	t, err := newTarget(o)
	if err != nil {
		return nil, err
	}
	l := &Load{opts: o, target: t, stats: newStats(), calibration: newCalibration(o.Series)}
	l.next.Store(o.First)
	return l, nil
}

// Handled notes that something came of the event of a person: a message to that person, or
// a receipt. It may be called by many goroutines.
func (l *Load) Handled(person string) {
	event, ok := l.opts.Series.Index(person)
	switch {
	case !ok: // somebody of whom nothing was sent
		l.account.unexpected.Add(1)
		return
	case event >= calibrating:
		l.calibration.handled(event)
		return
	case event < l.opts.First*uint64(l.opts.Series.Width()): // of a load before this
		return
	case event >= l.next.Load()*uint64(l.opts.Series.Width()):
		l.account.unexpected.Add(1)
		return
	}
	l.heard.Store(int64(time.Since(l.began)))
	l.account.handled(event, l.shows(event))
	if at, is := l.sampled.LoadAndDelete(event); is {
		l.stats.lag.mu.Lock()
		record(l.stats.lag.latency, time.Since(at.(time.Time)))
		record(l.stats.lag.second, time.Since(at.(time.Time)))
		l.stats.lag.mu.Unlock()
	}
}

// shows reports whether the handling of an event does: not all variants of a mix have to
// bring something.
func (l *Load) shows(event uint64) bool {
	if !l.partly {
		return l.once != nil
	}
	l.variants.Lock()
	defer l.variants.Unlock()
	width := uint64(l.opts.Series.Width())
	of := l.variants.filler.Variants(event / width)
	i := event % width
	return i < uint64(len(of)) && l.once[of[i]] > 0
}

// Run sends it all, and waits for what is still to be handled. When ctx ends, nothing more
// is sent, and what was sent is waited for as long as something comes, or could by what was
// seen until then.
func (l *Load) Run(ctx context.Context) Result {
	l.began = time.Now()
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	sending, stop := context.WithCancel(ctx)
	defer stop()
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		l.keep(living, stop)
	}()
	if l.opts.Duration > 0 && len(l.opts.Stages) == 0 { // what is planned ends by its instants
		var late context.CancelFunc
		sending, late = context.WithTimeout(sending, l.opts.Duration)
		defer late()
	}
	context.AfterFunc(sending, func() { l.halted.Store(int64(time.Since(l.began))) })
	l.opts.Meter.begin(l)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		l.watch(living)
	}()
	if len(l.opts.Stages) > 0 {
		l.open(sending)
	} else {
		l.closed(sending)
	}
	l.ended = time.Now()
	if l.once != nil {
		l.drain(ctx)
	}
	end()
	<-watched
	<-kept
	return l.result(ctx.Err() != nil)
}

// closed has each connection send as soon as it is answered.
func (l *Load) closed(ctx context.Context) {
	var all sync.WaitGroup
	for worker := range l.opts.Concurrency {
		all.Go(func() {
			s, f := &sender{target: l.target}, l.opts.Series.Filler()
			defer s.close()
			for {
				l.lives.there(ctx)
				if ctx.Err() != nil {
					return
				}
				n := l.next.Add(1) - 1
				if l.opts.Count > 0 && n-l.opts.First >= l.opts.Count {
					l.next.Add(^uint64(0))
					return
				}
				if l.deliver(ctx, worker, s, f, n, time.Time{}) == errorConnect {
					wait(ctx, connectAgain)
				}
			}
		})
	}
	all.Wait()
}

// connectAgain is how long a connection of the closed model rests when nothing took it.
const connectAgain = 100 * time.Millisecond

// planned is a delivery of the open model.
type planned struct {
	n  uint64
	at time.Time
}

// open gives each delivery to a connection at its instant. There are more connections as
// long as all are busy.
func (l *Load) open(ctx context.Context) {
	var all sync.WaitGroup
	defer all.Wait()
	work := make(chan planned)
	defer close(work)
	workers := 0
	begin := func(first planned) {
		worker := workers
		workers++
		all.Go(func() {
			s, f := &sender{target: l.target}, l.opts.Series.Filler()
			defer s.close()
			l.deliver(ctx, worker, s, f, first.n, first.at)
			for p := range work {
				l.deliver(ctx, worker, s, f, p.n, p.at)
			}
		})
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := l.opts.First; l.opts.Count == 0 || n-l.opts.First < l.opts.Count; n++ {
		after, more := Schedule(l.opts.Stages).At(n - l.opts.First)
		if !more || l.opts.Duration > 0 && after >= l.opts.Duration {
			return
		}
		p := planned{n, l.began.Add(after)}
		if wait := time.Until(p.at); wait > 0 {
			timer.Reset(wait)
			select {
			case <-timer.C:
			case <-ctx.Done():
				return
			}
		}
		if ctx.Err() != nil {
			return
		}
		l.next.Store(n + 1)
		select {
		case work <- p:
			continue
		default:
		}
		if workers < l.opts.Concurrency {
			begin(p)
			continue
		}
		timer.Reset(time.Until(p.at.Add(mostLate)))
		select {
		case work <- p:
		case <-timer.C:
			l.dropped.Add(1)
			l.leave(n)
		case <-ctx.Done():
			l.leave(n)
			return
		}
	}
}

// leave notes that a delivery is not sent.
func (l *Load) leave(n uint64) {
	first := n * uint64(l.opts.Series.Width())
	for i := range l.opts.Series.Size(n) {
		l.account.left(first + uint64(i))
	}
}

// deliver sends a delivery, twice where it is one of those, and returns the kind of the
// last error.
func (l *Load) deliver(ctx context.Context, worker int, s *sender, f *series.Filler, n uint64, at time.Time) (kind string) {
	d := f.Fill(n)
	times := 1
	if l.opts.Series.Chance(n, series.ForDuplicate, l.opts.Duplicates) {
		times = 2
	}
	flying := &l.stats.shard(worker).flying
	for range times {
		flying.Add(1)
		began := time.Now()
		a := s.send(context.WithoutCancel(ctx), d)
		ended := time.Now()
		flying.Add(-1)
		l.stats.add(worker, at, began, ended, a)
		at = time.Time{} // the second follows the first, and has no instant of its own
		kind = a.kind
		if a.kind != "" || a.status/100 != 2 {
			continue
		}
		for i, variant := range d.Variants {
			l.account.acknowledged(d.First+uint64(i), l.once != nil && l.once[variant] > 0)
		}
		if l.once != nil && n%sampledOf == 0 && l.account.handledTimes(d.First) == 0 {
			l.sampled.LoadOrStore(d.First, ended)
		}
	}
	return kind
}

// sampledOf is of how many deliveries one is measured from acknowledgement to handling.
const sampledOf = 64

// watch looks every second.
func (l *Load) watch(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var dropped, planned, handled uint64 // until the last look
	since := func(last *uint64, now uint64) uint64 {
		more := now - *last
		*last = now
		return more
	}
	look := func() {
		now := l.stats.look()
		now.At = time.Since(l.began).Seconds()
		now.Dropped, now.Planned = since(&dropped, l.dropped.Load()), since(&planned, l.planned())
		if l.once != nil {
			more, waiting := since(&handled, l.account.shown.Load()), l.account.waiting()
			now.Handled, now.Waiting = &more, &waiting
		}
		l.seconds = append(l.seconds, now)
		if l.opts.Live != nil {
			l.opts.Live(now)
		}
	}
	for {
		select {
		case <-tick.C:
			look()
		case <-ctx.Done():
			look()
			return
		}
	}
}

// planned is how many deliveries had to be sent until now; 0 in the closed model.
func (l *Load) planned() uint64 {
	after := time.Since(l.began)
	if halted := l.halted.Load(); halted > 0 {
		after = time.Duration(halted)
	}
	if l.opts.Duration > 0 {
		after = min(after, l.opts.Duration-1)
	}
	n := Schedule(l.opts.Stages).until(after)
	if l.opts.Count > 0 {
		n = min(n, l.opts.Count)
	}
	return n
}
