package suites

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// OutcomeEntry is the name of the report entry that carries a spec's Outcome.
const OutcomeEntry = "outcome"

// Label names, as `name:value` sets, on every spec.
const (
	LabelID    = "id"
	LabelLevel = "level"
)

// Env is what a run knows before it begins.
type Env struct {
	judge.Env
	// Select holds the ids of the requirements to judge. Default: all.
	Select []string
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
	for _, id := range env.Select {
		if _, ok := ByID(id); !ok {
			return nil, fmt.Errorf("suites: unknown requirement %q; `referee requirements` lists them", id)
		}
	}
	var selected []judge.Spec
	for _, sp := range specs() {
		if env.Select == nil || slices.Contains(env.Select, sp.ID) {
			selected = append(selected, sp)
		}
	}
	catalogue := env.Catalogue
	if catalogue == nil {
		catalogue = schemas.Everything()
	}
	d := diagnosis.New(catalogue, selected)
	env.Diagnose = d.Look
	run, err := judge.New(env.Env, selected)
	if err != nil {
		return nil, err
	}
	return &Run{run, d}, nil
}

// Register builds the Ginkgo tree of one run: a container for each topic, a
// spec for each selected requirement. It is the only contact of the suite with
// Ginkgo's nodes. The returned error is about the environment; nothing is sent
// before the specs run. Calibration runs before the first spec; if it fails,
// start gets the error and no spec is judged.
//
// Each spec carries its Outcome as the report entry named OutcomeEntry.
func Register(ctx context.Context, env Env, start func(error)) (*Run, error) {
	run, err := New(env)
	if err != nil {
		return nil, err
	}
	ginkgo.BeforeSuite(func() {
		err := run.Start(ctx)
		start(err)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	})
	ginkgo.AfterSuite(run.Close)

	for topic, of := range byTopic(run) {
		ginkgo.Describe(topic, func() {
			for _, i := range of {
				node(run, i)
			}
		})
	}
	return run, nil
}

// nodeTimeout is a last resort: the judge limits the time of a run.
const nodeTimeout = 24 * time.Hour

// node is the Ginkgo spec that waits for the outcome of one requirement.
func node(run *Run, i int) {
	r := run.Requirement(i)
	labels := ginkgo.Label(LabelID+":"+r.ID, LabelLevel+":"+string(r.Level))
	ginkgo.It(r.Title, labels, ginkgo.SpecTimeout(nodeTimeout), func(ctx ginkgo.SpecContext) {
		outcome, final := run.Wait(ctx, i)
		if !final {
			ginkgo.Fail("interrupted while judging " + r.ID)
		}
		ginkgo.AddReportEntry(OutcomeEntry, outcome, ginkgo.ReportEntryVisibilityNever)
		if outcome.Status == NotApplicable {
			ginkgo.Skip(outcome.Reason)
		}
		gomega.Expect(outcome).To(conform())
	})
}

// byTopic yields the indices of a run's requirements topic by topic, both in the
// order of the suite.
func byTopic(run *Run) func(yield func(string, []int) bool) {
	return func(yield func(string, []int) bool) {
		for i := 0; i < run.Len(); {
			topic, of := run.Requirement(i).Topic(), []int(nil)
			for ; i < run.Len() && run.Requirement(i).Topic() == topic; i++ {
				of = append(of, i)
			}
			if !yield(topic, of) {
				return
			}
		}
	}
}

// conform matches an Outcome that broke nothing.
func conform() types.GomegaMatcher { return conformity{} }

type conformity struct{}

func (conformity) Match(actual any) (bool, error) {
	o, ok := actual.(Outcome)
	if !ok {
		return false, errors.New("conform matches an Outcome")
	}
	return o.Status == Passed, nil
}

func (conformity) FailureMessage(actual any) string {
	o := actual.(Outcome)
	if o.Finding == nil {
		return o.Requirement.ID + ": " + o.Reason
	}
	return o.Requirement.ID + "\nsent:     " + o.Finding.Stimulus + "\nexpected: " + o.Finding.Expected + "\nactual:   " + o.Finding.Actual
}

func (conformity) NegatedFailureMessage(actual any) string {
	return actual.(Outcome).Requirement.ID + ": expected a finding"
}
