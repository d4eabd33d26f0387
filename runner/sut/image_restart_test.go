//go:build unix

package sut_test

import (
	"net"
	"net/url"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
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

func TestImageRestart(t *testing.T) {
	d := newDocker(t)
	image := d.receiver()
	for name, c := range map[string]struct {
		path   string
		how    string
		output string
	}{
		"exit":              {"/die", "exit status 7", "TypeError: cannot read properties of undefined"},
		"crash":             {"/crash", "exit status 2", "panic: nil map"},
		"goes on, but deaf": {"/deaf", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			running := begin(t, sut.Image{Name: image}, environment)
			for life := range 2 {
				get(t, running, c.path)
				get(t, running, "/") // some have answered the first
				if !refused(t, running) {
					t.Error("a connection is accepted after the death")
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

// TestImageDeathAfterAnswer has a receiver that dies of what it has answered
// already: the next connection must not take the blame.
func TestImageDeathAfterAnswer(t *testing.T) {
	d := newDocker(t)
	running := begin(t, sut.Image{Name: d.receiver()}, environment)
	for range 5 {
		if got := get(t, running, "/answer-and-die"); got != "fine" {
			t.Errorf("it answers %q", got)
		}
		for get(t, running, "/") != "" { // not dead yet
		}
		if !refused(t, running) {
			t.Error("a connection is accepted after the death")
		}
		if death, err := running.Restart(t.Context()); err != nil || death.How != "exit status 7" {
			t.Errorf("%+v, %v", death, err)
		}
	}
}
