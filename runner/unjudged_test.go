package runner_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
)

// unjudged checks what the reports say of a run that did not judge everything.
func unjudged(t *testing.T, c runner.Config, r report.Result, verdict report.Verdict, code int) {
	t.Helper()
	if r.Verdict != verdict || runner.ExitCode(r, c, nil) != code {
		t.Errorf("the verdict is %s with exit code %d: %s", r.Verdict, runner.ExitCode(r, c, nil), r.Reason)
	}
	if r.Counts.NotJudged == 0 || r.Counts.Error > 0 {
		t.Errorf("the counts are %+v", r.Counts)
	}
	for _, q := range r.Requirements {
		if q.Status == report.NotJudged && (q.Reason == "" || strings.Contains(q.Reason, "context")) {
			t.Errorf("%s is not judged because of %q", q.ID, q.Reason)
		}
	}
	var console, junit bytes.Buffer
	if err := report.WriteConsole(&console, r, report.Options{Width: 200}); err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("%d not judged.", r.Counts.NotJudged)
	if verdict == report.Inconclusive {
		line = "Inconclusive: " + r.Reason
	}
	if !strings.Contains(strings.Join(strings.Fields(console.String()), " "), line) {
		t.Errorf("the console does not say %q:\n%s", line, &console)
	}
	if strings.Contains(console.String(), "context deadline exceeded") {
		t.Errorf("the console speaks of a context:\n%s", &console)
	}
	if err := report.WriteJUnit(&junit, r, report.Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(junit.String(), "<error message=\"not judged: "); n != r.Counts.NotJudged {
		t.Errorf("%d of %d are errors in JUnit", n, r.Counts.NotJudged)
	}
}

// The time limit ends a run with the verdicts that matter most, and says what it has
// not reached.
func TestTimeLimit(t *testing.T) {
	t.Parallel()
	slow(t)
	for _, test := range []struct {
		receiver, work string
		limit          time.Duration
		verdict        report.Verdict
		code           int
	}{
		{"credulous", "60ms", 10 * time.Second, report.Nonconformant, report.ExitNonconformant},
		{"reference", "300ms", 10 * time.Second, report.Inconclusive, report.ExitInconclusive},
	} {
		t.Run(test.receiver, func(t *testing.T) {
			t.Parallel()
			c := runner.Config{Receiver: play(t, test.receiver, map[string]string{"WORK": test.work}), Features: []string{"replies"}, TimeLimit: test.limit}
			r, err := runner.Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("it was judged within %d ms: %+v", r.DurationMS, r.Counts)
			if over := time.Duration(r.DurationMS)*time.Millisecond - c.TimeLimit; over > 3*time.Second {
				t.Errorf("it went on for %s after the limit", over)
			}
			unjudged(t, c, r, test.verdict, test.code)
			for _, id := range []string{"handshake.challenge", "signature.missing"} {
				if q := find(t, r, id); q.Status == report.NotJudged {
					t.Errorf("%s, which matters most, is not judged: %s", id, q.Reason)
				}
			}
		})
	}
}

// A receiver that ended and cannot be started again has what was judged until then,
// and what reached it last.
func TestReceiverThatCannotBeStartedAgain(t *testing.T) {
	t.Parallel()
	slow(t)
	c := runner.Config{
		Receiver: play(t, "restartable", map[string]string{"KILLERS": "referee_future_event", "ONCE": filepath.Join(t.TempDir(), "once")}),
		Only:     []string{"handshake", "signature", "acknowledgement", "robustness"},
	}
	r, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r.Counts)
	unjudged(t, c, r, report.Nonconformant, report.ExitNonconformant)
	for _, q := range r.Requirements {
		if o := q.Outcome(); (o == report.Failed || o == report.Warned) && q.ID != "acknowledgement.survives" {
			t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
		}
		if q.Status == report.NotJudged && q.ID != "acknowledgement.still-handles" && !strings.Contains(q.Reason, "could not be started again") {
			t.Errorf("%s is not judged because of %q", q.ID, q.Reason)
		}
	}
	says(t, r, "acknowledgement.survives", "could not be started again")
	says(t, r, "acknowledgement.survives", "the database is locked")
}
