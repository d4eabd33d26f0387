package life

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
)

// endTime is how long a receiver that listens no more may take to end: npm and
// its like do, and a container engine may be late to tell.
const endTime = 3 * time.Second

// Death is the end of a receiver that nobody asked for.
type Death struct {
	// How is the manner, such as "exit status 1" or "killed by SIGSEGV". It is empty
	// where the receiver went on and Restart ended it.
	How string
	// Output holds the last lines that the receiver wrote in this life.
	Output string
}

// Ended says how it ended, for a sentence about the receiver.
func (d Death) Ended() string {
	return fmt.Sprintf("ended by itself (%s)", cmp.Or(d.How, "it does not listen any more"))
}

// errStopped is the error of a restart that Stop interrupts.
var errStopped = errors.New("the receiver was stopped")

// Restartable is a receiver in one of its lives.
type Restartable interface {
	// Ended is closed when nothing is left of the present life.
	Ended() <-chan struct{}
	// How is the manner in which a life has ended.
	How() string
	// Listens looks whether the receiver accepts connections.
	Listens(ctx context.Context) bool
	// Kill ends the present life.
	Kill() error
	// Launch begins the next one, and returns when the receiver is ready.
	Launch(ctx context.Context) error
}

// Lives keeps a receiver alive over several lives.
type Lives struct {
	// Output is what the receiver writes in all of them.
	Output Output
	mark   int64 // where that of the present life begins

	all    context.Context // ends with the receiver
	finish context.CancelFunc
	turn   chan struct{} // holds one token; who has it may use the present life
	// pendingExit is the last death while no start has succeeded after it.
	pendingExit *Death

	mu   sync.Mutex
	exit <-chan struct{} // closed when the present life has ended
}

// NewLives returns the lives of a receiver before the first one. They are over
// when ctx ends, if not before.
func NewLives(ctx context.Context) *Lives {
	all, finish := context.WithCancel(ctx)
	return &Lives{all: all, finish: finish, turn: make(chan struct{}, 1)}
}

// Next notes that a life begins. It returns a channel that is closed when the
// receiver writes a line that matches the pattern, if there is one.
func (l *Lives) Next(pattern *regexp.Regexp) (logged <-chan struct{}) {
	l.mark = l.Output.written()
	return l.Output.expect(pattern)
}

// Began notes that the receiver has become ready.
func (l *Lives) Began(r Restartable) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.exit = r.Ended()
}

// Exited returns a channel that is closed when the present life has ended.
func (l *Lives) Exited() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.exit
}

// LastOutput is the last that the receiver wrote in its present life.
func (l *Lives) LastOutput() string {
	text, _ := l.Output.Since(l.mark)
	return Last(text)
}

// Death is how the present life has ended, once it has.
func (l *Lives) Death(r Restartable) Death { return Death{How: r.How(), Output: l.LastOutput()} }

// WhenOver calls end once the lives are over, if only because their context is.
func (l *Lives) WhenOver(end func() error) {
	context.AfterFunc(l.all, func() { _ = end() }) // who stops the receiver hears of the error
}

// Over ends the lives for good, and interrupts a restart.
func (l *Lives) Over() { l.finish() }

// Finish ends the lives for good, and the present one by end.
func (l *Lives) Finish(end func() error) error {
	l.Over()
	l.turn <- struct{}{}
	defer func() { <-l.turn }()
	return end()
}

// Restart starts the receiver again, and says how its life ended; one that goes
// on is ended first. After an error the receiver is down, and the death is told
// all the same if it is known.
func (l *Lives) Restart(ctx context.Context, r Restartable) (Death, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(l.all, func() { cancel(errStopped) })()
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return Death{}, context.Cause(ctx)
	}
	if l.pendingExit == nil {
		d, err := l.death(ctx, r)
		if err != nil {
			return d, err
		}
		l.pendingExit = &d
	}
	d := *l.pendingExit
	if err := r.Launch(ctx); err != nil {
		return d, err
	}
	l.pendingExit = nil
	l.Began(r)
	return d, nil
}

// death says of what the present life ended, and ends it if it goes on.
func (l *Lives) death(ctx context.Context, r Restartable) (Death, error) {
	wait := EndLag
	for {
		late := time.NewTimer(wait)
		select {
		case <-r.Ended():
			late.Stop()
			return l.Death(r), nil
		case <-ctx.Done():
			late.Stop()
			return Death{}, context.Cause(ctx)
		case <-late.C:
		}
		if wait == endTime || r.Listens(ctx) {
			err := r.Kill()
			return Death{Output: l.LastOutput()}, err
		}
		wait = endTime
	}
}
