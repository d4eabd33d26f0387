//go:build unix

package sut_test

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestStopIsPolite(t *testing.T) {
	t.Parallel()
	th := newTether(t)
	c := th.tie(receiver("polite"))
	c.StopTimeout = time.Hour // it does not need it
	running := start(t, c)
	for range 2 { // once more is no harm
		if err := running.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if text, _ := running.Output(0); text != "goodbye\n" {
		t.Errorf("the output is %q", text)
	}
	noneLeft(t, th)
}

func TestStopIsSure(t *testing.T) {
	t.Parallel()
	th := newTether(t)
	c := th.tie(receiver("stubborn"))
	c.StopTimeout = 50 * time.Millisecond
	if err := start(t, c).Stop(); err != nil {
		t.Fatal(err)
	}
	noneLeft(t, th)
}

// TestStopWaitsForAll stops a shell that ends at once and leaves a child that
// takes its leave.
func TestStopWaitsForAll(t *testing.T) {
	t.Parallel()
	th := newTether(t)
	c := th.tie(receiver("polite"))
	c.Line, c.StopTimeout = line()+"; exit 0", time.Hour
	running := start(t, c)
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
	if text, _ := running.Output(0); !strings.Contains(text, "goodbye\n") {
		t.Errorf("the output is %q", text)
	}
	noneLeft(t, th)
}

func TestStopEndsChildren(t *testing.T) {
	t.Parallel()
	onlyLinuxFindsAll(t)
	th := newTether(t)
	running := start(t, th.tie(receiver("brood")))
	th.begun(4)
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
	noneLeft(t, th)
}

// TestStopDoesNotHang has a process that cannot be found and holds the output
// open.
func TestStopDoesNotHang(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("setsid"); err != nil {
		t.Skip(err)
	}
	c := receiver("serve")
	c.Line = `setsid env -i PATH="$PATH" sh -c 'echo $$; exec sleep 1000' & exec ` + line()
	c.ReadyLog = `^\d+$`
	running := start(t, c)
	text, _ := running.Output(0)
	pid, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Kill(pid, syscall.SIGKILL)
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
}

func TestContextEndsReceiver(t *testing.T) {
	t.Parallel()
	onlyLinuxFindsAll(t)
	th := newTether(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	running, err := th.tie(receiver("brood")).Start(ctx, environment)
	if err != nil {
		t.Fatal(err)
	}
	th.begun(4)
	cancel()
	noneLeft(t, th)
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
}

// TestKilledRefereeLeavesNothing kills a process that has started a receiver,
// before it can do anything about it.
func TestKilledRefereeLeavesNothing(t *testing.T) {
	t.Parallel()
	onlyLinuxFindsAll(t)
	th := newTether(t)
	referee := exec.Command(os.Args[0])
	referee.Env = append(os.Environ(), roleVariable+"=referee", tetherVariable+"="+th.addr)
	out, err := referee.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := referee.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		for s := bufio.NewScanner(out); s.Scan(); {
			t.Log(s.Text())
		}
	}()
	th.begun(5) // itself, the receiver and its three children
	if err := referee.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	noneLeft(t, th)
	_ = referee.Wait() // killed
}

// onlyLinuxFindsAll skips a test with children that leave the process group.
func onlyLinuxFindsAll(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells which processes belong to a receiver that left its group")
	}
}
