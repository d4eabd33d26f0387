package judge

import (
	"context"
	"errors"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/event"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
)

// post sends a stimulus at once.
func (s *Session) post(ctx context.Context, st Stimulus, r *request) (*Delivery, error) {
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
	env := s.engine.env
	out := mockplatform.Delivery{URL: env.URL, Doc: st.Doc, Raw: st.Raw, Style: st.Style, Person: s.requirement.ID, Faults: st.Faults}
	request, err := env.Platform.Request(out)
	if err != nil {
		return nil, err
	}
	st.What = st.Describe()
	st.Doc, st.Raw = nil, nil // the request has its bytes
	d := &Delivery{Stimulus: st, mark: s.mark(), request: r}
	r.delivery = d
	if r.what == "" {
		r.what = st.What
	}
	signed := signature(request) == mockwire.Sign(env.Platform.Options().Keys().For(request.Body), request.Body).SHA256
	r.strange = !signed
	r.genuine = signed && request.Method == "POST" && len(st.Events) > 0
	r.untimed = r.untimed || len(st.Events) > windowFirst || !request.Pace.Plain()
	s.begin(r, st.Events, st.enough)
	s.note(d)
	var broken error
	d.Attempt, err = s.attempt(ctx, r, func() delivery.Attempt {
		a, err := env.wire.Deliver(ctx, out)
		broken = err
		return a
	})
	return d, errors.Join(broken, err)
}

// signature is the one in the header that receivers go by, empty without one or
// with several.
func signature(r delivery.Request) string {
	var found []string
	for _, f := range r.Header {
		if strings.EqualFold(f.Name, "X-Hub-Signature-256") {
			found = append(found, f.Value)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// ask sends a verification request at once.
func (s *Session) ask(ctx context.Context, q Question, r *request) (*Delivery, error) {
	env := s.engine.env
	d := &Delivery{Stimulus: Stimulus{What: q.What}, mark: s.mark(), request: r}
	r.what, r.strange, r.handshake = q.What, true, true
	s.begin(r, nil, nil)
	s.note(d)
	var err error
	d.Attempt, err = s.attempt(ctx, r, func() delivery.Attempt { return env.wire.Handshake(ctx, env.URL, q.Query) })
	return d, err
}

// note keeps a delivery for whoever looks for causes.
func (s *Session) note(d *Delivery) {
	l := s.engine.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.trial != s.engine.self {
		s.sent = append(s.sent, d)
	}
}

// begin enters a request into the ledger.
func (s *Session) begin(r *request, events []event.Event, enough func(evidence) bool) {
	r.trial = s.trial
	var owed []owing
	for _, ev := range events {
		r := Read(ev.JSON)
		want, _ := s.wantOf(ev, r)
		owed = append(owed, owing{event: ev, reading: r, want: want, one: s.oneOf(ev, r), enough: enough})
	}
	mark := s.mark()
	s.engine.ledger.begin(r, owed)
	l := s.engine.ledger
	l.mu.Lock()
	if before := r.seq - 2; before >= 0 {
		l.requests[before].until = mark
	}
	if !r.isFence {
		s.requests = append(s.requests, r)
	}
	l.mu.Unlock()
}

// attempt makes one request, again where the connection was refused and the
// receiver listens after all. That it does not is an incident: the specs that
// are under way end then, but for one that is judged to its end all the same.
func (s *Session) attempt(ctx context.Context, r *request, do func() delivery.Attempt) (delivery.Attempt, error) {
	const most = 3
	e := s.engine
	for try := 1; ; try++ {
		a := do()
		why := reason(a)
		if why == delivery.ReasonConnect && try < most && !e.isOver(s.trial) {
			inc := e.lifeline.away(ctx)
			if inc == nil && ctx.Err() == nil {
				continue
			}
			if inc != nil {
				e.raise(inc)
			}
		}
		if why == delivery.ReasonClosed && e.env.Process == nil && !e.isOver(s.trial) && !e.lifeline.listens(ctx) && ctx.Err() == nil {
			e.raise(&incident{how: "ended the connection, and listened no more"})
		}
		r.refused = why == delivery.ReasonConnect
		r.accepted = Acknowledged(a)
		r.cut = r.refused || why == delivery.ReasonClosed
		e.ledger.end(r, Acknowledged(a) && r.genuine, why == delivery.ReasonClosed)
		return a, ctx.Err()
	}
}

// reason is the reason for which an attempt failed; empty if it did not.
func reason(a delivery.Attempt) delivery.Reason {
	var e *delivery.Error
	if errors.As(a.Err, &e) {
		return e.Reason
	}
	return ""
}

// Acknowledged reports whether an attempt was answered as Meta asks: with a
// 2xx status and to the end of the answer.
func Acknowledged(a delivery.Attempt) bool {
	return a.Err == nil && a.Answer.Status/100 == 2
}
