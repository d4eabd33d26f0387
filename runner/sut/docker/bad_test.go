//go:build unix

package docker_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

func TestCheckRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		image docker.Image
		says  string
	}{
		"no image":        {docker.Image{}, "name one with --image"},
		"no Dockerfile":   {docker.Image{BuildContext: "testdata"}, "--build-context"},
		"host's network":  {docker.Image{Name: "x", Network: "host"}, "docker network create"},
		"other container": {docker.Image{Name: "x", Network: "container:db"}, "docker network create"},
		"path":            {docker.Image{Name: "x", Path: "webhook"}, "begins with a slash"},
		"port":            {docker.Image{Name: "x", Port: 70000}, "--port is 70000"},
		"ready log":       {docker.Image{Name: "x", ReadyLog: "("}, "--ready-log is not a regular expression"},
		"stop timeout":    {docker.Image{Name: "x", StopTimeout: -1}, "negative"},
		"unknown field":   {docker.Image{Name: "x", Env: map[string]string{"A": "{{.Secret}}"}}, "{{.AppSecret}}"},
	} {
		t.Run(name, func(t *testing.T) {
			err := c.image.Check()
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("the error does not say %q: %v", c.says, err)
			}
			if _, started := c.image.Start(t.Context(), environment); started == nil || started.Error() != err.Error() {
				t.Errorf("Start says %v", started)
			}
		})
	}
}

// TestBadInput holds every way in which a container does not start to an
// error that says what happened and what to do, and to nothing left.
func TestBadInput(t *testing.T) {
	// soon is for what is told however far a receiver came until then; never, for
	// what is told of an event.
	const soon, never = 3 * time.Second, time.Hour
	d := newEngine(t)
	image := d.receiver("EXPOSE 8080")
	internal := unique()
	if _, err := d.NetworkCreate(t.Context(), internal, client.NetworkCreateOptions{Driver: "bridge", Internal: true}); err != nil {
		t.Fatal(err)
	}
	d.removeNetwork(internal)
	broken := t.TempDir()
	write(t, broken, "Dockerfile", "FROM scratch\nCOPY no-such-file /\n")
	role := func(role string, limit time.Duration, change ...func(*docker.Image)) docker.Image {
		i := docker.Image{Name: image, ReadyTimeout: limit, Env: map[string]string{"ROLE": role}}
		for _, c := range change {
			c(&i)
		}
		return i
	}
	var cases []func()
	for name, c := range map[string]struct {
		image docker.Image
		until string // the line with which the receiver's time is up
		says  []string
	}{
		"cannot be pulled": {docker.Image{Name: "127.0.0.1:1/my/bot:none"}, "",
			[]string{"127.0.0.1:1/my/bot:none is not on this machine, and cannot be pulled", "connection refused", "`docker build -t 127.0.0.1:1/my/bot:none .`", "`docker pull "}},
		"no name of an image": {docker.Image{Name: "My Bot"}, "",
			[]string{"My Bot", "invalid reference"}},
		"build fails": {docker.Image{BuildContext: broken}, "",
			[]string{"build the image of " + broken, "no-such-file", "The last of the build:\n  ", "COPY no-such-file", "docker build"}},
		"no such network": {role("", soon, func(i *docker.Image) { i.Network = "no-such-network" }), "",
			[]string{`there is no network "no-such-network"`, "docker network create no-such-network"}},
		"internal network": {role("", soon, func(i *docker.Image) { i.Network = internal }), "",
			[]string{"is internal", "--internal"}},
		"no such program": {docker.Image{Name: d.receiver(`ENTRYPOINT ["/no-such-program"]`)}, "",
			[]string{"could not be started", "/no-such-program", "ENTRYPOINT or CMD"}},
		"no program": {docker.Image{Name: d.receiver(`ENTRYPOINT ["/etc/hosts"]`)}, "",
			[]string{"could not be started", "permission denied", "is not executable"}},
		"exits at once": {role("exit", never), "",
			[]string{"ended before it was ready (exit status 3)", "Its last output:\n  cannot find module 'express'"}},
		"never listens": {role("idle", soon), "",
			[]string{"does not listen on port 8080 of its container", "after 3s", "It wrote nothing.", "--port", "--ready-timeout"}},
		"listens on another port": {docker.Image{Name: d.receiver("EXPOSE 3000"), ReadyTimeout: soon, Env: map[string]string{"ROLE": "elsewhere"}}, "",
			[]string{"does not listen on port 8080", "its image exposes port 3000", "--port 3000"}},
		"listens in the container alone": {role("loopback", soon), "",
			[]string{"does not listen on port 8080", "0.0.0.0"}},
		"never answers": {role("mute", never), "a request came",
			[]string{"GET /webhook failed for 1h0m0s: no answer", "--ready-path", "--ready-log"}},
		"never says the line": {role("announced", never, func(i *docker.Image) { i.ReadyLog = "up and running" }), "starting",
			[]string{`wrote no line within 1h0m0s that matches "up and running"`, "correct --ready-log", "listening on"}},
		"says the line and never listens": {role("exit", never, func(i *docker.Image) { i.ReadyLog = "cannot find" }), "",
			[]string{"ended before it was ready"}},
	} {
		failed := make(chan error, 1)
		go func() { // all at once: some take their time
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			env := platform()
			env.Line = func(line string) {
				if line == c.until {
					cancel(life.ErrTimeIsUp)
				}
			}
			running, err := c.image.Start(ctx, env)
			if err == nil {
				running.Stop()
			}
			failed <- err
		}()
		cases = append(cases, func() {
			t.Run(name, func(t *testing.T) {
				suttest.NotStarted(t, <-failed, c.says...)
			})
		})
	}
	for _, judge := range cases {
		judge()
	}
}

