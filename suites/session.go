package suites

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Session is what one spec may touch. Every person in it belongs to this spec
// alone, so a late answer to one spec is never taken for an answer to another.
//
// Methods that cannot go on end the spec: the receiver is gone, the run was
// interrupted, or the harness failed. The requirement is then an error.
type Session struct {
	engine      *engine
	requirement Requirement
	before      int  // how often the spec was judged before
	alone       bool // no other spec is judged beside it
	people      int
	numbers     int

	finding      *Finding
	verified     bool
	silent       bool   // nothing came of a delivery that was acknowledged
	begun        bool   // it had a turn
	inTurn       bool   // it is about what one delivery does to the next
	inapplicable string // why what it is about cannot be seen at this receiver
	err          error
}

// Stimulus is one POST as a spec describes it.
type Stimulus struct {
	// What names it in findings. Default: the events' variants.
	What string
	// Doc is the JSON document; wire makes bytes of it. Raw, if set, is sent
	// as it is instead.
	Doc json.RawMessage
	Raw []byte
	// Style is the serialiser. Default: wire.Messaging.
	Style wire.Style
	// Events are those in the document whose handling is watched.
	Events []event.Event
	// Faults are applied in order after signing.
	Faults []fault.Fault
}

// Delivery is a stimulus that was sent, and its answer.
type Delivery struct {
	Stimulus
	Attempt delivery.Attempt
	mark    int64 // in the receiver's output, before the delivery
}

// Person makes another simulated person.
func (s *Session) Person() event.Session {
	s.people++
	name := fmt.Sprintf("%s/%d", s.requirement.ID, s.people)
	if s.before > 0 { // what is still answered to the first must not count
		name += fmt.Sprintf("/again-%d", s.before)
	}
	return s.engine.env.Platform.Session(name)
}

// Event fills a variant for a person of its own.
func (s *Session) Event(variant string, edits ...event.Edit) event.Event {
	ev, err := s.build(variant, edits...)
	s.must(err)
	return ev
}

// EventOf fills a variant for this person.
func (s *Session) EventOf(person event.Session, variant string, edits ...event.Edit) event.Event {
	ev, err := s.buildFor(person, variant, edits...)
	s.must(err)
	return ev
}

// Probe is the variant that this receiver was seen to answer.
func (s *Session) Probe() string { return s.engine.cal.probe }

// Emit sends one variant, alone in a delivery, from a person of its own.
func (s *Session) Emit(ctx context.Context, variant string, faults ...fault.Fault) *Delivery {
	st := alone(s.Event(variant))
	st.Faults = faults
	return s.Send(ctx, st)
}

// Send sends a stimulus.
func (s *Session) Send(ctx context.Context, st Stimulus) *Delivery {
	d, err := s.deliver(ctx, st)
	s.must(err)
	return d
}

// Batch wraps events as Meta batches them, perEntry to an entry.
func (s *Session) Batch(perEntry int, events ...event.Event) Stimulus {
	doc, err := event.Batch(perEntry, events...)
	s.must(err)
	return Stimulus{Doc: doc, Events: events}
}

// Wrap wraps entries in an envelope for the object "page".
func (s *Session) Wrap(what string, events []event.Event, entries ...event.Entry) Stimulus {
	doc, err := event.Envelope{Object: "page", Entries: entries}.JSON()
	s.must(err)
	return Stimulus{What: what, Doc: doc, Events: events}
}

// Handshake sends a verification request with these parameters, in this order.
func (s *Session) Handshake(ctx context.Context, what string, query ...wire.Field) *Delivery {
	leave, err := s.enter(ctx, false)
	s.must(err)
	defer leave()
	d, err := s.handshake(ctx, what, query)
	s.must(err)
	return d
}

// handshake sends a verification request at once.
func (s *Session) handshake(ctx context.Context, what string, query []wire.Field) (*Delivery, error) {
	p := s.engine.env.Platform
	d := &Delivery{Stimulus: Stimulus{What: what}, mark: s.mark()}
	var err error
	d.Attempt, err = s.attempt(ctx, what, func() delivery.Attempt { return p.Handshake(ctx, s.engine.env.URL, query) })
	return d, err
}

// Verify ends the spec with the first finding that is one.
func (s *Session) Verify(findings ...*Finding) {
	s.verified = true
	for _, f := range findings {
		if f != nil {
			s.finding = f
			runtime.Goexit()
		}
	}
}

// Inapplicable ends the spec because its own first step showed that this
// receiver does not do what the requirement builds on.
func (s *Session) Inapplicable(why string) {
	s.inapplicable = why
	runtime.Goexit()
}

// notSentError is for a variant that Meta did not send on the day whose
// catalogue the run has.
type notSentError struct{ variant, day string }

func (e *notSentError) Error() string {
	return fmt.Sprintf("Meta did not send %s on %s", e.variant, e.day)
}

// must ends the spec when the harness cannot go on.
func (s *Session) must(err error) {
	var notSent *notSentError
	if errors.As(err, &notSent) {
		s.Inapplicable(notSent.Error())
	}
	if err != nil {
		s.err = err
		runtime.Goexit()
	}
}

// alone is the stimulus of one event in its variant's own form.
func alone(ev event.Event) Stimulus {
	return Stimulus{Events: []event.Event{ev}}
}

func (s *Session) build(variant string, edits ...event.Edit) (event.Event, error) {
	return s.buildFor(s.Person(), variant, edits...)
}

