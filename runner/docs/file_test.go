package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
	"go.yaml.in/yaml/v3"
)

// file writes a block to a file: file KIND FILE. The script has to use the file after
// that.
func file(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: file KIND FILE")
	}
	r := of(ts)
	read, known := readers[args[0]]
	if !known {
		ts.Fatalf("nobody knows what is right in a block of kind %q", args[0])
	}
	if strings.Count(r.script, args[1]) < 2 {
		ts.Fatalf("the script writes %s, and does not use it", args[1])
	}
	b := r.take(ts, args[0])
	path := ts.MkAbs(args[1])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o700))
	ts.Check(os.WriteFile(path, []byte(b.text), 0o600))
	if err := read([]byte(b.text)); err != nil {
		ts.Fatalf("%s:%d: %v", r.path, b.line, err)
	}
}

// run are the files of the project of which blocks may be a part, since tests run them.
var run = regexp.MustCompile(`_test\.go$|^runner/clients/(node/example\.test\.mjs|python/test_example\.py)$`)

// part looks for a block in a file of the project: part KIND FILE. Its lines follow each
// other there; how far they are indented does not count, nor do lines of three dots.
func part(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || !run.MatchString(args[1]) {
		ts.Fatalf("usage: part KIND FILE, and the file is one that go test or node runs")
	}
	r := of(ts)
	b := r.take(ts, args[0])
	text, err := os.ReadFile(projectFile(args[1]))
	ts.Check(err)
	if !r.fits(unindented(b.text), unindented(string(text)), true) {
		ts.Fatalf("%s:%d: %s does not have these lines", r.path, b.line, args[1])
	}
}

func unindented(text string) []string {
	all := lines(text)
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return all
}

// steps runs what a CI server would run of a file: steps FILE [CODE]. CODE is the exit
// code of the last command. What the file says is kept has to be there afterwards.
func steps(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: steps FILE [CODE]")
	}
	expected := "0"
	if len(args) == 2 {
		expected = args[1]
	}
	commands, kept := planned(ts, args[0])
	if len(commands) == 0 || len(kept) == 0 {
		ts.Fatalf("%s runs %d commands, and keeps %q", args[0], len(commands), kept)
	}
	for i, command := range commands {
		if installs.MatchString(command) {
			continue
		}
		command = strings.Replace(command, ".referee/referee ", "referee ", 1)
		want := "0"
		if i == len(commands)-1 {
			want = expected
		}
		ends(ts, false, []string{want, "sh", "-ec", command})
	}
	for _, file := range kept {
		if _, err := os.Stat(ts.MkAbs(file)); err != nil {
			ts.Fatalf("%s keeps what is not there: %v", args[0], err)
		}
	}
}

// installs fits a command that installs a release, which is none that this machine could
// have: the tests of runner/ship run it.
var installs = regexp.MustCompile(`^curl .* --output \.referee/install\.sh \S+/install\.sh$|^sh \.referee/install\.sh \S+ \.referee$`)

// ours fits what a CI file takes from this project in a version: the action, and the template.
var ours = regexp.MustCompile(`(?:^seed-11445fa1/referee@|/seed-11445fa1/referee/)v[\d.]+(?:/(\S+))?$`)

// planned are the commands of a CI file, and the files that it keeps.
func planned(ts *testscript.TestScript, file string) (commands, kept []string) {
	text := ts.ReadFile(file)
	if strings.HasSuffix(file, "Jenkinsfile") {
		for _, found := range regexp.MustCompile(`(?m)^\s*sh '([^']*)'$`).FindAllStringSubmatch(text, -1) {
			commands = append(commands, found[1])
		}
		for _, found := range regexp.MustCompile(`(?m)^\s*(?:junit|archiveArtifacts) '([^']*)'$`).FindAllStringSubmatch(text, -1) {
			kept = append(kept, found[1])
		}
		return commands, kept
	}
	var ci struct {
		Jobs map[string]struct {
			Steps []struct {
				Uses, Run string
				With      map[string]string
			}
		}
		Include string
		Referee struct {
			Script    []string
			Artifacts struct {
				Paths   []string
				Reports map[string]string
			}
		}
	}
	ts.Check(yaml.Unmarshal([]byte(text), &ci))
	if found := ours.FindStringSubmatch(ci.Include); found != nil {
		// What the file itself says of the job counts more.
		template, err := os.ReadFile(projectFile(found[1]))
		ts.Check(err)
		ts.Check(yaml.Unmarshal(template, &ci))
		ts.Check(yaml.Unmarshal([]byte(text), &ci))
	}
	for _, job := range ci.Jobs {
		for _, step := range job.Steps {
			switch {
			case step.Run != "":
				commands = append(commands, step.Run)
			case ours.MatchString(step.Uses):
				commands = append(commands, "referee "+step.With["args"])
			}
			for _, key := range []string{"path", "sarif_file"} {
				if name := step.With[key]; name != "" {
					kept = append(kept, name)
				}
			}
		}
	}
	commands, kept = append(commands, ci.Referee.Script...), append(kept, ci.Referee.Artifacts.Paths...)
	for _, name := range ci.Referee.Artifacts.Reports {
		kept = append(kept, name)
	}
	return commands, kept
}

// readers read what a script may write to a file, by the kind of the block. Of groovy there
// is none: steps reads it.
var readers = map[string]func(text []byte) error{
	"json":   func(text []byte) error { var value any; return json.Unmarshal(text, &value) },
	"yaml":   func(text []byte) error { var value any; return yaml.Unmarshal(text, &value) },
	"groovy": func([]byte) error { return nil },
}

// projectFile is a file of the project.
func projectFile(name string) string { return filepath.Join(root, filepath.FromSlash(name)) }
