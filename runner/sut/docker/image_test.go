//go:build unix

package docker_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// begin starts an image, which is stopped after the test.
func begin(t *testing.T, i docker.Image, env sut.Environment) sut.Running {
	t.Helper()
	running, err := i.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	})
	return running
}

// platform is an environment whose Graph API answers with the host and the path
// of the request.
func platform() sut.Environment {
	env := environment
	env.GraphAPI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write([]byte("platform: " + r.Host + r.URL.Path))
	})
	return env
}

func TestEnvironment(t *testing.T) {
	d := newEngine(t)
	running := begin(t, docker.Image{
		Name: d.receiver("ENV MINE=image THEIRS=image"), Port: 3000, Path: "/hooks/messenger",
		Env: map[string]string{"MINE": "user", "OWN": "{{.AppSecret}}/{{.Port}}", "GRAPH": "{{.GraphURL}}"},
	}, platform())
	base, ok := strings.CutSuffix(running.URL, "/hooks/messenger")
	if !ok {
		t.Fatalf("the URL is %s", running.URL)
	}
	running.URL = base
	environ := strings.Split(suttest.Get(t, running, "/environ"), "\n")
	graph := value(environ, "REFEREE_GRAPH_URL")
	for _, want := range []string{
		"PORT=3000", "REFEREE_APP_SECRET=app secret", "REFEREE_VERIFY_TOKEN=verify token",
		"REFEREE_PAGE_TOKEN=page token", "REFEREE_PAGE_ID=1234",
		"REFEREE_RECEIPTS_URL=" + strings.Replace(graph, "/graph", "/receipts", 1),
		"OWN=app secret/3000", "MINE=user", "THEIRS=image", "GRAPH=" + graph, "PYTHONUNBUFFERED=1",
	} {
		if !slices.Contains(environ, want) {
			t.Errorf("%s is not in the environment", want)
		}
	}
	if !strings.HasPrefix(graph, "http://host.docker.internal:") {
		t.Errorf("the Graph API is at %s", graph)
	}
	if got := suttest.Get(t, running, "/get?"+graph+"/v23.0/me"); !strings.HasPrefix(got, "platform: host.docker.internal") || !strings.HasSuffix(got, "/graph/v23.0/me") {
		t.Errorf("the Graph API answers %q", got)
	}
}

// value is that of the last variable of this name.
func value(environ []string, name string) (found string) {
	for _, v := range environ {
		if text, ok := strings.CutPrefix(v, name+"="); ok {
			found = text
		}
	}
	return found
}

func TestReady(t *testing.T) {
	d := newEngine(t)
	image := d.receiver()
	t.Run("by log", func(t *testing.T) {
		t.Parallel()
		running := begin(t, docker.Image{Name: image, Env: map[string]string{"ROLE": "announced"}, ReadyLog: `listening on \d+`}, environment)
		if text, _ := running.Output(0); text != "starting\nlistening on 8080" {
			t.Errorf("the output is %q", text)
		}
	})
	t.Run("by path", func(t *testing.T) {
		t.Parallel()
		begin(t, docker.Image{Name: image, ReadyPath: "/health"}, environment)
	})
}

func TestOutput(t *testing.T) {
	d := newEngine(t)
	env := environment
	var lines []string
	env.Line = func(line string) { lines = append(lines, line) }
	running := begin(t, docker.Image{Name: d.receiver()}, env)
	_, mark := running.Output(0)
	suttest.Get(t, running, "/say?hello")
	if err := running.Stop(); err != nil {
		t.Fatal(err)
	}
	if text, _ := running.Output(mark); text != "hello\n" || !slices.Equal(lines, []string{"hello"}) {
		t.Errorf("the output is %q, its lines are %q", text, lines)
	}
}

func TestStop(t *testing.T) {
	d := newEngine(t)
	image := d.receiver()
	t.Run("is polite", func(t *testing.T) {
		t.Parallel()
		running := begin(t, docker.Image{Name: image, Env: map[string]string{"ROLE": "polite"}, StopTimeout: time.Hour}, environment)
		for range 2 { // once more is no harm
			if err := running.Stop(); err != nil {
				t.Fatal(err)
			}
		}
		if text, _ := running.Output(0); text != "goodbye\n" {
			t.Errorf("the output is %q", text)
		}
	})
	t.Run("is sure", func(t *testing.T) {
		t.Parallel()
		running := begin(t, docker.Image{Name: image, Env: map[string]string{"ROLE": "stubborn"}, StopTimeout: time.Millisecond}, environment)
		if err := running.Stop(); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("by context", func(t *testing.T) {
		d := newEngine(t)
		image := d.receiver()
		ctx, cancel := context.WithCancel(t.Context())
		running := begin(t, docker.Image{Name: image}, environment)
		again, err := docker.Image{Name: image}.Start(ctx, environment)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(d.containers()); n != 2 {
			t.Errorf("there are %d containers", n)
		}
		cancel()
		if err := again.Stop(); err != nil { // waits for what the context began
			t.Fatal(err)
		}
		if n := len(d.containers()); n != 1 {
			t.Errorf("there are %d containers", n)
		}
		if _, err := again.Restart(t.Context()); err == nil {
			t.Error("a stopped receiver is revived")
		}
		suttest.Get(t, running, "/")
	})
}

func TestBuildContext(t *testing.T) {
	d := newEngine(t)
	dir := t.TempDir()
	write(t, dir, "built", "yes")
	write(t, dir, "Dockerfile", "FROM "+d.base(receiverBase)+"\nCOPY built /built\nLABEL "+d.label+"=yes\n")
	for range 2 { // the second takes over the name of the first
		running := begin(t, docker.Image{BuildContext: dir}, environment)
		if got := suttest.Get(t, running, "/file?/built"); got != "yes" {
			t.Errorf("the built file is %q", got)
		}
		if err := running.Stop(); err != nil {
			t.Fatal(err)
		}
	}
	if built := d.built(d.label); len(built) != 1 {
		t.Errorf("the built images are %q", built)
	}
}
