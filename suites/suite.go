package suites

import (
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Env is what a run knows before it begins.
type Env struct {
	judge.Env
	// Select has the ids of the requirements to judge. What they build on is sent, too, and
	// not judged. Default: all and, in a Ginkgo suite, those of the specs that run.
	Select []string
	// Strict makes a spec of Register fail for a broken SHOULD too. Default: only for a
	// broken MUST.
	Strict bool
	// Expectations are judged beside the requirements, as requirements of the topic expect.
	// Default: none and, in a Ginkgo suite, those that were given to RegisterOf.
	Expectations []expect.Expectation
}

// Run is one judging of one receiver by the suite.
type Run struct {
	*judge.Run
	diagnosis *diagnosis.Diagnosis
}

// Causes are why requirements are red, the causes of MUSTs first. They are known when
// the run is closed.
func (r *Run) Causes() []diagnosis.Cause { return r.diagnosis.Causes() }

// New prepares a run of the suite; nothing is sent before it starts.
func New(env Env) (*Run, error) {
	catalogue := env.Catalogue
	if catalogue == nil {
		catalogue = schemas.Everything()
	}
	for _, x := range env.Expectations {
		if err := CheckExpectation(x, catalogue); err != nil {
			return nil, fmt.Errorf("suites: the expectation %s: %w", x.Name, err)
		}
	}
	all := slices.Concat(specsOf(env.Catalogue), expectations(env.Expectations, catalogue))
	for _, id := range env.Select {
		if _, ok := find(all, id); !ok {
			return nil, fmt.Errorf("suites: unknown requirement %q; `referee requirements` lists them", id)
		}
	}
	d := diagnosis.New(catalogue, all)
	env.Diagnose = d.Look
	run, err := judge.New(env.Env, selectedOf(all, env.Select))
	if err != nil {
		return nil, err
	}
	return &Run{run, d}, nil
}

// selectedOf are the specs to judge, all of them for nil, and with them those that they build
// on, unasked.
func selectedOf(all []judge.Spec, ids []string) (selected []judge.Spec) {
	if ids == nil {
		return all
	}
	builtOn := map[string]bool{}
	for _, sp := range all {
		builtOn[sp.BuildsOn] = builtOn[sp.BuildsOn] || slices.Contains(ids, sp.ID)
	}
	for _, sp := range all {
		if sp.Unasked = !slices.Contains(ids, sp.ID); !sp.Unasked || builtOn[sp.ID] {
			selected = append(selected, sp)
		}
	}
	return selected
}
