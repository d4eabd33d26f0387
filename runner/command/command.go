// Package command is the command line.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// Host is what a command may touch of the machine.
type Host struct {
	Stdin          io.Reader
	Stdout, Stderr io.Writer
	// LookupEnv reads an environment variable, like os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Environ lists the variables that are set, like os.Environ.
	Environ func() []string

	quiet string // the token that ends the time in which GitHub takes no commands; see github.go
}

// exit ends a command with a code, and with a message unless it said enough.
type exit struct {
	code int
	err  error
	// reported is true where the reports of a run are written.
	reported bool
}

func (e *exit) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// trouble is an error that is nobody's usage: a file, a network, a machine.
func trouble(err error) error {
	if err == nil {
		return nil
	}
	return &exit{code: runner.ExitTrouble, err: err}
}

// Main runs the command line and returns its exit code.
func Main(args []string, h Host) int {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		ends = append(ends, syscall.SIGHUP) // a terminal that is closed
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	defer stop()
	// Whoever presses Ctrl-C a second time does not want to wait for reports.
	patient := context.AfterFunc(ctx, func() { signal.Reset(ends...) })
	defer patient()
	root := newRoot(&h)
	root.SetArgs(args)
	root.SetIn(h.Stdin)
	root.SetOut(h.Stdout)
	root.SetErr(h.Stderr)

	started := time.Now()
	cmd, err := root.ExecuteContextC(ctx)
	var e *exit
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &e):
		e = &exit{code: runner.ExitUsage, err: err}
	}
	var diagnosis *runner.CannotBegin
	switch {
	case errors.As(e.err, &diagnosis):
		_ = report.WriteText(h.Stderr, "referee: "+e.err.Error(), h.page(h.Stderr)) // as with the others, nobody is left to tell
	case e.err != nil:
		fmt.Fprintf(h.Stderr, "referee: %s\n", report.Clean(e.err.Error()))
	}
	if err := h.reportFailure(cmd, args, started, e); err != nil {
		fmt.Fprintf(h.Stderr, "referee: %s\n", report.Clean(err.Error()))
	}
	return e.code
}

func newRoot(h *Host) *cobra.Command {
	root := &cobra.Command{
		Use:   "referee",
		Short: "A conformance harness and mock Meta platform for Messenger webhooks",
		Long: `Referee sends a Messenger webhook what Meta sends it, byte for byte, and judges
the answers. It works offline: the platform that it plays runs on this machine.

Exit codes: 0 conformant, 1 a requirement failed that no baseline accepts, or an entry
of the baseline has to be deleted, 2 usage, 3 the harness or the
receiver could not start, or too little was judged for a verdict, 4 nothing was
selected or applicable, 130 interrupted.`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noCommand,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			_, err := h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.AddCommand(
		newRun(h), newServe(h), newPing(h), newInit(h), newDoctor(h), newConfig(h), newEmit(h), newRecord(h), newReplay(h), newLoad(h),
		newValidate(h), newDrift(h), newWatch(h), newDiff(h), newReport(h), newBaseline(h), newVariants(h),
		newRequirements(h), newExplain(h), newSign(h), newVerify(h), newClientCA(h), newReference(h), newMCP(h), newCompletion(h), newVersion(h),
	)
	root.SetHelpCommand(newHelp())
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetUsageFunc(usage)
	root.SetFlagErrorFunc(badFlag)
	inOrder(root)
	h.complete(root)
	fold(root)
	return root
}

// page is how text for people is written to w.
func (h *Host) page(w io.Writer) report.Options {
	width, terminal := report.Terminal(w)
	if kind, _ := h.LookupEnv("TERM"); kind == "dumb" {
		terminal = false // it shows control characters instead of obeying them
	}
	noColor, _ := h.LookupEnv("NO_COLOR")
	return report.Options{Width: min(width, 100), Color: terminal && noColor == "", Live: terminal}
}
