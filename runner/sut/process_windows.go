package sut

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
)

// ShellWord quotes a word for the shell, where it has to be: as programs read it, and so
// that cmd sees no sign of its own in it.
func ShellWord(word string) string {
	quoted := syscall.EscapeArg(word)
	if quoted == word && strings.ContainsAny(word, "&|<>^()%!") {
		return `"` + word + `"`
	}
	return quoted
}

func shell(line string) *exec.Cmd {
	cmd := exec.Command("cmd")
	// cmd has quoting rules of its own: it gets the line as it was written.
	cmd.SysProcAttr = &syscall.SysProcAttr{CmdLine: `cmd /S /C "` + line + `"`}
	return cmd
}

// detach keeps Ctrl-C on Referee's console from the command.
func detach(cmd *exec.Cmd) {
	cmd.SysProcAttr.CreationFlags = syscall.CREATE_NEW_PROCESS_GROUP
}

// family is all processes of one life of a receiver: the shell and those that
// it is an ancestor of while it lives.
type family struct {
	group  int // the shell's id
	marker string
}

// members is unknown here: the end of the shell counts as the end of all.
func (family) members() []member { return nil }

// terminate kills: console programs here cannot be asked.
func (f family) terminate() { f.kill() }

func (f family) kill() {
	if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(f.group)).Run() == nil {
		return
	}
	if p, err := os.FindProcess(f.group); err == nil {
		_ = p.Kill() // it may have ended; reap looks again
		_ = p.Release()
	}
}

// manner says how a process ended.
func manner(s *os.ProcessState) string { return s.String() }

// advice says what an exit code of the shell means; empty if nothing special.
func advice(code int) string {
	if code == 9009 || code == 1 {
		return "if the shell did not find the program, check its spelling, PATH and --workdir"
	}
	return ""
}
