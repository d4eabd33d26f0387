package suites

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

const (
	// restartPatience is how long a receiver that went away has to come back;
	// many run under something that starts them again.
	restartPatience = 3 * time.Second
	// redial is the pause between two looks whether it is back.
	redial = 20 * time.Millisecond
)

// lifeline knows whether the receiver is there, what was sent to it last, and
// what it died of. A receiver that dies is one finding; what could not be sent
// because of it is not judged at all.
type lifeline struct {
	address  string
	patience time.Duration
	revive   func(context.Context) (how string, err error) // nil: it has to come back by itself

	mu     sync.Mutex
	last   string // the stimulus that reached the receiver last
	how    string // how it ended, for the death that nobody is blamed for yet
	deaths []death
	latest time.Time // when the last death was noticed
	gone   error     // why it does not come back
}

// death is the end of a receiver.
type death struct {
	after string // the stimulus that it died of
	how   string // "exit status 1" and its last output, where that is known
}

func newLifeline(webhook string, patience time.Duration, revive func(context.Context) (string, error)) (*lifeline, error) {
	u, err := url.Parse(webhook)
	if err != nil {
		return nil, fmt.Errorf("the receiver's URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the receiver's URL %q is not an http or https URL, such as http://localhost:3000/webhook", webhook)
	}
	return &lifeline{address: delivery.Address(u), patience: patience, revive: revive}, nil
}

// reached notes that a stimulus reached the receiver, and returns the one
// before it.
func (l *lifeline) reached(stimulus string) (before string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	before, l.last = l.last, stimulus
	return before
}

// lastReached is the stimulus that reached the receiver last.
func (l *lifeline) lastReached() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last
}

// blame notes that the receiver died of a stimulus.
func (l *lifeline) blame(stimulus string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.latest = time.Now()
	how := l.how
	l.how = ""
	if !slices.ContainsFunc(l.deaths, func(d death) bool { return d.after == stimulus }) {
		l.deaths = append(l.deaths, death{after: stimulus, how: how})
	}
}

// diedSince reports whether the receiver died after this instant; it looks
// whether it listens now.
func (l *lifeline) diedSince(ctx context.Context, start time.Time) bool {
	if away, _ := l.away(ctx); away {
		l.blame(l.lastReached())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.latest.After(start)
}

// away reports whether the receiver listens no more, and waits for it to come
// back, with help where there is help. The error says that it did not. Of
// several callers only one is told that it was away.
func (l *lifeline) away(ctx context.Context) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil {
		return false, l.gone
	}
	// A connection that is neither accepted nor refused counts as away too.
	first, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	if l.dial(first) == nil {
		return false, nil
	}
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if l.revive != nil {
		var err error
		if l.how, err = l.revive(ctx); err != nil && ctx.Err() == nil {
			l.gone = fmt.Errorf("%w; it could not be started again: %w", l.lost(), err)
			return true, l.gone
		}
	}
	tick := time.NewTicker(redial)
	defer tick.Stop()
	patient, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	for {
		select {
		case <-tick.C:
			if l.dial(patient) == nil {
				l.latest = time.Now() // whoever asks before somebody is blamed has to know
				return true, nil
			}
		case <-patient.Done():
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			l.gone = l.lost()
			return true, l.gone
		}
	}
}

// lost is the error for everything that can no longer be sent.
func (l *lifeline) lost() error {
	if l.last == "" {
		return fmt.Errorf("nothing listens at %s: start the receiver first", l.address)
	}
	return fmt.Errorf("nothing listens at %s any more; what reached the receiver last was: %s", l.address, l.last)
}

func (l *lifeline) dial(ctx context.Context) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", l.address)
	if err != nil {
		return err
	}
	return c.Close()
}

// died returns the deaths of the receiver, and why it is gone if it is.
func (l *lifeline) died() ([]death, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.deaths), l.gone
}
