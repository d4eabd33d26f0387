package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// bot is a repository with the referee.yaml of a receiver: Referee's own, which is right, or
// a mutant of it.
func bot(t *testing.T, mutant string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	start := program(t) + " reference"
	if mutant != "" {
		start += " --mutant " + mutant
	}
	text := "command: exec " + start + "\nonly: [handshake.wrong-token]\n"
	if err := os.WriteFile(filepath.Join(folder, "referee.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// verdicts are what the steps of a CI server end with.
var verdicts = []struct {
	mutant string
	code   int
	says   string
}{
	{"", 0, "what was selected is met"},
	{"ignores-verify-token", 1, "Nonconformant"},
}

// has looks for reports in a folder.
func has(t *testing.T, folder string, reports ...string) {
	t.Helper()
	if len(reports) == 0 {
		t.Error("it names no report to keep")
	}
	for _, name := range reports {
		if _, err := os.Stat(filepath.Join(folder, name)); err != nil {
			t.Errorf("it keeps what is not there: %v", err)
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// github is where releases are on the way to users.
const github = "https://github.com/seed-11445fa1/referee/releases"

// TestAction runs the steps of the action as GitHub does.
func TestAction(t *testing.T) {
	t.Parallel()
	var action struct {
		Inputs map[string]struct{ Default string }
		Runs   struct {
			Steps []struct {
				Shell, Run, If string
				Env            map[string]string
				WorkingFolder  string `yaml:"working-directory"`
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, filepath.Join(project, "action.yml"))), &action); err != nil {
		t.Fatal(err)
	}
	page := read(t, filepath.Join(project, "runner", "docs", "ci.md"))
	for name := range action.Inputs {
		if !strings.Contains(page, "\n| `"+name+"` |") {
			t.Errorf("ci.md does not tell of the input %s", name)
		}
	}
	at, err := filepath.Abs(project)
	if err != nil {
		t.Fatal(err)
	}
	address := releases(t, nil)
	run := func(t *testing.T, folder, args string) (code int, printed string) {
		t.Helper()
		temp := t.TempDir()
		paths := filepath.Join(temp, "path")
		inputs := map[string]string{"args": args}
		for name, input := range action.Inputs {
			if _, given := inputs[name]; !given {
				inputs[name] = input.Default
			}
		}
		expand := func(text string) string {
			return expression.ReplaceAllStringFunc(text, func(found string) string {
				value, known := inputs[expression.FindStringSubmatch(found)[1]]
				if !known {
					t.Fatalf("there is no input for %s", found)
				}
				return value
			})
		}
		for _, step := range action.Runs.Steps {
			if step.If == "inputs.args != ''" && args == "" {
				continue
			}
			added, err := os.ReadFile(paths)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			environment := []string{
				"GITHUB_ACTIONS=true", "GITHUB_STEP_SUMMARY=" + filepath.Join(folder, "summary.md"), "GITHUB_PATH=" + paths, "GITHUB_ACTION_PATH=" + at,
				"RUNNER_TEMP=" + temp, "RELEASES=" + address, "PATH=" + strings.TrimSpace(string(added)) + ":" + os.Getenv("PATH"),
			}
			for name, value := range step.Env {
				environment = append(environment, name+"="+expand(value))
			}
			if expression.MatchString(step.Run) {
				t.Errorf("a script has the input of users in it: %s", step.Run)
			}
			var said string
			code, said = interpreted(t, []string{step.Shell, "--noprofile", "--norc", "-eo", "pipefail"}, filepath.Join(folder, expand(step.WorkingFolder)), step.Run, environment...)
			printed += said
			if code != 0 {
				break
			}
		}
		return code, printed
	}
	for _, v := range verdicts {
		folder := bot(t, v.mutant)
		code, printed := run(t, folder, "run --html 'a report.html'\n--sarif referee.sarif\n")
		if code != v.code || !strings.Contains(printed, v.says) || strings.Contains(printed, "::error") != (code == 1) {
			t.Errorf("%q: exit code %d: %s", v.mutant, code, printed)
		}
		has(t, folder, "a report.html", "referee.sarif", "summary.md")
	}
	for args, says := range map[string]string{
		"run --html 'report.html":      "unmatched single quote", // and not without the flag
		"run --no-such-flag":           `there is no flag "--no-such-flag"`,
		"run $(touch run) `touch run`": "takes no arguments",
		"run --only ''":                "--only is empty",
		`run --path 'C:\bots\x'`:       `--path is "C:\\bots\\x"`,
	} {
		folder := bot(t, "")
		code, printed := run(t, folder, args)
		if _, err := os.Stat(filepath.Join(folder, "run")); code == 0 || !strings.Contains(printed, says) || err == nil {
			t.Errorf("%s: exit code %d, and it has to say %q: %s", args, code, says, printed)
		}
	}
	for _, args := range []string{"", " ", "\n"} {
		if code, printed := run(t, t.TempDir(), args); code != 0 || !strings.HasPrefix(printed, "installed referee") || strings.Count(printed, "\n") != 1 {
			t.Errorf("without args, which are %q: exit code %d: %s", args, code, printed)
		}
	}
}

// expression is what GitHub puts an input in place of.
var expression = regexp.MustCompile(`\$\{\{ *inputs\.([a-z-]+) *\}\}`)

// TestGitLab runs the job of the template as GitLab does.
func TestGitLab(t *testing.T) {
	t.Parallel()
	var template struct {
		Referee struct {
			Script    []string
			Artifacts struct {
				Paths   []string
				Reports map[string]string
			}
		}
	}
	if err := yaml.Unmarshal([]byte(read(t, "gitlab.yml")), &template); err != nil {
		t.Fatal(err)
	}
	job := template.Referee
	kept := job.Artifacts.Paths
	for _, name := range job.Artifacts.Reports {
		kept = append(kept, name)
	}
	steps(t, job.Script, kept)
}

// TestJenkinsfile runs the steps of the Jenkinsfile as Jenkins does.
func TestJenkinsfile(t *testing.T) {
	t.Parallel()
	text := read(t, "Jenkinsfile")
	of := func(pattern string) (all []string) {
		for _, found := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
			all = append(all, found[1])
		}
		return all
	}
	steps(t, of(`(?m)^ *sh '([^']*)'$`), of(`(?m)^ *(?:junit|archiveArtifacts) '([^']*)'$`))
}

// steps runs the commands of a job, for a receiver that is right and for one that is not,
// and looks for what the job keeps.
func steps(t *testing.T, commands, kept []string) {
	t.Helper()
	address := releases(t, nil)
	script := strings.Join(commands, "\n")
	for _, v := range verdicts {
		folder := bot(t, v.mutant)
		code, printed := shell(t, folder, strings.ReplaceAll(script, github, address), "RELEASES="+address)
		if code != v.code || !strings.Contains(printed, v.says) {
			t.Errorf("%q: exit code %d: %s", v.mutant, code, printed)
		}
		has(t, folder, kept...)
	}
	// What an earlier build has installed does not judge in the place of what is missing.
	for missing, test := range map[string]struct {
		version string
		instead map[string]string
	}{
		"the version":   {version: "v9.9.9"},
		"the script":    {released, map[string]string{"install.sh": ""}},
		"the checksums": {released, map[string]string{"checksums.txt": ""}},
	} {
		folder, address := bot(t, ""), releases(t, test.instead)
		before := filepath.Join(folder, ".referee", "referee")
		if err := errors.Join(os.Mkdir(filepath.Dir(before), 0o700), os.WriteFile(before, []byte("#!/bin/sh\n"), 0o700)); err != nil {
			t.Fatal(err)
		}
		asks := strings.NewReplacer(github, address, released, test.version).Replace(script)
		if code, printed := shell(t, folder, asks, "RELEASES="+address); code == 0 {
			t.Errorf("where %s is not there, it goes on: %s", missing, printed)
		}
	}
}
