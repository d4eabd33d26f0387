package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/watch"
	"github.com/seed-11445fa1/referee/runner/watch/polite"
)

// aboutReferee is where whoever is asked for pages can read about the program.
const aboutReferee = "https://github.com/seed-11445fa1/referee"

func newWatch(h *Host) *cobra.Command {
	var pagesFile, stateFile, format, own, folder string
	var pause time.Duration
	cmd := &cobra.Command{
		Use:   "watch",
		Short: "Say what Meta announced since the last time",
		Long: `Fetch Meta's documentation, changelogs and table of versions, and say what is new,
gone or changed since the last run, and what of it the catalogue does not know: a
member of a sample, a value, a shape that is no variant's, an announcement, a version
of the Graph API. JSON that is printed with placeholders or mistakes is mended where it
can be meant in one way only; what cannot be read is reported once.

The first run keeps what there is in the state file, and reports only what the
catalogue does not know. Pages are asked for one at a time, with a pause between them,
and only come if they have changed. A host that asks to wait is left alone.

--write puts variant files, schema patches and changes.json for the history into a
folder. What is there already is kept, and known; --catalogue takes the folder for known
in other commands. Where there is a new version of the Graph API it writes
history/graph-versions.json too: that is a file of Referee's own repository, below
schemas, for whoever makes a release; with --catalogue nothing reads it.

Exit codes: 0 when nothing is new, gone or changed, 1 when something is, 3 when a page
could not be looked at; what is known of it is kept for the next run.`,
		Example: `  referee watch --state watch.state.json
  referee watch --format markdown --write proposed > announced.md`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.Contains(driftFormats, format) {
				return fmt.Errorf("--format %s: there is %s", format, strings.Join(driftFormats, ", "))
			}
			if pause < 0 {
				return fmt.Errorf("--pause is %s; it has to be nothing or more, such as 2s", pause)
			}
			pages, err := readPages(pagesFile)
			if err != nil {
				return err
			}
			if own == "" && folder != "" && hasCatalogue(folder) {
				own = folder // of earlier runs
			}
			if err := checkWrite(folder, own); err != nil {
				return err
			}
			catalogue, err := h.catalogue(own, "")
			if err != nil {
				return err
			}
			state, err := readState(stateFile)
			if err != nil {
				return err
			}
			now := time.Now()
			r, next, err := watch.Run(cmd.Context(), watch.Options{
				Pages: pages, State: state, Catalogue: catalogue, Now: now, Progress: h.watching(),
				Client: polite.Options{UserAgent: "referee/" + programVersion() + " (+" + aboutReferee + ")", Pause: pause},
			})
			switch {
			case errors.Is(err, context.Canceled):
				return &exit{code: runner.ExitInterrupted, err: fmt.Errorf("interrupted; %s is as it was", stateFile)}
			case err != nil:
				return trouble(err)
			}
			switch format {
			case "json":
				err = report.WriteWatchJSON(h.Stdout, r)
			case "markdown":
				err = report.WriteWatchMarkdown(h.Stdout, r)
			default:
				err = report.WriteWatch(h.Stdout, r, h.page(h.Stdout))
			}
			if err == nil && folder != "" {
				err = h.propose(folder, r)
			}
			// The state last: what could not be told is told by the next run.
			if err == nil {
				err = report.WriteFile(stateFile, func(w io.Writer) error { return writeJSON(w, next) })
			}
			switch {
			case err != nil:
				return trouble(err)
			case len(r.Troubles) > 0:
				return &exit{code: runner.ExitTrouble}
			case !r.Quiet():
				return &exit{code: report.ExitNonconformant}
			}
			return nil
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&pagesFile, "pages", "", "look at the pages in this `FILE` instead of those that are built in")
	flags.StringVar(&stateFile, "state", "watch.state.json", "the `FILE` with what the last run saw; it is written anew")
	catalogueFlag(flags, &own)
	flags.StringVar(&format, "format", "text", "how to print it: `FORMAT` is text, json or markdown")
	flags.StringVar(&folder, "write", "", "write variant files, schema patches and changes of the history for what is new into this `FOLDER`")
	flags.DurationVar(&pause, "pause", 2*time.Second, "wait for this `TIME` between two requests to one host")
	mustComplete(cmd, "format", func() []string { return driftFormats })
	return cmd
}

// readPages reads a file of pages; without a name it is the one that is built in.
func readPages(file string) ([]watch.Page, error) {
	if file == "" {
		return watch.Pages()
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("--pages: %w", err)
	}
	pages, err := watch.ReadPages(text)
	if err != nil {
		return nil, fmt.Errorf("--pages %s: %w", file, err)
	}
	return pages, nil
}

// readState reads what the last run saw; nil where there was none.
func readState(file string) (*watch.State, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("--state: %w", err)
	}
	state, err := watch.ParseState(text)
	if err != nil {
		return nil, fmt.Errorf("--state %s: %w; nothing was fetched, and the file is as it was: put back an earlier one, or move it away to begin anew", file, err)
	}
	return &state, nil
}

// watching says on a terminal which page is asked for; elsewhere it is nil.
func (h *Host) watching() func(n, of int, p watch.Page) {
	if !h.page(h.Stderr).Live {
		return nil
	}
	return func(n, of int, p watch.Page) { fmt.Fprintf(h.Stderr, "%d of %d: %s\n", n, of, report.Clean(p.URL)) }
}
