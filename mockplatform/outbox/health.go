package outbox

import "time"

// Health is how a receiver is doing.
type Health string

const (
	// Active: deliveries are made. They may have failed for a short time.
	Active Health = "active"
	// Alert: the receiver has failed for so long that Meta alerts its developers.
	// Deliveries are still made.
	Alert Health = "alert"
	// Disabled: the receiver has failed for so long that nothing is delivered any
	// more until it subscribes again.
	Disabled Health = "disabled"
)

// Condition is the health of a receiver, and since when it fails.
type Condition struct {
	Health Health
	// FailingSince is when the first of the failures in a row was; zero when the
	// last attempt was acknowledged.
	FailingSince time.Time
	// Problem says how the last attempt failed; empty when it did not.
	Problem string
}

// Condition returns how the receiver is doing.
func (b *Outbox) Condition() Condition {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.condition
}

// Restart starts again with a receiver that is active. What is pending goes to it
// at its time.
func (b *Outbox) Restart() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.generation++
	b.condition = Condition{Health: Active}
}

// assess draws the conclusion from an attempt that began at this time, and
// reports whether the condition has changed by more than the text of a problem.
// It is called under the lock.
func (b *Outbox) assess(began time.Time, problem string) (changed bool) {
	before := b.condition
	c := &b.condition
	if c.Health == Disabled {
		return false // an attempt that was still under way
	}
	if problem == "" {
		*c = Condition{Health: Active}
		return *c != before
	}
	if c.FailingSince.IsZero() {
		c.FailingSince = began
	}
	c.Problem = problem
	failing := b.opts.Clock.Now().Sub(c.FailingSince)
	switch p := b.opts.Policy; {
	case p.DisableAfter > 0 && failing >= p.DisableAfter:
		c.Health = Disabled
	case p.AlertAfter > 0 && failing >= p.AlertAfter:
		c.Health = Alert
	}
	return c.Health != before.Health || c.FailingSince != before.FailingSince
}
