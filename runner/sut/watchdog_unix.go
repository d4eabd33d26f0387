//go:build unix

package sut

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"syscall"
)

// watchdog is a process that outlives a Referee that was killed, and then kills
// the receiver. It waits for the end of a pipe that only Referee holds open.
type watchdog struct {
	cmd *exec.Cmd
	in  io.WriteCloser
}

// watching reads one word: the process group. After the end of its input it
// kills the group and, where there is a /proc like that of Linux, all whose
// environment holds the marker, until it finds no more.
const watching = `
trap '' HUP INT TERM
read -r group && read -r done && exit
[ -n "$group" ] && kill -s KILL -- "-$group"
for round in 1 2 3 4 5 6 7 8 9; do
	found=
	for environ in $(grep -l -F -e "$1" /proc/[0-9]*/environ); do
		pid=${environ#/proc/}
		kill -s KILL "${pid%/environ}" && found=yes
	done
	[ -n "$found" ] || exit
done
`

// newWatchdog starts a watchdog before there is anything to guard, so that
// there is no moment without one.
func newWatchdog(marker string) (*watchdog, error) {
	return startWatchdog(watching, marker, "PATH="+os.Getenv("PATH"))
}

// startWatchdog starts a script with one argument and an environment of its own.
func startWatchdog(script, argument string, environ ...string) (*watchdog, error) {
	cmd := exec.Command(shellPath, "-c", script, shellPath, argument)
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
	return &watchdog{cmd, in}, nil
}

// guard tells the process group to kill.
func (w *watchdog) guard(group int) {
	// A watchdog that someone ended guards nothing; the run can go on.
	_, _ = io.WriteString(w.in, strconv.Itoa(group)+"\n")
}

// release ends the watchdog and harms nobody.
func (w *watchdog) release() {
	_, _ = io.WriteString(w.in, "\ndone\n")
	_ = w.in.Close()
	_ = w.cmd.Wait()
}
