//go:build unix

package sut_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
)

func TestRestart(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before string // part of the line
		path   string
		how    string
		output string
		lives  int
	}{
		"exit":               {"exec ", "/die", "exit status 7", "TypeError: cannot read properties of undefined", 2},
		"signal":             {"exec ", "/kill", "killed by SIGKILL", "", 2},
		"signal under shell": {"true && ", "/kill", "exit status 137, as after SIGKILL", "Killed", 2},
		"goes on, but deaf":  {"exec ", "/deaf", "", "", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			th := newTether(t)
			command := th.tie(receiver("serve"))
			command.Line = "echo begin; " + c.before + line()
			if c.before == "true && " {
				command.Line += "; exit $?" // or else some shells put the program in their place
			}
			running := start(t, command)
			th.begun(1)
			for life := range c.lives {
				suttest.Get(t, running, c.path)
				if c.how != "" {
					<-running.Exited()
				}
				death, err := running.Restart(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if death.How != c.how || !strings.Contains(death.Output, c.output) || strings.Count(death.Output, "begin") != 1 {
					t.Errorf("death %d: %+v", life, death)
				}
				th.begun(1)
			}
			if text, _ := running.Output(0); strings.Count(text, "begin\n") != c.lives+1 {
				t.Errorf("the output of all lives is %q", text)
			}
			if err := running.Stop(); err != nil {
				t.Error(err)
			}
			noneLeft(t, th)
			if _, err := running.Restart(t.Context()); err == nil {
				t.Error("a stopped receiver is started again")
			}
		})
	}
}

// TestExited: the channel of a life is closed when it has ended, and the next life
// has another.
func TestExited(t *testing.T) {
	t.Parallel()
	running := start(t, receiver("serve"))
	first := running.Exited()
	select {
	case <-first:
		t.Fatal("a receiver that lives has exited")
	default:
	}
	suttest.Get(t, running, "/die")
	<-first
	if _, err := running.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := running.Exited()
	select {
	case <-second:
		t.Error("the next life has exited")
	default:
	}
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	<-second
}

// TestReviveFails has a receiver that does not start a second time, and then
// does.
func TestRestartFails(t *testing.T) {
	t.Parallel()
	flag := filepath.Join(t.TempDir(), "broken")
	c := receiver("serve")
	c.Line = "if test -e '" + flag + "'; then echo no database; exit 4; fi; exec " + line()
	running := start(t, c)
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	suttest.Get(t, running, "/die")
	<-running.Exited()
	for range 2 {
		death, err := running.Restart(t.Context())
		if death.How != "exit status 7" || err == nil || !strings.Contains(err.Error(), "(exit status 4)") || !strings.Contains(err.Error(), "no database") {
			t.Errorf("%+v, %v", death, err)
		}
	}
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	if death, err := running.Restart(t.Context()); err != nil || death.How != "exit status 7" {
		t.Errorf("%+v, %v", death, err)
	}
}

// TestStopDuringRestart stops a receiver that takes for ever to come back.
func TestStopDuringRestart(t *testing.T) {
	t.Parallel()
	th := newTether(t)
	flag := filepath.Join(t.TempDir(), "again")
	c := th.tie(receiver("serve"))
	c.Line = "if test -e '" + flag + "'; then export " + roleVariable + "=idle; fi; exec " + line()
	running := start(t, c)
	th.begun(1)
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	suttest.Get(t, running, "/die")
	revived := make(chan error)
	go func() {
		_, err := running.Restart(context.Background())
		revived <- err
	}()
	th.begun(1)
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	if err := <-revived; err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("Restart says %v", err)
	}
	noneLeft(t, th)
}
