// Package docker starts a receiver in a container, by testcontainers: [Image] is all
// that a caller needs, and is given to runner.Config like a command. It is a package of
// its own so that who judges something else does not link a client of the engine.
// Besides that client it may import runner/sut, what is internal there, and package
// intercept of the platform.
//
//	Image ─▶ engine    finds the Docker Engine, and obtains the image
//	      ─▶ upstream  opens the platform to the container
//	      ─▶ keeper    has the container live, and die, and live again
//	      ─▶ gate      is the receiver's one address over all its lives
package docker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut"
)

// Image is a receiver in a container that Referee starts. It finds the platform
// by the same variables as a [sut.Command]; their addresses are those under which
// the container reaches this machine.
//
// The engine is found as testcontainers finds it, and its variables count. One on
// this machine publishes ports on the loopback interface, unless
// TESTCONTAINERS_HOST_OVERRIDE says otherwise: https://golang.testcontainers.org/features/configuration/
type Image struct {
	// Name is the image, such as "my/bot:tag". It is pulled where it is not there.
	Name string
	// BuildContext is a folder with a Dockerfile. If set, it is built, and Name
	// is not used. The built image stays, so that the next build is quick.
	// Default: none.
	BuildContext string
	// Network is a network that the user made, for a receiver that needs others
	// on it. Default: Docker's own.
	Network string
	// Env has further variables, as in [sut.Command].
	Env map[string]string
	// Path is the path of the webhook, and begins with a slash. Default "/webhook".
	Path string
	// Port is the TCP port on which the receiver listens in its container, on all
	// addresses there. PORT is set to it. Default 8080.
	Port int
	// ReadyPath, ReadyLog and ReadyTimeout say when it is ready, as in [sut.Command].
	ReadyPath, ReadyLog string
	ReadyTimeout        time.Duration
	// HTTPS says that the receiver serves https, as in [sut.Command].
	HTTPS bool
	// StopTimeout is how long the receiver has to end by itself when it is told
	// to, before it is killed. It is rounded up to seconds. Default 3 s.
	StopTimeout time.Duration
	// Intercept leads the receiver's calls to Meta's hosts to the platform.
	// Default false.
	Intercept bool
	// AllowNetwork lets the receiver call other hosts where the proxy intercepts.
	// Default false.
	AllowNetwork bool
}

// defaultPort is what most images of web servers listen on.
const defaultPort = 8080

// Check reports what Start would refuse because of the fields alone.
func (i Image) Check() error {
	if i.BuildContext != "" {
		if _, err := os.Stat(filepath.Join(i.BuildContext, "Dockerfile")); err != nil {
			return fmt.Errorf("the build context: %w; name a folder that has a Dockerfile with --build-context", err)
		}
	} else if strings.TrimSpace(i.Name) == "" {
		return errors.New("the image of the receiver is empty; name one with --image, such as my/bot:latest")
	}
	if n := i.Network; n == "host" || n == "none" || strings.HasPrefix(n, "container:") {
		return fmt.Errorf("--container-network is %q, which is none that a container can join and keep a port of its own; name one made with `docker network create`", n)
	}
	return i.Terms().Check()
}

// Terms implements [sut.Started].
func (i Image) Terms() sut.Terms {
	return sut.Terms{
		Name: i.what(), Env: i.Env, Path: i.Path, Port: i.Port, ReadyPath: i.ReadyPath, ReadyLog: i.ReadyLog,
		ReadyTimeout: i.ReadyTimeout, StopTimeout: i.StopTimeout, HTTPS: i.HTTPS,
	}
}

// what names the receiver in errors.
func (i Image) what() string {
	if i.BuildContext != "" {
		return i.BuildContext
	}
	return i.Name
}

// Start gets or builds the image, starts a container of it and waits until it is
// ready. When ctx ends, the container is removed, as by Stop.
func (i Image) Start(ctx context.Context, env sut.Environment) (sut.Running, error) {
	if err := i.Check(); err != nil {
		return sut.Running{}, err
	}
	t := i.Terms().WithDefaults()
	i.Path, i.Port, i.ReadyTimeout, i.StopTimeout = t.Path, cmp.Or(t.Port, defaultPort), t.ReadyTimeout, t.StopTimeout
	e, err := connect(ctx)
	if err != nil {
		return sut.Running{}, err
	}
	e.sweep(ctx)
	running, err := i.start(ctx, e, env)
	if err != nil {
		err = errors.Join(err, e.Close())
	}
	return running, err
}

func (i Image) start(ctx context.Context, e engine, env sut.Environment) (sut.Running, error) {
	p, err := e.obtain(ctx, i)
	if err != nil {
		return sut.Running{}, err
	}
	w, err := i.lead(ctx, e, p, env)
	if err != nil {
		return sut.Running{}, err
	}
	k, err := i.create(ctx, e, p, w)
	if err != nil {
		return sut.Running{}, errors.Join(err, w.close())
	}
	k.ready, k.Output.Each = i.Terms().Readiness(env), env.Line
	running, err := k.start(ctx)
	if err != nil {
		return sut.Running{}, errors.Join(err, k.end())
	}
	return running, nil
}
