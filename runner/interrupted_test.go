package runner_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
)

// onDone is a progress display that calls a function after each requirement.
type onDone func(report.Requirement)

func (onDone) Start(int)                   {}
func (f onDone) Done(r report.Requirement) { f(r) }
func (onDone) Finish()                     {}
func (onDone) Pending(string)              {}

// TestInterrupted ends runs at several moments. What was judged until then is
// in the result, and the rest is skipped.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	slow(t)
	for _, test := range []struct {
		name   string
		judged bool // before the run is interrupted
		config func(t *testing.T, interrupt func()) runner.Config
	}{
		{"before it begins", false, func(t *testing.T, interrupt func()) runner.Config {
			interrupt()
			return impatient(listen(t, hold).url())
		}},
		{"while it calibrates", false, func(t *testing.T, interrupt func()) runner.Config {
			c := impatient(listen(t, func(conn net.Conn) {
				if n, _ := conn.Read(make([]byte, 1)); n > 0 {
					interrupt()
				}
				hold(conn)
			}).url())
			c.AckDeadline = time.Hour
			return c
		}},
		{"in the middle", true, func(t *testing.T, interrupt func()) runner.Config {
			var met atomic.Int64
			return impatient(listen(t, func(conn net.Conn) {
				if met.Add(1) == 150 { // what was sent first has run into its deadline
					interrupt()
				}
				hold(conn)
			}).url())
		}},
		{"while the built-in receiver is judged", true, func(_ *testing.T, interrupt func()) runner.Config {
			return runner.Config{Reference: true, Progress: onDone(func(report.Requirement) { interrupt() })}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			config := test.config(t, interrupt)
			r, err := runner.Run(ctx, config)
			if !errors.Is(err, runner.ErrInterrupted) || runner.ExitCode(r, config, err) != runner.ExitInterrupted {
				t.Fatalf("the error is %v, the exit code %d", err, runner.ExitCode(r, config, err))
			}
			if r.Verdict != report.NoVerdict || !strings.Contains(r.Reason, "interrupted") {
				t.Errorf("the verdict is %q because of %q", r.Verdict, r.Reason)
			}
			if len(r.Requirements) < 70 || r.Counts.Skipped == 0 || r.Counts.Error > 0 {
				t.Errorf("of %d requirements: %+v", len(r.Requirements), r.Counts)
			}
			if judged := r.Counts.Passed + r.Counts.Failed + r.Counts.Warned; (judged > 0) != test.judged {
				t.Errorf("%d were judged", judged)
			}
			for _, q := range r.Requirements {
				if q.Status == report.Skipped && q.Reason == "" {
					t.Errorf("%s is skipped without a reason", q.ID)
				}
			}
		})
	}
}
