//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestNPMEnds ends npx and the launcher, each alone, which ends the program: it tidies up
// first, as it does before its reports are written. SIGINT that is sent to npx alone reaches
// no further than its shell, which waits for its command all the same.
func TestNPMEnds(t *testing.T) {
	t.Parallel()
	folder := fromNPM(t)
	for _, test := range []struct {
		name   string
		args   []string
		signal syscall.Signal
	}{
		{"the launcher by SIGTERM", []string{"node", launcher}, syscall.SIGTERM},
		{"the launcher by SIGINT", []string{"node", launcher}, syscall.SIGINT},
		{"npx by SIGTERM", []string{"npx", "--offline", "referee"}, syscall.SIGTERM},
	} {
		t.Run(test.name, func(t *testing.T) {
			// A group of its own is not in the foreground of the terminal of whoever tests.
			s := serving(t, folder, &syscall.SysProcAttr{Setpgid: true}, nil, test.args...)
			if err := s.Process.Signal(test.signal); err != nil {
				t.Fatal(err)
			}
			s.ended()
		})
	}
}

// server is a `serve` that a launcher has started.
type server struct {
	*exec.Cmd
	t         *testing.T
	addresses string
	printed   bytes.Buffer
}

// serving starts `serve` in a folder, and returns when it answers.
func serving(t *testing.T, folder string, how *syscall.SysProcAttr, stdin *os.File, args ...string) *server {
	t.Helper()
	addresses := filepath.Join(t.TempDir(), "addresses.json")
	s := &server{Cmd: exec.Command(args[0], append(args[1:], "serve", "--addr-file", addresses)...), t: t, addresses: addresses}
	s.Dir, s.SysProcAttr, s.Stdout, s.Stderr = folder, how, &s.printed, &s.printed
	if stdin != nil {
		s.Stdin = stdin
	}
	s.WaitDelay = time.Minute // for what goes on and holds the output
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(-s.Process.Pid, syscall.SIGKILL) }) // all have ended, unless the test failed
	ends(t, folder, 0, "", "node", launcher, "ping", "--addr-file", addresses, "--timeout", "60s")
	return s
}

// ended waits until nobody holds the output any more, and wants serve to have taken its file
// of addresses away, which it does where it is let.
func (s *server) ended() {
	s.t.Helper()
	err := s.Wait()
	if _, left := os.Stat(s.addresses); left == nil || err == exec.ErrWaitDelay {
		s.t.Errorf("serve goes on, or was ended at once: %v: %s", err, s.printed.String())
	}
}
