package judge

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
)

const (
	// restartPatience is how long a receiver that went away has to come back; many
	// run under something that starts them again.
	restartPatience = 3 * time.Second
	// redial is the pause between two looks whether it is back.
	redial = 20 * time.Millisecond
)

// lifeline knows whether the receiver listens, and brings it back.
type lifeline struct {
	address  string
	patience time.Duration
	process  *Process
	dial     func(context.Context) error // connects, and hangs up

	mu    sync.Mutex
	lost  error         // why it does not come back
	at    time.Time     // when that was clear
	taken time.Duration // the longest that coming back took
}

func newLifeline(webhook string, patience time.Duration, process *Process, dial delivery.Dial) (*lifeline, error) {
	u, err := url.Parse(webhook)
	if err != nil {
		return nil, fmt.Errorf("the receiver's URL: %w", err)
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("the receiver's URL %q is not an http or https URL, such as http://localhost:3000/webhook", webhook)
	}
	l := &lifeline{address: delivery.Address(u), patience: patience, process: process}
	l.dial = func(ctx context.Context) error {
		c, err := dial(ctx, "tcp", l.address)
		if err != nil {
			return err
		}
		return c.Close()
	}
	return l, nil
}

// gone is why the receiver does not come back; nil while it may.
func (l *lifeline) gone() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

// give gives the receiver up.
func (l *lifeline) give(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.lost == nil {
		l.lost, l.at = why, time.Now()
	}
}

// since is when the receiver was given up.
func (l *lifeline) since() time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.at
}

// listens reports whether the receiver accepts connections. One that is neither
// accepted nor refused counts as refused.
func (l *lifeline) listens(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	return l.dial(ctx) == nil
}

// away looks into a connection that was refused. It returns the incident that
// explains it; nil if the receiver listens after all.
func (l *lifeline) away(ctx context.Context) *incident {
	if l.listens(ctx) || ctx.Err() != nil {
		return nil
	}
	if l.process == nil {
		return &incident{how: "listened no more"}
	}
	// The exit decides. One that goes on may be a shell or a supervisor whose child
	// ended, and that starts it again.
	patient, cancel := context.WithTimeout(ctx, l.patience)
	defer cancel()
	exited := l.process.Exited()
	tick := time.NewTicker(redial)
	defer tick.Stop()
	for {
		select {
		case <-exited:
			return &incident{how: "ended"}
		case <-tick.C:
			if l.dial(patient) == nil {
				return &incident{how: "stopped listening, and came back by itself", back: true}
			}
		case <-patient.Done():
			if ctx.Err() != nil {
				return nil
			}
			return &incident{jam: true, how: "stopped listening, though its process went on"}
		}
	}
}

// restore brings the receiver back after an incident, and says how it ended where
// that is known better now. The error says why it is not back.
func (l *lifeline) restore(ctx context.Context, inc *incident) (how string, err error) {
	if inc.back {
		return "", nil
	}
	began := time.Now()
	defer func() {
		l.mu.Lock()
		l.taken = max(l.taken, time.Since(began))
		l.mu.Unlock()
	}()
	if l.process != nil {
		var output string
		how, output, err = l.process.Restart(ctx)
		if how = strings.TrimSpace(how); how != "" { // "exit status 1": no verb of a sentence
			how = "ended (" + how + ")"
		}
		how = strings.TrimSpace(cmp.Or(how, inc.how) + "\n" + output)
		if err != nil && ctx.Err() == nil {
			err = fmt.Errorf("the receiver %s, and could not be started again: %w", inc.how, err)
		}
		return how, err
	}
	if inc.jam {
		return "", fmt.Errorf("the receiver at %s %s, and Referee did not start it, so it cannot start it again", l.address, inc.how)
	}
	l.mu.Lock()
	patience := max(l.patience, 3*l.taken)
	l.mu.Unlock()
	patient, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	tick := time.NewTicker(redial)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if l.dial(patient) == nil {
				return "", nil
			}
		case <-patient.Done():
			if ctx.Err() != nil {
				return "", ctx.Err()
			}
			return "", fmt.Errorf("nothing listens at %s any more", l.address)
		}
	}
}
