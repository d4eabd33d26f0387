package judge

import (
	"bytes"
	"cmp"
	"errors"
	"runtime"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
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
	before      int           // how often the spec was judged before
	final       bool          // it goes on to its verdict though the receiver ends
	begun       bool          // it had a turn
	inTurn      bool          // it is about what one delivery does to the next
	waited      time.Duration // without a sign, before what it waited for counted as missing
	requests    []*request
	people      int
	numbers     int

	sent     []*Delivery
	finding  *Finding
	verified bool
	checks   []func() *Finding // what silence was concluded from, to look at again at the end
	atEnd    []func() *Finding // looks at what all specs have sent
	// alarms are those of the checks that need no silence to be sure: what they look for
	// must not come at any time, judged to the end or not.
	alarms       []func() *Finding
	inapplicable string // why what it is about cannot be seen at this receiver
	unjudged     string // why it could not be judged
	err          error
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

// WorksFirst notes that the receiver was seen to acknowledge an event when its work is
// done, and not before: of what it has acknowledged nothing more comes.
func (s *Session) WorksFirst() {
	l := s.engine.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	l.worksFirst = true
}

// Find returns the exchanges of the run that match, in their order.
func (s *Session) Find(match func(journal.Exchange) bool) []journal.Exchange {
	return s.engine.env.Platform.Journal().Find(match)
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

// Holds says what the receiver holds at present; false where nothing tells.
func (s *Session) Holds() (Holdings, bool) {
	p := s.engine.env.Process
	if p == nil || p.Holds == nil {
		return Holdings{}, false
	}
	return p.Holds()
}

// First is the delivery of the run's beginning that brought something, one with a mid where
// there is one; nil if none did.
func (s *Session) First() (first *Delivery) {
	for _, d := range s.engine.calibrated.sent {
		if len(d.Events) == 0 || !s.engine.cal.variant[d.Events[0].Variant.ID].Any() {
			continue
		}
		if bytes.Contains(d.Events[0].JSON, []byte(`"mid"`)) {
			return d
		}
		first = cmp.Or(first, d)
	}
	return first
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

// AtEnd has a check made when nothing is under way any more, at the end of the run above
// all: it may look at what all specs have sent.
func (s *Session) AtEnd(check func() *Finding) { s.atEnd = append(s.atEnd, check) }

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
