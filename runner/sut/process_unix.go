//go:build unix

package sut

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// shellPath is where POSIX systems have their shell.
const shellPath = "/bin/sh"

// harmless is a word that no shell changes.
var harmless = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// ShellWord quotes a word for the shell, where it has to be.
func ShellWord(word string) string {
	if harmless.MatchString(word) {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

func shell(line string) *exec.Cmd { return exec.Command(shellPath, "-c", line) }

func (f family) terminate() { f.signal(syscall.SIGTERM) }
func (f family) kill()      { f.signal(syscall.SIGKILL) }

// manner says how a process ended.
func manner(s *os.ProcessState) string {
	if status, ok := s.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "killed by " + unix.SignalName(status.Signal())
	}
	// A shell reports a killed program by its own exit status.
	if name := unix.SignalName(syscall.Signal(s.ExitCode() - 128)); name != "" {
		return fmt.Sprintf("exit status %d, as after %s", s.ExitCode(), name)
	}
	return s.String()
}

// advice says what an exit code of the shell means; empty if nothing special.
func advice(code int) string {
	switch code {
	case 126:
		return "the shell found the program but could not run it; is it executable?"
	case 127:
		return "the shell did not find the program; check its spelling, PATH and --workdir"
	}
	return ""
}
