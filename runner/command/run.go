package command

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
)

// runFlags are the flags of run.
type runFlags struct {
	platformFlags
	receiverFlags
	transportFlags
	partFlags
	features   []string
	probe      string
	only, skip []string
	expect     config.Blocks
	strict     bool
	asOf       string
	folder     string             // of --catalogue
	catalogue  *schemas.Catalogue // with that folder, as of the day; nil as long as it is not read
	evolve     int64
	patience   float64
	timeLimit  time.Duration
	keepGoing  bool
	all        bool
	payloads   []suites.Payload // of replay
	again      report.Again
}

func newRun(h *Host) *cobra.Command {
	var f runFlags
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Judge a receiver",
		Long: `Judge a receiver: one that --command or --image starts, or the one at --url.
--reference judges the built-in reference receiver.

A receiver that Referee starts needs no change: it gets the secrets by the
variables that --env names, and its calls to graph.facebook.com reach the
platform. One at --url has to know the app secret and the verify token, and the
address of the platform (--platform-addr). With the feature mtls it has to trust
the CA that "referee client-ca" makes.`,
		Example: `  referee run --command 'node server.js' --env FB_APP_SECRET={{.AppSecret}} \
      --env FB_VERIFY_TOKEN={{.VerifyToken}} --env FB_PAGE_TOKEN={{.PageToken}}
  referee run --url http://localhost:3000/webhook --app-secret s \
      --verify-token t --platform-addr 127.0.0.1:7070 --junit junit.xml
  referee run --reference`,
		Args:        noArguments,
		Annotations: map[string]string{judges: ""},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.again, f.urlOrigin = againBy("referee run", nil, settings), settings.Origin("url")
			h.begin(cmd.Flags())
			return f.run(cmd, h)
		},
	}
	f.declare(cmd.Flags())
	fileFlag(cmd.Flags())
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, h *Host) error {
	c, err := f.config(cmd.Flags(), h)
	if err != nil {
		return err
	}
	live := h.page(h.Stderr)
	live.Secrets = c.Platform.Secrets()
	c.Progress = report.NewProgress(h.Stderr, live)
	c.Repeating = func(run, of int) { fmt.Fprintf(h.Stderr, "run %d of %d\n", run, of) }
	c.Calibrated = func(what string) { fmt.Fprintf(h.Stderr, "calibration: %s\n", report.Clean(what)) }
	fmt.Fprintf(h.Stderr, "referee %s, seed %d, judging %s\n", programVersion(), f.seed, report.Clean(report.Redactor(live.Secrets).Replace(f.name())))

	defer limitMemory()()
	result, err := runner.Run(cmd.Context(), c)
	code := runner.ExitCode(result, c, err)
	interrupted := errors.Is(err, runner.ErrInterrupted)
	if err != nil && !interrupted {
		return &exit{code: code, err: err}
	}
	if err := f.write(cmd, h, result); err != nil {
		return &exit{code: runner.ExitTrouble, err: err, reported: true}
	}
	if interrupted {
		return &exit{code: code, err: errInterrupted, reported: true}
	}
	return &exit{code: code, reported: true}
}

// errInterrupted is the end of a run that somebody interrupted.
var errInterrupted = errors.New("interrupted; what was not judged until then is skipped")

// config is the run that the flags ask for, and that nobody listens to yet.
func (f *runFlags) config(flags *pflag.FlagSet, h *Host) (runner.Config, error) {
	_, unnamed := filesOf(flags)
	file := textOf(flags, "config")
	c := runner.Config{
		Reference: f.reference, Platform: f.options(), Features: f.features, Probe: f.probe, Only: f.only, Skip: f.skip,
		Strict: f.strict, Payloads: f.payloads, AsOf: f.asOf, Evolve: int(f.evolve), AckDeadline: f.ackDeadline, Patience: f.patience, TimeLimit: f.timeLimit, KeepGoing: f.keepGoing, EvidenceLog: f.evidenceLog, ConfigFile: file, Version: programVersion(),
		Repeat: int(f.repeat), Checkout: h.checkout(),
	}
	err := errors.Join(f.named(file), f.check(), unnamed)
	if err != nil {
		return c, err
	}
	if c.Baseline, err = readBaseline(f.baseline); err != nil {
		return c, err
	}
	if f.folder != "" && f.catalogue == nil {
		if f.catalogue, err = h.catalogue(f.folder, f.asOf); err != nil {
			return c, err
		}
	}
	catalogue := f.catalogue
	if catalogue == nil {
		catalogue, _ = schemas.AsOf(f.asOf) // what is wrong with that is told below
	}
	if c.Expectations, err = readExpectations(f.expect, catalogue); err != nil {
		return c, err
	}
	if c.Shard, err = f.partOf(flags, c.Expectations); err != nil {
		return c, err
	}
	if f.catalogue != nil {
		c.Catalogue, c.AsOf = f.catalogue, ""
	}
	if c.Receiver, err = f.receiver(); err != nil {
		return c, err
	}
	if err := f.secure(&c.Platform); err != nil {
		return c, err
	}
	if err := c.Check(); err != nil {
		return c, err
	}
	if f.catalogue == nil {
		if f.catalogue, err = h.asOf("--as-of", f.asOf); err != nil {
			return c, err
		}
	}
	f.warnOfVersion(h, cmp.Or(f.catalogue.Day(), today(c.Platform)))
	return c, nil
}

