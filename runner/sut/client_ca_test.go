//go:build unix

package sut_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

func TestClientCA(t *testing.T) {
	t.Parallel()
	env := environment
	env.ClientCA = []byte("the CA\n")
	c := receiver("serve")
	c.Env["OWN_CA"] = "{{.ClientCA}}"
	running, err := c.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	defer running.Stop()
	environ := strings.Split(suttest.Get(t, running, "/environ"), "\n")
	const name = "REFEREE_CLIENT_CA="
	i := slices.IndexFunc(environ, func(v string) bool { return strings.HasPrefix(v, name) })
	if i < 0 {
		t.Fatalf("no %s in the environment", name)
	}
	file := strings.TrimPrefix(environ[i], name)
	if !slices.Contains(environ, "OWN_CA="+file) {
		t.Error("the template has another path")
	}
	if text, err := os.ReadFile(file); string(text) != "the CA\n" {
		t.Errorf("the file holds %q, error %v", text, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != fs.FileMode(0o644) {
		t.Errorf("the file is %v, error %v", info, err)
	}
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the file is left: %v", err)
	}
}

func TestNoClientCA(t *testing.T) {
	t.Parallel()
	for v := range strings.Lines(suttest.Get(t, start(t, receiver("serve")), "/environ")) {
		if strings.HasPrefix(v, "REFEREE_CLIENT_CA=") {
			t.Errorf("%s, though there is none", v)
		}
	}
}
