package fault

import (
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Rules decide what goes wrong on purpose, attempt by attempt and call by call.
// They must be safe for concurrent use.
type Rules interface {
	// ForDelivery is asked before each attempt to deliver what was emitted, unless
	// the emission has faults of its own. It is asked about one after the other,
	// and must neither wait nor call the platform.
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
	// Several tells that events of other people are in it too.
	Several bool
	// Attempt counts the attempts of the delivery from 1.
	Attempt int
	// Joinable tells that its events can be put into one delivery with others.
	Joinable bool
	// Joins lists the Hold.Rule of deliveries that wait for more events, and that
	// this one can become part of.
	Joins []string
	// Overtakes lists the Hold.Rule of deliveries of this person that wait until
	// another has passed, which this one is about to do.
	Overtakes []string
}

// Disturbance is what goes wrong with one attempt. The zero value is nothing.
type Disturbance struct {
	// Edits change the delivery for good, before it is signed: each later attempt
	// has the same bytes.
	Edits []Edit
	// Faults spoil the request, in this order, after it was signed. A delivery
	// that is acknowledged is over all the same; one that is not is tried again,
	// and that says nothing about the receiver: its subscription does not suffer.
	Faults []Fault
	// Delay puts the attempt off, on the platform's clock, so that others
	// overtake it. ForDelivery is not asked again for it.
	Delay time.Duration
	// Hold, if set, puts the attempt off until something happens. Delay is not
	// looked at then, and ForDelivery is not asked again for it.
	Hold Hold
	// Join, if set, is one of Outgoing.Joins: the delivery becomes part of the one
	// that waits for it, and nothing else is done to it.
	Join string
	// Copies is how many more times the delivery is sent after it was
	// acknowledged: the same bytes, as when Meta missed the acknowledgement.
	Copies int
}

// Hold is what an attempt waits for. The zero value is nothing.
type Hold struct {
	// Rule names who asked for it, and nobody else ever.
	Rule string
	// Most is how long it waits at most, on the platform's clock. Whatever it is,
	// the attempt is made then.
	Most time.Duration
	// Events is how many events the delivery is to have; it waits for others to
	// join it. 0 waits until another delivery of the same person has passed.
	Events int
}

// Edit changes what is delivered, before it is signed.
type Edit struct {
	// What says what was changed, for a report: "with string timestamps".
	What string
	// Do changes the document of a delivery.
	Do event.Edit
}
