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
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Delivery is one POST to a webhook. Exactly one of Doc and Raw is set.
type Delivery struct {
	// URL is the receiver's webhook, http or https.
	URL string
	// Doc is the document to deliver; Meta's serialiser makes bytes of it.
	Doc json.RawMessage
	// Raw is a body that is sent, and signed, as it is; it need not be JSON.
	Raw []byte
	// Style is the serialiser, and the User-Agent that goes with it. Default
	// wire.Messaging.
	Style wire.Style
	// Version is that of the Graph API which the header Facebook-API-Version names.
	// Default: Options.GraphVersion.
	Version string
	// Person is whom the journal names for the delivery. Default: nobody.
	Person string
	// Faults spoil the request, in this order, after it was signed.
	Faults []fault.Fault
	// Notes say in the journal what was done on purpose besides.
	Notes []string
}

// Request returns what Deliver would send: encoded, signed, spoilt by the
// faults. The error says why the document or a fault does not allow it.
func (p *Platform) Request(d Delivery) (delivery.Request, error) {
	body := d.Raw
	switch {
	case d.Doc != nil && d.Raw != nil:
		return delivery.Request{}, errors.New("a delivery has a document or a raw body, not both")
	case d.Doc != nil:
		var err error
		if body, err = wire.Encode(d.Doc, d.Style); err != nil {
			return delivery.Request{}, err
		}
	case d.Raw == nil:
		return delivery.Request{}, errors.New("a delivery needs a document or a raw body")
	}
	r := delivery.Request{
		Method: "POST", URL: d.URL, Body: body,
		Header: wire.DeliveryHeader(wire.Heading{
			Style: d.Style, Secret: p.opts.Keys().For(body), Version: cmp.Or(d.Version, p.opts.GraphVersion), Day: p.opts.Day,
		}, body),
	}
	for _, f := range d.Faults {
		if err := f.Apply(&r); err != nil {
			return delivery.Request{}, err
		}
	}
	return r, nil
}

// Deliver sends a delivery and waits for its acknowledgement. It is recorded in
// the journal when it begins, and amended with its answer. The error says why
// nothing could be sent; how the receiver failed to answer is Attempt.Err.
func (p *Platform) Deliver(ctx context.Context, d Delivery) (delivery.Attempt, error) {
	r, err := p.Request(d)
	if err != nil {
		return delivery.Attempt{}, fmt.Errorf("deliver to %s: %w", d.URL, err)
	}
	x := journal.Exchange{Kind: journal.Delivery, Person: d.Person, Faults: slices.Concat(d.Notes, described(d.Faults))}
	seq := p.record(r, &x)
	if err := p.Stored(); err != nil {
		p.journal.Amend(seq, func(x *journal.Exchange) { x.Err = "it was not sent: " + err.Error() })
		return delivery.Attempt{}, fmt.Errorf("deliver to %s: %w", d.URL, err)
	}
	return p.attempt(ctx, r, seq, x, once), nil
}

func described(faults []fault.Fault) []string {
	var texts []string
	for _, f := range faults {
		texts = append(texts, f.Describe())
	}
	return texts
}

// once settles an attempt that is not made again.
func once(delivery.Attempt) time.Time { return time.Time{} }

// exchange makes an attempt and records it; x has what the journal cannot tell
// from the request. retryAt returns when it is made again; zero if it is not.
func (p *Platform) exchange(ctx context.Context, r delivery.Request, x journal.Exchange, retryAt func(delivery.Attempt) time.Time) delivery.Attempt {
	return p.attempt(ctx, r, p.record(r, &x), x, retryAt)
}

// record notes in the journal that an exchange begins, and completes x.
func (p *Platform) record(r delivery.Request, x *journal.Exchange) (seq uint64) {
	x.At = p.Now()
	x.Direction = journal.ToReceiver
	x.Request = journal.Message{
		Method: r.Method, URL: r.URL, Proto: cmp.Or(r.Proto, delivery.DefaultProto),
		Header: r.Header, Body: r.Body, Cut: r.Pace.BreakOff > 0,
	}
	return p.journal.Record(*x)
}

// attempt makes an attempt that was recorded under this number.
func (p *Platform) attempt(ctx context.Context, r delivery.Request, seq uint64, x journal.Exchange, retryAt func(delivery.Attempt) time.Time) delivery.Attempt {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(p.life, func() { cancel(errClosed) })()
	if p.begin() {
		defer p.work.Done()
	} else {
		cancel(errClosed)
	}
	a := p.client.Do(ctx, r)
	next := retryAt(a)
	p.journal.Amend(seq, func(x *journal.Exchange) {
		x.Timing = a.Timing
		x.Next = next
		if a.Err != nil {
			x.Err = a.Err.Error()
		}
		if a.Answer != nil {
			x.Response = journal.Message{
				Status: a.Answer.Status, Proto: a.Answer.Proto,
				Header: journal.SortedHeader(a.Answer.Header), Body: a.Answer.Body, Cut: !a.Answer.Complete,
			}
		}
	})
	p.opts.Logger.Debug("request", "kind", x.Kind, "person", x.Person, "faults", x.Faults, "done", a.Timing.Done, "error", a.Err)
	return a
}
