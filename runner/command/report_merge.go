package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
)

func newReportMerge(h *Host) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "merge RESULT RESULT...",
		Short: "Join the results of shards into the result of the whole run",
		Long: `Join the results of all shards of a run ("referee run --shard 1/4 --result FILE" and its
like) into one, with the verdict and the exit code of the whole. With --baseline it is
held to a baseline, whatever the shards were.

Results of different seeds, receivers, versions, settings or days are refused, and so
are shards that are missing, there twice, or without a verdict.`,
		Example: `  referee report merge shard-*.json --result result.json --junit junit.xml`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("give the results of all shards: none was given")
			}
			return nil
		},
		Annotations: map[string]string{judges: ""},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			_, err := h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := keepsInputs(cmd.Flags(), args); err != nil {
				return &exit{code: runner.ExitUsage, err: err, reported: true} // in which file?
			}
			results := make([]report.Result, len(args))
			for i, file := range args {
				var err error
				if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
					return trouble(fmt.Errorf("there is no %s; `referee run --shard INDEX/OF --result %[1]s`, with what else the other shards were given, writes it", file))
				}
				if results[i], err = readResult(file); err != nil {
					return err
				}
			}
			accepted, err := readBaseline(textOf(cmd.Flags(), "baseline"))
			if err != nil {
				return err
			}
			if accepted != nil {
				if err := accepted.Check(namedIn(results)); err != nil {
					return err
				}
				for i := range results {
					results[i].Baseline = &report.Baseline{File: textOf(cmd.Flags(), "baseline"), Entries: accepted.Baseline().Entries}
				}
			}
			joined, code, err := report.Merge(args, results)
			if err != nil {
				return err
			}
			page := h.page(h.Stdout)
			page.Strict = joined.Strict
			page.All, _ = cmd.Flags().GetBool("all")
			page.Again = againOf(joined)
			files, err := filesOf(cmd.Flags())
			if err != nil {
				return err
			}
			written, err := report.WriteFiles(files, joined, page)
			page.Files = written
			if err := errors.Join(err, report.WriteConsole(h.Stdout, joined, page), h.tellGitHub(cmd.Flags(), joined, page)); err != nil {
				return trouble(err)
			}
			if code != report.ExitConformant {
				return &exit{code: code, reported: true}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	for _, key := range append(fileKeys(), githubKey, "baseline", "all") {
		config.MustDeclare(flags, key, nil)
	}
	fileFlag(flags)
	return cmd
}

// keepsInputs refuses a report in the place of a result that is joined.
func keepsInputs(flags *pflag.FlagSet, inputs []string) error {
	files, err := filesOf(flags)
	if err != nil {
		return err
	}
	for _, file := range files {
		to, err := os.Stat(file.Path)
		if err != nil {
			continue // it is not there yet
		}
		for _, input := range inputs {
			if from, err := os.Stat(input); err == nil && os.SameFile(from, to) {
				return fmt.Errorf("--%s is %s, which is one of the results to be joined; name another file", file.Key, input)
			}
		}
	}
	return nil
}

// namedIn is what a baseline of these results may name: their requirements and causes, and
// all causes that are known.
func namedIn(results []report.Result) baseline.Known {
	var k baseline.Known
	for _, q := range results[0].Requirements {
		k.Requirements = append(k.Requirements, q.ID)
	}
	catalogue := schemas.Everything()
	all := suites.RequirementsOf(catalogue)
	k.Cause = func(id string) bool {
		_, known := diagnosis.Describe(id, catalogue, all)
		return known || slices.ContainsFunc(results, func(r report.Result) bool {
			_, expected := r.ExpectationOf(id) // which may be met by now
			return expected && diagnosis.OfExpectation(id) || slices.ContainsFunc(r.Causes, func(c report.Cause) bool { return c.ID == id })
		})
	}
	return k
}
