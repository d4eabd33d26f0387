package sut

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seed-11445fa1/referee/runner/sut/internal/life"
)

// Command is a receiver that Referee starts itself, as a process of its own
// with everything that it starts in turn. It finds the platform by the variables
// PORT, REFEREE_GRAPH_URL, REFEREE_RECEIPTS_URL, REFEREE_APP_SECRET,
// REFEREE_INSTAGRAM_SECRET, REFEREE_VERIFY_TOKEN, REFEREE_PAGE_TOKEN, REFEREE_APP_ID,
// REFEREE_PAGE_ID and REFEREE_INSTAGRAM_ID, and the CA of Meta's client certificate, where it has to look at that, in the file that
// REFEREE_CLIENT_CA names.
type Command struct {
	// Line is run by the shell: sh, or cmd on Windows.
	Line string
	// Dir is the directory in which it runs. Default: Referee's own.
	Dir string
	// Env has further variables. A value is a template over {{.AppSecret}},
	// {{.InstagramSecret}}, {{.VerifyToken}}, {{.PageToken}}, {{.AppID}}, {{.PageID}},
	// {{.InstagramID}}, {{.GraphURL}}, {{.ReceiptsURL}}, {{.ClientCA}} and {{.Port}}.
	// Default: none.
	Env map[string]string
	// Path is the path of the webhook, and begins with a slash. Default "/webhook".
	Path string
	// Port is the TCP port on which the receiver listens. Default: a free one.
	Port int
	// ReadyPath is a path where any answer to GET shows that the receiver is
	// ready. Default: it is the handshake on Path that has to be answered.
	ReadyPath string
	// ReadyLog is a regular expression. If set, the receiver is ready when it has
	// written a line that matches and accepts connections; an answer to GET is
	// awaited only where ReadyPath is set too. Default: none.
	ReadyLog string
	// ReadyTimeout is how long the receiver has to become ready. Default 30 s.
	ReadyTimeout time.Duration
	// HTTPS says that the receiver serves https on Port, with a certificate of its
	// own. Default false: it serves http.
	HTTPS bool
	// StopTimeout is how long the receiver has to end by itself when it is told
	// to, before it is killed. Default 3 s.
	StopTimeout time.Duration
	// Intercept leads the calls that the receiver makes to Meta's hosts to the
	// platform. Default false: it calls REFEREE_GRAPH_URL, or nobody sees it.
	Intercept bool
	// AllowNetwork lets a receiver that is intercepted by a proxy reach other
	// hosts. Default false: the proxy refuses them.
	AllowNetwork bool

	// launch stands in for what interception adds, in tests.
	launch func(Environment) (Launch, error)
}

// Launch is added to a receiver so that its calls to Meta reach the platform,
// whatever hosts it has written in.
type Launch struct {
	// Env has variables as "NAME=value". Those of Command.Env win over them.
	Env []string
	// Hosts maps host names to addresses, for this receiver alone. It needs what
	// [CanIsolate] looks for. A machine whose programs ask a daemon for host
	// names (nscd, or systemd-resolved before the hosts file) ignores it.
	Hosts map[string]string
	// Mounts are files and folders, in this order, that take the place of the
	// machine's, for this receiver alone. They need Hosts. One that cannot be
	// mounted is left out.
	Mounts []Mount
}

// Terms implements [Started].
func (c Command) Terms() Terms {
	return Terms{
		Name: c.Line, Env: c.Env, Path: c.Path, Port: c.Port, ReadyPath: c.ReadyPath, ReadyLog: c.ReadyLog,
		ReadyTimeout: c.ReadyTimeout, StopTimeout: c.StopTimeout, HTTPS: c.HTTPS,
	}
}

// Check reports what Start would refuse because of the fields alone.
func (c Command) Check() error {
	if strings.TrimSpace(c.Line) == "" {
		return errors.New("the command of the receiver is empty; write what starts it, such as 'node server.js'")
	}
	if c.Dir != "" {
		if info, err := os.Stat(c.Dir); err != nil {
			return fmt.Errorf("the working directory of the receiver: %w; give one that exists with --workdir", err)
		} else if !info.IsDir() {
			return fmt.Errorf("the working directory of the receiver, %s, is not a directory; give one with --workdir", c.Dir)
		}
	}
	return c.Terms().Check()
}

