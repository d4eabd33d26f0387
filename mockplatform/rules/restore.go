package rules

import (
	"errors"
	"fmt"
)

// CheckStates says what Restore would refuse. It joins the errors for each rule that is
// wrong, a *StateError each.
func (s *Set) CheckStates(list []State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, _, err := s.restored(list)
	return err
}

// Restore puts rules in force, after those that are, with what became of them
// elsewhere. After an error, which is that of CheckStates or of the store, none of
// them is.
func (s *Set) Restore(list []State) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	rules, next, err := s.restored(list)
	if err != nil {
		return err
	}
	before := s.rules
	s.put(rules, next)
	if err := s.save(); err != nil {
		s.rules = before
		return err
	}
	return nil
}

// StateError says what is wrong with one of several rules.
type StateError struct {
	// Index is which one it is, from 0.
	Index int
	// Err joins a *FieldError for each field that is wrong, or is another error.
	Err error
}

// Error returns which rule it is, and what is wrong with it.
func (e *StateError) Error() string { return fmt.Sprintf("rule %d: %v", e.Index+1, e.Err) }

func (e *StateError) Unwrap() error { return e.Err }

// restored makes rules of states. It is called under the lock.
func (s *Set) restored(list []State) ([]*rule, int, error) {
	if err := s.room(len(list)); err != nil {
		return nil, 0, err
	}
	plain := make([]Rule, len(list))
	for i, state := range list {
		plain[i] = state.Rule
	}
	made, next, problems := s.checked(plain)
	for i, state := range list {
		if problems[i] != nil {
			continue
		}
		if over := state.Next > 0 && state.Applied >= state.Next; over != state.Over || state.Applied > state.Reached || state.Applied < 0 {
			problems[i] = &FieldError{"applied", fmt.Sprintf("reached %d, applied %d and over %v cannot all be, with next %d", state.Reached, state.Applied, state.Over, state.Next)}
			continue
		}
		made[i].Reached, made[i].Applied, made[i].Over = state.Reached, state.Applied, state.Over
	}
	return made, next, joined(problems)
}

// joined joins problems of rules that are not nil.
func joined(problems []error) error {
	var all []error
	for i, err := range problems {
		if err != nil {
			all = append(all, &StateError{i, err})
		}
	}
	return errors.Join(all...)
}
