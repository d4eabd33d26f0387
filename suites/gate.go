package suites

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// gateWidest is the number of deliveries that can be under way at once when
	// the gate stands wide open.
	gateWidest = 64
	// gateFirst is the number at most with which it begins to follow a receiver.
	gateFirst = 10
	// unhurried is the time to an acknowledgement from which on deliveries one
	// after the other would take too long: a run has hundreds of them.
	unhurried = 20 * time.Millisecond
)

// gate keeps deliveries from disturbing each other. A healthy receiver gets
// them one after the other, so that no acknowledgement is slow because of the
// harness. Each delivery that runs into its deadline opens the gate wider: a
// receiver that never answers is judged within a few deadlines, not hundreds.
// Turns are taken in the order of asking, by specs that have begun before the
// others.
//
// A receiver that answers, and takes its time, is followed instead: as in a
// congestion window, each acknowledgement that comes as soon as when it was
// alone lets in one more, and one that takes twice as long halves the width. A
// receiver that serves requests side by side is soon sent many; one that serves
// them in turn never has more than a few to do.
type gate struct {
	mu     sync.Mutex
	width  int
	inside int
	alone  bool // one delivery has the receiver to itself
	queue  []*turn

	usual    time.Duration // to an acknowledgement; 0: the receiver is not followed
	narrowed time.Time     // when it last showed that there were too many
}

// turn is somebody's turn at the gate.
type turn struct {
	alone bool // with no other delivery under way, however wide the gate stands
	begun bool // for a spec that had a turn before
	ready chan struct{}
}

func newGate() *gate { return &gate{width: 1} }

// follow lets in as many as the receiver can do with, which acknowledges within
// usual when it has one delivery to do. It begins with as many as even a receiver
// that serves them in turn would acknowledge within a third of the deadline.
func (g *gate) follow(usual, deadline time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.usual = usual
	g.width = min(max(1, int(deadline/(3*usual))), gateFirst)
}

// unfollow lets in one after the other until resume is called.
func (g *gate) unfollow() (resume func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	usual, width := g.usual, g.width
	g.usual, g.width = 0, 1
	return func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.usual, g.width = usual, width
		g.admit()
	}
}

// following reports whether deliveries of several specs are under way at once
// although the receiver answers.
func (g *gate) following() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.usual > 0
}

// crowd is the number of deliveries that are under way.
func (g *gate) crowd() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.inside
}

// enter waits for a turn; leave must be called after it, once.
func (g *gate) enter(ctx context.Context, asked turn) (leave func(), err error) {
	t := &asked
	t.ready = make(chan struct{})
	g.mu.Lock()
	at := len(g.queue)
	if t.begun {
		at = slices.IndexFunc(g.queue, func(other *turn) bool { return !other.begun })
		if at < 0 {
			at = len(g.queue)
		}
	}
	g.queue = slices.Insert(g.queue, at, t)
	g.admit()
	g.mu.Unlock()

	select {
	case <-t.ready:
		return func() { g.leave(t) }, nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if i := slices.Index(g.queue, t); i >= 0 {
		g.queue = slices.Delete(g.queue, i, i+1)
	} else {
		g.release(t) // admitted in the same moment
	}
	g.admit()
	return nil, ctx.Err()
}

// missed notes that a delivery that began at this instant ran into its deadline.
func (g *gate) missed(began time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.usual > 0 {
		g.narrow(began)
		return
	}
	g.width = min(4*g.width, gateWidest)
	g.admit()
}

// acknowledged notes how long a delivery that began at this instant took.
func (g *gate) acknowledged(began time.Time, took time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.usual == 0:
	case took > 2*g.usual:
		g.narrow(began)
	case took < g.usual*3/2 && len(g.queue) > 0:
		g.width = min(g.width+1, gateWidest)
		g.admit()
	}
}

// narrow halves the width, once for all that were under way together.
func (g *gate) narrow(began time.Time) {
	if began.After(g.narrowed) {
		g.width, g.narrowed = max(1, g.width/2), time.Now()
	}
}

func (g *gate) leave(t *turn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.release(t)
	g.admit()
}

func (g *gate) release(t *turn) {
	g.inside--
	if t.alone {
		g.alone = false
	}
}

// admit lets in, from the head of the queue, whoever fits.
func (g *gate) admit() {
	for len(g.queue) > 0 && !g.alone {
		head := g.queue[0]
		if head.alone && g.inside > 0 || g.inside >= g.width {
			return
		}
		g.queue = g.queue[1:]
		g.inside++
		g.alone = head.alone
		close(head.ready)
	}
}
