package docker

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// containerLife is one life of a container, from its start to its end.
type containerLife struct {
	// running ends when the container has ended and its output is complete; then
	// how is set.
	running context.Context
	how     string

	abandon context.CancelFunc // lets go of a container that does not end
}

// live starts the container.
func (k *keeper) live(ctx context.Context) (*containerLife, error) {
	attached, abandon := context.WithCancel(context.WithoutCancel(ctx))
	id := k.container.GetContainerID()
	// Before the start, so that nothing is lost, and not by the log, which some
	// logging drivers do not give back.
	stream, err := k.engine.Client().ContainerAttach(attached, id, client.ContainerAttachOptions{Stream: true, Stdout: true, Stderr: true})
	if err != nil {
		abandon()
		return nil, fmt.Errorf("attach to the container: %w", err)
	}
	if err := k.container.Start(ctx); err != nil {
		abandon()
		stream.Close()
		return nil, err
	}
	running, over := context.WithCancel(context.Background())
	l := &containerLife{running: running, abandon: abandon}
	go func() {
		defer over()
		defer abandon()
		forget := context.AfterFunc(attached, stream.Close)
		_, _ = stdcopy.StdCopy(&k.Output, &k.Output, stream.Reader) // the end of the output is no error
		forget()
		stream.Close()
		k.gate.doubt(k.gate.current()) // before the engine tells, which takes it a while
		l.how = k.engine.ending(attached, id)
		k.gate.shut(k.gate.current())
	}()
	return l, nil
}

// end waits for the rest of the output of a container that was removed, and after
// limit does without.
func (l *containerLife) end(limit time.Duration) {
	select {
	case <-l.running.Done():
	case <-time.After(limit):
		l.abandon()
		<-l.running.Done()
	}
}

// ending waits until the container has ended, and says how it did.
func (e engine) ending(ctx context.Context, id string) string {
	wait := e.Client().ContainerWait(ctx, id, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
	select {
	case <-wait.Result:
	case err := <-wait.Error:
		return engineLost(err)
	}
	found, err := e.Client().ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil || found.Container.State == nil {
		return engineLost(err)
	}
	return mannerOf(*found.Container.State)
}

func engineLost(err error) string {
	if errdefs.IsNotFound(err) {
		return "its container was removed"
	}
	return fmt.Sprintf("the Docker Engine does not tell how its container ended (%v)", err)
}

// mannerOf says how a container ended.
func mannerOf(s container.State) string {
	how := fmt.Sprintf("exit status %d", s.ExitCode)
	if name := linuxSignal(s.ExitCode - 128); name != "" {
		// Docker gives the end by a signal as a shell does.
		how += ", as after " + name
	}
	if s.OOMKilled {
		how += ", for it needed more memory than it may have"
	}
	return how
}

// linuxSignal names a signal that ends programs, by its number on Linux, where
// the container runs; empty for others.
func linuxSignal(number int) string {
	return map[int]string{
		1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS",
		8: "SIGFPE", 9: "SIGKILL", 11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 31: "SIGSYS",
	}[number]
}
