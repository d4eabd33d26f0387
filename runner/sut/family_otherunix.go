//go:build unix && !linux

package sut

import (
	"os/exec"
	"syscall"
)

// family is all processes of one life of a receiver: those of its process
// group. Whoever leaves it is not found on this system.
type family struct {
	group  int
	marker string
}

// detach gives the command a session of its own, out of the reach of Ctrl-C.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
}

// members returns one process, which stands for all, while anyone is alive.
func (f family) members() []member {
	if syscall.Kill(-f.group, 0) != nil {
		return nil
	}
	return []member{{pid: f.group, name: "process group"}}
}

func (f family) signal(sig syscall.Signal) {
	_ = syscall.Kill(-f.group, sig) // reap looks again
}
