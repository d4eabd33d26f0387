package main

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/command"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

const date = "2026-01-31T12:00:00Z"

// written are the pages, by their names with slashes, written into a folder.
func written(t *testing.T, folder string) map[string]string {
	t.Helper()
	if err := pages(folder, "v0.1.0", date); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	err := fs.WalkDir(os.DirFS(folder), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all[name] = read(t, filepath.Join(folder, filepath.FromSlash(name)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPages writes the pages twice, which has to give the same bytes, and the second time in
// the place of others.
func TestPages(t *testing.T) {
	t.Parallel()
	all, folder := written(t, t.TempDir()), t.TempDir()
	for _, old := range []string{"man/referee-gone.1", "completion/referee.gone"} {
		if err := errors.Join(os.MkdirAll(filepath.Join(folder, filepath.Dir(old)), 0o700), os.WriteFile(filepath.Join(folder, old), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	again := written(t, folder)
	for name, text := range again {
		if first, there := all[name]; !there || first != text {
			t.Errorf("%s is another one each time, or of an earlier one", name)
		}
	}
	if len(again) != len(all) {
		t.Errorf("there are %d files, and %d the second time", len(all), len(again))
	}
	for _, want := range []struct{ file, says string }{
		{"man/referee.1", `.TH "REFEREE" 1 "2026-01-31" "Referee v0.1.0" Referee`},
		{"man/referee.1", "\\fBreferee\\-report\\fR(1)\nMake reports of a result"},
		{"man/referee-run.1", "\\fB\\-\\-url\\fR \\fIURL\\fR\nthe webhook URL of a receiver that runs already\n"},
		{"man/referee-run.1", "\\-\\-url is \\fBREFEREE_URL\\fR"},
		{"man/referee-report-merge.1", "\\fBreferee\\-report\\fR(1)"},
		{"completion/referee.bash", "__start_referee"},
		{"completion/_referee", "#compdef referee"},
		{"completion/referee.fish", "complete -c referee"},
		{"completion/referee.ps1", "Register-ArgumentCompleter"},
	} {
		if !strings.Contains(all[want.file], want.says) {
			t.Errorf("%s does not have %q", want.file, want.says)
		}
	}
	if err := pages(t.TempDir(), "v0.1.0", "yesterday"); err == nil || !strings.Contains(err.Error(), "one like 2026-01-31T12:00:00Z") {
		t.Errorf("a date that is none: %v", err)
	}
}

// TestMan has man read the pages.
func TestMan(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "man", func() error {
		_, err := exec.LookPath("man")
		return err
	})
	for name, text := range written(t, t.TempDir()) {
		if !strings.HasPrefix(name, "man/") {
			continue
		}
		cmd := exec.Command("man", "--warnings=all", "--local-file", "--pager=cat", "-")
		cmd.Stdin = strings.NewReader(text)
		cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8")
		var said strings.Builder
		cmd.Stderr = &said
		shown, err := cmd.Output()
		if err != nil || said.Len() > 0 || !strings.Contains(string(shown), "SYNOPSIS") {
			t.Errorf("man says of %s: %v: %s", name, err, said.String())
		}
	}
}

// TestCask wants Homebrew to install a page for each command.
func TestCask(t *testing.T) {
	t.Parallel()
	var config struct {
		Casks []struct{ Manpages []string } `yaml:"homebrew_casks"`
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(project, ".goreleaser.yaml"))), &config); err != nil {
		t.Fatal(err)
	}
	root := command.Tree()
	var want []string
	for _, cmd := range append(below(root), root) {
		want = append(want, path.Join("man", manName(cmd)+"."+section))
	}
	slices.Sort(want)
	if len(config.Casks) != 1 || !slices.Equal(slices.Sorted(slices.Values(config.Casks[0].Manpages)), want) {
		t.Errorf(".goreleaser.yaml has to have manpages:\n      - %s", strings.Join(want, "\n      - "))
	}
}
