package runner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// TestExplainCause holds that all is known of a cause that a mutant has: why it matters, how
// it is mended, its level and what it breaks.
func TestExplainCause(t *testing.T) {
	t.Parallel()
	catalogue := schemas.Everything()
	all := suites.RequirementsOf(catalogue)
	for _, m := range reference.Mutants() {
		c, ok := runner.ExplainCause(m.Cause, catalogue, all)
		if !ok || c.Title == "" || c.Why == "" || c.Remedy == "" {
			t.Errorf("%s is explained as %+v, %v", m.Cause, c, ok)
		}
		must := false
		for _, r := range all {
			if !m.BreaksRequirement(r.ID) {
				continue
			}
			must = must || r.Level == report.Must
			if !slices.Contains(c.Explains, r.ID) {
				t.Errorf("%s is not said to break %s", m.Cause, r.ID)
			}
		}
		if c.Level != report.Must && (must || c.Level != report.Should) {
			t.Errorf("%s has the level %q", m.Cause, c.Level)
		}
		if m.Shown != "" && !slices.Contains(c.Explains, m.Shown) {
			t.Errorf("%s is shown by %s, which it does not break", m.Cause, m.Shown)
		}
	}

	refuses, _ := runner.ExplainCause("refuses.event-without-sender", catalogue, all)
	if refuses.Level != report.Must || len(refuses.Explains) < 2 {
		t.Errorf("it is explained as %+v", refuses)
	}
	if c, _ := runner.ExplainCause("admits.token-case", catalogue, all); !strings.HasPrefix(c.Title, "It lets in a stranger. The requirement: A ") {
		t.Errorf("the cause of one requirement has the title %q", c.Title)
	}
	if c, ok := runner.ExplainCause("misreads.sender-without-id", catalogue, all); !ok || c.Why == "" || c.Remedy == "" || c.Level == "" {
		t.Errorf("a cause that no mutant has is explained as %+v, %t", c, ok)
	}
	if c, ok := runner.ExplainCause("refuses.nothing-of-the-kind", catalogue, all); ok {
		t.Errorf("what is no cause is explained as %+v", c)
	}
}
