package judge

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/mockplatform"
)

// verdict is what a run came to, and what the receiver knows of it.
type verdict struct {
	outcomes []Outcome
	status   map[string]Status
	seen     seen
	notes    []string
	took     time.Duration
	usual    time.Duration // from an event to its evidence, as calibration saw it
	late     time.Duration // the same, the longest of the run
	sim      *sim
}

// unlimited is a time limit that no run reaches.
const unlimited = 100 * time.Hour

// judgeSim judges a simulated receiver under a clock of its own.
func judgeSim(t *testing.T, tr traits, limit time.Duration, seed int64) (v verdict) {
	synctest.Test(t, func(t *testing.T) {
		p, err := mockplatform.New(mockplatform.Options{Seed: seed, JournalLimit: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		r := newSim(p, tr)
		env := Env{Platform: p, URL: "http://receiver.test/webhook", TimeLimit: limit, wire: r}
		if tr.Owned {
			env.Process = r.process()
		}
		run, err := New(env, simSpecs(&v.seen))
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		run.e.lifeline.dial = r.dial
		start := time.Now()
		if err := run.Start(t.Context()); err != nil {
			t.Fatalf("%+v: %v", tr, err)
		}
		v.status = map[string]Status{}
		for i := range run.Len() {
			o, final := run.Wait(t.Context(), i)
			if !final {
				t.Fatal("the run ended early")
			}
			v.outcomes = append(v.outcomes, o)
			v.status[o.Requirement.ID] = o.Status
		}
		v.took, v.notes, v.sim = time.Since(start), run.Notes(), r
		v.usual, v.late = run.e.cal.usual, run.e.ledger.late
	})
	return v
}

// red are the ids of the requirements that did not pass, sorted.
func (v verdict) red() (ids []string) {
	for _, o := range v.outcomes {
		if o.Status != Passed {
			ids = append(ids, o.Requirement.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// String tells of everything that did not pass.
func (v verdict) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%+v\ntook %s, died of %q, dropped %q, notes %q\n", v.sim.traits, v.took, v.sim.died, v.sim.dropped, v.notes)
	for _, o := range v.outcomes {
		if o.Status != Passed {
			fmt.Fprintf(&text, "  %s: %s %s", o.Requirement.ID, o.Status, o.Reason)
			if f := o.Finding; f != nil {
				fmt.Fprintf(&text, "%s: expected %s, actual %s", f.Stimulus, f.Expected, f.Actual)
			}
			text.WriteByte('\n')
		}
	}
	return text.String()
}

// check compares what is red with what has to be.
func (f flaw) check(t *rapid.T, v verdict) {
	red := v.red()
	for _, id := range f.red {
		if v.took >= f.shows && !slices.Contains(red, id) {
			t.Errorf("%s: %s is green: %s", f.name, id, v)
		}
	}
	for _, id := range red {
		if !slices.Contains(slices.Concat(f.red, f.may), id) && !slices.Contains(f.may, "*") {
			t.Errorf("%s: %s is red: %s", f.name, id, v)
		}
	}
}

// checkSaid holds that there is an outcome for each spec, and a reason for each that
// was not judged.
func (v verdict) checkSaid(t *rapid.T) {
	for _, o := range v.outcomes {
		switch o.Status {
		case Passed:
		case Failed, Warned:
			if o.Finding == nil {
				t.Errorf("%s is %s without a finding: %s", o.Requirement.ID, o.Status, v)
			}
		case NotJudged, NotApplicable:
			if o.Reason == "" {
				t.Errorf("%s is %s without a reason: %s", o.Requirement.ID, o.Status, v)
			}
		default:
			t.Errorf("%s is %q: %s", o.Requirement.ID, o.Status, v)
		}
	}
}
