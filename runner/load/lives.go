package load

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// Death is an end of the receiver, after which it was started again.
type Death struct {
	At   float64 `json:"at_s"`   // since the beginning
	How  string  `json:"how"`    // such as "exit status 1"
	Down float64 `json:"down_s"` // until it was ready again
}

// mostDeaths is how many are told one by one.
const mostDeaths = 100

// lives are those of a receiver that is started again whenever it ends.
type lives struct {
	down atomic.Pointer[chan struct{}] // closed when the receiver is there again; nil while it is

	mu     sync.Mutex
	number uint64 // of deaths
	deaths []Death
	gone   string // why it could not be started again
}

// keep starts the receiver again whenever it ends, until ctx does. It calls gone and
// returns where that cannot be done.
func (l *Load) keep(ctx context.Context, gone func()) {
	receiver := l.opts.Receiver
	if receiver.Restart == nil {
		return
	}
	for {
		select {
		case <-receiver.Exited():
		case <-ctx.Done():
			return
		}
		again := make(chan struct{})
		l.lives.down.Store(&again)
		at := time.Now()
		death, err := receiver.Restart(ctx)
		if ctx.Err() != nil {
			return
		}
		l.lives.died(Death{At: at.Sub(l.began).Seconds(), How: death.How, Down: time.Since(at).Seconds()}, err)
		if l.opts.Died != nil {
			l.opts.Died(death, err)
		}
		if err != nil {
			gone()
			return
		}
		l.heard.Store(int64(time.Since(l.began))) // what it was silent for was no silence of its own
		l.lives.down.Store(nil)
		close(again)
	}
}

// orDied is the error of a load that could not begin, or of a receiver that has ended: then
// that is why.
func (l *Load) orDied(ctx context.Context, err error) error {
	receiver := l.opts.Receiver
	if receiver.Exited == nil || receiver.Death == nil || ctx.Err() != nil {
		return err
	}
	timer := time.NewTimer(mostDying)
	defer timer.Stop()
	select {
	case <-receiver.Exited():
	case <-timer.C:
		return err
	}
	return &DiedError{receiver.Death(), err}
}

// DiedError is the error of a receiver that ended before the load began.
type DiedError struct {
	Death sut.Death
	Err   error // what came of the delivery that it had then
}

func (e *DiedError) Error() string {
	return fmt.Sprintf("the receiver %s: %v", e.Death.Ended(), e.Err)
}

func (e *DiedError) Unwrap() error { return e.Err }

// mostDying is for how long after a connection broke the end of a process can show.
const mostDying = time.Second

func (l *lives) died(d Death, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.number++
	if len(l.deaths) < mostDeaths {
		l.deaths = append(l.deaths, d)
	}
	if err != nil {
		l.gone = err.Error()
	}
}

// there waits until the receiver is.
func (l *lives) there(ctx context.Context) {
	if again := l.down.Load(); again != nil {
		select {
		case <-*again:
		case <-ctx.Done():
		}
	}
}

// report tells of the lives in a result.
func (l *lives) report(r *Result) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Restarts, r.Deaths, r.Gone = l.number, l.deaths, l.gone
	if l.gone != "" {
		r.Restarts--
	}
}

// ended is how often the receiver did.
func (l *lives) ended() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.number
}

// over reports that the receiver is gone for good.
func (l *lives) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.gone != ""
}
