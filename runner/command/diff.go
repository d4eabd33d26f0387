package command

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

func newDiff(h *Host) *cobra.Command {
	var ofCatalogue, asJSON bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two results, or the catalogue of two days",
		Long: `Compare two files that ` + "`referee run --result`" + ` wrote: which causes are new and
which are gone, and which requirements came, went, broke or were mended. With --catalogue A and B are days, or versions of the
Graph API, and what is compared is what Meta sent on each.

Exit codes: 0 when nothing changed, or for --catalogue; 1 when B breaks what A did
not; 2 and 3 for a file that is none or cannot be read.`,
		Example: `  referee diff yesterday.json today.json
  referee diff --catalogue v12.0 2026-01-01`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("give two: %d were given", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if ofCatalogue {
				return h.diffCatalogue(args[0], args[1], asJSON)
			}
			before, err := readResult(args[0])
			if err != nil {
				return err
			}
			after, err := readResult(args[1])
			if err != nil {
				return err
			}
			d := report.Compare(before, after)
			if asJSON {
				err = writeJSON(h.Stdout, d)
			} else {
				err = report.WriteComparison(h.Stdout, d, h.page(h.Stdout))
			}
			if err == nil && len(d.Broken) > 0 {
				return &exit{code: report.ExitNonconformant}
			}
			return trouble(err)
		},
	}
	cmd.Flags().BoolVar(&ofCatalogue, "catalogue", false, "compare the catalogue of two days")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func (h *Host) diffCatalogue(from, to string, asJSON bool) error {
	before, err := schemas.AsOf(from)
	if err != nil {
		return fmt.Errorf("day A: %w", err)
	}
	after, err := schemas.AsOf(to)
	if err != nil {
		return fmt.Errorf("day B: %w", err)
	}
	d, err := schemas.Compare(before, after)
	if err != nil {
		return err
	}
	if asJSON {
		return trouble(writeJSON(h.Stdout, d))
	}
	return trouble(report.WriteCatalogueComparison(h.Stdout, d, h.page(h.Stdout)))
}

// readResult reads a file that `run --result` wrote.
func readResult(file string) (report.Result, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return report.Result{}, trouble(err)
	}
	r, err := report.ReadResult(text)
	if err != nil {
		return report.Result{}, errors.Join(fmt.Errorf("%s is no result of `referee run --result`", file), err)
	}
	if len(r.Requirements) == 0 && r.Reason != "" {
		return r, trouble(fmt.Errorf("%s is of a run that judged nothing, so there is nothing to compare: %s", file, r.Reason))
	}
	return r, nil
}
