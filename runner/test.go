package runner

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// Test judges a receiver from a user's own go test, with a subtest for each
// requirement. A broken MUST fails its subtest, a broken SHOULD too with
// Config.Strict; what is not applicable is skipped, with its reason. A verdict that
// is inconclusive fails the test itself.
func Test(t *testing.T, c Config) {
	t.Helper()
	result, err := Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Causes) > 0 {
		var text strings.Builder
		if err := report.WriteCauses(&text, result, report.Options{}); err != nil {
			t.Fatal(err)
		}
		t.Log(text.String())
	}
	for _, r := range result.Requirements {
		t.Run(r.ID, func(t *testing.T) {
			var text strings.Builder
			switch outcome := r.Outcome(); {
			case outcome == report.Passed:
			case outcome == report.NotApplicable, outcome == report.Skipped:
				t.Skip(r.Reason)
			case outcome == report.Errored, outcome == report.NotJudged:
				t.Error(r.Reason)
			default:
				if err := report.WriteFinding(&text, r, report.Options{}); err != nil {
					t.Fatal(err)
				}
				if outcome == report.Warned && !c.Strict {
					t.Log(text.String())
				} else {
					t.Error(text.String())
				}
			}
		})
	}
	switch result.Verdict {
	case report.Empty:
		t.Error("nothing was judged")
	case report.Inconclusive:
		t.Error("inconclusive: " + result.Reason)
	}
}
