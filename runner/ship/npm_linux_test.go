package main

import (
	"fmt"
	"os"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// TestNPMCtrlC presses Ctrl-C, which the terminal sends to the launcher and to the program:
// the program is not told twice, which would end it at once.
func TestNPMCtrlC(t *testing.T) {
	t.Parallel()
	folder := fromNPM(t)
	keys, screen := terminal(t)
	s := serving(t, folder, &syscall.SysProcAttr{Setsid: true, Setctty: true}, screen, "node", launcher)
	if _, err := keys.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	s.ended()
	if code := s.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit code %d: %s", code, s.printed.String())
	}
}

// terminal opens one that nobody sits at.
func terminal(t *testing.T) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { keys.Close() })
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	return keys, screen
}
