// Package rules lets the platform misbehave by rules: what goes wrong, for whom
// and how often. A Set of them is the platform's Options.Rules. What a rule can
// name is a FaultKind, a row of the one table of faults (Catalogue); what it does
// to one request or one call is package fault's.
//
// Nothing goes wrong by itself. Most rules are scripted, for a test that asks how
// a receiver takes one fault: the next one, every third, for this person, until
// the rules are reset. Those that leave it to chance have a seed, and so has
// Chaos, a realistic mix of them: the same seed lets the same things go wrong.
//
// # What is spoilt
//
// A rule counts the deliveries and calls that reach it: those that it is about,
// and that no earlier rule has spoilt in the same way. Of faults that exclude
// each other, such as two that say when a delivery is sent, the rule that was
// added first comes first; a call gets the answer of one rule.
//
// A fault of the request can meet each attempt of a delivery. What concerns the
// delivery as a whole (duplicate, delay, reorder, batch, string-timestamps,
// unknown-members) is decided before its first attempt, and once. No fault loses
// an event: what is held back is sent when its bound is reached, and what a fault
// made a receiver refuse is sent again unspoilt, as Meta does after a failure.
//
// Deliveries that an emission or a test spoils itself never reach a rule. The
// journal reports all that was done on purpose, in Exchange.Faults.
//
// # After a restart
//
// With Options.Store the rules go on where they were, with their counts. What they
// held back does not: the platform sends it as the rules say then.
package rules

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/schemas"
)

// Rule says what goes wrong, for whom and how often. It is about everything to
// which its fault can happen, but for what Person, Variant, Field and Edge
// exclude, and about each until it is removed, but for what Every, Probability
// and Next exclude.
type Rule struct {
	// ID names the rule: up to 64 letters, digits, "-", "_" and ".". Default:
	// "rule-1" and so on.
	ID string `json:"id,omitempty" doc:"Up to 64 letters, digits, -, _ and .; default: rule-1 and so on"`
	// Fault is the name of one of the Catalogue.
	Fault string `json:"fault" doc:"One of the catalogue of faults"`
	// Params are the fault's parameters by name: whole numbers, and texts for
	// everything else. Default: those of the catalogue.
	Params map[string]any `json:"params,omitempty" doc:"The parameters of the fault by name; default: those of the catalogue"`
	// Person is whom it concerns: a name, an id or a user_ref. A delivery with
	// events of other people too is not theirs. Default: everybody, and calls that
	// concern nobody.
	Person string `json:"person,omitempty" doc:"Whom it concerns: a name, an id or a user_ref; default: everybody"`
	// Variant is what all events of a delivery are made of: "referral.ads".
	// Default: anything.
	Variant string `json:"variant,omitempty" doc:"What all events of a delivery are made of; default: anything"`
	// Field is the webhook field of all events of a delivery: "messages".
	// Default: any.
	Field string `json:"field,omitempty" doc:"The webhook field of all events of a delivery; default: any"`
	// Edge is what a call asks for, as journal.Exchange names it: "messages" is
	// the Send API. Default: anything.
	Edge string `json:"edge,omitempty" doc:"What a Graph API call asks for, such as messages; default: anything"`
	// Every lets only every n-th go wrong: 3 is the third, the sixth and so
	// on. Default: each.
	Every int `json:"every,omitempty" minimum:"1" doc:"One in so many; default: each"`
	// Probability lets each go wrong with this chance, above 0 and up to 1.
	// Default: each does.
	Probability float64 `json:"probability,omitempty" exclusiveMinimum:"0" maximum:"1" doc:"The chance of each, above 0 and up to 1; default: each"`
	// Seed determines the choice of Probability, together with Options.Seed.
	// Default 0, a seed like any other.
	Seed int64 `json:"seed,omitempty" doc:"Determines what the probability chooses"`
	// Next is how many may go wrong altogether; then the rule is over. Default: any
	// number.
	Next int `json:"next,omitempty" minimum:"1" doc:"How many altogether, then the rule is over; default: any number"`
}

