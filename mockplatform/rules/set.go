package rules

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/schemas"
)

// most is how many rules a set can have.
const most = 1000

// Options configure a Set.
type Options struct {
	// Seed is that of the platform: the names of people mean their ids by it, and
	// it determines what chance decides. Default 0, as the platform's.
	Seed int64
	// PageID is that of the platform, which answers of the Graph API name. Default:
	// none, which no receiver looks at.
	PageID string
	// Catalogue is that of the platform, whose variants and fields rules can be about.
	// Default schemas.Everything(), as the platform's.
	Catalogue *schemas.Catalogue
	// Rules are in force from the beginning, and again after Reset. Default: none.
	Rules []Rule
	// Store keeps the rules and their counts over a restart. Default: the memory of
	// this set.
	Store Store
	// Warn is told what of the rules cannot be kept, and which one that was kept
	// cannot be in force any more. Default: nobody is.
	Warn func(problem string)
}

// Set is the rules in force. It is safe for concurrent use. Make it with New.
type Set struct {
	opts Options

	standing []*rule // as they were in the beginning

	mu      sync.Mutex
	rules   []*rule
	added   int            // how many got an id of the set's
	marks   int            // how many got a mark
	lives   int            // how often it was restored
	counted bool           // since it was stored
	calls   map[string]int // by person, how many there were
}

var _ fault.Rules = (*Set)(nil)

// New returns a set of Options.Rules, and of what Options.Store has. The error
// says what is wrong with them.
func New(o Options) (*Set, error) {
	if o.Catalogue == nil {
		o.Catalogue = schemas.Everything()
	}
	s := &Set{opts: o, calls: map[string]int{}}
	if _, err := s.add(o.Rules); err != nil {
		return nil, err
	}
	for _, r := range s.rules {
		pristine := *r
		s.standing = append(s.standing, &pristine)
		r.standing = true
	}
	if o.Store == nil {
		return s, nil
	}
	if err := s.restore(); err != nil {
		return nil, err
	}
	return s, s.save()
}

// Add puts rules in force, after those that are, and returns them with their ids
// and parameters. After an error none of them is in force; it joins a
// *FieldError for each field that is wrong.
func (s *Set) Add(list ...Rule) ([]State, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := slices.Clone(s.rules)
	added, err := s.add(list)
	if err != nil {
		return nil, err
	}
	if err := s.save(); err != nil {
		s.rules = before
		return nil, err
	}
	return states(added), nil
}

// add is Add for a caller that holds the lock, without storing anything.
func (s *Set) add(list []Rule) ([]*rule, error) {
	if err := s.room(len(list)); err != nil {
		return nil, err
	}
	added, next, problems := s.checked(list)
	if len(list) == 1 && problems[0] != nil {
		return nil, problems[0]
	}
	if err := joined(problems); err != nil {
		return nil, err
	}
	s.put(added, next)
	return added, nil
}

// room says that so many more rules are too many. It is called under the lock.
func (s *Set) room(more int) error {
	if len(s.rules)+more > most {
		return fmt.Errorf("there can be %d rules, and %d are there: remove some, or reset them", most, len(s.rules))
	}
	return nil
}

// put puts rules in force that were made. It is called under the lock.
func (s *Set) put(made []*rule, next int) {
	for _, r := range made {
		s.mark(r)
	}
	s.added, s.rules = next, append(s.rules, made...)
}

// checked makes rules, with ids, and says what is wrong with each; next is how many ids
// the set has given then. It is called under the lock.
func (s *Set) checked(list []Rule) (made []*rule, next int, problems []error) {
	made, next, problems = make([]*rule, len(list)), s.added, make([]error, len(list))
	for i, r := range list {
		checked, err := newRule(r, s.opts)
		taken := func() bool {
			return s.index(checked.ID) >= 0 || slices.ContainsFunc(made[:i], func(other *rule) bool { return other != nil && other.ID == checked.ID })
		}
		switch {
		case err != nil:
		case r.ID != "" && taken():
			err = &FieldError{"id", fmt.Sprintf("there is a rule %q already", r.ID)}
		case r.ID == "":
			for ok := false; !ok; ok = !taken() {
				next++
				checked.ID = fmt.Sprintf("rule-%d", next)
			}
		}
		if problems[i] = err; err == nil {
			made[i] = checked
		}
	}
	return made, next, problems
}

// Rules lists the rules, those that are over too, in the order in which they
// were added.
func (s *Set) Rules() []State {
	s.mu.Lock()
	defer s.mu.Unlock()
	return states(s.rules)
}

