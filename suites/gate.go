package suites

import (
	"context"
	"slices"
	"sync"
)

// gateWidest is the number of deliveries that can be under way at once when
// the gate stands wide open.
const gateWidest = 64

// gate keeps deliveries from disturbing each other. A healthy receiver gets
// them one after the other, so that no acknowledgement is slow because of the
// harness. Each delivery that runs into its deadline opens the gate wider: a
// receiver that never answers is judged within a few deadlines, not hundreds.
// Turns are taken in the order of asking.
type gate struct {
	mu     sync.Mutex
	width  int
	inside int
	alone  bool // one delivery has the receiver to itself
	queue  []*turn
}

type turn struct {
	alone bool
	ready chan struct{}
}

func newGate() *gate { return &gate{width: 1} }

// enter waits for a turn; leave must be called after it, once. alone asks for
// the receiver with no other delivery under way, however wide the gate stands.
func (g *gate) enter(ctx context.Context, alone bool) (leave func(), err error) {
	t := &turn{alone: alone, ready: make(chan struct{})}
	g.mu.Lock()
	g.queue = append(g.queue, t)
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

// missed notes that a delivery ran into its deadline.
func (g *gate) missed() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.width = min(4*g.width, gateWidest)
	g.admit()
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
