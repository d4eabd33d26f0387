// Package clock is the time on which the platform redelivers: the machine's, or
// a virtual one that moves only when it is told to, so that 36 hours of
// redelivery pass in a moment.
//
// Public API: mockplatform takes its virtual clock.
package clock

import "time"

// Clock tells the time and does things later. It is safe for concurrent use.
type Clock interface {
	// Now is the time on this clock.
	Now() time.Time
	// AfterFunc calls f once, when d has passed, and never before it has
	// returned; a d that is not positive means as soon as possible.
	AfterFunc(d time.Duration, f func()) Timer
	// Work says that something is under way which takes no time on a virtual
	// clock: it stands still until done is called. done may be called again.
	Work() (done func())
}

// Timer is something that is to be done later.
type Timer interface {
	// Stop reports whether it kept the timer from doing it.
	Stop() bool
}

// Real is the machine's clock.
func Real() Clock { return real{} }

type real struct{}

func (real) Now() time.Time { return time.Now() }

func (real) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }

func (real) Work() (done func()) { return func() {} }
