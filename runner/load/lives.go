package load

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
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
