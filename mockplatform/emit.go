package mockplatform

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Why an emission is refused. The errors of Emit wrap these.
var (
	// ErrNoReceiver: nobody has subscribed.
	ErrNoReceiver = errors.New("no receiver has subscribed: verify a callback URL with Subscribe, or name one with SetReceiver")
	// ErrDisabled: the subscription was disabled because the receiver kept failing.
	ErrDisabled = outbox.ErrDisabled
	// ErrNotStored: what a platform with a store takes has to be on disk first.
	ErrNotStored = outbox.ErrNotStored
	// ErrNotSubscribed: the subscription does not have the event's field.
	ErrNotSubscribed = errors.New("the receiver has not subscribed to the field of this event")
)

// DefaultPerson is who emits when nobody is named.
const DefaultPerson = "Ada"

// Emission is something that happens: somebody clicks, writes, reads.
type Emission struct {
	// Variant is the id of a variant in the catalogue: "referral.ads".
	Variant string
	// Person is the name of who does it. Default DefaultPerson.
	Person string
	// Edits change the event, in this order.
	Edits []event.Edit
	// Event, if set, is the event itself, in place of what the variant and
	// the edits give; the variant still says how it is wrapped.
	Event json.RawMessage
	// Style is the serialiser. Default that of the variant, see wire.StyleOf.
	Style wire.Style
	// Faults spoil the request after it was signed. It is sent once then, whatever
	// the receiver answers, and its subscription does not suffer. Of several
	// emissions in one delivery the faults of all apply.
	Faults []fault.Fault
	// Async lets Emit return at once, before the first attempt.
	Async bool
	// follows says that nobody does it by hand: it follows from a call.
	follows bool
}

// Emitted is what became of an emission.
type Emitted struct {
	// DeliveryID names the delivery, in the journal too. An Async emission may
	// join the delivery of an earlier one, as may any by Options.Rules, and that
	// has the name then.
	DeliveryID string
	// Events are the events as they are delivered, one for each emission.
	Events []event.Event
	// People are those who emitted them.
	People []Person
	// Attempt is the first attempt; zero when the emission is Async, or when
	// Options.Rules put it off.
	Attempt delivery.Attempt
	// Next is when the next attempt is due, on the platform's clock; zero when
	// there is none.
	Next time.Time

	since uint64 // the journal's last exchange before it
}

// Emit lets something happen and delivers it to the receiver. It returns when
// the first attempt is over, acknowledged or not: Emitted.Attempt tells. One that
// failed is tried again by Options.Policy in the background. Several emissions go
// into one delivery, at most event.MaxPerDelivery.
//
// The error says why nothing is delivered, see ErrNoReceiver, ErrDisabled,
// ErrNotSubscribed and ErrNotStored; or it is that of ctx, which only ends the waiting: what was
// taken is delivered all the same.
func (p *Platform) Emit(ctx context.Context, emissions ...Emission) (Emitted, error) {
	for _, e := range emissions {
		p.loops.begin(cmp.Or(e.Person, DefaultPerson))
	}
	out, result, err := p.take(emissions)
	if err != nil {
		return Emitted{}, err
	}
	if slices.ContainsFunc(emissions, func(e Emission) bool { return e.Async }) {
		return out, nil
	}
	select {
	case r := <-result:
		if r.Err != nil {
			return Emitted{}, fmt.Errorf("emit %s: %w", out.DeliveryID, r.Err)
		}
		out.DeliveryID, out.Attempt, out.Next = r.ID, r.Attempt, r.Next
		return out, nil
	case <-ctx.Done():
		return out, fmt.Errorf("emit %s: %w", out.DeliveryID, ctx.Err())
	}
}

// take puts emissions into the outbox. A Reset comes before it or after it:
// events that were counted before and put in after it would have the ids of those
// that follow.
func (p *Platform) take(emissions []Emission) (Emitted, <-chan outbox.Result, error) {
	p.resetting.RLock()
	defer p.resetting.RUnlock()
	if err := p.mayEmit(emissions); err != nil {
		return Emitted{}, nil, fmt.Errorf("emit: %w", err)
	}
	out := Emitted{since: p.journal.Last()}
	item, err := p.item(emissions, &out)
	if err != nil {
		return Emitted{}, nil, fmt.Errorf("emit: %w", err)
	}
	result, err := p.outbox.Put(item)
	if err != nil {
		p.storeFailed.CompareAndSwap(false, errors.Is(err, ErrNotStored))
		return Emitted{}, nil, fmt.Errorf("emit %s: %w", item.ID, err)
	}
	out.DeliveryID = item.ID
	return out, result, nil
}

// mayEmit says why emissions are refused.
func (p *Platform) mayEmit(emissions []Emission) error {
	if n := len(emissions); n == 0 || n > event.MaxPerDelivery {
		return fmt.Errorf("a delivery has 1 to %d events, not %d", event.MaxPerDelivery, n)
	}
	if err := p.Stored(); err != nil {
		return err
	}
	to := p.receiver.get()
	for _, e := range emissions {
		v, ok := p.opts.Catalogue.ByID(e.Variant)
		if !ok {
			return fmt.Errorf("the catalogue has no variant %q", e.Variant)
		}
		if to.URL == "" {
			return fmt.Errorf("%s: %w", e.Variant, ErrNoReceiver)
		}
		if err := p.takes(to, v); err != nil {
			return fmt.Errorf("%s: %w", e.Variant, err)
		}
		if e.Style != emissions[0].Style {
			return errors.New("the emissions of one delivery need one style")
		}
	}
	return nil
}

