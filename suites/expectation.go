package suites

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// expectations are the specs of what a team expects of its own bot, which knows what it
// has to answer; the suite knows only that it answers.
func expectations(all []expect.Expectation, catalogue *schemas.Catalogue) []judge.Spec {
	var specs []judge.Spec
	for _, x := range all {
		specs = append(specs, judge.Spec{Requirement: expectedOf(x, catalogue), Body: talk(x)})
	}
	return specs
}

// ExpectedOf are the requirements that expectations are, for a catalogue.
// Nil is schemas.Everything().
func ExpectedOf(all []expect.Expectation, catalogue *schemas.Catalogue) []Requirement {
	if catalogue == nil {
		catalogue = schemas.Everything()
	}
	var requirements []Requirement
	for _, x := range all {
		requirements = append(requirements, expectedOf(x, catalogue))
	}
	return requirements
}

func expectedOf(x expect.Expectation, catalogue *schemas.Catalogue) Requirement {
	first := x.Steps[0]
	r := Requirement{
		ID: x.ID(), Level: x.Level, Basis: judge.Expected, Place: x.Place,
		Title:  "Expected: " + first.String(),
		Why:    fmt.Sprintf("Your team expects it, by %s.", x.Place),
		Remedy: fmt.Sprintf("Mend the bot; where the bot is right, correct %s.", x.Place),
	}
	if n := len(x.Steps) - 1; n > 0 {
		r.Title += fmt.Sprintf(", and so on for %d more of the same person", n)
	}
	if v, ok := catalogue.Ever().ByID(first.On); ok {
		r.Source = Source{URL: v.Source.URL}
	}
	silent := false
	for _, s := range x.Steps {
		if s.Within > 0 {
			r.Phase = judge.Occupying // its time is that of a bot with nothing else to do
		}
		silent = silent || len(s.Replies) == 0
	}
	if silent {
		r.Needs = append(r.Needs, judge.AReply) // silence of one that never spoke proves nothing
	}
	return r
}

// talk is a spec that has a person say what an expectation says.
func talk(x expect.Expectation) judge.Body {
	return func(ctx context.Context, s *session) {
		t := s.Talk()
		for _, step := range x.Steps {
			ev := t.Event(step.On, edits(step)...)
			s.Verify(t.Say(ctx, step.Event(), ev, wanted(step)))
		}
	}
}

func edits(step expect.Step) (all []event.Edit) {
	for _, c := range step.Changes {
		all = append(all, c.Edit)
	}
	return all
}

func wanted(step expect.Step) judge.Wanted {
	return judge.Wanted{
		Text: step.Wanted(), Least: len(step.Replies), Exactly: step.Exactly, Within: step.Within,
		Come: func(messages []journal.Exchange) bool { return step.Come(docsOf(messages)) },
		Said: func(messages []journal.Exchange) string { return step.Said(docsOf(messages)) },
	}
}

func docsOf(messages []journal.Exchange) (all []json.RawMessage) {
	for _, x := range messages {
		all = append(all, x.Doc)
	}
	return all
}

// CheckExpectation says why an expectation cannot be judged with a catalogue: a variant
// that is not in it, a change that cannot be made, an event to which nobody can be
// answered. Errors begin with the place.
func CheckExpectation(x expect.Expectation, catalogue *schemas.Catalogue) error {
	for _, s := range x.Steps {
		v, ok := catalogue.Ever().ByID(s.On)
		if !ok {
			return fmt.Errorf("%s: %w", s.Place, &UnknownVariantError{Variant: s.On})
		}
		ev := sample(v)
		for _, c := range s.Changes {
			changed, err := ev.Edit(c.Edit)
			if err != nil {
				return fmt.Errorf("%s: the event of %s cannot be changed so: %w", c.Place, s.On, err)
			}
			for _, member := range []string{"/sender", "/recipient"} {
				before, _ := event.Get(ev.JSON, member)
				if after, _ := event.Get(changed.JSON, member); !bytes.Equal(before, after) {
					return fmt.Errorf("%s: %s is who talks with whom, which a talk decides; change another member", c.Place, c)
				}
			}
			ev = changed
		}
		if r := judge.Read(ev.JSON); !own(ev) || !r.Addressable() {
			return fmt.Errorf("%s: %s has nobody whom a message could answer; take an event that comes from a person", s.Place, s.On)
		}
	}
	return nil
}

// UnknownVariantError is the error of an expectation on what is not in the catalogue.
type UnknownVariantError struct{ Variant string }

func (e *UnknownVariantError) Error() string {
	return fmt.Sprintf("there is no variant %q; `referee variants` lists them", e.Variant)
}
