//go:build unix

package docker_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// refused reports whether nothing listens at the receiver's URL, which is how a
// run notices a death.
func refused(t *testing.T, running sut.Running) bool {
	t.Helper()
	u, err := url.Parse(running.URL)
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", u.Host)
	if err == nil {
		c.Close()
	}
	return err != nil
}

func TestRestart(t *testing.T) {
	d := newEngine(t)
	image := d.receiver()
	for name, c := range map[string]struct {
		path   string
		how    string
		output string
		lives  int
	}{
		"exit":              {"/die", "exit status 7", "TypeError: cannot read properties of undefined", 2},
		"crash":             {"/crash", "exit status 2", "panic: nil map", 2},
		"goes on, but deaf": {"/deaf", "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			running := begin(t, docker.Image{Name: image}, environment)
			for life := range c.lives {
				suttest.Get(t, running, c.path)
				for suttest.Get(t, running, "/") != "" { // some have answered the first
				}
				if !refused(t, running) {
					t.Error("a connection is accepted after the death")
				}
				if c.how != "" {
					<-running.Exited() // a busy engine tells of it late
				}
				death, err := running.Restart(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if death.How != c.how || !strings.Contains(death.Output, c.output) || strings.Count(death.Output, "TypeError") > 1 {
					t.Errorf("death %d: %+v", life, death)
				}
			}
		})
	}
}

// TestDeathAfterAnswer has a receiver that dies of what it has answered
// already: the next connection must not take the blame.
func TestDeathAfterAnswer(t *testing.T) {
	d := newEngine(t)
	running := begin(t, docker.Image{Name: d.receiver()}, environment)
	for range 3 {
		if got := suttest.Get(t, running, "/answer-and-die"); got != "fine" {
			t.Errorf("it answers %q", got)
		}
		for suttest.Get(t, running, "/") != "" { // not dead yet
		}
		if !refused(t, running) {
			t.Error("a connection is accepted after the death")
		}
		<-running.Exited() // a busy engine tells of it late
		if death, err := running.Restart(t.Context()); err != nil || death.How != "exit status 7" {
			t.Errorf("%+v, %v", death, err)
		}
	}
}
