package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
)

// manual is what the manual pages of a release have in common.
type manual struct {
	version string
	date    time.Time
}

// section is the section of a manual for programs that anyone may run.
const section = "1"

// manName is the name of the page about a command, such as referee-report-merge.
func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// write writes the page about a command, for man. The generator that comes with cobra puts
// an option and what it means on one line, and does not know the names of values.
func (m manual) write(w io.Writer, cmd *cobra.Command) error {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q %s %q %q Referee\n", strings.ToUpper(manName(cmd)), section, m.date.UTC().Format(time.DateOnly), "Referee "+m.version)
	heading := func(title string) { fmt.Fprintf(&b, ".SH %s\n", title) }

	heading("NAME")
	fmt.Fprintf(&b, "%s \\- %s\n", roff(manName(cmd)), roff(cmd.Short))
	heading("SYNOPSIS")
	if cmd.HasParent() {
		fmt.Fprintf(&b, "\\fB%s\\fR\n", roff(cmd.UseLine()))
	}
	if cmd.HasAvailableSubCommands() {
		fmt.Fprintf(&b, ".br\n\\fB%s COMMAND [flags]\\fR\n", roff(cmd.CommandPath()))
	}
	heading("DESCRIPTION")
	for i, paragraph := range strings.Split(cmp.Or(cmd.Long, cmd.Short+"."), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		paragraphOf(&b, paragraph)
	}
	if cmd.HasAvailableSubCommands() {
		heading("COMMANDS")
		for _, sub := range commandsOf(cmd) {
			fmt.Fprintf(&b, ".TP\n\\fB%s\\fR(%s)\n%s\n", roff(manName(sub)), section, roff(sub.Short))
		}
	}
	heading("OPTIONS")
	cmd.InitDefaultHelpFlag()
	variable := ""
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		option(&b, f)
		if variable == "" && f.Value.Type() != "bool" {
			variable = fmt.Sprintf("Every flag has an environment variable: \\-\\-%s is \\fB%s\\fR.\n", roff(f.Name), config.Variable(f.Name))
		}
	})
	if variable != "" {
		heading("ENVIRONMENT")
		b.WriteString(variable)
	}
	if cmd.Example != "" {
		heading("EXAMPLES")
		fmt.Fprintf(&b, ".EX\n%s\n.EE\n", roff(cmd.Example))
	}
	if cmd.HasParent() {
		heading("SEE ALSO")
		fmt.Fprintf(&b, "\\fB%s\\fR(%s)\n", roff(manName(cmd.Parent())), section)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// option writes a flag, with the name of its value and its default where it has one.
func option(b *strings.Builder, f *pflag.Flag) {
	value, says := pflag.UnquoteUsage(f)
	b.WriteString(".TP\n")
	if f.Shorthand != "" {
		fmt.Fprintf(b, "\\fB\\-%s\\fR, ", f.Shorthand)
	}
	fmt.Fprintf(b, "\\fB\\-\\-%s\\fR", roff(f.Name))
	if value != "" {
		fmt.Fprintf(b, " \\fI%s\\fR", roff(value))
	}
	b.WriteString("\n" + roff(says))
	switch f.DefValue {
	case "", "0", "0s", "false", "[]":
	default:
		fmt.Fprintf(b, " (default %s)", roff(f.DefValue))
	}
	b.WriteString("\n")
}

// paragraphOf writes a paragraph, which man fills, or lines that are indented, as they are.
func paragraphOf(b *strings.Builder, text string) {
	if strings.Contains("\n"+text, "\n ") {
		fmt.Fprintf(b, ".EX\n%s\n.EE\n", roff(text))
		return
	}
	b.WriteString(roff(text) + "\n")
}

// roff escapes what man would take for its own.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
	return controls.ReplaceAllString(text, `\&$1`)
}

// controls are the characters that begin a line with an instruction for man.
var controls = regexp.MustCompile(`(?m)^([.'])`)