func (s *Session) buildFor(person event.Session, variant string, edits ...event.Edit) (event.Event, error) {
	v, ok := s.engine.env.Catalogue.ByID(variant)
	if _, ever := schemas.ByID(variant); !ok && ever {
		return event.Event{}, &notSentError{variant: variant, day: s.engine.env.Catalogue.Day()}
	}
	if !ok {
		return event.Event{}, fmt.Errorf("the catalogue has no variant %q", variant)
	}
	ev, err := s.fill(person, v)
	if err != nil {
		return event.Event{}, err
	}
	return ev.Edit(edits...)
}

// fill fills a variant, of the catalogue or made of one, for this person.
func (s *Session) fill(person event.Session, v schemas.Variant) (event.Event, error) {
	s.numbers++
	return event.Build(v, person, s.numbers, s.engine.env.Platform.Now())
}

// SendTogether sends stimuli at the same time and returns when all are answered.
// No delivery of another spec is beside them, unless the receiver is so slow that
// this would take too long.
func (s *Session) SendTogether(ctx context.Context, stimuli ...Stimulus) []*Delivery {
	leave, err := s.enter(ctx, true)
	s.must(err)
	defer leave()
	sent := make([]*Delivery, len(stimuli))
	var all errgroup.Group
	for i, st := range stimuli {
		all.Go(func() (err error) {
			sent[i], err = s.post(ctx, st)
			return err
		})
	}
	s.must(all.Wait())
	return sent
}

// enter waits for this spec's turn. alone asks for no other delivery beside it;
// a receiver that is followed has them all the same.
func (s *Session) enter(ctx context.Context, alone bool) (leave func(), err error) {
	g := s.engine.gate
	leave, err = g.enter(ctx, turn{alone: alone && !g.following(), begun: s.begun})
	s.begun = true
	return leave, err
}

// deliver sends a stimulus when it is its turn.
func (s *Session) deliver(ctx context.Context, st Stimulus) (*Delivery, error) {
	leave, err := s.enter(ctx, false)
	if err != nil {
		return nil, err
	}
	defer leave()
	return s.post(ctx, st)
}

// post sends a stimulus at once.
func (s *Session) post(ctx context.Context, st Stimulus) (*Delivery, error) {
	if st.Doc == nil && st.Raw == nil {
		if len(st.Events) != 1 {
			return nil, errors.New("a stimulus without a document has to have one event")
		}
		doc, err := event.Wrap(st.Events[0])
		if err != nil {
			return nil, err
		}
		st.Doc = doc
	}
	st.What = st.describe()
	d := &Delivery{Stimulus: st, mark: s.mark()}
	var broken error
	var err error
	d.Attempt, err = s.attempt(ctx, st.What, func() delivery.Attempt {
		a, err := s.engine.env.Platform.Deliver(ctx, mockplatform.Delivery{
			URL: s.engine.env.URL, Doc: st.Doc, Raw: st.Raw, Style: st.Style, Person: s.requirement.ID, Faults: st.Faults,
		})
		broken = err
		return a
	})
	return d, errors.Join(broken, err)
}

// attempt makes one request. If the receiver turns out to be away, it is made
// again when it is back: one that was never connected was not judged, and one
// whose connection broke off may be the cause or the victim. The second attempt
// tells: what breaks off twice is the cause.
func (s *Session) attempt(ctx context.Context, what string, do func() delivery.Attempt) (delivery.Attempt, error) {
	l := s.engine.lifeline
	const most = 3
	suspect, suspected := "", false
	for try := 1; ; try++ {
		began := time.Now()
		a := do()
		switch {
		case a.Err != nil && a.Timing.Done >= s.engine.env.AckDeadline:
			s.engine.gate.missed(began)
		case acknowledged(a) && a.Request.Method == "POST" && a.Request.Pace.Plain():
			s.engine.gate.acknowledged(began, a.Timing.FirstByte)
		}
		switch reason(a) {
		case delivery.ReasonConnect:
			away, err := l.away(ctx)
			if away {
				l.blame(s.orAnother(l.lastReached()))
			}
			if err != nil {
				return a, err
			}
			if try < most {
				continue
			}
		case delivery.ReasonClosed:
			before := l.reached(what)
			away, err := l.away(ctx)
			if away && err == nil && !suspected {
				suspect, suspected = before, true
				continue
			}
			if away {
				l.blame(s.orAnother(what))
			}
			return a, errors.Join(err, ctx.Err())
		}
		if suspected {
			l.blame(s.orAnother(suspect))
		}
		l.reached(what)
		return a, ctx.Err()
	}
}

// orAnother names whom to blame for a death: where several deliveries were under
// way at once, any of them. What ended it shows when it is judged again, alone.
func (s *Session) orAnother(stimulus string) string {
	if s.engine.gate.following() && s.engine.gate.crowd() > 1 {
		return stimulus + ", or another delivery at the same time"
	}
	return stimulus
}

// describe names the stimulus for findings: what was sent, and how it was spoilt.
func (st Stimulus) describe() string {
	parts := []string{st.What}
	if st.What == "" {
		parts[0] = st.Events[0].Variant.ID
		if n := len(st.Events); n > 1 {
			parts[0] = fmt.Sprintf("%d events (%s, …)", n, st.Events[0].Variant.ID)
		}
	}
	for _, f := range st.Faults {
		parts = append(parts, f.Describe())
	}
	return strings.Join(parts, ", ")
}

// reason is the reason for which an attempt failed; empty if it did not.
func reason(a delivery.Attempt) delivery.Reason {
	var e *delivery.Error
	if errors.As(a.Err, &e) {
		return e.Reason
	}
	return ""
}

// acknowledged reports whether an attempt was answered as Meta asks: with a
// 2xx status and to the end of the answer.
func acknowledged(a delivery.Attempt) bool {
	return a.Err == nil && a.Answer.Status/100 == 2
}

// round makes a duration readable.
func round(d time.Duration) time.Duration {
	if d < time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(time.Millisecond)
}
