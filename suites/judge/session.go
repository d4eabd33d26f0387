package judge

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
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Session is what one spec may touch. Every person in it belongs to this spec
// alone, so a late answer to one spec is never taken for an answer to another.
//
// Methods that cannot go on end the spec: the receiver is gone, the run was
// interrupted, or the harness failed.
type Session struct {
	engine      *engine
	trial       *trial
	requirement Requirement
	before      int  // how often the spec was judged before
	final       bool // it goes on to its verdict though the receiver ends
	begun       bool // it had a turn
	inTurn      bool // it is about what one delivery does to the next
	people      int
	numbers     int

	finding      *Finding
	verified     bool
	checks       []func() *Finding // what silence was concluded from, to look at again at the end
	inapplicable string            // why what it is about cannot be seen at this receiver
	unjudged     string            // why it could not be judged
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
	Style mockwire.Style
	// Events are those in the document whose handling is watched.
	Events []event.Event
	// Faults are applied in order after signing.
	Faults []fault.Fault
}

// Delivery is a stimulus that was sent, and its answer.
type Delivery struct {
	Stimulus
	Attempt delivery.Attempt
	request *request
	mark    int64 // in the receiver's output, before the delivery
}

// Alone is the stimulus of one event in its variant's own form.
func Alone(ev event.Event) Stimulus { return Stimulus{Events: []event.Event{ev}} }

