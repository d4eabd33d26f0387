package sut

import (
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

const (
	// lookAgain is the pause between two looks at the processes of a receiver.
	lookAgain = 10 * time.Millisecond
	// killTime is how long killed processes have to disappear.
	killTime = 5 * time.Second
	// markerVariable is in the environment of all processes of a receiver, with a
	// value of its own for each life: so those are found that left the group.
	markerVariable = "REFEREE_RECEIVER"
)

// process is one life of a receiver, with every process that it starts.
type process struct {
	family   family
	watchdog *life.Watchdog
	grace    time.Duration // from being told to end to being killed

	stop     chan struct{} // closed to end it
	stopOnce sync.Once

	exited chan struct{} // closed when the shell has ended
	ended  chan struct{} // closed when nothing of it is left; then these are set:
	how    string        // how the shell ended
	code   int           // its exit code; -1 if a signal ended it
	left   []member      // those who went on after the shell had ended by itself
	err    error         // what could not be ended
}

// member is one process of a receiver.
type member struct {
	pid  int
	name string // may be empty
}

func (m member) String() string { return strings.TrimSpace(fmt.Sprintf("%s %d", m.name, m.pid)) }

// startProcess starts a prepared command, whose environment is set, in a group
// of its own. It writes to out until ended is closed.
func startProcess(cmd *exec.Cmd, out io.Writer, grace time.Duration) (*process, error) {
	marker := markerVariable + "=" + rand.Text()
	cmd.Env = append(slices.Clip(cmd.Env), marker)
	detach(cmd)

	// One pipe for both keeps the order in which things were written.
	read, write, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd.Stdout, cmd.Stderr = write, write
	guard, err := newWatchdog(marker)
	if err != nil {
		read.Close()
		write.Close()
		return nil, err
	}
	p := &process{
		family: family{marker: marker}, watchdog: guard, grace: grace,
		stop: make(chan struct{}), exited: make(chan struct{}), ended: make(chan struct{}),
	}
	started := make(chan error, 1)
	go p.live(cmd, read, out, started)
	err = <-started
	write.Close()
	if err != nil {
		read.Close()
		guard.Release()
		return nil, err
	}
	return p, nil
}

// live accompanies the process from its start until nothing of it is left.
func (p *process) live(cmd *exec.Cmd, read *os.File, out io.Writer, started chan<- error) {
	// Linux takes the end of the thread that started a process for the end of its
	// parent, so this thread must not go to anyone else.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := cmd.Start(); err != nil {
		started <- err
		return
	}
	p.family.group = cmd.Process.Pid
	p.watchdog.Tell(strconv.Itoa(p.family.group))
	started <- nil
	defer close(p.ended)

	drained := make(chan struct{})
	go func() {
		defer close(drained)
		_, _ = io.Copy(out, read) // the end of the output is no error
	}()
	go func() {
		defer close(p.exited)
		_ = cmd.Wait() // ProcessState says more
	}()

	select {
	case <-p.exited:
	case <-p.stop:
	}
	if p.hasExited() {
		p.left = p.family.members()
		p.err = p.reap(0)
	} else {
		p.family.terminate()
		p.err = p.reap(p.grace)
	}
	p.watchdog.Release()
	p.how = "does not end"
	if p.hasExited() {
		p.how, p.code = manner(cmd.ProcessState), cmd.ProcessState.ExitCode()
	}

	select {
	case <-drained:
	case <-time.After(life.DrainTime): // someone unknown still holds the other end
	}
	read.Close()
	<-drained
}

// reap waits until no process is left, and kills what is left after grace.
func (p *process) reap(grace time.Duration) error {
	kill, giveUp := time.NewTimer(grace), time.NewTimer(grace+killTime)
	defer kill.Stop()
	defer giveUp.Stop()
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for killing := false; ; {
		if p.hasExited() && len(p.family.members()) == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-kill.C:
			killing = true
		case <-giveUp.C:
			return fmt.Errorf("processes of the receiver could not be ended: %s; end them by hand", join(p.family.members()))
		}
		if killing {
			p.family.kill()
		}
	}
}

// end ends the process and returns when nothing of it is left.
func (p *process) end() error {
	p.stopOnce.Do(func() { close(p.stop) })
	<-p.ended
	return p.err
}

// background reports whether the shell ended well and others went on.
func (p *process) background() bool { return p.code == 0 && len(p.left) > 0 }

// hasExited reports whether the shell has ended.
func (p *process) hasExited() bool {
	select {
	case <-p.exited:
		return true
	default:
		return false
	}
}

func join(members []member) string {
	var names []string
	for _, m := range members {
		names = append(names, m.String())
	}
	return strings.Join(names, ", ")
}
