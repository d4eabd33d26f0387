package sut_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestPrivateHosts(t *testing.T) {
	if err := sut.CanIsolate(); err != nil {
		t.Skip(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	before, err := os.ReadFile("/etc/hosts")
	if err != nil {
		t.Fatal(err)
	}
	mounts := hostsMounts(t)
	th := newTether(t)
	c := th.tie(receiver("serve"))
	c = c.WithLaunch(func(sut.Environment) (sut.Launch, error) {
		return sut.Launch{Hosts: map[string]string{"graph.facebook.com": "127.1.2.3", "graph.instagram.com": "127.1.2.3"}}, nil
	})
	running := start(t, c)
	want := "127.1.2.3\tgraph.facebook.com\n127.1.2.3\tgraph.instagram.com\n" + string(before)
	for life := range 2 {
		if got := suttest.Get(t, running, "/hosts"); got != want {
			t.Errorf("life %d sees %q, want %q", life, got, want)
		}
		suttest.Get(t, running, "/die")
		if _, err := running.Restart(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "*")); len(left) != 0 {
		t.Errorf("files are left while the receiver runs: %q", left)
	}
	if after, _ := os.ReadFile("/etc/hosts"); string(after) != string(before) {
		t.Errorf("the machine's hosts became %q", after)
	}
	if after := hostsMounts(t); !slices.Equal(after, mounts) {
		t.Errorf("the machine's mounts over the hosts file became %q", after)
	}
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	noneLeft(t, th)
}

// hostsMounts are the machine's mounts over its hosts file. Others come and go:
// those of containers, for example.
func hostsMounts(t *testing.T) []string {
	t.Helper()
	mounts, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(string(mounts), "\n"), func(line string) bool { return !strings.Contains(line, "hosts") })
}

// TestCanIsolateSaysWhyNot asks as a user without rights, and without mount.
func TestCanIsolateSaysWhyNot(t *testing.T) {
	t.Parallel()
	ask := func(change func(*exec.Cmd)) string {
		cmd := exec.Command("/proc/self/exe") // whatever the mode of its directory
		cmd.Env = append(os.Environ(), roleVariable+"=isolate", "TMPDIR=/tmp")
		change(cmd)
		text, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		return string(text)
	}
	text := ask(func(cmd *exec.Cmd) {
		if os.Geteuid() == 0 {
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
	})
	if !strings.Contains(text, "this user may not make one") || !strings.Contains(text, "CAP_SYS_ADMIN") {
		t.Errorf("without rights: %s", text)
	}
	text = ask(func(cmd *exec.Cmd) { cmd.Env = append(cmd.Env, "PATH="+t.TempDir()) })
	if !strings.Contains(text, "needs the program mount") || !strings.Contains(text, "install it") {
		t.Errorf("without mount: %s", text)
	}
}
