package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/load"
	"github.com/seed-11445fa1/referee/runner/report"
)

func newLoadMerge(h *Host) *cobra.Command {
	var f loadFlags // of which it has few
	cmd := &cobra.Command{
		Use:   "merge RESULT RESULT...",
		Short: "Add up the results of machines that sent and collected a load",
		Long: `Add up the results of one load of several machines into one account: those of the
machines that sent it ("referee load --result FILE", or k6 with a script of "referee
load --k6"), and those of "referee load --collect". Events are matched by their
numbers.

Times are exact where all results have their histograms; else each percentile is that
of the machine that had the worst. What no result shows is not known, and says why.
Refused are results of different series, events that two machines sent, and a result
that is given twice. --assert decides the exit code as that of "referee load".`,
		Example: `  referee load merge k6-*.json tally-*.json --assert 'lost==0' --result sum.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("give the results of all machines: none was given")
			}
			return nil
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			_, err := h.load(cmd, config.DefaultFile)
			return err
		},
		RunE: func(cmd *cobra.Command, files []string) error {
			var assertions []load.Assertion
			var problems []error
			for _, text := range f.asserted {
				a, err := load.ParseAssertion(text)
				if err != nil {
					problems = append(problems, fmt.Errorf("--assert: %w", err))
				}
				assertions = append(assertions, a)
			}
			problems = append(problems, apart("--result", f.result, "--html", f.html))
			docs, err := readLoads(files, f.result, f.html)
			catalogue, unread := h.catalogue(f.folder, "")
			if err := errors.Join(append(problems, err, unread)...); err != nil {
				return err
			}
			sum, err := load.Merge(cmd.Context(), docs, catalogue)
			if cmd.Context().Err() != nil {
				return &exit{code: runner.ExitInterrupted, err: errors.New("interrupted; nothing was added up")}
			}
			if err != nil {
				return err
			}
			return f.tellSum(h, sum, assertions)
		},
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.asserted, "assert", nil, "what the sum has to be, an `ASSERTION` such as 'p99<250ms' or 'lost==0', of "+strings.Join(load.Metrics(), ", "))
	flags.StringVar(&f.result, "result", "", "write the sum as JSON to this `FILE`")
	flags.StringVar(&f.html, "html", "", "write the sum as one page to this `FILE`")
	config.Own(flags, "result") // those of a run are others
	config.Own(flags, "html")
	catalogueFlag(flags, &f.folder)
	fileFlag(flags)
	return cmd
}

// readLoads reads results of loads, none of which is one of the files that are written.
func readLoads(files []string, result, html string) ([]load.Document, error) {
	var docs []load.Document
	var problems []error
	known := map[string]os.FileInfo{}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%w; give a file that --result of a load wrote", err))
			continue
		}
		for before, other := range known {
			if os.SameFile(info, other) {
				problems = append(problems, fmt.Errorf("%s and %s are the same file", before, file))
			}
		}
		known[file] = info
		for flag, name := range map[string]string{"result": result, "html": html} {
			if to, err := os.Stat(name); err == nil && os.SameFile(info, to) {
				problems = append(problems, fmt.Errorf("--%s is %s, which is one of the results to be added up; name another file", flag, name))
			}
		}
		text, err := os.ReadFile(file)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		d, err := load.ReadDocument(file, text)
		if err != nil {
			problems = append(problems, err)
		}
		docs = append(docs, d)
	}
	return docs, errors.Join(problems...)
}

// tellSum prints and writes a sum, and judges it.
func (f *loadFlags) tellSum(h *Host, sum load.Result, asserted []load.Assertion) error {
	text, code := judgedLoad(&sum, asserted)
	_, err := io.WriteString(h.Stdout, report.Clean(text))
	problems := []error{err} // who cannot read it may still have the files
	if f.result != "" {
		problems = append(problems, report.WriteFile(f.result, func(w io.Writer) error { return writeJSON(w, sum) }))
	}
	if err := errors.Join(append(problems, f.writePage(&sum))...); err != nil {
		return trouble(err)
	}
	if sum.Gone != "" {
		return trouble(fmt.Errorf("a receiver ended, and its load with it: %s", sum.Gone))
	}
	return &exit{code: code, reported: true}
}
