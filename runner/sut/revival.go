package sut

import (
	"context"
	"errors"
	"time"
)

const (
	// settleTime is how long the end of a receiver may lag behind the end of its
	// connections.
	settleTime = 100 * time.Millisecond
	// returnTime is how long a receiver that listens no more, but goes on, has to
	// come back: npm and its like take a while to end, and some supervisors start
	// a program again.
	returnTime = 3 * time.Second
)

// errStopped is the error of a revival that Stop interrupts.
var errStopped = errors.New("the receiver was stopped")

// mortal is a receiver in one of its lives.
type mortal interface {
	// ended is closed when nothing is left of the present life.
	ended() <-chan struct{}
	// buried is the death of a receiver whose life has ended.
	buried() Death
	// died is a death of this manner in the present life.
	died(how string) Death
	// listens looks whether the receiver accepts connections.
	listens(ctx context.Context) bool
	// kill ends the present life.
	kill() error
	// launch begins the next one, and returns when the receiver is ready.
	launch(ctx context.Context) error
}

// revival keeps a receiver alive over several lives.
type revival struct {
	life context.Context // ends with the receiver
	turn chan struct{}   // holds one token; who has it may use the present life
	// unrevived is the last death while no start has succeeded after it.
	unrevived *Death
}

// revive implements Running.Revive.
func (r *revival) revive(ctx context.Context, m mortal) (Death, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(r.life, func() { cancel(errStopped) })()
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return Death{}, context.Cause(ctx)
	}
	if r.unrevived == nil {
		d, back, err := death(ctx, m)
		if err != nil || back {
			return d, err
		}
		r.unrevived = &d
	}
	d := *r.unrevived
	if err := m.launch(ctx); err != nil {
		return d, err
	}
	r.unrevived = nil
	return d, nil
}

// death finds out of what the present life ended, or ends it where the receiver
// is of no use any more. back says that it is there again by itself.
func death(ctx context.Context, m mortal) (d Death, back bool, err error) {
	settled, late := time.After(settleTime), time.After(returnTime)
	select {
	case <-m.ended():
		return m.buried(), false, nil
	case <-ctx.Done():
		return d, false, context.Cause(ctx)
	case <-settled:
	}
	if m.listens(ctx) {
		return d, true, ErrAlive
	}
	tick := time.NewTicker(pollPause)
	defer tick.Stop()
	for {
		select {
		case <-m.ended():
			return m.buried(), false, nil
		case <-tick.C:
			if m.listens(ctx) {
				return m.died("stopped listening, and came back by itself"), true, nil
			}
		case <-late:
			err := m.kill()
			return m.died("stopped listening, though its process went on"), false, err
		case <-ctx.Done():
			return d, false, context.Cause(ctx)
		}
	}
}
