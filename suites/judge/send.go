package judge

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

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
	// enough, if set, says when the evidence of its events is complete, in place of what
	// calibration saw for one event like them.
	enough func(evidence) bool
}

// Delivery is a stimulus that was sent, and its answer.
type Delivery struct {
	Stimulus
	Attempt delivery.Attempt
	request *request
	mark    int64       // in the receiver's output, before the delivery
	turn    *turnOfTalk // nil: it is of no talk

	looked sync.Once // at what its events have to bring, see wantAt
	wants  []wanted
}

// Forged reports whether anybody could have sent it, without the app secret.
func (d *Delivery) Forged() bool { return d.request.strange }

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
		exclusive: exclusive && s.engine.exclusive(s), begun: s.begun || s.trial.urgent, weight: s.trial.weight, place: s.trial.place, reserved: n,
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
