package suites

import (
	"context"
	"errors"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"
)

// OutcomeEntry is the name of the report entry that carries a spec's Outcome.
const OutcomeEntry = "outcome"

// Label names, as `name:value` sets, on every spec.
const (
	LabelID    = "id"
	LabelLevel = "level"
)

// Register builds the Ginkgo tree of one run: a container for each topic, a
// spec for each selected requirement. It is the only contact of the suite with
// Ginkgo's nodes. The returned error is about the environment; nothing is sent
// before the specs run. Calibration runs before the first spec; if it fails,
// start gets the error and no spec is judged.
//
// Each spec carries its Outcome as the report entry named OutcomeEntry.
func Register(ctx context.Context, env Env, start func(error)) error {
	e, err := newEngine(env)
	if err != nil {
		return err
	}
	ginkgo.BeforeSuite(func() {
		err := e.start(ctx)
		start(err)
		gomega.Expect(err).NotTo(gomega.HaveOccurred())
	})
	ginkgo.AfterSuite(e.close)

	for topic, runs := range byTopic(e.runs) {
		ginkgo.Describe(topic, func() {
			for _, r := range runs {
				node(r)
			}
		})
	}
	return nil
}

// nodeTimeout is a last resort: a node waits for its turn as well as for its
// spec, whose time the engine limits.
const nodeTimeout = time.Hour

// node is the Ginkgo spec that waits for one run.
func node(r *run) {
	labels := ginkgo.Label(LabelID+":"+r.ID, LabelLevel+":"+string(r.Level))
	ginkgo.It(r.Title, labels, ginkgo.SpecTimeout(nodeTimeout), func(ctx ginkgo.SpecContext) {
		select {
		case <-r.done:
		case <-ctx.Done():
			ginkgo.Fail("interrupted while judging " + r.ID)
		}
		ginkgo.AddReportEntry(OutcomeEntry, r.outcome, ginkgo.ReportEntryVisibilityNever)
		if r.outcome.Status == NotApplicable {
			ginkgo.Skip(r.outcome.Reason)
		}
		gomega.Expect(r.outcome).To(conform())
	})
}

// byTopic yields the runs topic by topic, both in the order of the suite.
func byTopic(runs []*run) func(yield func(string, []*run) bool) {
	return func(yield func(string, []*run) bool) {
		for len(runs) > 0 {
			topic, n := runs[0].Topic(), 1
			for n < len(runs) && runs[n].Topic() == topic {
				n++
			}
			if !yield(topic, runs[:n]) {
				return
			}
			runs = runs[n:]
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
