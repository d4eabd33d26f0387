package command

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/config"
)

func TestInitWritesAFileThatLoads(t *testing.T) {
	t.Chdir(t.TempDir())
	if _, _, err := execute(t, newInit, nil, "--command", "node server.js"); err != nil {
		t.Fatal(err)
	}
	out, _, err := execute(t, newConfig, nil, "--json")
	if err != nil || !strings.Contains(out, `"node server.js"`) {
		t.Errorf("got %v and %s", err, out)
	}
}

func TestInitDoesNotReplaceAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	const old = "sed: [ # broken"
	writeFile(t, config.DefaultFile, old)
	_, _, err := execute(t, newInit, nil)
	if err == nil || !strings.Contains(err.Error(), "referee.yaml exists; --force replaces it") {
		t.Errorf("got %v", err)
	}
	if text, err := os.ReadFile(config.DefaultFile); err != nil || string(text) != old {
		t.Errorf("the file is %q, %v", text, err)
	}
	if _, _, err := execute(t, newInit, nil, "--force"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := execute(t, newConfig, nil); err != nil {
		t.Errorf("what --force wrote does not load: %v", err)
	}
}

func TestInitPrints(t *testing.T) {
	t.Chdir(t.TempDir())
	out, _, err := execute(t, newInit, map[string]string{"REFEREE_IMAGE": "my/bot"}, "--output", "-")
	if err != nil || !strings.Contains(out, "\nimage: my/bot\n") {
		t.Errorf("got %v and %s", err, out)
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 0 {
		t.Errorf("it wrote %v, %v", entries, err)
	}
}

func TestInitRefuses(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"two receivers": {[]string{"--url", "u", "--image", "i"}, "give one of image and url"},
		"none":          {[]string{"--url", ""}, "url is empty"},
		"not text":      {[]string{"--command", "caf\xe9"}, "not UTF-8"},
		"a folder":      {[]string{"--output", "."}, "it is a folder"},
		"an argument":   {[]string{"x"}, "takes no arguments"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			_, _, err := execute(t, newInit, nil, tc.args...)
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %v, want %q", err, tc.want)
			}
			if _, err := os.Stat(config.DefaultFile); !os.IsNotExist(err) {
				t.Errorf("it left a file behind: %v", err)
			}
		})
	}
}

func TestInitCreatesFolders(t *testing.T) {
	t.Chdir(t.TempDir())
	path := filepath.Join("ci", "conformance", "referee.yaml")
	out, _, err := execute(t, newInit, nil, "--output", path)
	if err != nil || !strings.Contains(out, "wrote "+path) {
		t.Errorf("got %v and %q", err, out)
	}
	if _, _, err := execute(t, newConfig, nil, "--config", path); err != nil {
		t.Error(err)
	}
}
