package sut

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
)

// engineTime is how long the engine has to remove a container that has ended.
const engineTime = 30 * time.Second

// imageKeeper keeps a container running over several lives.
type imageKeeper struct {
	image     Image
	imageInfo imageInfo
	engine    engine
	container testcontainers.Container
	upstream  *upstream
	watchdog  *watchdog
	host      string // where Docker publishes ports
	ready     readiness
	gate      *gate
	output    output

	lives
	finish context.CancelFunc // ends life

	now    *containerLife
	mark   int64  // where its output begins
	target string // where its port is published
}

// start begins the first life.
func (k *imageKeeper) start(ctx context.Context) (Running, error) {
	if err := k.launch(ctx); err != nil {
		return Running{}, err
	}
	k.begun(k)
	stop := sync.OnceValue(k.end)
	context.AfterFunc(k.life, func() { _ = stop() }) // Stop tells of the error
	running := Running{
		URL:     k.image.terms().scheme() + "://" + k.gate.address + k.image.Path,
		Stop:    stop,
		Exited:  k.exited,
		Restart: func(ctx context.Context) (Death, error) { return k.restart(ctx, k) },
		Output:  k.output.since,
	}
	if n := k.upstream.interception; n != nil {
		running.Interception = n.report
	}
	return running, nil
}

// end removes the container and all that was opened for it.
func (k *imageKeeper) end() error {
	k.finish() // interrupts a restart
	k.turn <- struct{}{}
	defer func() { <-k.turn }()
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
		k.now.end(drainTime)
	}
	k.gate.close()
	k.watchdog.release()
	return errors.Join(err, k.upstream.close(), k.engine.Close())
}

// seconds rounds up to what the engine understands.
func seconds(d time.Duration) time.Duration {
	return (d + time.Second - 1).Truncate(time.Second)
}

// launch begins a life and waits until the receiver is ready. After an error the
// container does not run.
func (k *imageKeeper) launch(ctx context.Context) error {
	k.mark = k.output.written()
	logged := k.output.expect(k.ready.log)
	l, err := k.live(ctx)
	if err != nil {
		return k.notStarted(err)
	}
	k.now = l

	limited, cancel := context.WithTimeoutCause(ctx, k.image.ReadyTimeout, errTimeIsUp)
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
	if cause := context.Cause(limited); cause != nil && !errors.Is(cause, errTimeIsUp) {
		return errors.Join(fmt.Errorf("start the receiver: %w", cause), k.kill())
	}
	if k.gone() {
		return k.endedEarly()
	}
	return errors.Join(k.notReady(missing), k.kill())
}

// gone reports whether the container ended by itself, though the news of it are
// still on their way: on a busy machine they take longer than some receivers have
// to become ready, and then it would be told that it does not listen.
func (k *imageKeeper) gone() bool {
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
func (k *imageKeeper) await(ctx context.Context, logged <-chan struct{}) error {
	var port network.Port
	published := func() (err error) {
		port, err = k.container.MappedPort(ctx, strconv.Itoa(k.image.Port)+"/tcp")
		return err
	}
	if until(ctx, published) != nil {
		select {
		case <-logged:
		default:
			if k.ready.log != nil {
				return errUnlogged
			}
		}
		return errUnopened
	}
	k.ready.hosts, k.ready.port = []string{k.host}, int(port.Num())
	k.target = net.JoinHostPort(k.host, port.Port())
	if _, missing := k.ready.await(ctx, logged); missing != nil {
		return missing
	}
	taken := func() error {
		if !listens(ctx, k.target) {
			return errUnopened
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
	tick := time.NewTicker(pollPause)
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

func (k *imageKeeper) listens(ctx context.Context) bool { return listens(ctx, k.target) }

// kill stops the container, and does not remove it.
func (k *imageKeeper) kill() error {
	ctx, cancel := context.WithTimeout(context.Background(), k.image.StopTimeout+engineTime)
	defer cancel()
	grace := seconds(k.image.StopTimeout)
	if err := k.container.Stop(ctx, &grace); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("stop the container of the receiver: %w", err)
	}
	<-k.now.running.Done()
	return nil
}

func (k *imageKeeper) ended() <-chan struct{} { return k.now.running.Done() }

func (k *imageKeeper) lastExit() Death { return k.died(k.now.how) }

func (k *imageKeeper) died(how string) Death {
	return Death{How: how, Output: k.lastOutput()}
}

// lastOutput is the last that the receiver wrote in its present life.
func (k *imageKeeper) lastOutput() string {
	text, _ := k.output.since(k.mark)
	return last(text)
}