// TestEndsBeforeItIsTold has a receiver whose time is up after its end, and
// before Referee has heard of that.
func TestEndsBeforeItIsTold(t *testing.T) {
	d := newEngine(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	env := environment
	env.Line = func(string) { // until it returns, Referee hears nothing more of the receiver
		for _, name := range d.containers() {
			ended := d.ContainerWait(t.Context(), name, client.ContainerWaitOptions{Condition: container.WaitConditionNotRunning})
			select {
			case <-ended.Result:
			case err := <-ended.Error:
				t.Error(err)
			}
		}
		cancel(life.ErrTimeIsUp)
	}
	i := docker.Image{Name: d.receiver(), Env: map[string]string{"ROLE": "exit"}, ReadyTimeout: time.Hour}
	_, err := i.Start(ctx, env)
	if err == nil || !strings.Contains(err.Error(), "ended before it was ready (exit status 3)") {
		t.Errorf("the error is %v", err)
	}
}

func TestInterruptedStart(t *testing.T) {
	d := newEngine(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	env := environment
	env.Line = func(string) { cancel(interrupted) }
	i := docker.Image{Name: d.receiver(), Env: map[string]string{"ROLE": "announced"}, ReadyLog: "never"}
	if _, err := i.Start(ctx, env); !errors.Is(err, interrupted) {
		t.Errorf("the error is %v", err)
	}
}

// TestNoEngine has a process of its own: where the engine is, is found out
// once.
func TestNoEngine(t *testing.T) {
	const inside = "SUT_TEST_NO_ENGINE"
	if os.Getenv(inside) != "" {
		_, err := docker.Image{Name: "my/bot"}.Start(t.Context(), environment)
		t.Fatal(err)
	}
	socket := filepath.Join(t.TempDir(), "docker.sock")
	again := exec.Command(os.Args[0], "-test.run=^TestNoEngine$")
	again.Env = append(os.Environ(), inside+"=yes", "DOCKER_HOST=unix://"+socket, "HOME="+t.TempDir(), "XDG_RUNTIME_DIR=")
	text, err := again.CombinedOutput()
	if err == nil {
		t.Fatalf("it starts: %s", text)
	}
	for _, says := range []string{"none answers at DOCKER_HOST=unix://" + socket, "start Docker Desktop or the service docker", "docker.io"} {
		if !strings.Contains(string(text), says) {
			t.Errorf("the error does not say %q: %s", says, text)
		}
	}
}
