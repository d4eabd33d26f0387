//go:build unix

package sut_test

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestEnvironment(t *testing.T) {
	t.Parallel()
	c := receiver("serve")
	c.Env["OWN_SECRET"] = "{{.AppSecret}}/{{.Port}}"
	c.Env["MINE"] = "user"
	c = c.WithLaunch(func(env sut.Environment) (sut.Launch, error) {
		return sut.Launch{Env: []string{"MINE=launch", "LAUNCH=" + env.GraphURL, "REFEREE_GRAPH_URL=launch"}}, nil
	})
	running := start(t, c)
	_, port, err := net.SplitHostPort(strings.TrimSuffix(strings.TrimPrefix(running.URL, "http://"), "/webhook"))
	if err != nil {
		t.Fatal(err)
	}
	environ := strings.Split(suttest.Get(t, running, "/environ"), "\n")
	for _, want := range []string{
		"PORT=" + port,
		"REFEREE_GRAPH_URL=launch", "REFEREE_RECEIPTS_URL=" + environment.ReceiptsURL,
		"REFEREE_APP_SECRET=app secret", "REFEREE_VERIFY_TOKEN=verify token",
		"REFEREE_PAGE_TOKEN=page token", "REFEREE_PAGE_ID=1234", "REFEREE_INSTAGRAM_SECRET=instagram secret",
		"OWN_SECRET=app secret/" + port, "MINE=user", "LAUNCH=" + environment.GraphURL,
		"PATH=" + os.Getenv("PATH"), "PYTHONUNBUFFERED=1",
	} {
		if !slices.Contains(environ, want) {
			t.Errorf("%s is not in the environment", want)
		}
	}
}

func TestChosenPortAndPath(t *testing.T) {
	t.Parallel()
	port := free(t)
	c := receiver("serve")
	c.Port, c.Path = port, "/hooks/messenger"
	if running, want := start(t, c), "http://127.0.0.1:"+strconv.Itoa(port)+"/hooks/messenger"; running.URL != want {
		t.Errorf("the URL is %s, want %s", running.URL, want)
	}
}

func TestListensOnIPv6Alone(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		t.Skipf("there is no IPv6 on this machine: %v", err)
	}
	l.Close()
	if running := start(t, receiver("six")); !strings.HasPrefix(running.URL, "http://[::1]:") {
		t.Errorf("the URL is %s", running.URL)
	}
}

func TestReadyByLog(t *testing.T) {
	t.Parallel()
	c := receiver("announced")
	c.ReadyLog = `listening on \d+`
	running := start(t, c)
	if text, _ := running.Output(0); !strings.Contains(text, "starting\nlistening on ") {
		t.Errorf("the output is %q", text)
	}
}

func TestReadyByPath(t *testing.T) {
	t.Parallel()
	c := receiver("serve")
	c.ReadyPath = "/health"
	start(t, c)
}

func TestRunsInDirectory(t *testing.T) {
	t.Parallel()
	c := receiver("serve")
	c.Dir = t.TempDir()
	c.Line = "pwd; exec " + line()
	want, err := filepath.EvalSymlinks(c.Dir)
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := start(t, c).Output(0); !strings.Contains(text, want) {
		t.Errorf("it runs in %q, want %s", text, want)
	}
}

func TestOutputSinceMark(t *testing.T) {
	t.Parallel()
	c := receiver("serve")
	c.Line = "echo to standard output; echo to standard error >&2; exec " + line()
	running := start(t, c)
	text, mark := running.Output(0)
	if text != "to standard output\nto standard error\n" {
		t.Errorf("the output is %q", text)
	}
	suttest.Get(t, running, "/say?hello")
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
	if text, _ := running.Output(mark); text != "hello\n" {
		t.Errorf("the output since then is %q", text)
	}
}

func TestMuchOutput(t *testing.T) {
	t.Parallel()
	c := receiver("flood")
	c.ReadyTimeout = 10 * time.Minute
	running := start(t, c)
	text, written := running.Output(0)
	if written < 1e8 || len(text) > 1<<20 {
		t.Errorf("%d bytes were written, %d are kept", written, len(text))
	}
	if !strings.HasPrefix(text, "first line\n") || !strings.HasSuffix(text, "last line\n") || !strings.Contains(text, "bytes of output left out]") {
		t.Error("head, tail or the note between them are missing")
	}
}