// Remove ends a rule; false if there is none of this id. What it holds back is
// sent when its bound is reached. After an error the rule is in force still.
func (s *Set) Remove(id string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(id)
	if i < 0 {
		return false, nil
	}
	before := s.rules
	s.rules = slices.Delete(slices.Clone(s.rules), i, i+1)
	if err := s.save(); err != nil {
		s.rules = before
		return false, err
	}
	return true, nil
}

// Reset ends all rules, and starts again with Options.Rules. What they hold back
// is sent when its bound is reached.
func (s *Set) Reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rules = nil
	for _, r := range s.standing {
		again := *r
		again.standing = true
		s.mark(&again)
		s.rules = append(s.rules, &again)
	}
	clear(s.calls)
	s.keep()
}

// ForDelivery is what goes wrong with an attempt, for the platform.
func (s *Set) ForDelivery(o fault.Outgoing) fault.Disturbance {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.rules {
		if slices.Contains(o.Joins, r.mark) && r.about(o) {
			return fault.Disturbance{Join: r.mark}
		}
	}
	var d fault.Disturbance
	taken := map[slot]bool{
		theTime: len(o.Overtakes) > 0, // who waits for it has waited long enough
	}
	key := fmt.Sprintf("delivery %s attempt %d", o.DeliveryID, o.Attempt)
	for _, r := range s.rules {
		switch f := r.kind; {
		case !r.about(o), f.first && o.Attempt > 1, f.joins && !o.Joinable, taken[f.slot]:
		case s.turn(r, key):
			f.disturb(r.values, r.mark, &d)
			taken[f.slot] = true
		}
	}
	s.keepCounts()
	return d
}

// ForCall is the answer that a call gets on purpose, for the platform; false if
// it gets none.
func (s *Set) ForCall(x journal.Exchange) (fault.GraphAnswer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.rules) == 0 {
		return fault.GraphAnswer{}, false
	}
	s.calls[x.Person]++
	key := fmt.Sprintf("call %d of %s", s.calls[x.Person], x.Person)
	if s.lives > 0 {
		// Calls are counted anew, and chance must not begin anew with them.
		key = fmt.Sprintf("%s after %d restarts", key, s.lives)
	}
	defer s.keepCounts()
	for _, r := range s.rules {
		if r.aboutCall(x) && s.turn(r, key) {
			return r.kind.answer(r.values, s.opts), true
		}
	}
	return fault.GraphAnswer{}, false
}

// mark gives a rule the mark of which there is no other. It is called under the
// lock.
func (s *Set) mark(r *rule) {
	s.marks++
	r.mark = fmt.Sprintf("%s#%d", r.ID, s.marks)
}

// index is where a rule is; -1 if there is none of this id. It is called under
// the lock.
func (s *Set) index(id string) int {
	return slices.IndexFunc(s.rules, func(r *rule) bool { return r.ID == id })
}

func states(list []*rule) []State {
	out := make([]State, len(list))
	for i, r := range list {
		out[i] = r.State
		out[i].Params = r.kind.written(r.values) // nobody else's map
	}
	return out
}

// about reports whether a rule is about a delivery.
func (r *rule) about(o fault.Outgoing) bool {
	if r.kind.Target != Delivery || r.Person != "" && (o.Several || !slices.Contains(r.ids, o.Person)) {
		return false
	}
	return !slices.ContainsFunc(o.Variants, func(id string) bool {
		if r.Variant != "" && r.Variant != id {
			return true
		}
		v, _ := r.catalogue.ByID(id)
		return r.Field != "" && r.Field != v.Field
	})
}

// aboutCall reports whether a rule is about a call.
func (r *rule) aboutCall(x journal.Exchange) bool {
	return r.kind.Target == Graph && (r.Person == "" || slices.Contains(r.ids, x.Person)) && (r.Edge == "" || r.Edge == x.Edge)
}

// turn counts something that the rule is about, and reports whether it goes
// wrong. key names it, so that chance does not depend on what others do at the
// same time. It is called under the lock.
func (s *Set) turn(r *rule, key string) bool {
	if r.Over {
		return false
	}
	s.counted = true
	r.Reached++
	switch {
	case r.Every > 0 && r.Reached%r.Every != 0:
		return false
	case r.Probability > 0 && chance(s.opts.Seed, r.Seed, r.ID, key) >= r.Probability:
		return false
	}
	r.Applied++
	r.Over = r.Next > 0 && r.Applied >= r.Next
	return true
}

// chance derives a number from 0 up to 1, without it, from its arguments.
func chance(seed, own int64, id, key string) float64 {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %d %s\n%s", seed, own, id, key))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}
