package sut_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// TestHeedsHosts looks for Meta's hosts on a machine that has the hosts file, and on one
// that never looks into it.
func TestHeedsHosts(t *testing.T) {
	suttest.Require(t, "isolation", sut.CanIsolate)
	if err := sut.HeedsHosts(); err != nil {
		t.Errorf("on this machine: %v", err)
	}
	const order = "/etc/nsswitch.conf"
	if _, err := os.Stat(order); err != nil {
		t.Skip(err)
	}
	nowhere := filepath.Join(t.TempDir(), "nsswitch.conf")
	if err := os.WriteFile(nowhere, []byte("hosts: myhostname\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := sut.HeedsHostsWith([]sut.Mount{{From: nowhere, Over: order}})
	if err == nil || !strings.Contains(err.Error(), "put files first in the line hosts") {
		t.Errorf("on a machine without a hosts file: %v", err)
	}
}

// TestCanRun needs a shell, a port and a folder to write to.
func TestCanRun(t *testing.T) {
	if err := sut.CanRun(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "nowhere"))
	if err := sut.CanRun(t.Context()); err == nil || !strings.Contains(err.Error(), "TMPDIR") {
		t.Errorf("without a folder to write to: %v", err)
	}
}

// TestNoShell is what a command comes to in an image that has Referee and nothing else.
func TestNoShell(t *testing.T) {
	t.Parallel()
	if err := sut.IsThere(exec.Command("/bin/sh")); err != nil {
		t.Error(err)
	}
	err := sut.IsThere(exec.Command(filepath.Join(t.TempDir(), "sh")))
	if err == nil || !strings.Contains(err.Error(), "use the program itself") {
		t.Errorf("without a shell: %v", err)
	}
}