// TestBadInput holds every way in which a receiver does not start to an error
// that says what happened and what to do, and to nothing left running.
func TestBadInput(t *testing.T) {
	t.Parallel()
	const soon = 3 * time.Second // enough for what is said to happen before
	occupied, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer occupied.Close()

	onLinux := func(says ...string) []string {
		if runtime.GOOS != "linux" {
			return nil
		}
		return says
	}
	var cases []func()
	for name, c := range map[string]struct {
		role   string
		change func(*sut.Command)
		says   []string
	}{
		"does not exist": {"", func(c *sut.Command) { c.Line = "no-such-program --flag" },
			[]string{"no-such-program --flag", "exit status 127", "check its spelling, PATH and --workdir", "Its last output:"}},
		"not executable": {"", func(c *sut.Command) { c.Line = "./check_test.go" },
			[]string{"exit status 126", "is it executable?"}},
		"exits at once": {"exit", nil,
			[]string{"ended before it was ready (exit status 3)", "Its last output:\n  cannot find module 'express'"}},
		"exits at once, well and silently": {"", func(c *sut.Command) { c.Line = "true" },
			[]string{"exit status 0", "It wrote nothing."}},
		"never listens": {"idle", func(c *sut.Command) { c.ReadyTimeout = soon },
			[]string{"does not listen on port", "after 3s", "--port", "--ready-timeout"}},
		"listens on another port": {"elsewhere", func(c *sut.Command) { c.ReadyTimeout = soon },
			onLinux("and not on port", "let it read PORT, or tell Referee its port with --port ")},
		"forks away": {"daemon", nil,
			onLinux("went on in the background (", "exit status 0", "start it in the foreground")},
		"runs in the background": {"serve", func(c *sut.Command) { c.Line += " &" },
			onLinux("went on in the background (", "start it in the foreground")},
		"never answers": {"mute", func(c *sut.Command) { c.ReadyTimeout = soon },
			[]string{"GET /webhook failed for 3s: no answer", "--ready-path", "--ready-log"}},
		"never answers the ready path": {"mute", func(c *sut.Command) { c.ReadyTimeout, c.ReadyPath = soon, "/health" },
			[]string{"GET /health failed"}},
		"speaks no HTTP": {"curt", func(c *sut.Command) { c.ReadyTimeout = soon },
			[]string{"GET /webhook failed for 3s: no answer: ", "malformed HTTP"}},
		"never says the line": {"announced", func(c *sut.Command) { c.ReadyTimeout, c.ReadyLog = soon, "up and running" },
			[]string{`wrote no line within 3s that matches "up and running"`, "correct --ready-log", "listening on"}},
		"port in use": {"serve", func(c *sut.Command) { c.Port = occupied.Addr().(*net.TCPAddr).Port },
			[]string{"is in use; end the program that listens there", "--port"}},
		"launch fails": {"serve", func(c *sut.Command) {
			*c = c.WithLaunch(func(sut.Environment) (sut.Launch, error) {
				return sut.Launch{}, errors.New("no certificate")
			})
		}, []string{"prepare the start of the receiver: no certificate"}},
	} {
		th := newTether(t)
		command := th.tie(receiver(c.role))
		if c.change != nil {
			c.change(&command)
		}
		failed := make(chan error, 1)
		go func() { // all at once: some take their time
			running, err := command.Start(t.Context(), environment)
			if err == nil {
				running.Stop()
			}
			failed <- err
		}()
		cases = append(cases, func() {
			t.Run(name, func(t *testing.T) {
				suttest.NotStarted(t, <-failed, c.says...)
				noneLeft(t, th)
			})
		})
	}
	for _, judge := range cases {
		judge()
	}
}

func TestInterruptedStart(t *testing.T) {
	t.Parallel()
	th := newTether(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	go func() {
		th.begun(1)
		cancel(interrupted)
	}()
	_, err := th.tie(receiver("idle")).Start(ctx, environment)
	if !errors.Is(err, interrupted) {
		t.Errorf("the error is %v", err)
	}
	noneLeft(t, th)
}

func free(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
