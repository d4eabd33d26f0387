package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Store keeps the rules over a restart; that of a platform will do. It must hold
// no reference to what it is given.
type Store interface {
	SaveState(key string, doc []byte) error
	State(key string) (doc []byte, ok bool, err error)
}

// ErrNotStored is the error when a right rule, or the end of one, could not be
// stored.
var ErrNotStored = errors.New("the rules cannot be stored")

// storeKey is under what a store has the rules.
const storeKey = "rules"

// kept is what a store has of a set.
type kept struct {
	// Standing are Options.Rules as they were then.
	Standing []State    `json:"standing"`
	Rules    []keptRule `json:"rules"`
	Added    int        `json:"added"` // as Set.added
	Lives    int        `json:"lives"` // as Set.lives
}

type keptRule struct {
	State
	Standing bool `json:"standing,omitempty"` // it is one of Options.Rules
}

// save stores the rules, and what became of them. It is called under the lock.
func (s *Set) save() error {
	if s.opts.Store == nil {
		return nil
	}
	doc := kept{Standing: states(s.standing), Added: s.added, Lives: s.lives}
	for i, state := range states(s.rules) {
		doc.Rules = append(doc.Rules, keptRule{state, s.rules[i].standing})
	}
	text, err := json.Marshal(doc)
	if err == nil {
		err = s.opts.Store.SaveState(storeKey, text)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}

// keep is save for what cannot fail because of it: what goes wrong by the rules
// goes wrong all the same. It is called under the lock.
func (s *Set) keep() {
	if err := s.save(); err != nil {
		s.warn("the rules will not be the same after a restart: %v", err)
	}
}

// keepCounts is keep if a rule has counted something since the last time. It is
// called under the lock.
func (s *Set) keepCounts() {
	if s.counted {
		s.counted = false
		s.keep()
	}
}

// restore puts in force what the store has. Of Options.Rules it is worth more
// while they are the same: what was removed of them stays so. When they are
// others, the new ones begin anew and come first.
func (s *Set) restore() error {
	text, ok, err := s.opts.Store.State(storeKey)
	var doc kept
	if err == nil && ok {
		err = json.Unmarshal(text, &doc)
	}
	if err != nil {
		return fmt.Errorf("read the rules from the store: %w", err)
	}
	if !ok {
		return nil
	}
	same, err := equal(doc.Standing, states(s.standing))
	if err != nil {
		return err
	}
	if same {
		s.rules = nil
	}
	s.added, s.lives = max(s.added, doc.Added), doc.Lives+1
	for _, k := range doc.Rules {
		if k.Standing && !same {
			continue
		}
		r, err := newRule(k.Rule, s.opts)
		if err == nil && s.index(k.ID) >= 0 {
			err = errors.New("another rule has its id")
		}
		if err != nil {
			s.warn("the rule %q was kept, and cannot be in force any more: %v", k.ID, err)
			continue
		}
		r.Reached, r.Applied, r.Over, r.standing = k.Reached, k.Applied, k.Over, k.Standing
		s.mark(r)
		s.rules = append(s.rules, r)
	}
	return nil
}

// equal reports whether two lists are written alike: JSON knows numbers only as
// one type.
func equal(a, b []State) (bool, error) {
	one, err := json.Marshal(a)
	if err != nil {
		return false, err
	}
	other, err := json.Marshal(b)
	return bytes.Equal(one, other), err
}

func (s *Set) warn(format string, args ...any) {
	if s.opts.Warn != nil {
		s.opts.Warn(fmt.Sprintf(format, args...))
	}
}
