package command

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/plural"
)

// acceptedFor is how long what is written is accepted where nobody says until when.
const acceptedFor = 90 * 24 * time.Hour

// baselineFlags are the flags of the commands below baseline.
type baselineFlags struct {
	file, reason, expires string
}

// begin reads the result of a command, and the terms on which what fails in it is accepted.
// The file of the baseline may be named behind the result.
func (f *baselineFlags) begin(cmd *cobra.Command, args []string) (r report.Result, terms baseline.Terms, err error) {
	if len(args) > 1 {
		if cmd.Flags().Changed("file") && f.file != args[1] {
			return r, terms, fmt.Errorf("the baseline is named twice, %s and --file %s; leave one of them out", args[1], f.file)
		}
		f.file = args[1]
	}
	if r, err = readJudged(args[0]); err == nil {
		terms, err = f.terms(time.Now())
	}
	return r, terms, err
}

func newBaseline(h *Host) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "baseline",
		Short: "Accept for now what is broken, and keep that up to date",
		Long: `A baseline is a file with what a team accepts for now of what is broken: causes and
requirements, each with a reason and the day on which it counts again. "referee run
--baseline FILE" fails for what is not in it, for an entry that is not broken any more
and for one whose day has come, and says which line to delete. What it accepts is shown
as broken, and never as passed.`,
		Args: noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newBaselineWrite(h), newBaselineUpdate(h))
	return cmd
}

func newBaselineWrite(h *Host) *cobra.Command {
	var f baselineFlags
	cmd := &cobra.Command{
		Use:   "write RESULT [FILE]",
		Short: "Write a baseline that accepts all that fails in a result",
		Long: `Write a baseline that accepts all that fails in a result of "referee run --result":
its causes, and the requirements of which no cause is known. A broken SHOULD is
accepted where the run was strict. A file that is there is not replaced.`,
		Example: `  referee run --result result.json
  referee baseline write result.json --reason 'BOT-17: the new parser'
  referee run --baseline baseline.yaml

  referee baseline write result.json ci/baseline.yaml --reason BOT-17 \
      --expires 2027-01-31`,
		Args: aResult,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, terms, err := f.begin(cmd, args)
			if err != nil {
				return err
			}
			if _, err := os.Stat(f.file); !errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("%s is there already; `referee baseline update` changes it, --file names another", f.file)
			}
			text, err := baseline.Write(r, terms)
			if err != nil {
				return err
			}
			written, err := baseline.Parse(f.file, text)
			if err != nil {
				return err
			}
			if err := f.write(text); err != nil {
				return err
			}
			fmt.Fprintf(h.Stdout, "wrote %s with %s, accepted until %s\n", f.file, entries(len(written.Baseline().Entries)), terms.Expires)
			return nil
		},
	}
	f.declare(cmd)
	return cmd
}

func newBaselineUpdate(h *Host) *cobra.Command {
	var f baselineFlags
	cmd := &cobra.Command{
		Use:   "update RESULT [FILE]",
		Short: "Take out what is old, and add what fails beside it",
		Long: `Take out of a baseline what a result shows to be mended and what has expired, and add
what else fails in it. All other entries stay as they are, with their reasons and days,
and so do comments. What has expired and still fails is added anew: that wants a reason.`,
		Example: `  referee baseline update result.json
  referee baseline update result.json --reason 'BOT-21: stickers'`,
		Args: aResult,
		RunE: func(cmd *cobra.Command, args []string) error {
			r, terms, err := f.begin(cmd, args)
			if err != nil {
				return err
			}
			if _, err := os.Stat(f.file); errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("there is no %s to update; `referee baseline write %s %[1]s --reason TEXT` makes it", f.file, args[0])
			}
			old, err := readBaseline(f.file)
			if err == nil {
				err = old.Check(namedBy(r))
			}
			if err != nil {
				return err
			}
			text, done, err := old.Update(r, terms)
			if err != nil {
				return err
			}
			if len(done.Removed)+len(done.Added) == 0 {
				fmt.Fprintf(h.Stdout, "%s is up to date\n", f.file)
				return nil
			}
			if err := f.write(text); err != nil {
				return err
			}
			for _, id := range done.Removed {
				fmt.Fprintf(h.Stdout, "- %s\n", report.Clean(id))
			}
			for _, id := range done.Added {
				fmt.Fprintf(h.Stdout, "+ %s\n", report.Clean(id))
			}
			fmt.Fprintf(h.Stdout, "wrote %s: %s taken out, %d added\n", f.file, entries(len(done.Removed)), len(done.Added))
			return nil
		},
	}
	f.declare(cmd)
	return cmd
}

func (f *baselineFlags) declare(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.file, "file", "baseline.yaml", "the `FILE` of the baseline")
	flags.StringVar(&f.reason, "reason", "", "why entries that are made are accepted, a `TEXT` such as a ticket")
	flags.StringVar(&f.expires, "expires", "", "the `DATE` on which entries that are made count again; default: in 90 days")
}

// terms are what entries that are made say.
func (f *baselineFlags) terms(now time.Time) (baseline.Terms, error) {
	today := now.UTC().Format(time.DateOnly)
	t := baseline.Terms{Reason: strings.TrimSpace(f.reason), Expires: f.expires}
	if t.Expires == "" {
		t.Expires = now.UTC().Add(acceptedFor).Format(time.DateOnly)
	}
	if _, err := time.Parse(time.DateOnly, t.Expires); err != nil {
		return t, fmt.Errorf("--expires is %q; it has to be a day, such as 2027-01-31", f.expires)
	}
	if t.Expires <= today {
		return t, fmt.Errorf("--expires is %s, and that day has come; give a later one", f.expires)
	}
	return t, nil
}

func (f *baselineFlags) write(text []byte) error {
	return trouble(report.WriteFile(f.file, func(w io.Writer) error { _, err := w.Write(text); return err }))
}

// namedBy is what a baseline may name that a result is held against: what was judged in it, and
// what is known beside it. Where it has no expectations, nobody knows those of other runs.
func namedBy(r report.Result) baseline.Known {
	k := namedIn([]report.Result{r})
	k.Unread = !slices.ContainsFunc(r.Requirements, func(q report.Requirement) bool { return q.Basis == report.Expected })
	for _, q := range suites.RequirementsOf(schemas.Everything()) {
		k.Requirements = append(k.Requirements, q.ID)
	}
	return k
}

// entries is a number of them.
func entries(n int) string { return plural.Count(n, "entry") }

// aResult is for commands that read a result, and change a file that may be named too.
func aResult(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return fmt.Errorf("`%s` reads the result of a run, and none was given: first `referee run --result result.json`, with what else that run needs, then `%[1]s result.json`", cmd.CommandPath())
	case 1, 2:
		return nil
	}
	return fmt.Errorf("`%s` takes one result and the file of the baseline: %d were given; `referee report merge` joins the results of shards first", cmd.CommandPath(), len(args))
}

// readJudged reads a result of a run that came to its end: of another nobody knows what
// fails in it.
func readJudged(file string) (report.Result, error) {
	r, err := readResult(file)
	if err == nil && r.Verdict == report.NoVerdict {
		err = trouble(fmt.Errorf("%s is of a run without a verdict: %s; run it again", file, r.Reason))
	}
	return r, err
}