// Start runs the command and waits until it is ready. When ctx ends, the
// receiver is stopped, as by Stop.
func (c Command) Start(ctx context.Context, env Environment) (Running, error) {
	if err := c.Check(); err != nil {
		return Running{}, err
	}
	t := c.Terms().WithDefaults()
	c.Path, c.ReadyTimeout, c.StopTimeout = t.Path, t.ReadyTimeout, t.StopTimeout
	// Before all that would be wrong too where there is no shell, such as a missing /tmp.
	if err := isThere(shell(c.Line)); err != nil {
		return Running{}, fmt.Errorf("start the receiver: %w", err)
	}
	if err := c.choosePort(ctx); err != nil {
		return Running{}, err
	}
	forget, err := env.writeClientCA()
	if err != nil {
		return Running{}, fmt.Errorf("prepare the start of the receiver: %w", err)
	}
	n, launch, err := c.intercept(env)
	if err != nil {
		return Running{}, errors.Join(fmt.Errorf("prepare the start of the receiver: %w", err), forget())
	}
	running, err := c.begin(ctx, env, launch)
	if err != nil {
		return Running{}, errors.Join(err, n.close(), forget())
	}
	stop := running.Stop
	running.Stop = sync.OnceValue(func() error { return errors.Join(stop(), n.close(), forget()) })
	if n != nil {
		running.Interception = n.report
	}
	return running, nil
}

// intercept prepares what leads the receiver's calls to the platform; nil where
// nothing does.
func (c Command) intercept(env Environment) (*interceptor, Launch, error) {
	if c.launch != nil {
		launch, err := c.launch(env)
		return nil, launch, err
	}
	if !c.Intercept || env.GraphAPI == nil {
		return nil, Launch{}, nil
	}
	n, err := newInterceptor(env.GraphAPI, c.AllowNetwork)
	if err != nil {
		return nil, Launch{}, err
	}
	environ, err := c.environ(env, Launch{})
	if err != nil {
		return nil, Launch{}, errors.Join(err, n.close())
	}
	launch, err := n.launch(c, environ)
	if err != nil {
		return nil, Launch{}, errors.Join(err, n.close())
	}
	return n, launch, nil
}

// begin starts the receiver's first life.
func (c Command) begin(ctx context.Context, env Environment, launch Launch) (Running, error) {
	if len(launch.Hosts) > 0 {
		if err := CanIsolate(); err != nil {
			return Running{}, err
		}
	}
	environ, err := c.environ(env, launch)
	if err != nil {
		return Running{}, err
	}
	return newKeeper(ctx, c, environ, launch, env).start(ctx)
}

// loopback are the addresses under which a receiver on this machine may listen.
// Some listen on "localhost" alone, which can mean either.
var loopback = [...]string{"127.0.0.1", "::1"}

// choosePort makes sure that nothing else would answer in the receiver's place.
func (c *Command) choosePort(ctx context.Context) error {
	if c.Port != 0 {
		if taken(ctx, c.Port) {
			return fmt.Errorf("port %d is in use; end the program that listens there, or choose another port for the receiver with --port", c.Port)
		}
		return nil
	}
	var err error
	for range 100 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		var l net.Listener
		if l, err = (&net.ListenConfig{}).Listen(ctx, "tcp", net.JoinHostPort(loopback[0], strconv.Itoa(port))); err != nil {
			continue // somebody has it
		}
		if err = l.Close(); err == nil && !taken(ctx, port) {
			c.Port = port
			return nil
		}
	}
	return fmt.Errorf("find a free port for the receiver: %w; choose one with --port", cmp.Or(err, errors.New("the last of a hundred was in use")))
}

// firstPort and lastPort bound the ports that are chosen for receivers. They are below
// those that systems give out by themselves (from 32768 on, on Linux): a receiver may
// take long to begin, and meanwhile nobody is given its port.
const (
	firstPort = 20000
	lastPort  = 32767
)

// taken reports whether something listens on the port.
func taken(ctx context.Context, port int) bool {
	for _, host := range loopback {
		if dial(ctx, host, port) == nil {
			return true
		}
	}
	return false
}

// dial reports whether a connection to the port is accepted.
func dial(ctx context.Context, host string, port int) error {
	conn, err := (&net.Dialer{Timeout: life.Reachable}).DialContext(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return err
	}
	return conn.Close()
}