// Describe names the stimulus for findings: what was sent, and how it was spoilt.
func (st Stimulus) Describe() string {
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

// Calibration is what the run knows of the receiver.
func (s *Session) Calibration() Calibration { return s.engine.cal }

// Env is what the run knew before it began.
func (s *Session) Env() Env { return s.engine.env }

// Options are the platform's: secrets, tokens, ids.
func (s *Session) Options() mockplatform.Options { return s.engine.env.Platform.Options() }

// Now is the time on the platform's clock.
func (s *Session) Now() time.Time { return s.engine.env.Platform.Now() }

// ID is that of the requirement.
func (s *Session) ID() string { return s.requirement.ID }

// Again reports that the spec was judged before in this run.
func (s *Session) Again() bool { return s.before > 0 }

// Share keeps a value for other specs of the run, which come after this one, under
// a name.
func (s *Session) Share(name string, value any) {
	l := s.engine.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.engine.shared == nil {
		s.engine.shared = map[string]any{}
	}
	s.engine.shared[name] = value
}

// Shared is what a spec before this one has shared; nil if none has.
func (s *Session) Shared(name string) any {
	l := s.engine.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	return s.engine.shared[name]
}

// Find returns the exchanges of the run that match, in their order.
func (s *Session) Find(match func(journal.Exchange) bool) []journal.Exchange {
	return s.engine.env.Platform.Journal().Find(match)
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
	s.Must(err)
	return ev
}

// EventOf fills a variant for this person.
func (s *Session) EventOf(person event.Session, variant string, edits ...event.Edit) event.Event {
	ev, err := s.buildFor(person, variant, edits...)
	s.Must(err)
	return ev
}

// Fill fills a variant, of the catalogue or made of one, for this person.
func (s *Session) Fill(person event.Session, v schemas.Variant) event.Event {
	ev, err := s.fill(person, v)
	s.Must(err)
	return ev
}

// Number is another number that tells the session's events apart.
func (s *Session) Number() int {
	s.numbers++
	return s.numbers
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

func (s *Session) fill(person event.Session, v schemas.Variant) (event.Event, error) {
	ev, err := event.Build(v, person, s.Number(), s.engine.env.Platform.Now())
	if err == nil && !Read(ev.JSON).Addressable() {
		// Often nothing but its instant tells an event of nobody from another one.
		return event.Build(v, person, s.engine.ledger.another(), s.engine.env.Platform.Now())
	}
	return ev, err
}

// Batch wraps events as Meta batches them, perEntry to an entry.
func (s *Session) Batch(perEntry int, events ...event.Event) Stimulus {
	doc, err := event.Batch(perEntry, events...)
	s.Must(err)
	return Stimulus{Doc: doc, Events: events}
}

// Wrap wraps entries in an envelope for the object "page".
func (s *Session) Wrap(what string, events []event.Event, entries ...event.Entry) Stimulus {
	doc, err := event.Envelope{Object: "page", Entries: entries}.JSON()
	s.Must(err)
	return Stimulus{What: what, Doc: doc, Events: events}
}

// Encoded are the bytes in which Meta would send a document.
func (s *Session) Encoded(doc []byte) []byte {
	body, err := mockwire.Encode(doc, mockwire.Messaging)
	s.Must(err)
	return body
}

// Emit sends one variant, alone in a delivery, from a person of its own.
func (s *Session) Emit(ctx context.Context, variant string, faults ...fault.Fault) *Delivery {
	st := Alone(s.Event(variant))
	st.Faults = faults
	return s.Send(ctx, st)
}

// Send sends a stimulus when it is its turn.
func (s *Session) Send(ctx context.Context, st Stimulus) *Delivery {
	return s.SendInTurn(ctx, st)[0]
}

// SendInTurn sends stimuli one after the other: what the first does to the
// receiver shows in the next. No delivery of another spec is between them, unless
// the receiver is so slow to acknowledge that this would take too long; if
// deliveries then turn out to disturb each other, the spec is judged again.
func (s *Session) SendInTurn(ctx context.Context, stimuli ...Stimulus) []*Delivery {
	s.inTurn = s.inTurn || len(stimuli) > 1
	t, leave := s.enter(ctx, len(stimuli), len(stimuli) > 1)
	defer leave()
	var sent []*Delivery
	for _, st := range stimuli {
		sent = append(sent, s.must(s.post(ctx, st, &request{turn: t})))
	}
	return sent
}

// SendTogether sends stimuli at the same time and returns when all are answered.
// No delivery of another spec is beside them, as with SendInTurn.
func (s *Session) SendTogether(ctx context.Context, stimuli ...Stimulus) []*Delivery {
	t, leave := s.enter(ctx, len(stimuli), true)
	defer leave()
	many := len(stimuli) > windowFirst
	sent := make([]*Delivery, len(stimuli))
	var all errgroup.Group
	for i, st := range stimuli {
		all.Go(func() (err error) {
			sent[i], err = s.post(ctx, st, &request{turn: t, untimed: many})
			return err
		})
	}
	s.Must(all.Wait())
	return sent
}

// SendThenGood sends a stimulus and, at once after it, an event that this
// receiver handles.
func (s *Session) SendThenGood(ctx context.Context, odd Stimulus) (first, good *Delivery) {
	st := Alone(s.Event(s.Plainest()))
	st.What = st.Describe() + ", right after " + odd.Describe()
	sent := s.SendInTurn(ctx, odd, st)
	return sent[0], sent[1]
}

// Question is a verification request.
type Question struct {
	What  string           // names it in findings
	Query []mockwire.Field // in this order
}

// Ask sends verification requests, all at once, and returns when all are answered.
func (s *Session) Ask(ctx context.Context, questions ...Question) []*Delivery {
	t, leave := s.enter(ctx, len(questions), true)
	defer leave()
	sent := make([]*Delivery, len(questions))
	var all errgroup.Group
	for i, q := range questions {
		all.Go(func() (err error) {
			sent[i], err = s.ask(ctx, q, &request{turn: t})
			return err
		})
	}
	s.Must(all.Wait())
	return sent
}

// OpenIdle opens connections to the receiver and sends nothing on them.
func (s *Session) OpenIdle(ctx context.Context, n int) *delivery.Idle {
	_, leave := s.enter(ctx, 1, false)
	defer leave()
	idle, err := s.engine.env.Platform.OpenIdle(ctx, s.engine.env.URL, n)
	s.Must(err)
	return idle
}

// enter waits for this spec's turn to send so many requests.
func (s *Session) enter(ctx context.Context, n int, exclusive bool) (*turn, func()) {
	t := &turn{
		exclusive: exclusive && s.engine.exclusive(s), begun: s.begun || s.trial.urgent, weight: s.trial.weight, reserved: n,
	}
	leave, err := s.engine.ledger.enter(ctx, t)
	s.Must(err)
	s.begun = true
	return t, leave
}

// exclusive reports whether a spec can have the receiver to itself.
func (e *engine) exclusive(s *Session) bool {
	return e.cal.exclusive() || s.before > 0 || s.requirement.Phase == Occupying
}

// Plainest is the variant of calibration that this receiver answers; where it
// answers none of these, the probe that the user named; else a text message.
func (s *Session) Plainest() string { return s.engine.cal.plainest() }

// Probe is the variant that this receiver was seen to answer; where none was, the
// plainest.
func (s *Session) Probe() string {
	if p := s.engine.cal.probe; p != "" {
		return p
	}
	return s.Plainest()
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

// Check is Verify for what silence says: it is looked at again at the end of the
// run, when everything has come that will.
func (s *Session) Check(check func() *Finding) {
	s.checks = append(s.checks, check)
	s.Verify(check())
}

// Inapplicable ends the spec because its own first step showed that this
// receiver does not do what the requirement builds on.
func (s *Session) Inapplicable(why string) {
	s.inapplicable = why
	runtime.Goexit()
}

// Unjudged ends the spec because nothing shows what it wants to know.
func (s *Session) Unjudged(why string) {
	s.unjudged = why
	runtime.Goexit()
}

// notSentError is for a variant that Meta did not send on the day whose
// catalogue the run has.
type notSentError struct{ variant, day string }

func (e *notSentError) Error() string {
	return fmt.Sprintf("Meta did not send %s on %s", e.variant, e.day)
}

// Must ends the spec when the harness cannot go on.
func (s *Session) Must(err error) {
	var notSent *notSentError
	if errors.As(err, &notSent) {
		s.Inapplicable(notSent.Error())
	}
	if err != nil {
		s.err = err
		runtime.Goexit()
	}
}

func (s *Session) must(d *Delivery, err error) *Delivery {
	s.Must(err)
	return d
}
