package command

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// tried is the topic that is judged to try a configuration. A run with it begins like any
// other: the bot is started and gets a handshake and correct events.
const tried = "handshake"

// try starts the bot as a run with the file does, and says whether it takes the handshake
// and what is signed correctly, or what to correct.
func (f initFlags) try(cmd *cobra.Command, h *Host) error {
	c, err := f.configuration(cmd, h)
	if err != nil {
		return fmt.Errorf("%s is written, and cannot be tried: %w", f.output, err)
	}
	fmt.Fprintln(h.Stderr, "trying it: start and handshake (--no-try leaves this out)")
	result, err := runner.Run(cmd.Context(), c)
	var refused *runner.CannotBegin
	switch {
	case errors.Is(err, runner.ErrInterrupted):
		return &exit{code: runner.ExitInterrupted, err: err}
	case errors.As(err, &refused):
		return trouble(fmt.Errorf("%s is written, and the bot starts with it; %s\n%s\nCorrect that, in %[1]s or in the bot; then %[4]s", f.output, refused.What, refused.Likely, f.judge()))
	case err != nil:
		return trouble(fmt.Errorf("%s is written, and the bot does not start with it: %w\nCorrect that, in %[1]s or in the bot; then %[3]s", f.output, err, f.judge()))
	}
	says := "tried: it starts, takes what is signed correctly, and answers the handshake"
	for _, cause := range result.Causes {
		says += "\nwrong with the handshake: " + oneLine(cause.Title) + " (" + cause.ID + ")"
	}
	_, err = fmt.Fprintf(h.Stdout, "%s\nnext: %s\n", says, f.judge())
	return trouble(err)
}

// configuration is that of a run with the file that was written.
func (f initFlags) configuration(cmd *cobra.Command, h *Host) (c runner.Config, err error) {
	r, flags := flagsOfRun()
	if err := flags.Set("config", f.output); err != nil {
		return c, err
	}
	settings, err := config.Load(h.settings(flags, variables(cmd.Root()), config.DefaultFile))
	if err != nil {
		return c, err
	}
	r.urlOrigin = settings.Origin("url")
	c = runner.Config{
		Platform: r.options(), Only: []string{tried}, AckDeadline: r.ackDeadline, Patience: r.patience, TimeLimit: r.timeLimit, Version: programVersion(),
		Calibrated: func(what string) { fmt.Fprintf(h.Stderr, "calibration: %s\n", report.Clean(what)) },
	}
	if c.Receiver, err = r.receiver(); err != nil {
		return c, err
	}
	return c, errors.Join(r.secure(&c.Platform), r.check(), c.Check())
}
