package reference

import (
	"context"
	"sync"
	"time"
)

// life is what a process has until it dies: its calls and what it remembers.
type life struct {
	ctx    context.Context
	cancel context.CancelFunc
	memory *memory
	lanes  lanes
	// workers has a place for each event that is worked on; nil: there is no limit.
	// Those who wait for a place get it in the order in which they came.
	workers chan struct{}
}

func newLife(c Config) *life {
	ctx, cancel := context.WithCancel(context.Background())
	l := &life{ctx: ctx, cancel: cancel, memory: newMemory(c.Now)}
	if c.Workers > 0 {
		l.workers = make(chan struct{}, c.Workers)
	}
	return l
}

// employ has f done by a worker. Whoever waits for one when the process dies is
// forgotten.
func (l *life) employ(f func()) {
	if l.workers == nil {
		f()
		return
	}
	select {
	case l.workers <- struct{}{}:
	case <-l.ctx.Done():
		return
	}
	defer func() { <-l.workers }()
	f()
}

func (r *Receiver) current() *life {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.life
}

// work handles the events of one delivery and returns when all are done.
// Events of different people are handled at the same time, so that a slow call
// for one holds up nobody else.
func (r *Receiver) work(events []event) {
	now := r.current()
	var all sync.WaitGroup
	defer all.Wait()
	for _, e := range events {
		if r.steps.echo(e) || !r.steps.fresh(r.steps.identity(e)) {
			continue
		}
		member, person := sender(e)
		turn, leave := now.lanes.join(member, person)
		all.Go(func() {
			defer leave()
			<-turn
			now.employ(func() { r.guard(func() { r.handle(now.ctx, e) }) })
		})
	}
}

func (r *Receiver) handle(ctx context.Context, e event) {
	if r.config.WorkDelay > 0 && !pause(ctx, r.config.WorkDelay) {
		return
	}
	if err := r.steps.report(ctx, r.steps.understand(e)); err != nil {
		r.config.Logger.Warn("an event has no receipt", "error", err)
	}
	if !r.steps.ours(e) {
		return
	}
	for _, m := range r.steps.replies(e) {
		if err := r.steps.send(ctx, m); err != nil {
			r.config.Logger.Warn("a person got no reply", "error", err)
		}
	}
}

// lanes keep the events of one person in the order in which they came.
type lanes struct {
	mu   sync.Mutex
	last map[lane]chan struct{} // closed when the last one in the lane has left
}

// lane names a person as [sender] does.
type lane struct{ member, value string }

// join takes the next place in a person's lane. Its turn comes when turn is
// closed; leave must be called afterwards. Events of nobody wait for nothing.
func (l *lanes) join(member, value string) (turn <-chan struct{}, leave func()) {
	left := make(chan struct{})
	if member == "" {
		close(left)
		return left, func() {}
	}
	person := lane{member, value}
	l.mu.Lock()
	defer l.mu.Unlock()
	before, busy := l.last[person]
	if !busy {
		before = make(chan struct{})
		close(before)
	}
	if l.last == nil {
		l.last = map[lane]chan struct{}{}
	}
	l.last[person] = left
	return before, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		close(left)
		if l.last[person] == left {
			delete(l.last, person)
		}
	}
}

// counter counts what is going on, up to a limit, until it is closed.
type counter struct {
	limit int // 0: no limit

	mu   sync.Mutex
	n    int
	idle chan struct{} // not nil when closed to newcomers; closed when n is 0
}

// enter counts one more, or tells that there is no room.
func (c *counter) enter() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.idle != nil || (c.limit > 0 && c.n == c.limit) {
		return false
	}
	c.n++
	return true
}

func (c *counter) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n--
	if c.n == 0 && c.idle != nil {
		close(c.idle)
	}
}

// close lets nobody in any more. The channel it returns is closed when the last
// one has left. It must be called once.
func (c *counter) close() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.idle = make(chan struct{})
	if c.n == 0 {
		close(c.idle)
	}
	return c.idle
}

// wait returns true when all channels are closed, or false after d.
func wait(d time.Duration, all ...<-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for _, c := range all {
		select {
		case <-c:
		case <-timer.C:
			return false
		}
	}
	return true
}