// State is a rule and what became of it.
type State struct {
	Rule
	// Reached is how many deliveries or calls the rule was about.
	Reached int `json:"reached" doc:"How many deliveries or calls it was about"`
	// Applied is to how many of them it let its fault happen.
	Applied int `json:"applied" doc:"To how many of them it happened"`
	// Over tells that it has applied as often as Rule.Next allows.
	Over bool `json:"over" doc:"Whether it has applied as often as it may"`
}

var validID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// FieldError says what is wrong with one field of a rule.
type FieldError struct {
	// Field is the field's name in JSON: "params.delay".
	Field string
	// Problem says what is wrong with it, and what would be right.
	Problem string
}

// Error returns the field and the problem.
func (e *FieldError) Error() string { return e.Field + ": " + e.Problem }

// rule is a Rule in force.
type rule struct {
	State
	kind   FaultKind
	values values
	// catalogue says of which field a variant is.
	catalogue *schemas.Catalogue
	ids       []string // of Person
	// mark is what deliveries that it holds back know it by. The ID will not do:
	// after Remove or Reset another rule can have it, which they do not wait for.
	mark string
	// standing tells that it is one of Options.Rules.
	standing bool
}

// newRule checks a rule. Its error joins a FieldError for each field that is
// wrong.
func newRule(r Rule, o Options) (*rule, error) {
	f, err := byName(r.Fault)
	if err != nil {
		return nil, err
	}
	checked := &rule{State: State{Rule: r}, kind: f, catalogue: o.Catalogue}
	values, problems := f.parse(r.Params)
	checked.values, checked.Params = values, f.written(values)
	wrong := func(field, format string, args ...any) {
		problems = append(problems, &FieldError{field, fmt.Sprintf(format, args...)})
	}
	if r.ID != "" && !validID.MatchString(r.ID) {
		wrong("id", "%q is not up to 64 letters, digits, -, _ and .", r.ID)
	}
	for _, filter := range []struct{ name, value string }{{"variant", r.Variant}, {"field", r.Field}, {"edge", r.Edge}} {
		if filter.value != "" && !slices.Contains(f.Filters, filter.name) {
			wrong(filter.name, "%s is a fault of the target %q, which has no %s", f.Name, f.Target, filter.name)
		}
	}
	v, known := o.Catalogue.ByID(r.Variant)
	switch {
	case r.Variant != "" && !known:
		wrong("variant", "the catalogue has no variant %q", r.Variant)
	case known && r.Field != "" && r.Field != v.Field:
		wrong("field", "the variant %s is of the field %s: nothing is of both", r.Variant, v.Field)
	}
	if r.Field != "" && !slices.ContainsFunc(o.Catalogue.All(), func(v schemas.Variant) bool { return v.Field == r.Field }) {
		wrong("field", "no variant of the catalogue is of the field %q", r.Field)
	}
	if r.Every < 0 {
		wrong("every", "%d is negative", r.Every)
	}
	if r.Next < 0 {
		wrong("next", "%d is negative", r.Next)
	}
	switch {
	case !(0 <= r.Probability && r.Probability <= 1):
		wrong("probability", "%v is not between 0 and 1", r.Probability)
	case r.Probability > 0 && r.Every > 0:
		wrong("probability", "a rule has a probability or every, not both")
	case r.Probability == 0 && r.Seed != 0:
		wrong("seed", "only a probability needs a seed")
	}
	if r.Person != "" {
		s := event.NewSession(o.Seed, r.Person, o.PageID)
		checked.ids = []string{r.Person, s.PSID, s.UserRef, s.GuestID}
	}
	return checked, errors.Join(problems...)
}

// byName returns a fault of the catalogue.
func byName(name string) (FaultKind, error) {
	var names []string
	for _, f := range Catalogue() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return FaultKind{}, &FieldError{"fault", fmt.Sprintf("there is no fault %q; there are %s", name, strings.Join(names, ", "))}
}
