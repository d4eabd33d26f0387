package command

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// runFlags are the flags of run that do not configure the platform.
type runFlags struct {
	platformFlags
	url           string
	features      []string
	probe         string
	only, skip    []string
	strict        bool
	patience      float64
	result, junit string
}

func newRun(h *Host) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run",
		Short: "Judge a receiver",
		Long: `Judge a receiver: the one at --url, or the built-in reference receiver.

The receiver has to know the app secret and the verify token. To show what it
handles it calls the Graph API; point it at the platform, on an address of your
choice (--platform-addr), or let it post receipts to /_referee/receipts there.`,
		Example: `  referee run
  referee run --url http://localhost:3000/webhook --app-secret s --verify-token t \
      --platform-addr 127.0.0.1:7070 --features replies --junit junit.xml`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd, h) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.url, "url", "", "the receiver's webhook; default: the built-in reference receiver")
	f.secrets(flags)
	f.events(flags)
	flags.StringVar(&f.addr, "platform-addr", "127.0.0.1:0", "the address on which the receiver reaches the platform")
	flags.StringSliceVar(&f.features, "features", nil, "what the receiver does: replies, receipts, instagram; default: what calibration observes")
	flags.StringVar(&f.probe, "probe", "", "a variant that the receiver is known to answer")
	flags.StringSliceVar(&f.only, "only", nil, "judge only these requirements: ids, topics or patterns such as 'referral.*'")
	flags.StringSliceVar(&f.skip, "skip", nil, "leave these requirements out: ids, topics or patterns")
	flags.BoolVar(&f.strict, "strict", false, "a broken SHOULD fails the run too")
	flags.DurationVar(&f.ackDeadline, "ack-deadline", 5*time.Second, "the time in which a delivery has to be acknowledged; 5s is Meta's")
	flags.Float64Var(&f.patience, "patience", 1, "scale the harness's own waits, never Meta's limits")
	flags.StringVar(&f.result, "result", "", "write the result as JSON to this file")
	flags.StringVar(&f.junit, "junit", "", "write the result as JUnit XML to this file")
	return cmd
}

func (f *runFlags) run(cmd *cobra.Command, h *Host) error {
	if f.ackDeadline <= 0 {
		return fmt.Errorf("--ack-deadline is %s; it must be more than nothing, such as 5s", f.ackDeadline)
	}
	if f.patience <= 0 {
		return fmt.Errorf("--patience is %g; it must be more than 0, such as 2", f.patience)
	}
	secrets := []string{f.appSecret, f.verifyToken, f.pageToken}
	live := h.page(h.Stderr)
	live.Secrets = secrets

	c := runner.Config{
		Platform: f.options(), Features: f.features, Probe: f.probe, Only: f.only, Skip: f.skip,
		Strict: f.strict, AckDeadline: f.ackDeadline, Patience: f.patience, Version: Version(),
		Progress:   report.NewProgress(h.Stderr, live),
		Calibrated: func(what string) { fmt.Fprintf(h.Stderr, "calibration: %s\n", report.Clean(what)) },
	}
	if f.url != "" {
		c.Receiver = sut.URL(f.url)
	}
	fmt.Fprintf(h.Stderr, "referee %s, seed %d, judging %s\n", Version(), f.seed, f.receiver())

	result, err := runner.Run(cmd.Context(), c)
	code := runner.ExitCode(result, c, err)
	if err != nil && !errors.Is(err, runner.ErrInterrupted) {
		return &exit{code: code, err: err}
	}
	if err := f.write(h, result); err != nil {
		return trouble(err)
	}
	return &exit{code: code}
}

func (f *runFlags) receiver() string {
	if f.url == "" {
		return "the built-in reference receiver"
	}
	return report.Clean(f.url)
}

// write writes the reports: files first, so that the summary on the console,
// which names them, is the last thing to be read.
func (f *runFlags) write(h *Host, r report.Result) error {
	page := h.page(h.Stdout)
	page.Strict = f.strict
	for _, file := range []struct {
		report.File
		write func(io.Writer) error
	}{
		{report.File{Format: "JSON", Path: f.result}, func(w io.Writer) error { return report.WriteJSON(w, r) }},
		{report.File{Format: "JUnit", Path: f.junit}, func(w io.Writer) error { return report.WriteJUnit(w, r, page) }},
	} {
		if file.Path == "" {
			continue
		}
		if err := report.WriteFile(file.Path, file.write); err != nil {
			return err
		}
		page.Files = append(page.Files, file.File)
	}
	return report.WriteConsole(h.Stdout, r, page)
}
