package command

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner/report"
)

// githubKey is the flag that says whether GitHub is told.
const githubKey = "github"

// forGitHub reports whether GitHub is told of a run: where the flag says so, and without
// it under GitHub Actions.
func (h *Host) forGitHub(flags *pflag.FlagSet) bool {
	if flags.Changed(githubKey) {
		told, _ := flags.GetBool(githubKey)
		return told
	}
	actions, _ := h.LookupEnv("GITHUB_ACTIONS")
	return actions == "true"
}

// quietGitHub has the runner of GitHub Actions take no commands from what is printed from
// now on: it reads them in every line, and a receiver could write one.
func (h *Host) quietGitHub(flags *pflag.FlagSet) {
	if h.quiet == "" && h.forGitHub(flags) {
		h.quiet = rand.Text()
		fmt.Fprintf(h.Stdout, "::stop-commands::%s\n", h.quiet)
	}
}

// tellGitHub prints annotations, and adds the summary of the step where the runner says
// which file that is.
func (h *Host) tellGitHub(flags *pflag.FlagSet, r report.Result, o report.Options) error {
	if !h.forGitHub(flags) {
		return nil
	}
	if h.quiet != "" {
		fmt.Fprintf(h.Stdout, "::%s::\n", h.quiet)
		h.quiet = ""
	}
	return errors.Join(report.WriteAnnotations(h.Stdout, r, o), h.addSummary(r, o))
}

// checkout is the folder into which GitHub has put the repository; empty elsewhere.
func (h *Host) checkout() string {
	folder, _ := h.LookupEnv("GITHUB_WORKSPACE")
	return folder
}

// addSummary adds to the file with the summary of a step, which other programs add to as
// well.
func (h *Host) addSummary(r report.Result, o report.Options) error {
	path, ok := h.LookupEnv("GITHUB_STEP_SUMMARY")
	if !ok || path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		err = errors.Join(report.WriteMarkdown(file, r, o), file.Close())
	}
	if err != nil {
		return fmt.Errorf("add the summary of the step to GITHUB_STEP_SUMMARY: %w; --github=false leaves it out", err)
	}
	return nil
}
