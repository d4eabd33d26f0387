//go:build unix

package life

import (
	"fmt"
	"io"
	"os/exec"
	"syscall"
)

// Watchdog is a process that outlives a Referee that was killed, and then
// cleans up. It waits for the end of a pipe that only Referee holds open.
type Watchdog struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// NewWatchdog starts a watchdog before there is anything to guard, so that there
// is no moment without one. It is a script for the shell, which reads what Tell
// and Release write, with one argument and an environment of its own.
func NewWatchdog(script, argument string, environ ...string) (*Watchdog, error) {
	const shell = "/bin/sh"
	cmd := exec.Command(shell, "-c", script, shell, argument)
	cmd.Dir = "/" // it must not keep the user's directory busy
	cmd.Env = environ
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start a watchdog for the receiver: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start a watchdog for the receiver: %w", err)
	}
	return &Watchdog{cmd, in}, nil
}

// Tell writes a line.
func (w *Watchdog) Tell(line string) {
	// A watchdog that someone ended guards nothing; the run can go on.
	_, _ = io.WriteString(w.in, line+"\n")
}

// Release writes an empty line and "done", and waits for the end of the watchdog.
func (w *Watchdog) Release() {
	_, _ = io.WriteString(w.in, "\ndone\n")
	_ = w.in.Close()
	_ = w.cmd.Wait()
}
