package outbox

import (
	"github.com/seed-11445fa1/referee/mockplatform/clock"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

// entry is a delivery that is not over. What was decided for it is done to it
// alone, never to whatever has its ID: once everything was dropped, IDs can come
// again while attempts of what had them before are still under way.
type entry struct {
	Pending
	age int // how often everything had been dropped when it came

	events []event.Event // nil: it cannot be put into one delivery with others
	faults []fault.Fault
	once   bool // one attempt, which says nothing about the receiver

	first      []chan<- Result    // who waits for the first attempt
	parts      []*entry           // deliveries that became part of this one
	lanes      []*lane            // held until the first attempt is over
	timer      clock.Timer        // of the next attempt
	plan       *fault.Disturbance // of the next attempt, if the rules were asked
	copies     int                // to send once it is acknowledged
	notes      []string           // on what was done to the next attempt
	running    bool               // an attempt is under way
	generation int                // the receiver to which that goes
}

// tell gives the result of the first attempt to who waits for it.
func (e *entry) tell(r Result) {
	for _, c := range e.first {
		c <- r // there is room for one
	}
	e.first = nil
}

// lane has the deliveries of one person that wait for their first attempt.
type lane struct {
	person string
	queue  []*entry
	busy   bool
}
