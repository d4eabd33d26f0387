package report_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// died is the result of a run whose receiver died of one delivery.
func died() report.Result {
	r := report.Result{Requirements: []report.Requirement{{
		ID: "acknowledgement.survives", Level: report.Must, Title: "The receiver stays up", Status: report.Failed,
		Finding: &report.Finding{Stimulus: "message.text", Expected: "it still listens", Actual: "nothing listens any more"},
	}}}
	for i := range 300 {
		r.Requirements = append(r.Requirements, report.Requirement{
			ID: fmt.Sprintf("envelope.variant-%d", i), Level: report.Must, Title: "Acknowledged", Status: report.NotJudged,
			Reason: "nothing listens at 127.0.0.1:3000 any more; what reached the receiver last was: message.text",
		})
	}
	r.Counts = report.Count(r.Requirements)
	r.Verdict, _ = report.Judge(r.Requirements, report.VerdictOptions{})
	return r
}

// What could not be judged because the receiver is gone takes a few lines, not a
// paragraph for each requirement.
func TestADeathIsToldOnce(t *testing.T) {
	t.Parallel()
	r := died()
	console := text(t, func(w io.Writer) error { return report.WriteConsole(w, r, report.Options{}) })
	var progress bytes.Buffer
	run(&progress, r.Requirements, report.Options{})
	for name, got := range map[string]string{"console": console, "progress": progress.String()} {
		if n := strings.Count(got, "nothing listens at"); n != 1 {
			t.Errorf("%s: the reason is told %d times", name, n)
		}
		if n := strings.Count(got, "\n"); n > 30 {
			t.Errorf("%s: %d lines:\n%s", name, n, got)
		}
	}
	if !strings.Contains(console, "Not judged (300)") || !strings.Contains(console, "more") {
		t.Errorf("the console does not say how many were not judged:\n%s", console)
	}
}
