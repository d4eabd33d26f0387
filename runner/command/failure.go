package command

import (
	"errors"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// judges marks a command that judges and has the flags of reports. Its value is
// the flag with which it does; empty where it always does.
const judges = "judges"

// reportFailure writes reports that say why nothing was judged, where a command
// that judges ended before it had others to write: a CI server that finds those
// of the run before would show them, green.
func (h *Host) reportFailure(cmd *cobra.Command, args []string, started time.Time, e *exit) error {
	only, judging := cmd.Annotations[judges]
	if !judging || e.reported {
		return nil
	}
	flags := cmd.Flags()
	readLeniently(flags, args)
	// What is wrong in environment and file was told, or has to wait until the
	// arguments are right; what is right in them names files all the same.
	_, _ = config.Load(h.settings(flags, variables(cmd.Root()), config.DefaultFile))
	if only != "" && textOf(flags, only) != "true" {
		return nil
	}
	verdict := report.NoVerdict
	if e.code == report.ExitEmpty {
		verdict = report.Empty
	}
	r := unjudged(flags, started, verdict, e.Error())
	return errors.Join(writeUnjudged(flags, r), h.tellGitHub(flags, r, report.Options{}))
}

// writeUnjudged writes a result without a verdict to the files of reports.
func writeUnjudged(flags *pflag.FlagSet, r report.Result) error {
	files, _ := filesOf(flags) // what is wrong with their names was told, or is told when all else is right
	_, err := report.WriteFiles(files, r, report.Options{})
	return err
}

// readLeniently sets the flags that can be read in arguments with a mistake in
// them, which end the reading of all that come after it.
func readLeniently(flags *pflag.FlagSet, args []string) {
	for len(args) > 0 && args[0] != "--" {
		name, value, hasValue := strings.Cut(args[0], "=")
		name, isFlag := strings.CutPrefix(name, "--")
		args = args[1:]
		f := flags.Lookup(name)
		if !isFlag || f == nil {
			continue
		}
		switch {
		case hasValue:
		case f.NoOptDefVal != "": // a switch
			value = f.NoOptDefVal
		case len(args) > 0:
			value, args = args[0], args[1:]
		default:
			continue
		}
		_ = flags.Set(f.Name, value) // one that is wrong was told, or comes after one that was
	}
}
