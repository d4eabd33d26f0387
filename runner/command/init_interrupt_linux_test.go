package command_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal opens a terminal of its own: keys are what is typed, and tty is what a program
// reads.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tty.Close() })
	return keys, tty
}

// One Ctrl-C at a question of init ends it, and leaves no file.
func TestInterruptedQuestion(t *testing.T) {
	keys, tty := terminal(t)
	dir := t.TempDir()
	cmd := exec.CommandContext(t.Context(), "referee", "init")
	cmd.Dir, cmd.Stdin = dir, tty
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	said := bufio.NewReader(stderr)
	if asked, err := said.ReadString('?'); err != nil {
		t.Fatalf("it asks nothing: %q, %v", asked, err)
	}
	if _, err := keys.WriteString("\x03"); err != nil {
		t.Fatal(err)
	}
	var rest strings.Builder
	if _, err := said.WriteTo(&rest); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // the exit code says more
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("the exit code is %d", code)
	}
	if !strings.Contains(rest.String(), "\nreferee: interrupted; nothing was written\n") {
		t.Errorf("it said %q", &rest)
	}
	if files, err := os.ReadDir(dir); err != nil || len(files) > 0 {
		t.Errorf("it left %v, %v", files, err)
	}
}
