package suites

import (
	"cmp"
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"
	"github.com/onsi/gomega"
	gomegatypes "github.com/onsi/gomega/types"

	"github.com/seed-11445fa1/referee/mockplatform/redact"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// OutcomeEntry is the name of the report entry that carries a spec's Outcome.
const OutcomeEntry = "outcome"

// Label names, as `name:value` sets, on every spec that Register makes.
const (
	LabelID    = "id"
	LabelLevel = "level"
	LabelTopic = "topic"
)

// Register adds the suite, for one receiver, to a Ginkgo suite: a container of this name,
// in it one for each topic, and a spec for each requirement. It stands where a container
// may stand, as often as there are receivers to judge.
//
// Specs have the labels `id:signature.missing`, `topic:signature` and `level:MUST`, so
// that --label-filter, --focus and --skip select as usual; only what is selected is
// judged. A spec fails for a broken MUST and, with Env.Strict, for a broken SHOULD, which
// is else a report entry; it is skipped where its requirement is not applicable. The
// causes of what is red are report entries of the last spec. The platform's secrets are
// taken out of every text.
//
// env is called when the first of the specs runs: it starts a platform and, if need be,
// the receiver, and says where they are. What it leaves to clean up belongs into
// ginkgo.DeferCleanup.
func Register(name string, env func(context.Context) (Env, error)) {
	RegisterOf(name, schemas.Everything(), env)
}

// RegisterOf is Register for a catalogue, whose own variants have specs too, and for what
// a team expects of its own bot. The catalogue is the default for Env.Catalogue; another
// one must have no variant that it has not. Env.Expectations has to be left alone.
func RegisterOf(name string, catalogue *schemas.Catalogue, env func(context.Context) (Env, error), expected ...expect.Expectation) {
	ginkgo.Describe(name, ginkgo.Ordered, ginkgo.ContinueOnFailure, func() {
		r := registered{catalogue: catalogue, expected: expected}
		ginkgo.BeforeAll(func(ctx ginkgo.SpecContext) { r.begin(ctx, env) })
		ginkgo.AfterAll(func() { r.end() })
		for topic, of := range byTopic(r.requirements()) {
			ginkgo.Describe(topic, ginkgo.Label(LabelTopic+":"+topic), func() {
				for _, q := range of {
					ginkgo.It(q.Title, ginkgo.Label(labelsOf(q)...), func(ctx ginkgo.SpecContext) { r.spec(ctx, q) })
				}
			})
		}
	})
}

// registered is the run of one receiver in a Ginkgo suite.
type registered struct {
	catalogue *schemas.Catalogue
	expected  []expect.Expectation
	run       *Run
	index     map[string]int // by the id of the requirement
	chosen    bool           // by Env.Select, not by the flags of Ginkgo
	strict    bool
	redact    func(string) string
	stop      context.CancelFunc
}

// requirements are those that have specs.
func (r *registered) requirements() []Requirement {
	return slices.Concat(RequirementsOf(r.catalogue), ExpectedOf(r.expected, r.catalogue))
}

func (r *registered) begin(ctx context.Context, env func(context.Context) (Env, error)) {
	e, err := env(ctx)
	gomega.Expect(err).NotTo(gomega.HaveOccurred())
	if e.Catalogue == nil {
		e.Catalogue = r.catalogue
	}
	if e.Expectations != nil {
		ginkgo.Fail("Env.Expectations are set, and there are no specs for them; give them to RegisterOf", 1)
	}
	e.Expectations = r.expected
	all := r.requirements()
	for _, q := range RequirementsOf(e.Catalogue) {
		if !slices.ContainsFunc(all, func(other Requirement) bool { return other.ID == q.ID }) {
			ginkgo.Fail("Env.Catalogue has the requirement "+q.ID+", for which there is no spec; give the catalogue to RegisterOf", 1)
		}
	}
	if r.chosen = e.Select != nil; !r.chosen {
		e.Select = selected(ginkgo.CurrentSpecReport(), began.Load(), all)
	}
	r.strict = e.Strict
	var secrets []string
	if e.Platform != nil { // which New reports
		secrets = e.Platform.Options().Secrets()
	}
	r.redact = redact.Redactor(secrets).Replace
	r.run, err = New(e)
	r.succeeds(err)
	r.index = map[string]int{}
	for i := range r.run.Len() {
		r.index[r.run.Requirement(i).ID] = i
	}
	// The context of this node ends with it, and the run goes on.
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.succeeds(r.run.Start(ctx))
}

func (r *registered) succeeds(err error) {
	if err != nil {
		ginkgo.Fail(r.redact(err.Error()), 1)
	}
}

func (r *registered) end() {
	if r.run == nil {
		return
	}
	r.run.Close()
	r.stop()
	for _, c := range r.run.Causes() {
		ginkgo.AddReportEntry(c.ID, causeEntry(redactedCause(c, r.redact)))
	}
}

// causeEntry is a cause as a report of Ginkgo's prints it.
type causeEntry diagnosis.Cause

func (c causeEntry) String() string { return c.Title + "\n" + c.Remedy }

// spec waits for the outcome of one requirement.
func (r *registered) spec(ctx ginkgo.SpecContext, q Requirement) {
	i, judged := r.index[q.ID]
	if !judged && r.chosen {
		ginkgo.Skip("Env.Select leaves it out")
	}
	if !judged {
		ginkgo.Fail(q.ID + " was not judged: it runs by the labels or the description of the whole suite, which only the first of Ginkgo's parallel processes knows; run without -p, select by the labels of specs, or set Env.Select")
	}
	o, final := r.run.Wait(ctx, i)
	if !final {
		ginkgo.Fail("interrupted while judging " + q.ID)
	}
	o = redacted(o, r.redact)
	ginkgo.AddReportEntry(OutcomeEntry, o, ginkgo.ReportEntryVisibilityNever)
	switch {
	case o.Status == NotApplicable:
		ginkgo.Skip(o.Reason)
	case o.Status == Warned && !r.strict:
		ginkgo.AddReportEntry("warning", conformity{}.FailureMessage(o))
	default:
		gomega.Expect(o).To(conform())
	}
}

func labelsOf(q Requirement) []string {
	return []string{LabelID + ":" + q.ID, LabelLevel + ":" + string(q.Level)}
}

// began is what Ginkgo tells as a suite begins. Its labels and its description select specs
// too, and stand nowhere else; a container cannot ask for them, so that the package does.
// A process has one suite. It is nil in all parallel processes but the first.
var began atomic.Pointer[types.Report]

var _ = ginkgo.ReportBeforeSuite(func(suite ginkgo.Report) { began.Store(&suite) })

// selected are the ids of the requirements of which the specs will run, by the flags of
// this run of Ginkgo: those of the container in which the present spec is.
func selected(present types.SpecReport, suite *types.Report, all []Requirement) []string {
	suite = cmp.Or(suite, &types.Report{})
	flags, _ := ginkgo.GinkgoConfiguration()
	outside := len(present.ContainerHierarchyTexts) - 1 // the last is the topic
	labels := slices.Concat(append([][]string{suite.SuiteLabels}, present.ContainerHierarchyLabels[:outside]...)...)
	texts := append([]string{suite.SuiteDescription}, present.ContainerHierarchyTexts[:outside]...)
	matches := func(patterns []string, text string) bool {
		found, err := regexp.MatchString(strings.Join(patterns, "|"), text)
		return err != nil || found
	}
	var ids []string
	for _, q := range all {
		text := strings.Join(slices.Concat(texts, []string{q.Topic(), q.Title}), " ")
		of := slices.Concat(labels, []string{LabelTopic + ":" + q.Topic()}, labelsOf(q))
		runs := len(flags.FocusStrings) == 0 || matches(flags.FocusStrings, text)
		runs = runs && (len(flags.SkipStrings) == 0 || !matches(flags.SkipStrings, text))
		if filter, err := types.ParseLabelFilter(flags.LabelFilter); err == nil && flags.LabelFilter != "" {
			runs = runs && filter(of)
		}
		if runs {
			ids = append(ids, q.ID)
		}
	}
	// A suite that is not known may have selected it: then all are judged.
	if !slices.ContainsFunc(ids, func(id string) bool { return slices.Contains(present.LeafNodeLabels, LabelID+":"+id) }) {
		return nil
	}
	return ids
}

// byTopic yields requirements topic by topic, both in the order of the suite.
func byTopic(all []Requirement) func(yield func(string, []Requirement) bool) {
	return func(yield func(string, []Requirement) bool) {
		for len(all) > 0 {
			topic, n := all[0].Topic(), 0
			for n < len(all) && all[n].Topic() == topic {
				n++
			}
			if !yield(topic, all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// conform matches an Outcome that broke nothing.
func conform() gomegatypes.GomegaMatcher { return conformity{} }

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
	return o.Requirement.ID + "\nsent:     " + o.Finding.Stimulus + "\nexpected: " + o.Finding.Expected + "\nactual:   " + o.Finding.Actual + "\nfix:      " + cmp.Or(o.Finding.Remedy, o.Requirement.Remedy)
}

func (conformity) NegatedFailureMessage(actual any) string {
	return actual.(Outcome).Requirement.ID + ": expected a finding"
}
