package command

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
)

// helpWidth is where lines of help end, in columns.
const helpWidth = 80

// usage writes what stands below the description of a command: how it is
// called, its commands, its flags.
func usage(cmd *cobra.Command) error {
	var b strings.Builder
	section := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%s:\n%s\n\n", title, strings.TrimRight(text, "\n"))
		}
	}
	var calls, commands strings.Builder
	if cmd.HasParent() {
		fmt.Fprintf(&calls, "  %s\n", cmd.UseLine())
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&calls, "  %s COMMAND [flags]\n", cmd.CommandPath())
	}
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			fmt.Fprintf(&commands, "  %-*s %s\n", sub.NamePadding(), sub.Name(), sub.Short)
		}
	}
	section("Usage", calls.String())
	section("Examples", cmd.Example)
	section("Commands", commands.String())
	section("Flags", cmd.LocalFlags().FlagUsagesWrapped(helpWidth)+cmd.InheritedFlags().FlagUsagesWrapped(helpWidth))
	if first := firstFlag(cmd.LocalFlags()); first != "" {
		fmt.Fprintf(&b, "Every flag has an environment variable: --%s is %s.\n", first, config.Variable(first))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, "`%s COMMAND --help` says more about a command.\n", cmd.CommandPath())
	}
	_, err := fmt.Fprintln(cmd.OutOrStderr(), strings.TrimRight(b.String(), "\n"))
	return err
}

// firstFlag is the name of the first flag with a value, as an example.
func firstFlag(flags *pflag.FlagSet) string {
	first := ""
	flags.VisitAll(func(f *pflag.Flag) {
		if first == "" && f.Value.Type() != "bool" {
			first = f.Name
		}
	})
	return first
}

// inOrder lists the flags of a command and of those below it in the order in
// which they were declared: what belongs together stands together.
func inOrder(cmd *cobra.Command) {
	cmd.Flags().SortFlags = false
	for _, sub := range cmd.Commands() {
		inOrder(sub)
	}
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:                   "help [COMMAND]",
		Short:                 "Show what a command does and which flags it has",
		DisableFlagsInUseLine: true,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			above, _, err := cmd.Root().Find(args)
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return subcommands(above), cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			target, rest, err := cmd.Root().Find(args)
			if err != nil {
				return err
			}
			if len(rest) > 0 {
				return unknownCommand(target, rest[0])
			}
			target.InitDefaultHelpFlag()
			return target.Help()
		},
	}
}

// subcommands are the names of the commands below one.
func subcommands(cmd *cobra.Command) []string {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return names
}
