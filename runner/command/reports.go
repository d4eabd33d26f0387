package command

import (
	"errors"
	"io"
	"os"
	"time"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
)

// write writes the reports: files first, so that the summary on the console,
// which names them, is the last thing to be read.
func (f *runFlags) write(h *Host, r report.Result) error {
	page := h.page(h.Stdout)
	page.Strict, page.All, page.Again = f.strict, f.all, f.again
	var err error
	page.Files, err = writeReports(reportFiles{f.result, f.junit}, r, page)
	return errors.Join(err, report.WriteConsole(h.Stdout, r, page))
}

// reportFiles are where the result goes, but for the console; empty for nowhere.
type reportFiles struct{ result, junit string }

// writeReports writes files, and says which it wrote. One that cannot be written
// does not keep back the others.
func writeReports(files reportFiles, r report.Result, o report.Options) (written []report.File, err error) {
	var problems []error
	for _, file := range []struct {
		report.File
		write func(io.Writer) error
	}{
		{report.File{Format: "JSON", Path: files.result}, func(w io.Writer) error { return report.WriteJSON(w, r) }},
		{report.File{Format: "JUnit", Path: files.junit}, func(w io.Writer) error { return report.WriteJUnit(w, r, o) }},
	} {
		if file.Path == "" {
			continue
		}
		if err := report.WriteFile(file.Path, file.write); err != nil {
			problems = append(problems, err)
			continue
		}
		written = append(written, file.File)
	}
	return written, errors.Join(problems...)
}

// begin puts reports without a verdict where those of the run will be: who kills
// it must not find the green ones of the run before. What is no file is left
// alone, and what cannot be written is told at the end.
func begin(flags *pflag.FlagSet) {
	files := filesOf(flags)
	for _, path := range []*string{&files.result, &files.junit} {
		if info, err := os.Stat(*path); err == nil && !info.Mode().IsRegular() {
			*path = ""
		}
	}
	r := unjudged(flags, time.Now(), report.NoVerdict, "the run has not ended: it is under way, or it was killed")
	_, _ = writeReports(files, r, report.Options{})
}

// filesOf are the files that the flags name.
func filesOf(flags *pflag.FlagSet) reportFiles {
	return reportFiles{textOf(flags, "result"), textOf(flags, "junit")}
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

func textOf(flags *pflag.FlagSet, name string) string { return flags.Lookup(name).Value.String() }
