package console

import (
	"context"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Faults are the rules by which the platform misbehaves. They must be safe for
// concurrent use.
type Faults interface {
	// Known lists what a rule can name, in the order in which it is shown.
	Known() []KnownFault
	// Rules lists the rules, those that are over too, the oldest first.
	Rules() []RuleState
	// Add puts a rule in force and returns it with its id. The error says what is
	// wrong with it.
	Add(Rule) (RuleState, error)
	// Remove ends a rule; false if there is none of this id.
	Remove(id string) bool
}

// KnownFault is a fault that a rule can name.
type KnownFault struct {
	Name        string       `json:"name"`
	Target      string       `json:"target" enum:"delivery,graph" doc:"Whether it happens to deliveries or to answers of the Graph API"`
	Title       string       `json:"title"`
	Description string       `json:"description" doc:"What it shows of a receiver"`
	Params      []FaultParam `json:"params" doc:"What a rule can choose about it"`
}

// FaultParam is a parameter of a fault.
type FaultParam struct {
	Name        string   `json:"name"`
	Type        string   `json:"type" enum:"count,duration,choice"`
	Description string   `json:"description"`
	Default     any      `json:"default"`
	Min         any      `json:"min,omitempty"`
	Max         any      `json:"max,omitempty"`
	Choices     []string `json:"choices,omitempty"`
}

// Rule says what goes wrong, for whom and how often: each time until the rule is
// removed, but for what every, probability and next exclude.
type Rule struct {
	ID          string         `json:"id,omitempty" doc:"Default: one that is new"`
	Fault       string         `json:"fault" minLength:"1" doc:"One of the known faults"`
	Params      map[string]any `json:"params,omitempty" doc:"The fault's parameters; default: those of the known fault"`
	Person      string         `json:"person,omitempty" doc:"The only person whom it concerns; default: everybody"`
	Variant     string         `json:"variant,omitempty" doc:"What all events of a delivery are made of; default: anything"`
	Field       string         `json:"field,omitempty" doc:"The webhook field of all events of a delivery; default: any"`
	Edge        string         `json:"edge,omitempty" doc:"What a Graph API call asks for, such as messages; default: anything"`
	Every       int            `json:"every,omitempty" minimum:"0" doc:"One in so many; default: each"`
	Probability float64        `json:"probability,omitempty" minimum:"0" maximum:"1" doc:"The chance of each; default: 1"`
	Seed        int64          `json:"seed,omitempty" doc:"Determines what the probability chooses"`
	Next        int            `json:"next,omitempty" minimum:"0" doc:"How many altogether, then the rule is over; default: any number"`
}

// RuleState is a rule and what became of it.
type RuleState struct {
	Rule
	Reached int  `json:"reached" doc:"How many deliveries or calls it was about"`
	Applied int  `json:"applied" doc:"To how many of them it happened"`
	Over    bool `json:"over" doc:"Whether it has applied as often as it may"`
}

type faultsOutput struct {
	Body struct {
		Available bool         `json:"available" doc:"Whether this platform plays faults by rules at all"`
		Known     []KnownFault `json:"known"`
		Rules     []RuleState  `json:"rules"`
	}
}

type ruleOutput struct{ Body RuleState }

func (s *Server) registerFaults() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-faults", Method: http.MethodGet, Path: apiPrefix + "faults", Tags: []string{"faults"},
		Summary: "The faults that can be played, and the rules in force",
	}, func(context.Context, *struct{}) (*faultsOutput, error) {
		out := &faultsOutput{}
		out.Body.Known, out.Body.Rules = []KnownFault{}, []RuleState{}
		if s.opts.Faults != nil {
			out.Body.Available = true
			out.Body.Known = append(out.Body.Known, s.opts.Faults.Known()...)
			out.Body.Rules = append(out.Body.Rules, s.opts.Faults.Rules()...)
		}
		return out, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "add-fault", Method: http.MethodPost, Path: apiPrefix + "faults", Tags: []string{"faults"},
		Summary: "Let something go wrong", DefaultStatus: http.StatusCreated,
	}, func(_ context.Context, in *struct{ Body Rule }) (*ruleOutput, error) {
		if s.opts.Faults == nil {
			return nil, noRules()
		}
		rule, err := s.opts.Faults.Add(in.Body)
		if err != nil {
			return nil, huma.Error422UnprocessableEntity(err.Error())
		}
		return &ruleOutput{rule}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "remove-fault", Method: http.MethodDelete, Path: apiPrefix + "faults/{id}", Tags: []string{"faults"},
		Summary: "End a rule", DefaultStatus: http.StatusNoContent,
	}, func(_ context.Context, in *struct {
		ID string `path:"id"`
	}) (*struct{}, error) {
		switch {
		case s.opts.Faults == nil:
			return nil, noRules()
		case !s.opts.Faults.Remove(in.ID):
			return nil, huma.Error404NotFound(fmt.Sprintf("there is no rule %q; GET %sfaults lists those in force", in.ID, apiPrefix))
		}
		return nil, nil
	})
}

func noRules() error {
	return huma.Error409Conflict("this platform was started without fault rules; give one event its faults instead, with POST " + apiPrefix + "events")
}
