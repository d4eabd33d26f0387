package mcp

import (
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// TestFalseIsASetting has what a client says stand before the configuration.
func TestFalseIsASetting(t *testing.T) {
	t.Parallel()
	if all := (runArguments{Strict: new(false)}).settings(); !slices.Equal(all, []Setting{{"strict", "false"}}) {
		t.Errorf("the settings are %v", all)
	}
	if all := (runArguments{}).settings(); len(all) > 0 {
		t.Errorf("where nothing is said the settings are %v", all)
	}
}

// TestAgainReachesTheBot has nobody sent to a bot that the run has ended.
func TestAgainReachesTheBot(t *testing.T) {
	t.Parallel()
	r := report.Result{Causes: []report.Cause{{ID: "ignores.x", Reproduce: "curl http://127.0.0.1:3000/"}}}
	for started, again := range map[bool]string{false: "curl http://127.0.0.1:3000/", true: `run {"only":["ignores.x"]}`} {
		a, err := resultOf(&Judged{Result: r, Started: started}, resultArguments{ID: "ignores.x"})
		if err != nil || a.One.Reproduce != again {
			t.Errorf("started %v: %v, %v", started, a.One, err)
		}
	}
}
