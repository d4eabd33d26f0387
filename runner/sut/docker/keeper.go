package docker

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// engineTime is how long the engine has to remove a container that has ended.
const engineTime = 30 * time.Second

// keeper keeps a container running over several lives.
type keeper struct {
	image     Image
	known     known
	engine    engine
	container testcontainers.Container
	upstream  *upstream
	watchdog  *life.Watchdog
	host      string // where Docker publishes ports
	ready     life.Readiness
	gate      *gate

	*life.Lives
	now    *containerLife
	target string // where its port is published
}

// start begins the first life.
func (k *keeper) start(ctx context.Context) (sut.Running, error) {
	if err := k.Launch(ctx); err != nil {
		return sut.Running{}, err
	}
	k.Began(k)
	stop := sync.OnceValue(k.end)
	k.WhenOver(stop)
	running := sut.Running{
		URL:     k.image.Terms().URL(k.gate.address),
		Stop:    stop,
		Exited:  k.Exited,
		Death:   func() sut.Death { return k.Death(k) },
		Restart: func(ctx context.Context) (sut.Death, error) { return k.Restart(ctx, k) },
		Output:  k.Output.Since,
	}
	if n := k.upstream.interception; n != nil {
		running.Interception = func() sut.Interception { return sut.Interception{Way: n.Way, Calls: n.Seen()} }
	}
	return running, nil
}

// end ends the present life for good.
func (k *keeper) end() error { return k.Finish(k.remove) }

// remove removes the container and all that was opened for it.
func (k *keeper) remove() error {
	ctx, cancel := context.WithTimeout(context.Background(), k.image.StopTimeout+engineTime)
	defer cancel()
	err := k.container.Terminate(ctx, testcontainers.StopTimeout(seconds(k.image.StopTimeout)))
	if errdefs.IsNotFound(err) {
		err = nil
	}
	if err != nil {
		id := k.container.GetContainerID()
		err = fmt.Errorf("remove the container of the receiver: %w; remove it with `docker rm --force %s`", err, id[:min(12, len(id))])
	}
	if k.now != nil {
		k.now.end(life.DrainTime)
	}
	k.gate.close()
	k.watchdog.Release()
	return errors.Join(err, k.upstream.close(), k.engine.Close())
}

// seconds rounds up to what the engine understands.
func seconds(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}

// Launch begins a life and waits until the receiver is ready. After an error the
// container does not run.
func (k *keeper) Launch(ctx context.Context) error {
	logged := k.Next(k.ready.Log)
	l, err := k.live(ctx)
	if err != nil {
		return k.notStarted(err)
	}
	k.now = l

	limited, cancel := context.WithTimeoutCause(ctx, k.image.ReadyTimeout, life.ErrTimeIsUp)
	defer cancel()
	wait, cancelWait := context.WithCancel(limited)
	defer cancelWait()
	defer context.AfterFunc(l.running, cancelWait)()
	missing := k.await(wait, logged)
	if l.running.Err() != nil {
		return k.endedEarly()
	}
	if missing == nil {
		return nil
	}
	if cause := context.Cause(limited); cause != nil && !errors.Is(cause, life.ErrTimeIsUp) {
		return errors.Join(fmt.Errorf("start the receiver: %w", cause), k.Kill())
	}
	if k.gone() {
		return k.endedEarly()
	}
	return errors.Join(k.notReady(missing), k.Kill())
}

// gone reports whether the container ended by itself, though the news of it are
// still on their way: on a busy machine they take longer than some receivers have
// to become ready, and then it would be told that it does not listen.
func (k *keeper) gone() bool {
	ctx, cancel := context.WithTimeout(context.Background(), engineTime)
	defer cancel()
	found, err := k.engine.Client().ContainerInspect(ctx, k.container.GetContainerID(), client.ContainerInspectOptions{})
	if state := found.Container.State; err != nil || state == nil || state.Running {
		return k.now.running.Err() != nil
	}
	<-k.now.running.Done()
	return true
}

// await returns when the receiver is ready and the gate open, or else what was
// missing when ctx ended.
func (k *keeper) await(ctx context.Context, logged <-chan struct{}) error {
	var port network.Port
	published := func() (err error) {
		port, err = k.container.MappedPort(ctx, strconv.Itoa(k.image.Port)+"/tcp")
		return err
	}
	if until(ctx, published) != nil {
		select {
		case <-logged:
		default:
			if k.ready.Log != nil {
				return life.ErrUnlogged
			}
		}
		return life.ErrUnopened
	}
	k.ready.Hosts, k.ready.Port = []string{k.host}, int(port.Num())
	k.target = net.JoinHostPort(k.host, port.Port())
	if _, missing := k.ready.Await(ctx, logged); missing != nil {
		return missing
	}
	taken := func() error {
		if !listens(ctx, k.target) {
			return life.ErrUnopened
		}
		return nil
	}
	if err := until(ctx, taken); err != nil {
		return err
	}
	if err := until(ctx, func() error { return k.gate.open(k.target) }); err != nil {
		return fmt.Errorf("%w: %w", errTaken, err)
	}
	return nil
}

// errTaken is where the address of the gate went to another program while it was
// shut.
var errTaken = errors.New("the address is not free any more")

// until tries again and again, and returns the last error when ctx ends.
func until(ctx context.Context, try func() error) error {
	tick := time.NewTicker(life.PollPause)
	defer tick.Stop()
	for {
		err := try()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// Listens implements life.Restartable.
func (k *keeper) Listens(ctx context.Context) bool { return listens(ctx, k.target) }

// Kill stops the container, and does not remove it.
func (k *keeper) Kill() error {
	ctx, cancel := context.WithTimeout(context.Background(), k.image.StopTimeout+engineTime)
	defer cancel()
	grace := seconds(k.image.StopTimeout)
	if err := k.container.Stop(ctx, &grace); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("stop the container of the receiver: %w", err)
	}
	<-k.now.running.Done()
	return nil
}

// Ended implements life.Restartable.
func (k *keeper) Ended() <-chan struct{} { return k.now.running.Done() }

// How implements life.Restartable.
func (k *keeper) How() string { return k.now.how }
