package console

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
)

type faultsOutput struct {
	Body struct {
		Available bool              `json:"available" doc:"Whether this platform plays faults by rules at all"`
		Known     []rules.FaultKind `json:"known" doc:"What a rule can name; GET faults/catalogue lists the same"`
		Edges     []string          `json:"edges" doc:"What a rule about Graph API calls can name as their edge; edges that are not played have the names in their paths"`
		Rules     []rules.State     `json:"rules" doc:"The rules, those that are over too, the oldest first"`
	}
}

type ruleOutput struct{ Body rules.State }

type catalogueOutput struct{ Body []rules.FaultKind }

func (s *Server) registerFaults() {
	huma.Register(s.api, huma.Operation{
		OperationID: "list-faults", Method: http.MethodGet, Path: apiPrefix + "faults", Tags: []string{"faults"},
		Summary: "The faults that can be played, and the rules in force",
	}, func(context.Context, *struct{}) (*faultsOutput, error) {
		out := &faultsOutput{}
		out.Body.Known, out.Body.Edges, out.Body.Rules = []rules.FaultKind{}, graph.EdgeNames(), []rules.State{}
		if s.opts.Faults != nil {
			out.Body.Available, out.Body.Known = true, rules.Catalogue()
			out.Body.Rules = append(out.Body.Rules, s.opts.Faults.Rules()...)
		}
		return out, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "list-known-faults", Method: http.MethodGet, Path: apiPrefix + "faults/catalogue", Tags: []string{"faults"},
		Summary: "The faults that a rule can name, with their parameters",
	}, func(context.Context, *struct{}) (*catalogueOutput, error) {
		return &catalogueOutput{rules.Catalogue()}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "add-fault", Method: http.MethodPost, Path: apiPrefix + "faults", Tags: []string{"faults"},
		Summary: "Let something go wrong", DefaultStatus: http.StatusCreated,
	}, func(_ context.Context, in *struct{ Body rules.Rule }) (*ruleOutput, error) {
		if s.opts.Faults == nil {
			return nil, noRules()
		}
		added, err := s.opts.Faults.Add(in.Body)
		switch {
		case errors.Is(err, rules.ErrNotStored):
			return nil, failed(err, http.StatusInternalServerError)
		case err != nil:
			return nil, wrongRule(err)
		}
		return &ruleOutput{added[0]}, nil
	})
	huma.Register(s.api, huma.Operation{
		OperationID: "remove-fault", Method: http.MethodDelete, Path: apiPrefix + "faults/{id}", Tags: []string{"faults"},
		Summary: "End a rule", DefaultStatus: http.StatusNoContent,
	}, func(_ context.Context, in *struct {
		ID string `path:"id"`
	}) (*struct{}, error) {
		if s.opts.Faults == nil {
			return nil, noRules()
		}
		switch removed, err := s.opts.Faults.Remove(in.ID); {
		case err != nil:
			return nil, failed(err, http.StatusInternalServerError)
		case !removed:
			return nil, huma.Error404NotFound(fmt.Sprintf("there is no rule %q; GET %sfaults lists those in force", in.ID, apiPrefix))
		}
		return nil, nil
	})
}

// wrongRule names each field of a rule that is wrong.
func wrongRule(err error) error {
	var details []error
	each(err, func(err error) {
		var field *rules.FieldError
		if errors.As(err, &field) {
			details = append(details, &huma.ErrorDetail{Location: "body." + field.Field, Message: field.Problem})
		}
	})
	return huma.Error422UnprocessableEntity(err.Error(), details...)
}

func noRules() error {
	return huma.Error409Conflict("this platform was started without fault rules; give one event its faults instead, with POST " + apiPrefix + "events")
}
