// Package life has what a process and a container have in common as receivers:
// when one is ready, what it writes, how it lives again after its end, and who
// looks after it when Referee is killed.
//
// It knows neither processes nor containers: package sut and package docker do,
// and import it.
package life

import "time"

const (
	// PollPause is the pause between two looks whether a receiver is ready.
	PollPause = 20 * time.Millisecond
	// Reachable is how long a connection to a receiver may take.
	Reachable = 5 * time.Second
	// EndLag is how long the end of a receiver may lag behind the end of its
	// connections.
	EndLag = 100 * time.Millisecond
	// DrainTime is how long the output of a receiver has to end after it.
	DrainTime = time.Second
)

// Unbuffered is a variable of a receiver's. Python keeps output to a pipe back for
// long without it, and loses it when it dies.
const Unbuffered = "PYTHONUNBUFFERED=1"
