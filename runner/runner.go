package runner

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Config says what to judge and how. Receiver or Reference has to be given: what
// nobody named is not judged.
type Config struct {
	// Receiver is what is judged.
	Receiver sut.Receiver
	// Reference judges the built-in reference receiver in place of Receiver; its
	// default for Features is all that it has. Default false.
	Reference bool
	// Platform configures the mock platform: secrets, ids, address, seed. To its Hosts
	// come those of sut.PlatformHosts. Its Timeout is AckDeadline, its Catalogue that of
	// the run, and its Day that of AsOf. The RootCAs and the ServerName of its TLS are
	// what the receiver's certificate is held to. Its ClientCA has to be known to a
	// receiver with the feature mtls that runs already; for others one is made.
	Platform mockplatform.Options
	// Features are what the user declares of the receiver: replies, receipts,
	// instagram, pages, mtls. Default: none; calibration finds out.
	Features []string
	// Probe is a variant that the receiver is known to answer. Default: none.
	Probe string
	// Only and Skip select requirements by id, by topic ("signature"), by pattern
	// ("referral.*"), by level ("MUST"), or by a cause that breaks them
	// ("refuses.sender-without-id"). Default: all, none.
	Only, Skip []string
	// Shard judges a part of what was selected: its Index is 1 to Of, and each requirement
	// is in exactly one, but for those about the whole run, which are in each. Its verdict is
	// never conformant. Default: all of it.
	Shard report.Shard
	// Repeat is how often the receiver is judged, each time by a run of its own with the next
	// seed. The result has the worst of each requirement, and says which are flakes. Default 1.
	Repeat int
	// Baseline accepts what is written down in it. Default: nothing.
	Baseline *baseline.File
	// Strict makes a broken SHOULD count like a broken MUST. Default false.
	Strict bool
	// AsOf judges with what Meta sent on a day: a date, or a version of the Graph
	// API, as schemas.AsOf reads it. Default: all that Meta ever sent.
	AsOf string
	// Catalogue is what Meta sends, with variants of the user's own for example, see
	// package overlay; AsOf is empty then. Its variants have requirements like those
	// of a release. Default: that of AsOf.
	Catalogue *schemas.Catalogue
	// Evolve is how many payloads of the future are made of the catalogue, by the
	// platform's seed. Default: none.
	Evolve int
	// Payloads are captured bodies to judge with, by the requirements of the topic
	// replay and no others. Default: none, and that topic is not judged.
	Payloads []suites.Payload
	// Expectations are what a team expects of its own bot, which is judged beside the
	// requirements: package expectfile reads them. Default: none.
	Expectations []expect.Expectation
	// AckDeadline is Meta's limit for an acknowledgement. Default 5 s.
	AckDeadline time.Duration
	// Patience scales the harness's own waits, never Meta's limits. Default 1.
	Patience float64
	// TimeLimit is how long a run may take. What was not judged by then is not
	// judged. Default 10 min.
	TimeLimit time.Duration
	// KeepGoing judges a receiver all the same that accepts no correct delivery, or
	// refuses the right handshake. Default: such a run ends with a *CannotBegin.
	KeepGoing bool
	// EvidenceLog is a line by which the receiver's log shows that it handled an
	// event, such as "handled {{.Sender}}"; a line that contains it counts.
	// Default: its log is no evidence.
	EvidenceLog string
	// ConfigFile is the file that the settings are from, for reports; it need not be there.
	// Default: none.
	ConfigFile string
	// Checkout is the folder into which a CI system has put the repository, for reports that
	// name files from its root. Default: the nearest folder with a ".git".
	Checkout string
	// Version is the version of the tool, for the result.
	Version string
	// Progress, if set, hears of each requirement as it is judged.
	Progress Progress
	// Repeating, if set, hears which of several runs begins.
	Repeating func(run, of int)
	// Calibrated, if set, hears in one line what calibration learned.
	Calibrated func(string)
}

// Progress hears how a run goes: Start when calibration is over, Pending for each
// requirement that has come to a verdict which is still to be confirmed, Done for
// each at the end, Finish after it, also of a run that never started. Calls do not
// overlap.
type Progress interface {
	Start(total int)
	Pending(id string)
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
	p, err := c.plan()
	if err != nil {
		return report.Result{}, err
	}
	if c.Reference {
		c.Receiver = sut.Reference{HTTPS: true}
	}
	c.Platform.Hosts = slices.Concat(c.Platform.Hosts, sut.PlatformHosts())
	c.Platform.Timeout, c.Platform.Catalogue, c.Platform.Day = c.AckDeadline, p.catalogue, p.catalogue.Day()
	roots, err := c.secure(p)
	if err != nil {
		return report.Result{}, err
	}
	var results []report.Result
	var found judged
	runs := max(c.Repeat, 1)
	seed := c.Platform.Seed
	for i := range runs {
		// A receiver that runs on knows the ids of the run before.
		c.Platform.Seed = seed + int64(i)
		if runs > 1 && c.Repeating != nil {
			c.Repeating(i+1, runs)
		}
		var r report.Result
		if r, found, err = c.once(ctx, p, roots); err != nil && !errors.Is(err, ErrInterrupted) {
			return report.Result{}, err
		}
		results = append(results, r)
		if err != nil {
			break
		}
	}
	r := report.Repeated(results)
	if c.Shard.Of > 0 {
		shard := c.Shard
		shard.OfTheRun = p.ofTheRun
		r.Shard = &shard
	}
	if c.Baseline != nil {
		r = r.Against(c.Baseline.Baseline())
	}
	r, _ = r.Judged(c.verdict())
	if r.Reason == "" {
		r.Reason = c.inconclusive(found, r)
	}
	if err != nil {
		r.Verdict, r.Reason = report.NoVerdict, "the run was interrupted; what was not judged until then is skipped"
	}
	return r, err
}

