package mockplatform

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Rules decide what goes wrong on purpose, attempt by attempt and call by call.
// They must be safe for concurrent use.
type Rules interface {
	// ForDelivery is asked before each attempt of an emission. It is told whom it
	// concerns, and nothing of what the receiver will make of it.
	ForDelivery(Outgoing) Disturbance
	// ForCall is asked before a Graph API call is answered that no Script answers;
	// x is the call as it arrived. False: it is answered as ever.
	ForCall(x journal.Exchange) (fault.GraphAnswer, bool)
	// Reset is called by Platform.Reset.
	Reset()
}

// Outgoing is an attempt that is about to be made.
type Outgoing struct {
	DeliveryID string
	// Person is the id or the user_ref of who sent the event; of several events
	// that of the first.
	Person string
	// Variants are what the events were made of.
	Variants []string
	// Attempt counts from 1.
	Attempt int
}

// Disturbance is what goes wrong with one attempt. The zero value is nothing.
type Disturbance struct {
	// Faults spoil the request, in this order, after it was signed. How the
	// receiver answers counts as for any other attempt, except that a failure
	// says nothing about the receiver: its subscription does not suffer.
	Faults []fault.Fault
	// Delay puts the attempt off, on the platform's clock: others overtake it.
	// The delivery's next attempt comes with a disturbance of its own, for which
	// ForDelivery is not asked again.
	Delay time.Duration
	// Copies is how many more times the delivery is sent after an attempt that
	// was acknowledged: the same bytes, as when Meta missed the answer.
	Copies int
}
