package command

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// noArguments is for commands that have nothing but flags.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return fmt.Errorf("`%s` takes no arguments, and %q is one; see `%s --help`", cmd.CommandPath(), args[0], cmd.CommandPath())
}

// noCommand is for commands that have others below them.
func noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return unknownCommand(cmd, args[0])
}

// one is for commands that take the name of one thing; lister shows the names.
func one(what, lister string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch len(args) {
		case 0:
			return fmt.Errorf("which %s? `%s` lists them", what, lister)
		case 1:
			return nil
		}
		return fmt.Errorf("`%s` takes one %s, and not %d: %s", cmd.CommandPath(), what, len(args), strings.Join(args, " "))
	}
}

func unknownCommand(above *cobra.Command, name string) error {
	return unknown("command", name, subcommands(above), above.CommandPath()+" --help")
}

// badFlag says what is wrong with a flag, in the words of its user.
func badFlag(cmd *cobra.Command, err error) error {
	help := cmd.CommandPath() + " --help"
	var nameless *pflag.NotExistError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &nameless) && nameless.GetSpecifiedShortnames() == "":
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		return unknown("flag", "--"+nameless.GetSpecifiedName(), names, help)
	case errors.As(err, &invalid):
		return fmt.Errorf("--%s is %q; %s; see `%s`", invalid.GetFlag().Name, invalid.GetValue(), expected(invalid), help)
	}
	return fmt.Errorf("%w; see `%s`", err, help)
}

// noEmptyValues refuses flags that were given an empty value. Taken for their
// absence, one whose variable a script forgot to set would judge something else.
func noEmptyValues(flags *pflag.FlagSet) error {
	var problems []error
	flags.Visit(func(f *pflag.Flag) {
		if text := f.Value.String(); text == "" || text == "[]" {
			problems = append(problems, fmt.Errorf("--%s is empty; give it a value or leave it out", f.Name))
		}
	})
	return errors.Join(problems...)
}

// expected says what the value of a flag has to be.
func expected(invalid *pflag.InvalidValueError) string {
	switch invalid.GetFlag().Value.Type() {
	case "bool":
		return "it has to be true or false"
	case "int64":
		return "it has to be a whole number, such as 7"
	case "float64":
		return "it has to be a number, such as 2.5"
	case "duration":
		return "it has to be a time with its unit, such as 5s or 300ms"
	}
	return errors.Unwrap(invalid).Error()
}
