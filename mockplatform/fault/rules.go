package fault

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Rules decide what goes wrong on purpose, attempt by attempt and call by call.
// They must be safe for concurrent use.
type Rules interface {
	// ForDelivery is asked before each attempt to deliver what was emitted, unless
	// the emission has faults of its own.
	ForDelivery(Outgoing) Disturbance
	// ForCall is asked before a call of the Graph API is answered for which no
	// answer is scripted; x is the call as it arrived. False: it is answered as
	// ever.
	ForCall(x journal.Exchange) (GraphAnswer, bool)
	// Reset forgets whatever the rules were to do, and what they did so far.
	Reset()
}

// Outgoing is an attempt that is about to be made.
type Outgoing struct {
	DeliveryID string
	// Person is the id or the user_ref of whom the events are; of several people
	// that of the first.
	Person string
	// Variants are what the events were made of, in their order.
	Variants []string
	// Attempt counts the attempts of the delivery from 1.
	Attempt int
}

// Disturbance is what goes wrong with one attempt. The zero value is nothing.
type Disturbance struct {
	// Faults spoil the request, in this order, after it was signed. A delivery
	// that is acknowledged is over all the same; one that is not is tried again,
	// and that says nothing about the receiver: its subscription does not suffer.
	Faults []Fault
	// Delay puts the attempt off, on the platform's clock, so that others
	// overtake it. ForDelivery is not asked again for it.
	Delay time.Duration
	// Copies is how many more times an acknowledged delivery is sent: the same
	// bytes, as when Meta missed the acknowledgement.
	Copies int
}
