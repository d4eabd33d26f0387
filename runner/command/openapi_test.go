package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/mockplatform/console"
	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

// TestTheDescriptionOfTheControlAPI lets Redocly's linter look for what generators of
// clients stumble over, in the description of a console with a token and of one without.
func TestTheDescriptionOfTheControlAPI(t *testing.T) {
	t.Parallel()
	var installed string
	suttest.Require(t, "node", func() (err error) {
		installed, err = suttest.Install(t.Context(), "linter")
		return err
	})
	for name, token := range map[string]string{"open": "", "token": "a token"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if said, err := lint(t.Context(), installed, describe(t, token)); err != nil || !strings.Contains(said, `"errors": 0`) || !strings.Contains(said, `"warnings": 0`) {
				t.Errorf("%v:\n%s", err, said)
			}
		})
	}
}

// describe writes the description of the control API of a console with this token to a
// file.
func describe(t *testing.T, token string) (file string) {
	t.Helper()
	platform, err := mockplatform.New(mockplatform.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer platform.Close()
	desk, err := console.New(console.Options{
		Platform: platform, Token: token, Version: "test",
		Record: func(mockplatform.Person, []journal.Exchange) (string, error) { return "", nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer desk.Close()
	text, err := json.Marshal(desk.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "openapi.json")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// lint is what the linter says of a description, as JSON. What it has found is no error.
func lint(ctx context.Context, installed, file string) (said string, err error) {
	cmd := exec.CommandContext(ctx, "node", filepath.Join(installed, "node_modules", "@redocly", "cli", "bin", "cli.js"), "lint", "--format=json", file)
	cmd.Dir = filepath.Dir(file) // which has no configuration of another project's
	cmd.Env = append(os.Environ(), "REDOCLY_TELEMETRY=off", "REDOCLY_SUPPRESS_UPDATE_NOTICE=true", "NO_COLOR=1")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(out) > 0 {
		err = nil
	}
	return string(out), err
}
