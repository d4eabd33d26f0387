package command

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// execute runs one command, without variables, in the folder that the test is in.
func execute(t *testing.T, command func(*Host) *cobra.Command, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errs bytes.Buffer
	h := &Host{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, LookupEnv: func(string) (string, bool) { return "", false }}
	cmd := command(h)
	cmd.SilenceErrors, cmd.SilenceUsage = true, true
	cmd.SetArgs(args)
	err = cmd.Execute()
	return out.String(), errs.String(), err
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
	without := []string{"referee", "referee help", "referee completion", "referee version", "referee variants", "referee variants show", "referee baseline"}
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
