package command

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// checkCollect says what is not for who only collects.
func (f *loadFlags) checkCollect(flags *pflag.FlagSet) error {
	var problems []error
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, name := range []string{"rate", "stage", "find-limit", "concurrency", "duplicates", "first", "html", "console-addr", "k6", "k6-operator"} {
		if flags.Changed(name) {
			wrong("--%s is about what is sent, and with --collect nothing is: leave it out", name)
		}
	}
	flagged := func(setting string) bool { return strings.HasPrefix(f.origin(setting), "flag ") }
	for _, name := range []string{"command", "image", "build-context"} {
		if flagged(name) { // in a file it is for other commands
			wrong("--%s starts a receiver, and with --collect it is another machine's: give --url, or nothing", name)
		}
	}
	if len(f.asserted) > 0 {
		wrong("--assert: who collects does not know what was sent: leave it out, and give it to `referee load merge`")
	}
	if f.result == "" {
		wrong("what is counted goes into a file: give --result FILE")
	}
	if f.collectAddr != "" && flagged("platform-addr") {
		wrong("--addr and --platform-addr are the same: give one of them")
	}
	f.addr = cmp.Or(f.collectAddr, f.addr)
	if strings.HasSuffix(f.addr, ":0") {
		wrong("a receiver has to know where receipts and replies are taken: give --addr HOST:PORT, such as --addr 127.0.0.1:7070")
	}
	return errors.Join(problems...)
}

// collects counts what comes back of a load that other machines send.
func (f *loadFlags) collects(ctx context.Context, h *Host, o load.Options) error {
	options := f.options()
	if err := f.secure(&options); err != nil {
		return err
	}
	if f.url != "" {
		if err := sut.URL(f.url).Check(); err != nil {
			return fmt.Errorf("%s: url: %w", f.urlOrigin, err)
		}
	}
	if err := f.keepTally(); err != nil {
		return err
	}
	c := load.NewCollector(o)
	beLoaded(&options, o.Series)
	options.Unacknowledged = c.Refused
	platform, err := mockplatform.New(options)
	if err != nil {
		return err
	}
	defer platform.Close()
	if err := platform.Start(context.WithoutCancel(ctx)); err != nil {
		return trouble(err)
	}
	following, stop := context.WithCancel(context.WithoutCancel(ctx)) // to the last call
	defer stop()
	followed := c.Follow(following, platform.Journal())
	if f.url != "" {
		o.URL, o.TLS = f.url, platform.Options().TLS
		switch err := f.calibrate(ctx, h, c, o, platform); {
		case ctx.Err() != nil:
			return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted before anything was counted")}
		case err != nil:
			return trouble(err)
		}
	}
	h.note("receipts and replies are taken at %s; Ctrl-C ends it, and writes %s", platform.GraphURL(), f.result)
	interrupted := c.Wait(ctx, func(now load.Collected) {
		fmt.Fprintf(h.Stderr, "%5.0fs  %7d handled  %7d messages and receipts  %6d not acknowledged\n", now.At, now.Handled, now.Calls, now.Refused)
	})
	if err := platform.Close(); err != nil {
		return trouble(err)
	}
	stop()
	<-followed
	of := load.IdentityOf(o.Series)
	if f.at == "" {
		of.Start = nil // it is that of those who send
	}
	return f.tellCollected(h, c.Result(of, interrupted), c.Now())
}

// keepTally is the error of a file that holds what a collector counted: that cannot be counted
// again, and who starts a collector once more has both added up.
func (f *loadFlags) keepTally() error {
	text, err := os.ReadFile(f.result)
	if err != nil || !isLoad(text) {
		return nil
	}
	r, err := load.ReadResult(text)
	if err != nil || r.Part != nil || r.Tally == nil || r.Handled == nil || *r.Handled == 0 {
		return nil
	}
	return fmt.Errorf("--result: %s holds what a collector has counted before; give another file, and `referee load merge` both, or remove it", f.result)
}

// calibrate has a collector learn what one event brings, and tells it.
func (f *loadFlags) calibrate(ctx context.Context, h *Host, c *load.Collector, o load.Options, platform *mockplatform.Platform) error {
	if _, err := sut.URL(f.url).Start(ctx, runner.EnvironmentOf(platform)); err != nil {
		return err
	}
	shown, err := c.Calibrate(ctx, o)
	if err != nil {
		return err
	}
	var each []string
	for i, n := range shown {
		each = append(each, fmt.Sprintf("%s %d", o.Series.Variant(i).ID, n))
	}
	h.note("messages and receipts that one event brings here: %s", strings.Join(each, ", "))
	return nil
}

// tellCollected prints and writes what was collected.
func (f *loadFlags) tellCollected(h *Host, r load.Result, now load.Collected) error {
	text := fmt.Sprintf("%14s  %d events, by %d messages and receipts\n", "handled", now.Handled, now.Calls)
	if r.Missed > 0 {
		text = fmt.Sprintf("%14s  not known: %d calls to the platform were more than could be followed\n", "handled", r.Missed)
	}
	text += fmt.Sprintf("%14s  %d events, as those who sent them say\n", "unacknowledged", now.Refused)
	if r.Unexpected != nil && *r.Unexpected > 0 {
		text += fmt.Sprintf("%14s  %d messages and receipts for somebody of whom nothing was sent\n", "unexpected", *r.Unexpected)
	}
	text += notesText(r)
	_, err := io.WriteString(h.Stdout, text) // who cannot read it may still have the file
	if err := errors.Join(err, report.WriteFile(f.result, func(w io.Writer) error { return writeJSON(w, r) })); err != nil {
		return trouble(err)
	}
	if r.Interrupted {
		return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted; the result is of what came until then")}
	}
	return nil
}
