package suites

import (
	"testing"

	"github.com/seed-11445fa1/referee/suites/reference"
)

// What looks back on the deliveries of another requirement is judged without that one too:
// they are sent, and that is no outcome.
func TestWhatBuildsOnAnother(t *testing.T) {
	const id = "redelivery.at-the-end"
	for name, want := range map[string]Status{"": Passed, "remembers-a-thousand-events": Warned} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, known := reference.MutantByName(name)
			if !known && name != "" {
				t.Fatal("there is no such mutant")
			}
			inVirtualTime(t, func(t *testing.T) {
				outcomes, causes := diagnoseSelected(t, 0, reference.Config{}, []reference.Mutant{m}, nil, []string{id})
				if len(outcomes) != 1 || outcomes[0].Requirement.ID != id || outcomes[0].Status != want {
					t.Fatalf("got %+v", outcomes)
				}
				if (want == Warned) != (len(causes) == 1) {
					t.Errorf("the causes are %+v", causes)
				}
			})
		})
	}
}

// Whatever a requirement builds on is one, which builds on nothing itself and comes before it.
func TestWhatIsBuiltOn(t *testing.T) {
	t.Parallel()
	found := false
	for _, r := range Requirements() {
		if r.BuildsOn == "" {
			continue
		}
		found = true
		if on, ok := ByID(r.BuildsOn); !ok || on.BuildsOn != "" || on.Phase >= r.Phase {
			t.Errorf("%s builds on %s", r.ID, r.BuildsOn)
		}
	}
	if !found {
		t.Error("nothing builds on anything")
	}
}
