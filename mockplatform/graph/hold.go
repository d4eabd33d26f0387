package graph

import (
	"context"
	"sync"
)

// holds keeps calls waiting, by person. Its zero value holds nobody.
type holds struct {
	mu     sync.Mutex
	held   map[string]*hold
	closed bool
}

// hold is one person's.
type hold struct {
	holders int
	over    chan struct{} // closed when the last holder has released
}

func (h *holds) hold(person string) (release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if person == "" || h.closed {
		return func() {}
	}
	if h.held == nil {
		h.held = map[string]*hold{}
	}
	mine := h.held[person]
	if mine == nil {
		mine = &hold{over: make(chan struct{})}
		h.held[person] = mine
	}
	mine.holders++
	return sync.OnceFunc(func() { h.release(person, mine) })
}

func (h *holds) release(person string, mine *hold) {
	h.mu.Lock()
	defer h.mu.Unlock()
	mine.holders--
	if mine.holders == 0 && !h.closed {
		delete(h.held, person)
		close(mine.over)
	}
}

// wait returns true when nobody holds the person any more, and false when ctx
// ends before.
func (h *holds) wait(ctx context.Context, person string) bool {
	for {
		h.mu.Lock()
		mine := h.held[person]
		h.mu.Unlock()
		if mine == nil {
			return true
		}
		select {
		case <-mine.over:
		case <-ctx.Done():
			return false
		}
	}
}

func (h *holds) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, mine := range h.held {
		close(mine.over)
	}
	h.held, h.closed = nil, true
}
