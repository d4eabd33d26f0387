package runner

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/gomega"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// This file is the only contact with Ginkgo's configuration. Ginkgo gives the
// tree, time limits, clean-up and interrupts; reports, exit codes, flags and
// the console are ours.

// ginkgoUse serialises runs: Ginkgo keeps its tree in package variables.
var ginkgoUse sync.Mutex

// judged is what one Ginkgo run brought.
type judged struct {
	outcomes map[string]suites.Outcome
	causes   []report.Cause // why some of them are red
	receiver report.Receiver
	silent   bool        // calibration saw no evidence
	ended    bool        // the receiver's process ended, or was ended, during the run
	headers  http.Header // of its answers to calibration
	weak     int         // MUSTs that are warnings, because what they rest on is not declared
}

// grace is how long a node may go on after it was told to stop.
const grace = 2 * time.Second

// judge runs the suite. It returns ErrInterrupted, with what was judged until
// then, when ctx ends first.
func (c Config) judge(ctx context.Context, env suites.Env, receiver sut.Running) (judged, error) {
	ginkgoUse.Lock()
	defer ginkgoUse.Unlock()
	globals.Reset()
	defer globals.Reset()

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
	env.Judged = func(o suites.Outcome) {
		found.outcomes[o.Requirement.ID] = o
		if o.Status == suites.Warned && o.Requirement.Level == suites.Must && o.Reason != "" {
			found.weak++
		}
		if c.Progress != nil && ctx.Err() == nil {
			c.Progress.Done(outcome(o))
		}
	}

	var started error
	gomega.RegisterFailHandler(ginkgo.Fail)
	run, err := suites.Register(ctx, env, func(err error) { started = err })
	if err != nil {
		return found, &UsageError{err}
	}
	if c.Progress != nil {
		defer c.Progress.Finish()
	}
	suite, reporter := ginkgo.GinkgoConfiguration()
	suite.RandomSeed = 1 // the order is ours: specs run side by side
	suite.GracePeriod = grace
	quietly(func() { ginkgo.RunSpecs(&result{}, "referee", suite, reporter) })
	found.receiver.Notes = append(found.receiver.Notes, run.Notes()...)
	found.ended = run.Ends() > 0
	found.causes = run.Causes() // AfterSuite has closed the run

	switch {
	case ctx.Err() != nil:
		return found, errors.Join(ErrInterrupted, context.Cause(ctx))
	case started != nil:
		return found, started
	}
	return found, nil
}

// quietly keeps Ginkgo's own console reporter from writing. Where Ginkgo ends
// the process, it says on the standard error why.
func quietly(run func()) {
	out := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = out }()
	run()
}

// refusedByGinkgo says which flag of a go test keeps Ginkgo from running:
// it would end the process.
func refusedByGinkgo() error {
	var refused error
	flag.Visit(func(f *flag.Flag) {
		if f.Name == "test.parallel" || f.Name == "test.count" && f.Value.String() != "1" {
			refused = fmt.Errorf("a run is not possible under `go test -%s`: Ginkgo, which runs the suite, refuses it; leave the flag out", strings.TrimPrefix(f.Name, "test."))
		}
	})
	return refused
}

// result stands in for testing.T; outcomes reach us by Env.Judged.
type result struct{}

func (*result) Fail() {}
