package clock

import (
	"container/heap"
	"context"
	"sync"
	"time"
)

// Virtual is a clock that moves only by Advance. Make it with NewVirtual.
type Virtual struct {
	moving chan struct{} // holds one element: whoever has it may move the clock

	mu     sync.Mutex
	now    time.Time
	timers timers
	made   uint64        // how many timers there have been
	works  int           // what is under way
	idle   chan struct{} // closed when nothing is under way
}

// NewVirtual returns a clock that shows start.
func NewVirtual(start time.Time) *Virtual {
	v := &Virtual{now: start, moving: make(chan struct{}, 1), idle: make(chan struct{})}
	v.moving <- struct{}{}
	close(v.idle)
	return v
}

// Now is the time that the clock shows.
func (v *Virtual) Now() time.Time {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.now
}

// AfterFunc lets Advance call f when the clock has moved by d; the next Advance
// if d is not positive.
func (v *Virtual) AfterFunc(d time.Duration, f func()) Timer {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.made++
	t := &virtualTimer{clock: v, at: v.now.Add(max(d, 0)), number: v.made, f: f}
	heap.Push(&v.timers, t)
	return t
}

// Work keeps the clock from moving until done is called.
func (v *Virtual) Work() (done func()) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.works == 0 {
		v.idle = make(chan struct{})
	}
	v.works++
	return sync.OnceFunc(func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		if v.works--; v.works == 0 {
			close(v.idle)
		}
	})
}

// Advance moves the clock by d. Whatever becomes due on the way is done at its
// time and in the order of its time, what is due at one instant in the order in
// which it was asked for; the clock goes on when it is done, and when no Work is
// under way. What a timer sets off may set timers in turn.
//
// When ctx ends, the clock stays at the instant that it has reached, and the
// error is that of ctx. It must not be called by what a timer does.
func (v *Virtual) Advance(ctx context.Context, d time.Duration) error {
	select {
	case <-v.moving:
		defer func() { v.moving <- struct{}{} }()
	case <-ctx.Done():
		return ctx.Err()
	}
	end := v.Now().Add(max(d, 0))
	for {
		if err := v.awaitIdle(ctx); err != nil {
			return err
		}
		due, more := v.next(end)
		if due == nil && !more {
			return nil
		}
		if due != nil {
			due.f()
		}
	}
}

// awaitIdle waits until no work is under way.
func (v *Virtual) awaitIdle(ctx context.Context) error {
	v.mu.Lock()
	idle := v.idle
	v.mu.Unlock()
	select {
	case <-idle:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next moves the clock to its next timer up to end and takes it, or moves it to
// end. more reports that neither was possible yet: work began meanwhile.
func (v *Virtual) next(end time.Time) (due *virtualTimer, more bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.works > 0:
		return nil, true
	case len(v.timers) > 0 && !v.timers[0].at.After(end):
		due = heap.Pop(&v.timers).(*virtualTimer)
		v.now = due.at
		return due, true
	}
	v.now = end
	return nil, false
}

// virtualTimer is one thing to be done; index is -1 when it is not waiting.
type virtualTimer struct {
	clock  *Virtual
	at     time.Time
	number uint64
	f      func()
	index  int
}

func (t *virtualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.clock.timers, t.index)
	return true
}

// timers is a heap of what is to be done, the next first.
type timers []*virtualTimer

func (q timers) Len() int { return len(q) }

func (q timers) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].number < q[j].number
	}
	return q[i].at.Before(q[j].at)
}

func (q timers) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *timers) Push(x any) {
	t := x.(*virtualTimer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *timers) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = -1
	return t
}