// runMemory is how much memory a run takes before it prefers to look for what it
// no longer needs. Its machine is the receiver's too, and often a small one. A run of
// everything keeps 40 MB to its end: with less room beside that, most of its time goes
// into looking.
const runMemory = 64 << 20

// limitMemory keeps the process small until restore is called, unless the user has set
// a limit: GOMEMLIMIT.
func limitMemory() (restore func()) {
	before := debug.SetMemoryLimit(-1) // which changes nothing
	if before < math.MaxInt64 {
		return func() {}
	}
	debug.SetMemoryLimit(runMemory)
	return func() { debug.SetMemoryLimit(before) }
}

// check says what no run can have; runner.Config.Check knows the rest.
func (f *runFlags) check() error {
	if !(f.patience > 0) { // so that what is not a number is refused too
		return fmt.Errorf("--patience is %g; it has to be more than 0, such as 2", f.patience)
	}
	if f.timeLimit <= 0 {
		return fmt.Errorf("--time-limit is %s; it has to be more than nothing, such as 10m", f.timeLimit)
	}
	if f.repeat < 1 {
		return fmt.Errorf("--repeat is %d; it has to be 1 or more, such as 5", f.repeat)
	}
	return f.platformFlags.check()
}

// declare declares the flags; the registry of settings says what they are.
func (f *runFlags) declare(flags *pflag.FlagSet) {
	targets := map[string]any{
		"url": &f.url, "command": &f.command, "image": &f.image, "build-context": &f.buildContext, "reference": &f.reference,
		"workdir": &f.workdir, "env": &f.env, "port": &f.port, "path": &f.path, "https": &f.https, "container-network": &f.network,
		"ready-path": &f.readyPath, "ready-log": &f.readyLog, "ready-timeout": &f.readyTimeout,
		"platform-addr": &f.addr, "platform-host": &f.hosts, "intercept-graph": &f.intercept, "allow-network": &f.allowNetwork, "evidence-log": &f.evidenceLog,
		"app-secret": &f.appSecret, "instagram-secret": &f.instagramSecret, "verify-token": &f.verifyToken, "page-id": &f.pageID, "app-id": &f.appID, "page-token": &f.pageToken,
		"ca": &f.ca, "server-name": &f.serverName, "client-ca": &f.clientCA, "client-ca-key": &f.clientCAKey,
		"features": &f.features, "probe": &f.probe, "expect": &f.expect, "only": &f.only, "skip": &f.skip, "shard": &f.shard, "repeat": &f.repeat, "baseline": &f.baseline, "strict": &f.strict,
		"as-of": &f.asOf, "graph-version": &f.graphVersion, "catalogue": &f.folder, "evolve": &f.evolve, "seed": &f.seed, "patience": &f.patience, "ack-deadline": &f.ackDeadline,
		"time-limit": &f.timeLimit, "keep-going": &f.keepGoing,
		"all": &f.all,
	}
	for _, k := range config.Keys() {
		config.MustDeclare(flags, k.Name, targets[k.Name])
	}
}

// flagsOfRun are the flags of run for who starts one without its command line.
func flagsOfRun() (*runFlags, *pflag.FlagSet) {
	var f runFlags
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	f.declare(flags)
	fileFlag(flags)
	return &f, flags
}
