package sut

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// keeper keeps a command running over several lives.
type keeper struct {
	command Command
	environ []string
	hosts   map[string]string
	mounts  []Mount
	ready   life.Readiness

	*life.Lives

	mu  sync.Mutex // for who looks at now and has no turn
	now *process
}

func newKeeper(ctx context.Context, c Command, environ []string, l Launch, env Environment) *keeper {
	k := &keeper{
		command: c, environ: environ, hosts: l.Hosts, mounts: l.Mounts,
		ready: c.Terms().Readiness(env), Lives: life.NewLives(ctx),
	}
	k.ready.Hosts, k.Output.Each = loopback[:], env.Line
	return k
}

// start begins the first life.
func (k *keeper) start(ctx context.Context) (Running, error) {
	host, err := k.begin(ctx)
	if err == nil {
		err = k.stays()
	}
	if err != nil {
		k.Over()
		return Running{}, err
	}
	k.ready.Hosts = []string{host}
	k.Began(k)
	k.WhenOver(k.end)
	return Running{
		URL:     k.command.Terms().URL(net.JoinHostPort(host, strconv.Itoa(k.command.Port))),
		Stop:    k.end,
		Exited:  k.Exited,
		Death:   func() Death { return k.Death(k) },
		Restart: func(ctx context.Context) (Death, error) { return k.Restart(ctx, k) },
		Output:  k.Output.Since,
		Kill:    func() { k.present().family.kill() },
		Holds:   func() (int, int64, bool) { return holdings(k.present().family.members()) },
	}, nil
}

// present is the process of the life that is.
func (k *keeper) present() *process {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// end ends the life that is, for good.
func (k *keeper) end() error {
	return k.Finish(func() error { return k.now.end() })
}

// Launch implements life.Restartable.
func (k *keeper) Launch(ctx context.Context) error {
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
	logged := k.Next(k.ready.Log)
	p, err := startProcess(cmd, &k.Output, k.command.StopTimeout)
	if err != nil {
		return "", fmt.Errorf("start the receiver: %w", err)
	}
	k.mu.Lock()
	k.now = p
	k.mu.Unlock()

	limited, cancel := context.WithTimeoutCause(ctx, k.command.ReadyTimeout, life.ErrTimeIsUp)
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
	host, missing := k.ready.Await(wait, logged)
	if p.hasExited() {
		return "", k.endedEarly()
	}
	if missing == nil {
		return host, nil
	}
	ports := listening(p.family.members())
	left := p.end()
	if cause := context.Cause(limited); !errors.Is(cause, life.ErrTimeIsUp) {
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
	case <-time.After(life.EndLag):
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

// Ended implements life.Restartable.
func (k *keeper) Ended() <-chan struct{} { return k.now.ended }

// Listens implements life.Restartable.
func (k *keeper) Listens(ctx context.Context) bool {
	return dial(ctx, k.ready.Hosts[0], k.ready.Port) == nil
}

// Kill implements life.Restartable.
func (k *keeper) Kill() error { return k.now.end() }

// How implements life.Restartable.
func (k *keeper) How() string {
	if k.now.background() {
		return k.now.how + ", with processes left in the background"
	}
	return k.now.how
}
