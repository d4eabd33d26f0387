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

// errTimeIsUp is why the wait for readiness ends too late.
var errTimeIsUp = errors.New("the time to become ready is up")

// keeper keeps a command running over several lives.
type keeper struct {
	command Command
	environ []string
	hosts   map[string]string
	mounts  []Mount
	ready   readiness
	output  output

	lives
	finish context.CancelFunc // ends life

	now  *process
	mark int64 // where its output begins
}

func newKeeper(ctx context.Context, c Command, environ []string, l Launch, env Environment) *keeper {
	life, finish := context.WithCancel(ctx)
	return &keeper{
		command: c, environ: environ, hosts: l.Hosts, mounts: l.Mounts, ready: c.readiness(env),
		lives: lives{life: life, turn: make(chan struct{}, 1)}, finish: finish,
	}
}

// start begins the first life.
func (k *keeper) start(ctx context.Context) (Running, error) {
	host, err := k.begin(ctx)
	if err == nil {
		err = k.stays()
	}
	if err != nil {
		k.finish()
		return Running{}, err
	}
	k.ready.hosts = []string{host}
	k.begun(k)
	context.AfterFunc(k.life, func() { _ = k.end() }) // Stop tells of the error
	return Running{
		URL:     k.command.scheme() + "://" + net.JoinHostPort(host, strconv.Itoa(k.command.Port)) + k.command.Path,
		Stop:    k.end,
		Exited:  k.exited,
		Restart: func(ctx context.Context) (Death, error) { return k.restart(ctx, k) },
		Output:  k.output.since,
	}, nil
}

// end ends the life that is, for good.
func (k *keeper) end() error {
	k.finish() // interrupts a restart
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
	return k.now.end()
}

func (k *keeper) launch(ctx context.Context) error {
	_, err := k.begin(ctx)
	return err
}

// begin begins a life and waits until the receiver is ready. After an error
// nothing is left of it.
func (k *keeper) begin(ctx context.Context) (host string, err error) {
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
		if cmd, err = isolated(file, k.command.Line, k.mounts); err != nil {
			cleanUp()
			return nil, nil, err
		}
	}
	cmd.Dir, cmd.Env = k.command.Dir, k.environ
	return cmd, cleanUp, nil
}

func (k *keeper) ended() <-chan struct{} { return k.now.ended }

func (k *keeper) listens(ctx context.Context) bool {
	return dial(ctx, k.ready.hosts[0], k.ready.port) == nil
}

func (k *keeper) kill() error { return k.now.end() }

func (k *keeper) lastExit() Death {
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
