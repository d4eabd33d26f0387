//go:build unix

package sut_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/seed-11445fa1/referee/runner/sut"
)

func TestRevive(t *testing.T) {
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
		"goes on, but deaf":  {"exec ", "/deaf", "stopped listening, though its process went on", "", 1},
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
				get(t, running, c.path)
				death, err := running.Revive(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if death.How != c.how || !strings.Contains(death.Output, c.output) || strings.Count(death.Output, "begin") != 1 {
					t.Errorf("death %d: %+v", life, death)
				}
				th.begun(1)
				if _, err := running.Revive(t.Context()); !errors.Is(err, sut.ErrAlive) {
					t.Errorf("a receiver that is there is revived: %v", err)
				}
			}
			if text, _ := running.Output(0); strings.Count(text, "begin\n") != c.lives+1 {
				t.Errorf("the output of all lives is %q", text)
			}
			if err := running.Stop(); err != nil {
				t.Error(err)
			}
			noneLeft(t, th)
			if _, err := running.Revive(t.Context()); err == nil {
				t.Error("a stopped receiver is revived")
			}
		})
	}
}

// TestReviveAfterSelfRestart has a supervisor that starts the receiver again.
func TestReviveAfterSelfRestart(t *testing.T) {
	c := receiver("serve")
	c.Line = "while true; do " + line() + "; sleep 0.5; done"
	running := start(t, c)
	get(t, running, "/die")
	death, err := running.Revive(t.Context())
	if err != nil || death.How != "stopped listening, and came back by itself" || !strings.Contains(death.Output, "TypeError") {
		t.Errorf("%+v, %v", death, err)
	}
}

func TestReviveIsToldOnce(t *testing.T) {
	running := start(t, receiver("serve"))
	get(t, running, "/die")
	var told, alive int
	var mu sync.Mutex
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			death, err := running.Revive(t.Context())
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && death.How == "exit status 7":
				told++
			case errors.Is(err, sut.ErrAlive):
				alive++
			}
		})
	}
	all.Wait()
	if told != 1 || alive != 7 {
		t.Errorf("%d were told of the death, %d that it is alive", told, alive)
	}
}

// TestReviveFails has a receiver that does not start a second time, and then
// does.
func TestReviveFails(t *testing.T) {
	flag := filepath.Join(t.TempDir(), "broken")
	c := receiver("serve")
	c.Line = "if test -e '" + flag + "'; then echo no database; exit 4; fi; exec " + line()
	running := start(t, c)
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	get(t, running, "/die")
	for range 2 {
		death, err := running.Revive(t.Context())
		if death.How != "exit status 7" || err == nil || !strings.Contains(err.Error(), "(exit status 4)") || !strings.Contains(err.Error(), "no database") {
			t.Errorf("%+v, %v", death, err)
		}
	}
	if err := os.Remove(flag); err != nil {
		t.Fatal(err)
	}
	if death, err := running.Revive(t.Context()); err != nil || death.How != "exit status 7" {
		t.Errorf("%+v, %v", death, err)
	}
}

// TestStopDuringRevival stops a receiver that takes for ever to come back.
func TestStopDuringRevival(t *testing.T) {
	th := newTether(t)
	flag := filepath.Join(t.TempDir(), "again")
	c := th.tie(receiver("serve"))
	c.Line = "if test -e '" + flag + "'; then export " + roleVariable + "=idle; fi; exec " + line()
	running := start(t, c)
	th.begun(1)
	if err := os.WriteFile(flag, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	get(t, running, "/die")
	revived := make(chan error)
	go func() {
		_, err := running.Revive(context.Background())
		revived <- err
	}()
	th.begun(1)
	if err := running.Stop(); err != nil {
		t.Error(err)
	}
	if err := <-revived; err == nil || !strings.Contains(err.Error(), "stopped") {
		t.Errorf("Revive says %v", err)
	}
	noneLeft(t, th)
}