// takes says why the receiver hears nothing of events of this variant: it did not
// subscribe to their field, or, where what it asks for has consequences, the page lets it
// hear of others.
func (p *Platform) takes(to receiverDoc, v schemas.Variant) error {
	if v.Form == schemas.FormStandby && v.Field != "" {
		v.Field = "standby"
	}
	if err := to.takes(v); err != nil {
		return err
	}
	if p.opts.Consequences && v.Object == "page" && v.Field != "" && !p.graph.Subscribed(v.Field) {
		return fmt.Errorf("%w, %s: the bot asked Meta for other fields with /me/subscribed_apps, or left it", ErrNotSubscribed, v.Field)
	}
	return nil
}

// styleOf is the serialiser of an emission.
func (p *Platform) styleOf(e Emission) wire.Style {
	if e.Style != wire.Messaging {
		return e.Style
	}
	v, _ := p.opts.Catalogue.ByID(e.Variant)
	return wire.StyleOf(v.Form, v.Field)
}

// item makes a delivery of emissions, and tells in out what they became.
func (p *Platform) item(emissions []Emission, out *Emitted) (outbox.Item, error) {
	item := outbox.Item{Pending: outbox.Pending{Style: p.styleOf(emissions[0]), Created: p.Now()}}
	for _, e := range emissions {
		ev, person, err := p.happen(e)
		if err != nil {
			return outbox.Item{}, err
		}
		if p.opts.Consequences && len(emissions) == 1 {
			ev = p.routed(ev, person)
			if err := p.takes(p.receiver.get(), ev.Variant); err != nil {
				return outbox.Item{}, err
			}
		}
		out.Events, out.People = append(out.Events, ev), append(out.People, person)
		item.Variants = append(item.Variants, e.Variant)
		item.Faults = append(item.Faults, e.Faults...)
	}
	first := out.Events[0]
	item.ID = fmt.Sprintf("%s-%d", first.Session.Tag, first.Number)
	item.Person = concerns(first, out.People[0])
	item.Events = out.Events
	var err error
	if len(emissions) == 1 {
		item.Doc, err = event.Wrap(first)
	} else {
		item.Doc, err = event.Batch(1, out.Events...)
	}
	return item, err
}

// happen makes the event of an emission.
func (p *Platform) happen(e Emission) (event.Event, Person, error) {
	v, _ := p.opts.Catalogue.ByID(e.Variant)
	person, err := p.nextEvent(cmp.Or(e.Person, DefaultPerson), func(person *Person) {
		if e.follows {
			return
		}
		person.instagram = v.Object == "instagram"
		if opensWindow(v) {
			person.Contact = p.Now()
		}
	})
	if err != nil {
		return event.Event{}, Person{}, err
	}
	ev, err := p.draft(e, person)
	if err != nil {
		return event.Event{}, Person{}, err
	}
	if p.opts.Consequences && !e.follows {
		p.optedIn(ev, person)
		p.handedOver(ev, person)
	}
	return ev, person, nil
}

// Draft is the event that an emission would be now, which lets nothing happen.
func (p *Platform) Draft(e Emission) (event.Event, error) {
	name := cmp.Or(e.Person, DefaultPerson)
	person := Person{Session: p.Session(name), Kind: Ordinary}
	if known, ok := p.PersonByID(person.PSID); ok {
		person = known
	}
	person.Events++
	return p.draft(e, person)
}

// draft makes the event of an emission, which is the last one of a person.
func (p *Platform) draft(e Emission, person Person) (event.Event, error) {
	v, ok := p.opts.Catalogue.ByID(e.Variant)
	if !ok {
		return event.Event{}, fmt.Errorf("the catalogue has no variant %q", e.Variant)
	}
	ev, err := event.Build(v, person.Session, person.Events, p.Now())
	if err != nil {
		return event.Event{}, err
	}
	if e.Event != nil {
		ev.JSON = e.Event
		return ev, nil
	}
	if p.opts.Consequences && !e.follows {
		if ev, err = ev.Edit(slices.Concat(optinFacts(ev, person, person.Events), p.handoverFacts(ev, person))...); err != nil {
			return event.Event{}, err
		}
	}
	return ev.Edit(e.Edits...)
}

// concerns is the id by which an event names a person.
func concerns(ev event.Event, person Person) string {
	for _, pointer := range []string{"/sender/id", "/sender/user_ref", "/recipient/id", "/recipient/user_ref"} {
		value, _ := event.Get(ev.JSON, pointer)
		var id string
		if json.Unmarshal(value, &id) == nil && person.Is(id) {
			return id
		}
	}
	return person.ID()
}

// send makes one attempt of a delivery for the outbox.
func (p *Platform) send(ctx context.Context, s outbox.Shipment, retryAt func(delivery.Attempt) time.Time) (delivery.Attempt, error) {
	to := p.receiver.get().URL
	if to == "" {
		return delivery.Attempt{}, ErrNoReceiver
	}
	r, err := p.Request(Delivery{URL: to, Doc: s.Doc, Style: s.Style, Version: p.versionOf(s.Variants), Faults: s.Faults})
	if err != nil {
		return delivery.Attempt{}, err
	}
	x := journal.Exchange{
		Kind: journal.Delivery, Person: s.Person, Faults: slices.Concat(s.Notes, s.Edited, described(s.Faults)),
		DeliveryID: s.ID, Attempt: s.Attempt, Variants: s.Variants,
	}
	if s.Copy {
		x.Faults = append(x.Faults, "sent again though it was acknowledged")
	}
	var seq uint64
	if err := s.Begin(func() { seq = p.record(r, &x) }); err != nil {
		return delivery.Attempt{}, err
	}
	if p.opts.Consequences && TellsOfMessages(s.Variants) {
		if person, known := p.PersonByID(s.Person); known {
			p.loops.telling(person.Name, p.Now())
		}
	}
	return p.attempt(ctx, r, seq, x, retryAt), nil
}
