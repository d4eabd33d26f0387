package command

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

func newReport(h *Host) *cobra.Command {
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "report RESULT",
		Short: "Make reports of a result",
		Long: `Make reports of a file that ` + "`referee run --result`" + ` wrote, any number at once, in
place of those that ` + "`run`" + ` makes itself with the same flags. Without a file to write,
it prints what run prints. Of a file that ` + "`referee load --result`" + ` wrote it makes --html.

The exit code says whether they were written: 0, or 2 and 3 for what is no result or
cannot be written. The verdict is in them.`,
		Example: `  referee report out/result.json
  referee report out/load.json --html load.html
  referee report out/result.json --html report.html --sarif referee.sarif
  referee report out/result.json --badge badge.svg,badge.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("give one file that `referee run --result FILE` wrote: %d were given", len(args))
			}
			return nil
		},
		// Beside its subcommand, which alone would be completed.
		ValidArgsFunction: oneFile,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := filesOf(cmd.Flags())
			if err != nil {
				return err
			}
			text, err := os.ReadFile(args[0])
			if err != nil {
				return trouble(err)
			}
			if isLoad(text) {
				// The files that referee.yaml names are those of a run.
				files = slices.DeleteFunc(files, func(f report.File) bool { return !strings.HasPrefix(settings.Origin(f.Key), "flag ") })
				return reportLoad(h, args[0], text, files)
			}
			r, err := report.ReadResult(text)
			if err != nil {
				return noResult(args[0], text, err)
			}
			o := h.page(h.Stdout)
			o.Strict, _ = cmd.Flags().GetBool("strict")
			o.All, _ = cmd.Flags().GetBool("all")
			o.Again = againOf(r)
			written, err := report.WriteFiles(files, r, o)
			o.Files = written
			if len(files) == 0 {
				h.quietGitHub(cmd.Flags())
				err = report.WriteConsole(h.Stdout, r, o)
			}
			return trouble(errors.Join(err, h.tellGitHub(cmd.Flags(), r, o)))
		},
	}
	flags := cmd.Flags()
	for _, key := range append(fileKeys(), githubKey, "strict", "all") {
		if key != "result" { // which is what it reads
			config.MustDeclare(flags, key, nil)
		}
	}
	fileFlag(flags)
	cmd.AddCommand(newReportMerge(h))
	return cmd
}
