package docs_test

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/command"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites"
)

// TestLinks follows every link inside the project, and wants every page to be found from
// the README.
func TestLinks(t *testing.T) {
	t.Parallel()
	all := pages(t)
	anchors := map[string][]string{}
	for _, p := range all {
		anchors[p.path] = p.anchors
	}
	linked := []string{"README.md"}
	for _, p := range all {
		for _, l := range p.links {
			if strings.HasPrefix(l.target, "https://") {
				continue
			}
			target, anchor, _ := strings.Cut(l.target, "#")
			file := p.path
			if target != "" {
				file = path.Join(path.Dir(p.path), target)
			}
			if p.path == "README.md" {
				linked = append(linked, file)
			}
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(file))); err != nil {
				t.Errorf("%s:%d: the link %s leads nowhere: %v", p.path, l.line, l.target, err)
				continue
			}
			if anchor != "" && !slices.Contains(anchors[file], anchor) {
				t.Errorf("%s:%d: %s has no heading for #%s; it has %q", p.path, l.line, file, anchor, anchors[file])
			}
		}
	}
	for _, p := range all {
		if !slices.Contains(linked, p.path) {
			t.Errorf("README.md has no link to %s", p.path)
		}
	}
}

// TestPagesNameWhatThereIs wants every flag and every command that a page names in its
// text to be one.
func TestPagesNameWhatThereIs(t *testing.T) {
	t.Parallel()
	help := func(args ...string) string {
		var told bytes.Buffer
		nothing := func(string) (string, bool) { return "", false }
		host := command.Host{Stdin: strings.NewReader(""), Stdout: &told, Stderr: &told, LookupEnv: nothing, Environ: func() []string { return nil }}
		if code := command.Main(append(args, "--help"), host); code != 0 {
			t.Fatalf("referee %q --help: exit code %d: %s", args, code, told.String())
		}
		return told.String()
	}
	listed := regexp.MustCompile(`(?m)^  ([a-z][a-z-]+) +[A-Z]`)
	named := regexp.MustCompile(`--[a-z][a-z-]*`)
	flags := map[string]bool{"--help": true}
	commands := map[string]bool{}
	for _, found := range listed.FindAllStringSubmatch(help(), -1) {
		name := found[1]
		commands[name] = true
		told := help(name)
		for _, below := range listed.FindAllStringSubmatch(told, -1) {
			told += help(name, below[1])
		}
		for _, flag := range named.FindAllString(told, -1) {
			flags[flag] = true
		}
	}
	if len(commands) < 20 || len(flags) < 60 {
		t.Fatalf("help names %d commands and %d flags; they are not found", len(commands), len(flags))
	}
	all := pages(t)
	ours := regexp.MustCompile(`^(referee [a-z]|--)`)
	for _, p := range all {
		for _, code := range p.code {
			if name, found := strings.CutPrefix(code, "referee "); found && !commands[strings.Fields(name)[0]] && regexp.MustCompile(`^[a-z]`).MatchString(name) {
				t.Errorf("%s: there is no command %q", p.path, code)
			}
			if !ours.MatchString(code) {
				continue
			}
			for _, flag := range named.FindAllString(code, -1) {
				if !flags[flag] {
					t.Errorf("%s: there is no flag %s, in %q", p.path, flag, code)
				}
			}
		}
	}
	// The page of all commands has all of them.
	for name := range commands {
		if !slices.ContainsFunc(all["commands"].code, func(code string) bool { return strings.Fields(code)[0] == name }) {
			t.Errorf("commands.md does not have %q", name)
		}
	}
}

// TestPagesNameVariablesAndFeatures wants the tables of variables and of features to have
// all of them, and every variable that a page names to be one.
func TestPagesNameVariablesAndFeatures(t *testing.T) {
	t.Parallel()
	all := pages(t)
	known := sut.Variables()
	for _, name := range known {
		if !slices.Contains(all["receivers"].code, name) {
			t.Errorf("receivers.md does not have %s", name)
		}
	}
	for _, feature := range suites.Features() {
		if !slices.Contains(all["evidence"].code, string(feature)) {
			t.Errorf("evidence.md does not have the feature %s", feature)
		}
	}
	for _, key := range config.Keys() {
		known = append(known, config.Variable(key.Name))
	}
	named := regexp.MustCompile(`^REFEREE_[A-Z_]+$`)
	for _, p := range all {
		for _, code := range p.code {
			if named.MatchString(code) && !slices.Contains(known, code) {
				t.Errorf("%s: there is no variable %s", p.path, code)
			}
		}
	}
}
