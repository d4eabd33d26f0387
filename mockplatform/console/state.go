package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/rules"
	"github.com/seed-11445fa1/referee/schemas"
)

// PlatformState is what a platform was set up with, in the format of
// schemas/formats/state.schema.json. It is exported and imported alike.
type PlatformState struct {
	Version int `json:"version" doc:"Of this format: 1"`
	mockplatform.State
	Rules []rules.State `json:"rules,omitempty" doc:"What goes wrong on purpose, with what became of it"`
}

// stateVersion is that of the format.
const stateVersion = 1

type stateOutput struct{ Body PlatformState }

func (s *Server) registerState() {
	huma.Register(s.api, huma.Operation{
		OperationID: "get-state", Method: http.MethodGet, Path: apiPrefix + "state", Tags: []string{"setup"},
		Summary:     "People, what the bot set, rules and receiver, as `referee serve --state FILE` reads them",
		Description: "There are no secrets of the platform in it; what the bot put into its URL or its profile stands there as it is.",
	}, func(context.Context, *struct{}) (*stateOutput, error) {
		out := &stateOutput{PlatformState{Version: stateVersion, State: s.platform.State()}}
		if s.opts.Faults != nil {
			out.Body.Rules = s.opts.Faults.Rules()
		}
		return out, nil
	})
}

// ReadState reads a state. The error says at which line and column the text is not
// JSON, or at which JSON Pointers it is no state.
func ReadState(text []byte) (PlatformState, error) {
	var state PlatformState
	if err := schemas.Validate("format.state", text); err != nil {
		var invalid *schemas.ValidationError
		if !errors.As(err, &invalid) {
			err = errors.Unwrap(err) // which says more than the name of the schema
		}
		return state, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber() // in the parameters of rules
	err := dec.Decode(&state)
	var impossible *json.UnmarshalTypeError
	if errors.As(err, &impossible) {
		err = fmt.Errorf("%s: %w", schemas.Position(text, int(impossible.Offset)), err)
	}
	return state, err
}

// Import sets the platform up with a state, and adds its rules to those that there are.
// After an error, which names all that is wrong, nothing has changed.
func (s *Server) Import(state PlatformState) error {
	problems := []error{s.platform.CheckState(state.State)}
	var wrong error
	switch {
	case s.opts.Faults != nil:
		wrong = s.opts.Faults.CheckStates(state.Rules)
	case len(state.Rules) > 0:
		wrong = errors.New("this platform was started without fault rules")
	}
	if err := errors.Join(append(problems, pointed(wrong)...)...); err != nil {
		return err
	}
	if err := s.platform.SetState(state.State); err != nil {
		return err
	}
	if s.opts.Faults != nil {
		return s.opts.Faults.Restore(state.Rules)
	}
	return nil
}

// pointed are the errors of rules with JSON Pointers to what is wrong.
func pointed(err error) (all []error) {
	each(err, func(err error) {
		var rule *rules.StateError
		if !errors.As(err, &rule) {
			all = append(all, &mockplatform.StateError{Pointer: "/rules", Problem: err.Error()})
			return
		}
		at := fmt.Sprintf("/rules/%d", rule.Index)
		each(rule.Err, func(err error) {
			var field *rules.FieldError
			if errors.As(err, &field) {
				all = append(all, &mockplatform.StateError{Pointer: at + "/" + strings.ReplaceAll(field.Field, ".", "/"), Problem: field.Problem})
				return
			}
			all = append(all, &mockplatform.StateError{Pointer: at, Problem: err.Error()})
		})
	})
	return all
}

// each calls f for each of the errors that one joins.
func each(err error, f func(error)) {
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range many.Unwrap() {
			each(err, f)
		}
	} else if err != nil {
		f(err)
	}
}
