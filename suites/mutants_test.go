package suites

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/authority"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/internal/race"
	"github.com/seed-11445fa1/referee/suites/judge"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// secure is what https and mTLS take.
type secure struct {
	root, issuer, clients *authority.Authority
}

func newSecure(t *testing.T) *secure {
	t.Helper()
	root, issuer, err := authority.NewServerCA(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	clients, err := authority.NewClientCA(time.Now(), time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return &secure{root, issuer, clients}
}

// judgeReference judges the reference receiver, or a mutant of it, by the
// requirements of these topics or, without any, by all: with a secure over https
// with mTLS and TCP, without one over http and a network in memory, which is for
// bubbles of testing/synctest. It returns the outcomes in the order of the suite.
func judgeReference(t *testing.T, config reference.Config, m reference.Mutant, https *secure, topics ...string) []Outcome {
	t.Helper()
	outcomes, _ := diagnoseReference(t, config, []reference.Mutant{m}, https, topics...)
	return outcomes
}

// diagnoseReference is judgeReference for a receiver with several defects, and says why
// what is red is so.
func diagnoseReference(t *testing.T, config reference.Config, mutants []reference.Mutant, https *secure, topics ...string) ([]Outcome, []diagnosis.Cause) {
	t.Helper()
	return diagnoseWithSeed(t, 0, config, mutants, https, topics...)
}

// diagnoseWithSeed is diagnoseReference with another seed of the platform.
func diagnoseWithSeed(t *testing.T, seed int64, config reference.Config, mutants []reference.Mutant, https *secure, topics ...string) ([]Outcome, []diagnosis.Cause) {
	t.Helper()
	var ids []string
	for _, r := range Requirements() {
		if slices.Contains(topics, r.Topic()) {
			ids = append(ids, r.ID)
		}
	}
	return diagnoseSelected(t, seed, config, mutants, https, ids)
}

// diagnoseSelected is diagnoseWithSeed for the requirements with these ids, or all for nil.
func diagnoseSelected(t *testing.T, seed int64, config reference.Config, mutants []reference.Mutant, https *secure, ids []string) ([]Outcome, []diagnosis.Cause) {
	t.Helper()
	breaks := func(prefix string) bool {
		return slices.ContainsFunc(mutants, func(m reference.Mutant) bool {
			return m.Name == "" || slices.ContainsFunc(m.Breaks, func(id string) bool { return strings.HasPrefix(id, prefix) })
		})
	}
	options := mockplatform.Options{Seed: seed}
	if breaks("signature.instagram-secret") {
		options.InstagramSecret = "an-app-secret-for-instagram" // which would show other mutants to be what they are, too
	}
	if https != nil {
		options.TLS, options.ClientCA = AnyTLS(nil), https.clients
	} else {
		n := newNetwork()
		options.Dial, options.Listen = n.dial, n.listen
	}
	platform, err := mockplatform.New(options)
	if err != nil {
		t.Fatal(err)
	}
	if err := platform.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	o := platform.Options()
	config.AppSecret, config.VerifyToken, config.PageToken = o.AppSecret, o.VerifyToken, o.PageToken
	config.InstagramSecret = o.InstagramSecret
	config.Accounts = []string{o.PageID, o.InstagramID()}
	config.GraphURL, config.ReceiptsURL = platform.GraphURL(), platform.ReceiptsURL()
	config.Grace, config.Dial, config.Listen = time.Millisecond, options.Dial, options.Listen
	// One worker that takes 300 ms for an event needs more than the default for all of it.
	env := Env{Select: ids, Env: judge.Env{Platform: platform, Features: plainFeatures(), Today: "2026-11-28", TimeLimit: 15 * time.Minute}}
	if breaks("evolution.forecast") {
		env.Forecasts = 100 // which would show other mutants to be what they are, too
	}
	if breaks("replay.") {
		env.Payloads = capturedPayloads() // as above
	}
	if https != nil {
		config.TLS = &reference.TLS{Issuer: https.issuer.KeyPair(), ClientCAs: https.clients.Pool()}
		env.Features, env.Roots = Features(), https.root.Pool()
	}
	server, err := reference.Listen("127.0.0.1:0", reference.NewMutant(config, mutants...))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	env.URL = server.URL()
	return diagnosed(t, env)
}

// judged runs the suite and returns the outcomes in the order of the suite.
func judged(t *testing.T, env Env) []Outcome {
	t.Helper()
	outcomes, _ := diagnosed(t, env)
	return outcomes
}

// diagnosed is judged, and why what is red is so.
func diagnosed(t *testing.T, env Env) ([]Outcome, []diagnosis.Cause) {
	t.Helper()
	run, err := New(env)
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	if err := run.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var outcomes []Outcome
	for i := range run.Len() {
		o, final := run.Wait(t.Context(), i)
		if !final {
			t.Fatal("the run ended early")
		}
		outcomes = append(outcomes, o)
	}
	run.Close()
	return outcomes, run.Causes()
}

// plainFeatures are those that a receiver can have over http.
func plainFeatures() []Feature {
	return slices.DeleteFunc(Features(), func(f Feature) bool { return f == MTLS })
}

// red are the requirements that were broken or could not be judged.
func red(outcomes []Outcome) map[string]Outcome {
	all := map[string]Outcome{}
	for _, o := range outcomes {
		if o.Status != Passed && o.Status != NotApplicable {
			all[o.Requirement.ID] = o
		}
	}
	return all
}

// expand turns patterns into the ids that they fit.
func expand(t *testing.T, patterns []string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for _, pattern := range patterns {
		found := false
		for _, r := range Requirements() {
			if ok, err := path.Match(pattern, r.ID); err != nil {
				t.Fatal(err)
			} else if ok {
				ids[r.ID], found = true, true
			}
		}
		if !found {
			t.Errorf("%q fits no requirement", pattern)
		}
	}
	return ids
}

func TestReferenceIsConformant(t *testing.T) {
	defer goleak.VerifyNone(t)
	for _, o := range judgeReference(t, reference.Config{}, reference.Mutant{}, newSecure(t)) {
		if o.Status != Passed && !ofAProcess(o) && !ofABusyMachine(o) {
			t.Errorf("%s: %s %s %+v", o.Requirement.ID, o.Status, o.Reason, o.Finding)
		}
	}
}

// ofAProcess reports whether an outcome is about what a process has, and the receiver is
// none of its own.
func ofAProcess(o Outcome) bool {
	id := o.Requirement.ID
	return o.Status == NotApplicable && (id == "acknowledgement.open-files" || id == "acknowledgement.memory")
}

// ofABusyMachine reports whether an outcome is about what is waited for a moment only.
func ofABusyMachine(o Outcome) bool {
	return o.Status == NotApplicable && o.Requirement.ID == "redelivery.at-the-end"
}

// TestTransportNeedsHTTPS judges the reference receiver over http: nothing but
// the topic transport is not applicable.
func TestTransportNeedsHTTPS(t *testing.T) {
	inVirtualTime(t, func(t *testing.T) {
		for _, o := range judgeReference(t, reference.Config{}, reference.Mutant{}, nil) {
			want := Passed
			if o.Requirement.Topic() == "transport" || ofAProcess(o) {
				want = NotApplicable
			}
			if o.Status != want {
				t.Errorf("%s: %s %s %+v", o.Requirement.ID, o.Status, o.Reason, o.Finding)
			}
		}
	})
}

// TestMutants is the proof of the suite: each mutant is red in exactly the
// requirements that it declares, and each requirement has a mutant. Those whose
// defect is in the transport are judged over https and TCP, in real time, and so by
// a part of the suite: topics whose requests are of every kind show that nothing
// else is red. The others are judged over http, by all of it, in time that passes
// when nobody has anything to do.
func TestMutants(t *testing.T) {
	caught := map[string]bool{}
	every := 1 // one in so many is judged
	switch {
	case testing.Short():
		every = 15
	case race.Enabled:
		every = 9 // which is 20
	}
	for i, m := range reference.Mutants() {
		want := expand(t, m.Breaks)
		for id := range want {
			caught[id] = true
		}
		// What a process holds shows only of one of its own: runner has the test.
		if i%every != 0 || strings.HasPrefix(m.Cause, string(judge.Keeps)+".") {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(m.Breaks[0], "transport.") {
				of := []string{"transport", "handshake", "signature", "acknowledgement"}
				outcomes, causes := diagnoseReference(t, reference.Config{}, []reference.Mutant{m}, newSecure(t), of...)
				compareRed(t, want, outcomes)
				compareCauses(t, outcomes, causes, m)
				return
			}
			inVirtualTime(t, func(t *testing.T) {
				if race.Enabled { // which is ten times as slow, and is about races
					judgeReference(t, reference.Config{}, m, nil, topicsOf(want)...)
					return
				}
				outcomes, causes := diagnoseReference(t, reference.Config{}, []reference.Mutant{m}, nil)
				outcomes = withoutHidden(t, m, outcomes)
				compareRed(t, want, outcomes)
				compareCauses(t, outcomes, causes, m)
				compareWords(t, causes, m)
			})
		})
	}
	for _, r := range Requirements() {
		if !caught[r.ID] {
			t.Errorf("%s: no mutant shows that it can fail", r.ID)
		}
	}
}

// topicsOf are the topics of requirements.
func topicsOf(ids map[string]bool) []string {
	var topics []string
	for id := range ids {
		topic, _, _ := strings.Cut(id, ".")
		topics = append(topics, topic)
	}
	slices.Sort(topics)
	return slices.Compact(topics)
}

// withoutHidden takes out what cannot be judged for a mutant's defect.
func withoutHidden(t *testing.T, m reference.Mutant, outcomes []Outcome) []Outcome {
	t.Helper()
	hidden := expand(t, m.Hides)
	return slices.DeleteFunc(outcomes, func(o Outcome) bool {
		if hidden[o.Requirement.ID] && o.Status != NotJudged {
			t.Errorf("%s: %s %+v, and %s says that it cannot be judged", o.Requirement.ID, o.Status, o.Finding, m.Name)
		}
		return hidden[o.Requirement.ID]
	})
}

// said is what an outcome says, on a line that can be read.
func said(o Outcome) string {
	if o.Finding == nil {
		return fmt.Sprintf("%s, %s", o.Status, o.Reason)
	}
	return fmt.Sprintf("%s; sent: %s; expected: %s; came: %.300s", o.Status, o.Finding.Stimulus, o.Finding.Expected, o.Finding.Actual)
}

// compareRed holds what was red to what had to be.
func compareRed(t *testing.T, want map[string]bool, outcomes []Outcome) {
	t.Helper()
	got := red(outcomes)
	var missed, wrong []string
	for id := range want {
		if _, ok := got[id]; !ok {
			missed = append(missed, id)
		}
	}
	for id, o := range got {
		if !want[id] {
			wrong = append(wrong, id+": "+said(o))
		}
	}
	slices.Sort(missed)
	slices.Sort(wrong)
	if len(missed) > 0 {
		t.Errorf("not caught by, though Breaks of the mutant in suites/reference says so:\n\t%s", strings.Join(missed, "\n\t"))
	}
	if len(wrong) > 0 {
		t.Errorf("red as well, which Breaks of the mutant in suites/reference does not say:\n\t%s", strings.Join(wrong, "\n\t"))
	}
}
