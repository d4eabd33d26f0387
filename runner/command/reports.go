package command

import (
	"errors"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// write writes the reports: files first, so that the summary on the console,
// which names them, is the last thing to be read.
func (f *runFlags) write(cmd *cobra.Command, h *Host, r report.Result) error {
	page := f.page(h)
	var err error
	page.Files, err = writeFiles(cmd.Flags(), r, page)
	return errors.Join(err, report.WriteConsole(h.Stdout, r, page), h.tellGitHub(cmd.Flags(), r, page))
}

// page is how reports of the run are written.
func (f *runFlags) page(h *Host) report.Options {
	page := h.page(h.Stdout)
	page.Strict, page.All, page.Again = f.strict, f.all, f.again
	return page
}

// writeFiles writes the reports to which the flags give files, and returns those that were
// written.
func writeFiles(flags *pflag.FlagSet, r report.Result, o report.Options) ([]report.File, error) {
	files, err := filesOf(flags)
	if err != nil {
		return nil, err
	}
	return report.WriteFiles(files, r, o)
}

// begin puts reports without a verdict where those of the run will be: who kills
// it must not find the green ones of the run before. What is no file is left
// alone, and what cannot be written is told at the end.
func (h *Host) begin(flags *pflag.FlagSet) {
	h.quietGitHub(flags)
	files, _ := filesOf(flags)
	files = slices.DeleteFunc(files, func(f report.File) bool {
		info, err := os.Stat(f.Path)
		return err == nil && !info.Mode().IsRegular()
	})
	r := unjudged(flags, time.Now(), report.NoVerdict, "the run has not ended: it is under way, or it was killed")
	_, _ = report.WriteFiles(files, r, report.Options{})
}

// fileKeys are the flags that name files of reports.
func fileKeys() []string {
	keys := []string{report.BadgeKey}
	for _, f := range report.Formats() {
		keys = append(keys, f.Key)
	}
	return keys
}

// filesOf are the files that the flags name. An error says which of them cannot be; the
// others are returned all the same.
func filesOf(flags *pflag.FlagSet) (files []report.File, err error) {
	for _, format := range report.Formats() {
		if flag := flags.Lookup(format.Key); flag != nil && flag.Value.String() != "" {
			files = append(files, report.File{Format: format, Path: flag.Value.String()})
		}
	}
	badges, _ := flags.GetStringSlice(report.BadgeKey)
	var problems []error
	for _, path := range badges {
		format, err := report.BadgeFormat(path)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		files = append(files, report.File{Format: format, Path: path})
	}
	return files, errors.Join(problems...)
}

// unjudged is the result of a run in which nothing was judged.
func unjudged(flags *pflag.FlagSet, started time.Time, verdict report.Verdict, reason string) report.Result {
	seed, _ := flags.GetInt64("seed") // its default where it cannot be read
	r := report.Result{
		Version:    report.FormatVersion,
		Tool:       report.Tool{Name: "referee", Version: programVersion()},
		Seed:       seed,
		Started:    started.UTC().Truncate(time.Millisecond),
		DurationMS: time.Since(started).Milliseconds(),
		Receiver:   report.Receiver{URL: textOf(flags, "url")},
		Verdict:    verdict,
		Reason:     reason,
	}
	var secrets []string
	for _, k := range config.Keys() {
		if k.Secret {
			secrets = append(secrets, textOf(flags, k.Name))
		}
	}
	return report.Redact(r, secrets...)
}

// textOf is the value of a flag as text; empty where the command has no such flag.
func textOf(flags *pflag.FlagSet, name string) string {
	if f := flags.Lookup(name); f != nil {
		return f.Value.String()
	}
	return ""
}
