package sut

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// family is all processes of one life of a receiver: those of its session or
// process group, and those that left both but kept the marker.
type family struct {
	group  int // the id of both
	marker string
}

// detach gives the command a session of its own, out of the reach of Ctrl-C,
// and lets it die with Referee. The latter does not extend to its children:
// they are the watchdog's.
func detach(cmd *exec.Cmd) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setsid = true
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
}

// members returns who is alive.
func (f family) members() []member {
	var found []member
	f.each(func(m member, _ bool) { found = append(found, m) })
	return found
}

// signal sends a signal to each member once.
func (f family) signal(sig syscall.Signal) {
	inGroup := false
	f.each(func(m member, in bool) {
		if in {
			inGroup = true
			return
		}
		// The handle, taken before the second look, keeps the signal from a
		// process that got the same id in the meantime.
		p, err := os.FindProcess(m.pid)
		if err != nil {
			return
		}
		if _, _, ok := f.look(m.pid); ok {
			_ = p.Signal(sig) // it may have ended; reap looks again
		}
		_ = p.Release()
	})
	if inGroup {
		_ = syscall.Kill(-f.group, sig) // likewise
	}
}

// each calls visit with every member, and whether it is in the process group.
func (f family) each(visit func(m member, inGroup bool)) {
	dirs, err := os.ReadDir("/proc")
	if err != nil {
		return
	}
	for _, d := range dirs {
		pid, err := strconv.Atoi(d.Name())
		if err != nil {
			continue
		}
		if m, in, ok := f.look(pid); ok {
			visit(m, in)
		}
	}
}

// look reports whether a process is a member, and one of the process group.
func (f family) look(pid int) (m member, inGroup, ok bool) {
	text, err := os.ReadFile(procPath(pid, "stat"))
	if err != nil {
		return m, false, false
	}
	s, ok := parseStat(string(text))
	if !ok || s.dead {
		return m, false, false
	}
	m = member{pid, s.name}
	if s.group == f.group {
		return m, true, true
	}
	if s.session == f.group {
		return m, false, true
	}
	environ, err := os.ReadFile(procPath(pid, "environ"))
	return m, false, err == nil && bytes.Contains(environ, []byte(f.marker))
}

func procPath(pid int, name string) string {
	return filepath.Join("/proc", strconv.Itoa(pid), name)
}

// stat is what matters here of /proc/PID/stat.
type stat struct {
	name           string
	dead           bool // ended, whether or not its parent has noticed
	group, session int
}

// parseStat reads a line as https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
// describes it: "pid (name) state ppid pgrp session …". A process chooses its
// name, which may hold parentheses and blanks.
func parseStat(text string) (stat, bool) {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return stat{}, false
	}
	fields := strings.Fields(text[end+1:])
	if len(fields) < 4 {
		return stat{}, false
	}
	group, err := strconv.Atoi(fields[2])
	if err != nil {
		return stat{}, false
	}
	session, err := strconv.Atoi(fields[3])
	if err != nil {
		return stat{}, false
	}
	dead := strings.ContainsAny(fields[0], "ZX")
	return stat{name: text[open+1 : end], dead: dead, group: group, session: session}, true
}
