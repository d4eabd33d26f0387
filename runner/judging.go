package runner

import (
	"context"
	"errors"
	"net/http"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// judged is what a run of the suite brought.
type judged struct {
	outcomes map[string]suites.Outcome
	causes   []report.Cause // why some of them are red
	receiver report.Receiver
	silent   bool // calibration saw no evidence
	ended    bool // the receiver's process ended, or was ended, during the run
	// latencies are how long it took; nil where it was not judged.
	latencies *report.Latencies
	headers   http.Header // of its answers to calibration
	weak      int         // MUSTs that are warnings, because what they rest on is not declared
}

// judge runs the suite. It returns ErrInterrupted, with what was judged until
// then, when ctx ends first.
func (c Config) judge(ctx context.Context, env suites.Env, receiver sut.Running) (judged, error) {
	found := judged{
		outcomes: map[string]suites.Outcome{},
		receiver: report.Receiver{URL: env.URL, Features: []string{}},
	}
	env.Calibrated = func(cal suites.Calibration) error {
		for _, f := range cal.Features() {
			found.receiver.Features = append(found.receiver.Features, string(f))
		}
		found.silent = !cal.Evident() && cal.Acknowledged > 0
		found.headers = headersOf(cal)
		if c.Calibrated != nil {
			c.Calibrated(cal.String())
		}
		if !c.KeepGoing {
			if err := c.cannotBegin(ctx, cal, receiver); err != nil {
				return err
			}
		}
		if c.Progress != nil {
			c.Progress.Start(len(env.Select))
		}
		return nil
	}
	if c.Progress != nil {
		env.Pending = c.Progress.Pending
	}
	w := c.workspace()
	env.Judged = func(o suites.Outcome) {
		found.outcomes[o.Requirement.ID] = o
		if o.Status == suites.Warned && o.Requirement.Level == suites.Must && o.Reason != "" {
			found.weak++
		}
		if c.Progress != nil && ctx.Err() == nil {
			c.Progress.Done(outcome(w, o))
		}
	}

	run, err := suites.New(env)
	if err != nil {
		return found, &UsageError{err}
	}
	if c.Progress != nil {
		defer c.Progress.Finish()
	}
	err = run.Start(ctx)
	for i := range run.Len() {
		if err != nil || ctx.Err() != nil {
			break
		}
		run.Wait(ctx, i)
	}
	run.Close()
	found.receiver.Notes = append(found.receiver.Notes, run.Notes()...)
	found.ended = run.Ends() > 0
	found.causes = run.Causes()
	acknowledged, evident := run.Latencies()
	found.latencies = &report.Latencies{Acknowledgement: report.Distributed(acknowledged), Evidence: report.Distributed(evident)}

	if ctx.Err() != nil {
		return found, errors.Join(ErrInterrupted, context.Cause(ctx))
	}
	return found, err
}
