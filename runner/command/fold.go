package command

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/report"
)

// fold breaks the descriptions of a command and of those below it into lines of an
// even width, so that nobody has to do that by hand.
func fold(cmd *cobra.Command) {
	cmd.Long = folded(cmd.Long)
	for _, below := range cmd.Commands() {
		fold(below)
	}
}

// folded breaks the paragraphs of a text into lines. One whose lines begin with a space
// stays as it is.
func folded(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		if !strings.Contains("\n"+p, "\n ") {
			paragraphs[i] = strings.Join(report.Wrap(strings.ReplaceAll(p, "\n", " "), helpWidth), "\n")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
