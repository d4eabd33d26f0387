package command

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/seed-11445fa1/referee/runner/config"
)

// execute runs one command in an empty folder, or the one that the test is in.
func execute(t *testing.T, command func(*Host) *cobra.Command, variables map[string]string, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	h := &Host{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, LookupEnv: func(name string) (string, bool) {
		value, ok := variables[name]
		return value, ok
	}}
	cmd := command(h)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err = cmd.Execute()
	return out.String(), errs.String(), err
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestConfigShowsValuesAndOrigins(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, config.DefaultFile, "# settings\ncommand: \"node\\tserver.js\"\nfeatures: [replies, receipts]\napp-secret: hush\nenv: {KEY: \"{{.AppSecret}}\"}\n")
	out, _, err := execute(t, newConfig, map[string]string{"REFEREE_SEED": "7", "REFEREE_PAGE_TOKEN": "hush"}, "--strict")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(out) {
		fields := strings.Fields(line)
		rows[fields[0]] = fields[1:]
	}
	for key, want := range map[string]string{
		"command":      `"node\tserver.js" referee.yaml:2`,
		"features":     "replies, receipts referee.yaml:3",
		"app-secret":   "[redacted] referee.yaml:4",
		"env.KEY":      "{{.AppSecret}} referee.yaml:5",
		"seed":         "7 environment REFEREE_SEED",
		"page-token":   "[redacted] environment REFEREE_PAGE_TOKEN",
		"strict":       "true flag --strict",
		"verify-token": "referee-verify-token default",
		"url":          "- default",
		"only":         "- default",
		"ack-deadline": "5s default",
	} {
		if got := strings.Join(rows[key], " "); got != want {
			t.Errorf("%s: got %q, want %q", key, got, want)
		}
	}
	if len(rows) != len(config.Keys()) || strings.Contains(out, "hush") {
		t.Errorf("it shows\n%s", out)
	}
}

func TestConfigAsJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "other.yaml", "page-token: hush\nonly: [signature]\nstrict: true\n")
	out, _, err := execute(t, newConfig, map[string]string{"REFEREE_CONFIG": "other.yaml"}, "--json", "--patience", "2.5")
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Key    string
		Value  json.RawMessage
		Origin string
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range list {
		var value bytes.Buffer
		if err := json.Compact(&value, s.Value); err != nil {
			t.Fatal(err)
		}
		got[s.Key] = value.String() + " " + s.Origin
	}
	for key, want := range map[string]string{
		"page-token": `"[redacted]" other.yaml:1`, "only": `["signature"] other.yaml:2`, "strict": "true other.yaml:3",
		"patience": "2.5 flag --patience", "seed": "1 default", "skip": "[] default", "env": "{} default", "ack-deadline": `"5s" default`,
	} {
		if got[key] != want {
			t.Errorf("%s: got %s, want %s", key, got[key], want)
		}
	}
}

func TestConfigSaysWhatIsWrong(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, config.DefaultFile, "seed: 1\nsed: 2\n")
	out, _, err := execute(t, newConfig, nil)
	if err == nil || !strings.Contains(err.Error(), "referee.yaml:2:1") || out != "" {
		t.Errorf("got %v and %q", err, out)
	}
}

// Variables of other commands are not taken for misspelled ones.
func TestVariablesOfAllCommands(t *testing.T) {
	known := variables(newRoot(&Host{}))
	for _, want := range []string{"REFEREE_APP_SECRET", "REFEREE_GRAPH_URL", "REFEREE_RECEIPTS_URL", "REFEREE_DRY_RUN", "REFEREE_JSON", "REFEREE_PAGE_ID", "REFEREE_CLIENT_CA", "REFEREE_RECEIVER"} {
		if !slices.Contains(known, want) {
			t.Errorf("%s is not among %q", want, known)
		}
	}
}

// Nor are those that the tests of Referee read: they run Referee, too.
func TestVariablesOfTests(t *testing.T) {
	read := regexp.MustCompile(`Getenv\("(REFEREE_[A-Z_]+)"\)|= "(REFEREE_TEST_[A-Z_]+)"`)
	known, found := variables(newRoot(&Host{})), 0
	err := filepath.WalkDir("../..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, names := range read.FindAllStringSubmatch(string(text), -1) {
			name := names[1] + names[2]
			found++
			if !ofTests(name) && !slices.Contains(known, name) {
				t.Errorf("%s reads %s, which would be an unknown variable", path, name)
			}
		}
		return err
	})
	if err != nil || found == 0 {
		t.Errorf("%d variables found: %v", found, err)
	}
}

// What is wrong with a variable does not keep anybody from help, completion and
// the version.
func TestCommandsThatCheckVariables(t *testing.T) {
	without := []string{"referee", "referee help", "referee completion", "referee version", "referee variants", "referee variants show"}
	var all func(*cobra.Command)
	all = func(cmd *cobra.Command) {
		if free := slices.Contains(without, cmd.CommandPath()); hasFlags(cmd) == free {
			t.Errorf("%s: it takes settings: %v", cmd.CommandPath(), !free)
		}
		for _, sub := range cmd.Commands() {
			all(sub)
		}
	}
	all(newRoot(&Host{}))
}
