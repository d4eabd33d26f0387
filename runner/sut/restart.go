package sut

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// settleTime is how long the end of a receiver may lag behind the end of its
	// connections.
	settleTime = 100 * time.Millisecond
	// endTime is how long a receiver that listens no more may take to end: npm and
	// its like do, and a container engine may be late to tell.
	endTime = 3 * time.Second
)

// errStopped is the error of a restart that Stop interrupts.
var errStopped = errors.New("the receiver was stopped")

// restartable is a receiver in one of its lives.
type restartable interface {
	// ended is closed when nothing is left of the present life.
	ended() <-chan struct{}
	// lastExit is the death of a receiver whose life has ended.
	lastExit() Death
	// listens looks whether the receiver accepts connections.
	listens(ctx context.Context) bool
	// died is a death of this manner in the present life.
	died(how string) Death
	// kill ends the present life.
	kill() error
	// launch begins the next one, and returns when the receiver is ready.
	launch(ctx context.Context) error
}

// lives keeps a receiver alive over several lives.
type lives struct {
	life context.Context // ends with the receiver
	turn chan struct{}   // holds one token; who has it may use the present life
	// pendingExit is the last death while no start has succeeded after it.
	pendingExit *Death

	mu   sync.Mutex
	exit <-chan struct{} // closed when the present life has ended
}

// begun notes that a life has begun.
func (r *lives) begun(m restartable) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.exit = m.ended()
}

// exited implements Running.Exited.
func (r *lives) exited() <-chan struct{} {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.exit
}

// restart implements Running.Restart.
func (r *lives) restart(ctx context.Context, m restartable) (Death, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.life, func() { cancel(errStopped) })()
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Death{}, context.Cause(ctx)
	}
	if r.pendingExit == nil {
		d, err := death(ctx, m)
		if err != nil {
			return d, err
		}
		r.pendingExit = &d
	}
	d := *r.pendingExit
	if err := m.launch(ctx); err != nil {
		return d, err
	}
	r.pendingExit = nil
	r.begun(m)
	return d, nil
}

// death says of what the present life ended, and ends it if it goes on.
func death(ctx context.Context, m restartable) (Death, error) {
	wait := settleTime
	for {
		late := time.NewTimer(wait)
		select {
		case <-m.ended():
			late.Stop()
			return m.lastExit(), nil
		case <-ctx.Done():
			late.Stop()
			return Death{}, context.Cause(ctx)
		case <-late.C:
		}
		if wait == endTime || m.listens(ctx) {
			err := m.kill()
			return m.died(""), err
		}
		wait = endTime
	}
}
