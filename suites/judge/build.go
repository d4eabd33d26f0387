package judge

import (
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	mockwire "github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

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
	c := s.engine.env.Catalogue
	v, ok := c.ByID(variant)
	if _, ever := c.Ever().ByID(variant); !ok && ever {
		return event.Event{}, &notSentError{variant: variant, day: c.Day()}
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
		// Often only its instant tells an event without a person from another one.
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

// notSentError is for a variant that Meta did not send on the day whose
// catalogue the run has.
type notSentError struct{ variant, day string }

func (e *notSentError) Error() string {
	return fmt.Sprintf("Meta did not send %s on %s", e.variant, e.day)
}
