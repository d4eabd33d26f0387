package command

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

func newDiff(h *Host) *cobra.Command {
	var asJSON bool
	var folder string
	var settings config.Settings
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two results, or the catalogue of two days",
		Long: `Compare two files that ` + "`referee run --result`" + ` wrote: which requirements are
broken, fixed, new or gone, what has one cause together, and which causes are new. With
--catalogue A and B are days, or versions of the Graph API, and what is compared is
what Meta sent on each.

Exit codes: 0 when nothing is worse in B, or for --catalogue; 1 when something is
broken in B that was not in A, or was not there or not judged, and when a MUST that was
broken is so for a new cause; 2 and 3 for a file that is none or cannot be read.

--catalogue=FOLDER, with the equals sign, compares with what is in the folder as well.`,
		Example: `  referee diff yesterday.json today.json
  referee diff --catalogue v12.0 2026-01-01`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("give two: %d were given; a folder of --catalogue comes after an equals sign", len(args))
			}
			return nil
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) (err error) {
			settings, err = h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(_ *cobra.Command, args []string) error {
			// A variable or a file that names the folder does not say what is compared.
			if strings.HasPrefix(settings.Origin("catalogue"), "flag ") {
				if folder == noFolder {
					folder = ""
				}
				return h.diffCatalogue(folder, args[0], args[1], asJSON)
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
			if err == nil && d.Worse() {
				return &exit{code: report.ExitNonconformant}
			}
			return trouble(err)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&folder, "catalogue", "", "compare the catalogue of two days, with what is in the `FOLDER` if one is given")
	flags.Lookup("catalogue").NoOptDefVal = noFolder
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// noFolder is the value of a --catalogue that names none.
const noFolder = "Referee's own"

func (h *Host) diffCatalogue(folder, from, to string, asJSON bool) error {
	before, err := h.asOf("day A", from)
	if err != nil {
		return err
	}
	after, err := h.asOf("day B", to)
	if err != nil {
		return err
	}
	if before, err = h.lay(folder, before); err != nil {
		return err
	}
	if after, err = h.lay(folder, after); err != nil {
		return err
	}
	d, err := schemas.Compare(before, after)
	if err != nil {
		return err
	}
	if asJSON {
		return trouble(writeJSON(h.Stdout, d))
	}
	return trouble(report.WriteCatalogueComparison(h.Stdout, d, after.Ever(), h.page(h.Stdout)))
}

// readResult reads a file that `run --result` wrote.
func readResult(file string) (report.Result, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return report.Result{}, trouble(fmt.Errorf("there is no %s; `referee run --result %[1]s` writes it", file))
	}
	if err != nil {
		return report.Result{}, trouble(err)
	}
	r, err := report.ReadResult(text)
	if err != nil {
		return report.Result{}, noResult(file, text, err)
	}
	if len(r.Requirements) == 0 && r.Reason != "" {
		return r, trouble(fmt.Errorf("%s is of a run that judged nothing, so there is nothing to compare: %s", file, r.Reason))
	}
	return r, nil
}

// noResult says of a file that is none what it is, as far as that can be seen, and what to
// give.
func noResult(file string, text []byte, err error) error {
	var members map[string]json.RawMessage
	what := ""
	switch trimmed := bytes.TrimSpace(text); {
	case len(trimmed) == 0:
		what = "it is empty"
	case trimmed[0] == '<':
		what = "it is XML or HTML, as other reports are"
	case json.Unmarshal(text, &members) == nil && members["requirements"] == nil && members["verdict"] == nil:
		what = "it is JSON of something else"
	case !json.Valid(text) && trimmed[0] != '{':
		what = "it is not JSON"
	default:
		return errors.Join(fmt.Errorf("%s is no result of `referee run --result`", file), err)
	}
	return fmt.Errorf("%s is no result of `referee run --result`: %s; give the file that `referee run --result FILE` wrote", file, what)
}
