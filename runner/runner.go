// Package runner runs the suites: it starts the platform and the receiver,
// lets Ginkgo judge, and turns the outcomes into a result.
//
// It is the only place with flags, environment variables, files, exit codes
// and console output; within it, package config reads the first two, package
// report writes the others, and package command is the command line.
package runner

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// Config says what to judge and how. The zero value judges the built-in
// reference receiver.
type Config struct {
	// Receiver is what is judged. Default: the built-in reference receiver,
	// with the features that it has.
	Receiver sut.Receiver
	// Platform configures the mock platform: secrets, ids, address, seed.
	// Its Timeout is AckDeadline.
	Platform mockplatform.Options
	// Features are what the user declares of the receiver: replies, receipts,
	// instagram. Default: none; calibration finds out.
	Features []string
	// Probe is a variant that the receiver is known to answer. Default: none.
	Probe string
	// Only and Skip select requirements by id, by topic ("signature") or by
	// pattern ("referral.*"). Default: all, none.
	Only, Skip []string
	// Strict makes a broken SHOULD count like a broken MUST. Default false.
	Strict bool
	// AckDeadline is Meta's limit for an acknowledgement. Default 5 s.
	AckDeadline time.Duration
	// Patience scales the harness's own waits, never Meta's limits. Default 1.
	Patience float64
	// Version is the version of the tool, for the result.
	Version string
	// Progress, if set, hears of each requirement as it is judged.
	Progress Progress
	// Calibrated, if set, hears in one line what calibration learned.
	Calibrated func(string)
}

// Progress hears how a run goes: Start when calibration is over, Done for each
// requirement, Finish at the end, also of a run that never started. Calls do
// not overlap.
type Progress interface {
	Start(total int)
	Done(report.Requirement)
	Finish()
}

// ErrInterrupted is the error of a run that was interrupted. Its result holds
// what was judged until then.
var ErrInterrupted = errors.New("interrupted")

// UsageError is the error of a run that was asked for something that is not
// there: an unknown id, a feature, a value out of range.
type UsageError struct{ Err error }

func (e *UsageError) Error() string { return e.Err.Error() }
func (e *UsageError) Unwrap() error { return e.Err }

// Run judges a receiver. Errors are a *UsageError, ErrInterrupted (with a
// result), or say what could not start.
func Run(ctx context.Context, c Config) (report.Result, error) {
	started := time.Now()
	selected, err := choose(c.Only, c.Skip)
	if err != nil {
		return report.Result{}, &UsageError{err}
	}
	if c.Receiver == nil {
		c.Receiver = sut.Reference{}
		if c.Features == nil {
			c.Features = referenceFeatures()
		}
	}
	features, err := features(c.Features)
	if err != nil {
		return report.Result{}, &UsageError{err}
	}
	c.Platform.Timeout = c.AckDeadline
	platform, err := mockplatform.New(c.Platform)
	if err != nil {
		return report.Result{}, &UsageError{err}
	}
	if err := platform.Start(ctx); err != nil {
		return report.Result{}, fmt.Errorf("start the mock platform: %w", err)
	}
	defer platform.Close()

	o := platform.Options()
	receiver, err := c.Receiver.Start(ctx, sut.Environment{
		AppSecret: o.AppSecret, VerifyToken: o.VerifyToken, PageToken: o.PageToken, PageID: o.PageID,
		GraphURL: platform.GraphURL(), ReceiptsURL: platform.ReceiptsURL(),
	})
	if err != nil {
		return report.Result{}, err
	}

	judged, err := judge(ctx, suites.Env{
		Platform: platform, URL: receiver.URL, Features: features, Probe: c.Probe,
		Select: selected.ids, AckDeadline: c.AckDeadline, Patience: c.Patience,
	}, c)
	if stopped := receiver.Stop(); stopped != nil && err == nil {
		err = fmt.Errorf("stop the receiver: %w", stopped)
	}
	if err != nil && !errors.Is(err, ErrInterrupted) {
		return report.Result{}, err
	}

	r := report.Result{
		Version:      report.FormatVersion,
		Tool:         report.Tool{Name: "referee", Version: c.Version},
		Seed:         o.Seed,
		Started:      started.UTC().Truncate(time.Millisecond),
		DurationMS:   time.Since(started).Milliseconds(),
		Receiver:     report.Receiver{URL: receiver.URL, Features: judged.features},
		Requirements: selected.results(judged.outcomes, err != nil),
	}
	r.Counts = report.Count(r.Requirements)
	r.Verdict, _ = report.Judge(r.Requirements, c.verdict())
	if err != nil {
		r.Verdict = report.Inconclusive
	}
	return report.Redact(r, o.AppSecret, o.VerifyToken, o.PageToken), err
}

// ExitCode is the exit code of a run that ended with this result and error.
func ExitCode(r report.Result, c Config, err error) int {
	var usage *UsageError
	switch {
	case errors.As(err, &usage):
		return ExitUsage
	case errors.Is(err, ErrInterrupted):
		return ExitInterrupted
	case err != nil:
		return ExitTrouble
	}
	_, code := report.Judge(r.Requirements, c.verdict())
	return code
}

// Exit codes; report has those that follow from a verdict.
const (
	ExitUsage       = 2
	ExitTrouble     = 3
	ExitInterrupted = 130
)

func (c Config) verdict() report.VerdictOptions {
	return report.VerdictOptions{Strict: c.Strict, Partial: len(c.Only) > 0 || len(c.Skip) > 0}
}

// referenceFeatures are what the reference receiver does.
func referenceFeatures() []string {
	var all []string
	for _, f := range suites.Features() {
		all = append(all, string(f))
	}
	return all
}

func features(names []string) ([]suites.Feature, error) {
	var out []suites.Feature
	for _, name := range names {
		f := suites.Feature(name)
		known := false
		for _, k := range suites.Features() {
			known = known || f == k
		}
		if !known {
			return nil, fmt.Errorf("there is no feature %q; known are %q", name, suites.Features())
		}
		out = append(out, f)
	}
	return out, nil
}
