package sut

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"time"
)

const (
	// settleTime is how long the end of a process may lag behind the end of its
	// connections.
	settleTime = 100 * time.Millisecond
	// returnTime is how long a receiver that listens no more, but whose process
	// goes on, has to come back: npm and its like take a while to end, and some
	// supervisors start a program again.
	returnTime = 3 * time.Second
)

var (
	errTimeIsUp = errors.New("the time to become ready is up")
	errStopped  = errors.New("the receiver was stopped")
)

// keeper keeps a command running over several lives.
type keeper struct {
	command Command
	environ []string
	hosts   map[string]string
	ready   readiness
	output  output

	life   context.Context // ends with the receiver
	finish context.CancelFunc

	turn chan struct{} // holds one token; who has it may use what follows
	now  *process
	mark int64 // where its output begins
	// unrevived is the last death while no start has succeeded after it.
	unrevived *Death
}

func newKeeper(ctx context.Context, c Command, environ []string, hosts map[string]string, verifyToken string) *keeper {
	life, finish := context.WithCancel(ctx)
	return &keeper{
		command: c, environ: environ, hosts: hosts, ready: c.readiness(verifyToken),
		life: life, finish: finish, turn: make(chan struct{}, 1),
	}
}

// start begins the first life.
func (k *keeper) start(ctx context.Context) (Running, error) {
	host, err := k.launch(ctx)
	if err == nil {
		err = k.stays()
	}
	if err != nil {
		k.finish()
		return Running{}, err
	}
	k.ready.hosts = []string{host}
	context.AfterFunc(k.life, func() { _ = k.end() }) // Stop tells of the error
	return Running{
		URL:    "http://" + net.JoinHostPort(host, strconv.Itoa(k.command.Port)) + k.command.Path,
		Stop:   k.end,
		Revive: k.revive,
		Output: k.output.since,
	}, nil
}

// end ends the life that is, for good.
func (k *keeper) end() error {
	k.finish() // interrupts a revival
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	return k.now.end()
}

// launch begins a life and waits until the receiver is ready. After an error
// nothing is left of it.
func (k *keeper) launch(ctx context.Context) (host string, err error) {
	cmd, cleanUp, err := k.prepare()
	if err != nil {
		return "", err
	}
	defer cleanUp()
	k.mark = k.output.written()
	logged := k.output.expect(k.ready.log)
	p, err := startProcess(cmd, &k.output, k.command.StopTimeout)
	if err != nil {
		return "", fmt.Errorf("start the receiver: %w", err)
	}
	k.now = p

	limited, cancel := context.WithTimeoutCause(ctx, k.command.ReadyTimeout, errTimeIsUp)
	defer cancel()
	wait, cancelWait := context.WithCancel(limited)
	defer cancelWait()
	go func() {
		select {
		case <-p.exited:
			cancelWait()
		case <-wait.Done():
		}
	}()
	host, missing := k.ready.await(wait, logged)
	if p.hasExited() {
		return "", k.endedEarly()
	}
	if missing == nil {
		return host, nil
	}
	ports := listening(p.family.members())
	left := p.end()
	if cause := context.Cause(limited); !errors.Is(cause, errTimeIsUp) {
		return "", errors.Join(fmt.Errorf("start the receiver: %w", cause), left)
	}
	return "", errors.Join(k.notReady(missing, ports), left)
}

// stays makes sure that a receiver goes on once it was ready. The first process
// of a daemon ends when the second is ready.
func (k *keeper) stays() error {
	select {
	case <-k.now.exited:
		return k.endedEarly()
	case <-time.After(settleTime):
		return nil
	}
}

// prepare makes the command of a life; cleanUp is for when it has started.
func (k *keeper) prepare() (cmd *exec.Cmd, cleanUp func(), err error) {
	cleanUp = func() {}
	if len(k.hosts) == 0 {
		cmd = shell(k.command.Line)
	} else {
		file, err := hostsFile(k.hosts)
		if err != nil {
			return nil, nil, err
		}
		cleanUp = func() { _ = os.Remove(file) } // mostly gone by then
		if cmd, err = isolated(file, k.command.Line); err != nil {
			cleanUp()
			return nil, nil, err
		}
	}
	cmd.Dir, cmd.Env = k.command.Dir, k.environ
	return cmd, cleanUp, nil
}

// revive implements Running.Revive.
func (k *keeper) revive(ctx context.Context) (Death, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(k.life, func() { cancel(errStopped) })()
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return Death{}, context.Cause(ctx)
	}
	if k.unrevived == nil {
		d, back, err := k.death(ctx)
		if err != nil || back {
			return d, err
		}
		k.unrevived = &d
	}
	d := *k.unrevived
	if _, err := k.launch(ctx); err != nil {
		return d, err
	}
	k.unrevived = nil
	return d, nil
}

// death finds out of what the present life ended, or ends it where the receiver
// is of no use any more. back says that it is there again by itself.
func (k *keeper) death(ctx context.Context) (d Death, back bool, err error) {
	settled, late := time.After(settleTime), time.After(returnTime)
	select {
	case <-k.now.ended:
		return k.buried(), false, nil
	case <-ctx.Done():
		return d, false, context.Cause(ctx)
	case <-settled:
	}
	if k.listens(ctx) {
		return d, true, ErrAlive
	}
	tick := time.NewTicker(pollPause)
	defer tick.Stop()
	for {
		select {
		case <-k.now.ended:
			return k.buried(), false, nil
		case <-tick.C:
			if k.listens(ctx) {
				return k.died("stopped listening, and came back by itself"), true, nil
			}
		case <-late:
			err := k.now.end()
			return k.died("stopped listening, though its process went on"), false, err
		case <-ctx.Done():
			return d, false, context.Cause(ctx)
		}
	}
}

func (k *keeper) listens(ctx context.Context) bool {
	return dial(ctx, k.ready.hosts[0], k.ready.port) == nil
}

// buried is the death of a receiver of which nothing is left.
func (k *keeper) buried() Death {
	how := k.now.how
	if k.now.background() {
		how += ", with processes left in the background"
	}
	return k.died(how)
}

func (k *keeper) died(how string) Death {
	return Death{How: how, Output: k.lastOutput()}
}

// lastOutput is the last that the receiver wrote in its present life.
func (k *keeper) lastOutput() string {
	text, _ := k.output.since(k.mark)
	return last(text)
}