// once judges the receiver one time. The result has no verdict yet; with ErrInterrupted
// there is one too.
func (c Config) once(ctx context.Context, p plan, roots *x509.CertPool) (report.Result, judged, error) {
	started := time.Now()
	platform, err := mockplatform.New(c.Platform)
	if err != nil {
		return report.Result{}, judged{}, &UsageError{err}
	}
	defer platform.Close()

	var found judged
	if len(p.ids) > 0 {
		found, err = c.meet(ctx, platform, p, roots)
	}
	if err != nil && !errors.Is(err, ErrInterrupted) {
		return report.Result{}, found, err
	}
	o, w := platform.Options(), c.workspace()
	r := report.Result{
		Version:      report.FormatVersion,
		Tool:         report.Tool{Name: "referee", Version: c.Version},
		Seed:         o.Seed,
		Started:      started.UTC().Truncate(time.Millisecond),
		DurationMS:   time.Since(started).Milliseconds(),
		Receiver:     found.receiver,
		Latencies:    found.latencies,
		Folder:       w.folder(),
		Causes:       c.withSource(w, found.causes),
		Requirements: p.results(w, found.outcomes, err != nil),
	}
	return report.Redact(r, o.Secrets()...), found, err
}

// meet starts the platform and the receiver, judges it and stops it.
func (c Config) meet(ctx context.Context, platform *mockplatform.Platform, p plan, roots *x509.CertPool) (judged, error) {
	if err := platform.Start(ctx); err != nil {
		return judged{}, fmt.Errorf("start the mock platform: %w", err)
	}
	o := platform.Options()
	env := EnvironmentOf(platform)
	if p.evidenceLog != nil {
		env.Line = func(line string) { note(platform, p.evidenceLog, line) }
	}
	receiver, err := c.Receiver.Start(ctx, env)
	switch {
	case err != nil && ctx.Err() != nil:
		return judged{}, errors.Join(ErrInterrupted, context.Cause(ctx))
	case err != nil:
		// It may quote what the receiver wrote.
		return judged{}, errors.New(report.Redactor(o.Secrets()).Replace(err.Error()))
	}
	if receiver.Roots != nil {
		roots = receiver.Roots
	}
	_, atURL := c.Receiver.(sut.URL)
	found, err := c.judge(ctx, suites.Env{Select: p.ids, Expectations: c.Expectations, Env: judge.Env{
		Platform: platform, URL: receiver.URL, Roots: roots, Features: p.features, Probe: c.Probe,
		Catalogue: p.catalogue, Forecasts: c.Evolve, Payloads: c.Payloads, AckDeadline: c.AckDeadline, Patience: c.Patience,
		TimeLimit: c.TimeLimit, Unheard: atURL && anyPort(o.Addr), Process: process(receiver), Output: receiver.Output,
	}}, receiver)
	found.describe(receiver, platform)
	found.receiver.Stack = c.stack(found.headers, receiver)
	w := c.workspace()
	found.receiver.File, found.receiver.Config = c.startFile(w), w.named(c.ConfigFile)
	if stopped := receiver.Stop(); stopped != nil {
		found.receiver.Notes = append(found.receiver.Notes, fmt.Sprintf("The receiver could not be stopped: %v.", stopped))
	}
	return found, err
}

// process is the receiver's process, as the judge knows it; nil where Referee did
// not start it.
func process(receiver sut.Running) *judge.Process {
	if receiver.Restart == nil {
		return nil
	}
	return &judge.Process{
		Exited: receiver.Exited,
		Restart: func(ctx context.Context) (how, output string, err error) {
			death, err := receiver.Restart(ctx)
			return death.How, death.Output, err
		},
		Kill:  receiver.Kill,
		Holds: holds(receiver),
	}
}

// holds is what the receiver holds, as the judge knows it; nil where that is never known.
func holds(receiver sut.Running) func() (judge.Holdings, bool) {
	if receiver.Holds == nil {
		return nil
	}
	return func() (judge.Holdings, bool) {
		files, memory, known := receiver.Holds()
		return judge.Holdings{OpenFiles: files, Memory: memory}, known
	}
}

// anyPort reports whether an address has a port that nobody can know before.
func anyPort(addr string) bool {
	_, port, err := net.SplitHostPort(addr)
	return err != nil || port == "0"
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
	_, code := r.Judged(c.verdict())
	return code
}

// Exit codes; report has those that follow from a verdict.
const (
	ExitUsage       = 2
	ExitTrouble     = 3
	ExitInterrupted = 130
)

func (c Config) verdict() report.VerdictOptions {
	return report.VerdictOptions{Strict: c.Strict, Partial: len(c.Only) > 0 || len(c.Skip) > 0 || c.Shard.Of > 0}
}
