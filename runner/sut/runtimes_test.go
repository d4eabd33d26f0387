//go:build unix

package sut_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// caller is a program in testdata/clients that sends one message to
// https://graph.facebook.com, which is written into it.
type caller struct {
	name    string
	runtime string // what REFEREE_TEST_REQUIRE calls it
	program string // that runs it
	file    string
}

func callers() []caller {
	return []caller{
		{"Go", "go", os.Args[0], ""},
		{"Node", "node", "node", "fetch.mjs"},
		{"Python", "python", "python3", "call.py"},
		{"PHP", "php", "php", "curl.php"},
		{"Java", "java", "java", "Call.java"},
	}
}

// line is the shell's line that calls, and then becomes a receiver. It skips
// the test where the runtime is missing, and fails it where REFEREE_TEST_REQUIRE
// says that it must be there.
func (c caller) line(t *testing.T) string {
	t.Helper()
	if c.runtime == "go" {
		return fmt.Sprintf("%s=call %s && exec %[2]s", roleVariable, line())
	}
	suttest.Require(t, c.runtime, func() error {
		_, err := exec.LookPath(c.program)
		if err == nil && c.runtime == "php" {
			err = exec.Command(c.program, "-r", "exit(function_exists('curl_init') ? 0 : 1);").Run()
		}
		return err
	})
	file, err := filepath.Abs(filepath.Join("testdata", "clients", c.file))
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s '%s' && exec %s", c.program, file, line())
}

// ignoresProxy says why the caller takes no notice of the proxy variables; ""
// if it does.
func (c caller) ignoresProxy(t *testing.T) string {
	t.Helper()
	switch {
	case c.runtime == "go" && runtime.GOOS != "linux":
		return "Go asks the system for certificates on " + runtime.GOOS
	case c.runtime != "node":
		return ""
	}
	// A Node that does not know the option refuses it.
	if err := exec.CommandContext(t.Context(), c.program, "--use-env-proxy", "--eval", "0").Run(); err != nil {
		return "this Node does not know NODE_USE_ENV_PROXY"
	}
	return ""
}

// TestRuntimes has programs with the host written in call the platform, led there
// by the hosts file. What else a runtime has for clients, package intercept tries.
func TestRuntimes(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "isolation", sut.CanIsolate)
	for _, c := range callers() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			reaches(t, sut.Command{Line: c.line(t)}, intercept.WayTLS)
		})
	}
}

// TestRuntimesByProxy has the same programs on a machine without the program mount,
// and thus without a hosts file for the receiver.
func TestRuntimesByProxy(t *testing.T) {
	path := os.Getenv("PATH")
	without := t.TempDir()
	for _, c := range callers() {
		t.Run(c.name, func(t *testing.T) {
			line := c.line(t)
			if reason := c.ignoresProxy(t); reason != "" {
				t.Skip(reason)
			}
			t.Setenv("PATH", without)
			reaches(t, sut.Command{Line: line, Env: map[string]string{"PATH": path}}, intercept.WayProxy)
		})
	}
}

// reaches starts a receiver that calls the platform before it listens, and
// checks what arrived there, and how.
func reaches(t *testing.T, c sut.Command, way intercept.Way) {
	t.Helper()
	calls := make(chan string, 10)
	env := environment
	env.GraphAPI = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		calls <- fmt.Sprintf("%s %s%s %s", r.Method, r.Host, r.URL, body)
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"recipient_id":"1","message_id":"m_1"}`)
	})
	if c.Env == nil {
		c.Env = map[string]string{}
	}
	c.Env[roleVariable] = "serve"
	c.Intercept = true
	running, err := c.Start(t.Context(), env)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := running.Stop(); err != nil {
			t.Error(err)
		}
	}()

	const call = `POST graph.facebook.com/v23.0/me/messages {"recipient":{"id":"1"},"message":{"text":"hello"}}`
	select {
	case got := <-calls:
		if got != call {
			t.Errorf("the platform got %s, want %s", got, call)
		}
	default:
		t.Error("nothing arrived at the platform")
	}
	want := []intercept.Call{{Way: way, Outcome: intercept.Answered, Host: "graph.facebook.com", Count: 1}}
	if seen := running.Interception().Calls; !slices.Equal(seen, want) {
		t.Errorf("the calls are %+v, want %+v", seen, want)
	}
}
