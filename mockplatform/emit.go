package mockplatform

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Why an emission is refused. The errors of Emit wrap these.
var (
	// ErrNoReceiver: nobody has subscribed.
	ErrNoReceiver = errors.New("no receiver has subscribed: verify a callback URL with Subscribe, or name one with SetReceiver")
	// ErrDisabled: the subscription was disabled because the receiver kept failing.
	ErrDisabled = errors.New("the subscription is disabled because the receiver kept failing: subscribe again")
	// ErrNotSubscribed: the subscription does not have the event's field.
	ErrNotSubscribed = errors.New("the receiver has not subscribed to the field of this event")
)

// Emission is something that happens: somebody clicks, writes, reads.
type Emission struct {
	// Variant is the id of a variant in the catalogue: "referral.ads".
	Variant string
	// Person is the name of who does it. Default "Ada".
	Person string
	// Edits change the event, in this order.
	Edits []event.Edit
	// Event, if set, is the event itself, in the place of what the variant and
	// the edits give; the variant still says how it is wrapped.
	Event json.RawMessage
	// Style is the serialiser. Default wire.Messaging.
	Style wire.Style
	// Faults spoil the request after it was signed. It is sent once then, whatever
	// the receiver answers, and its subscription does not suffer. Of several
	// emissions in one delivery the faults of all apply.
	Faults []fault.Fault
	// Async lets Emit return at once, before the first attempt.
	Async bool
}

// Emitted is what became of an emission.
type Emitted struct {
	// DeliveryID names the delivery, in the journal too. An Async emission may
	// join the delivery of an earlier one, and that has the name then.
	DeliveryID string
	// Events are the events as they are delivered, one for each emission.
	Events []event.Event
	// People are those who emitted them.
	People []Person
	// Attempt is the first attempt; zero when the emission is Async.
	Attempt delivery.Attempt
	// Next is when the next attempt is due, on the platform's clock; zero when
	// there is none.
	Next time.Time

	since uint64 // the journal's last exchange before it
}

// Emit lets something happen and delivers it to the receiver. It returns when
// the first attempt is over, acknowledged or not: Emitted.Attempt tells; a
// failed one is tried again by Options.Policy in the background. Several
// emissions go into one delivery.
//
// The error says why nothing is delivered; see ErrNoReceiver, ErrDisabled and
// ErrNotSubscribed.
func (p *Platform) Emit(ctx context.Context, emissions ...Emission) (Emitted, error) {
	if len(emissions) != 1 {
		return Emitted{}, errors.New("emit: want one emission")
	}
	e := emissions[0]
	v, ok := schemas.ByID(e.Variant)
	if !ok {
		return Emitted{}, fmt.Errorf("emit: there is no variant %q in the catalogue", e.Variant)
	}
	receiver := p.Receiver()
	if receiver.URL == "" {
		return Emitted{}, fmt.Errorf("emit %s: %w", e.Variant, ErrNoReceiver)
	}
	person, err := p.Person(cmp.Or(e.Person, "Ada"))
	if err != nil {
		return Emitted{}, err
	}
	ev, err := event.Build(v, person.Session, person.Events+1, p.Now())
	if err != nil {
		return Emitted{}, err
	}
	if ev, err = ev.Edit(e.Edits...); err != nil {
		return Emitted{}, err
	}
	if e.Event != nil {
		ev.JSON = e.Event
	}
	doc, err := event.Wrap(ev)
	if err != nil {
		return Emitted{}, err
	}
	a, err := p.Deliver(ctx, Delivery{URL: receiver.URL, Doc: doc, Style: e.Style, Person: person.ID(), Faults: e.Faults})
	return Emitted{DeliveryID: ev.Session.Tag, Events: []event.Event{ev}, People: []Person{person}, Attempt: a}, err
}
