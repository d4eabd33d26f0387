package command_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// examples are the tests of a bot that users start from, in ../clients: what runs them,
// and how a run ends in which some passed.
var examples = map[string]struct {
	run    []string
	passed *regexp.Regexp
}{
	"node":   {[]string{"node", "--test", "--test-reporter=tap", "example.test.mjs"}, regexp.MustCompile(`(?m)^# pass [1-9]\d*\n# fail 0\n# cancelled 0\n# skipped 0$`)},
	"python": {[]string{"python3", "-B", "-W", "error", "-m", "unittest", "-v", "test_example"}, regexp.MustCompile(`\nRan [1-9]\d* tests in .*\n\nOK\n$`)},
}

// TestControlClients runs these tests, with the clients of the control API that they use,
// against the receivers in their languages that Referee prints, and against receivers that
// say something else.
func TestControlClients(t *testing.T) {
	t.Parallel()
	for language, example := range examples {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			suttest.Require(t, language, func() error { _, err := exec.LookPath(example.run[0]); return err })
			left := t.TempDir()
			run := func(folder string) (string, error) {
				cmd := exec.CommandContext(t.Context(), example.run[0], example.run[1:]...)
				cmd.Dir, cmd.Env = folder, append(os.Environ(), "TMPDIR="+left)
				out, err := cmd.CombinedOutput()
				return string(out), err
			}
			folder := filepath.Join("..", "clients", language)
			if out, err := run(folder); err != nil || !example.passed.MatchString(out) {
				t.Errorf("%v:\n%s", err, out)
			}

			// The same, beside receivers that say something else.
			root := t.TempDir()
			copied := filepath.Join(root, "runner", "clients", language)
			receivers := filepath.Join(root, "suites", "reference")
			if err := errors.Join(os.CopyFS(copied, os.DirFS(folder)), os.MkdirAll(receivers, 0o700)); err != nil {
				t.Fatal(err)
			}
			for _, s := range reference.Sources() {
				other := strings.ReplaceAll(s.Text, "Thanks, we will", "Thanks, they will")
				if err := os.WriteFile(filepath.Join(receivers, s.File), []byte(other), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if out, err := run(copied); err == nil || !strings.Contains(out, "Thanks, they will") {
				t.Errorf("with a bot that says something else: %v:\n%s", err, out)
			}
			if files, err := os.ReadDir(left); err != nil || len(files) > 0 {
				t.Errorf("left behind: %v, error %v", files, err)
			}
		})
	}
}
