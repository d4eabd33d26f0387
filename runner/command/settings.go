package command

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// load sets the flags of a command that were not given from the environment and
// the configuration file; without a file, from the environment alone. A command
// without flags takes nothing from either, and works whatever is in them.
func (h *Host) load(cmd *cobra.Command, file string) (config.Settings, error) {
	if !hasFlags(cmd) {
		return nil, nil
	}
	if err := noEmptyValues(cmd.Flags()); err != nil {
		return nil, err
	}
	return config.Load(h.settings(cmd.Flags(), variables(cmd.Root()), file))
}

// settings are where flags are set from. Of the variables that no flag has, those that are
// known may be set all the same.
func (h *Host) settings(flags *pflag.FlagSet, known []string, file string) config.Options {
	var environ []string
	if h.Environ != nil {
		environ = h.Environ()
	}
	return config.Options{
		Flags: flags, File: file, LookupEnv: h.LookupEnv, Environ: environ, Known: known, Foreign: ofTests,
	}
}

// hasFlags reports whether a command has flags of its own.
func hasFlags(cmd *cobra.Command) bool {
	found := false
	cmd.Flags().VisitAll(func(f *pflag.Flag) { found = found || f.Name != "help" })
	return found
}

// variables are those of every flag of every command, and those that a receiver
// gets: the receiver may be a `referee reference`.
func variables(root *cobra.Command) []string {
	all := sut.Variables()
	var add func(*cobra.Command)
	add = func(cmd *cobra.Command) {
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				all = append(all, config.Variable(f.Name))
			}
		})
		for _, sub := range cmd.Commands() {
			add(sub)
		}
	}
	add(root)
	return all
}

// ofTests reports whether a variable is one of Referee's own tests, which start
// Referee too. Such a variable is no setting, and may be empty.
func ofTests(name string) bool {
	return strings.HasPrefix(name, "REFEREE_TEST_") || name == "REFEREE_SCREENSHOTS"
}
