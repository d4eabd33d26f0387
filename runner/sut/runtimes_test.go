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
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/intercept"
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
		{"Go", "go", "go", "call.go"},
		{"Node fetch", "node", "node", "fetch.mjs"},
		{"Node https", "node", "node", "https.mjs"},
		{"Python urllib", "python", "python3", "call.py"},
		{"PHP streams", "php", "php", "streams.php"},
		{"PHP curl", "php", "php", "curl.php"},
		{"Java HttpClient", "java", "java", "Call.java"},
	}
}

// line is the shell's line that calls, and then becomes a receiver. It skips
// the test where the runtime is missing, and fails it where REFEREE_TEST_REQUIRE
// says that it must be there.
func (c caller) line(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath(c.program)
	if err == nil && c.file == "curl.php" {
		err = exec.CommandContext(t.Context(), program, "-r", "exit(function_exists('curl_init') ? 0 : 1);").Run()
	}
	if err != nil {
		if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), c.runtime) {
			t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", c.runtime, err)
		}
		t.Skipf("%s is missing on this machine: %v", c.name, err)
	}
	file, err := filepath.Abs(filepath.Join("testdata", "clients", c.file))
	if err != nil {
		t.Fatal(err)
	}
	if c.runtime == "go" {
		built := filepath.Join(t.TempDir(), "call")
		if out, err := exec.CommandContext(t.Context(), program, "build", "-o", built, file).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		return fmt.Sprintf("'%s' && exec %s", built, line())
	}
	return fmt.Sprintf("'%s' '%s' && exec %s", program, file, line())
}

// ignoresProxy says why the caller takes no notice of the proxy variables; ""
// if it does.
func (c caller) ignoresProxy(t *testing.T) string {
	t.Helper()
	switch {
	case c.name == "PHP streams":
		return "PHP's streams know no proxy variables"
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

// TestRuntimes has programs with the host written in call the platform, led
// there by the hosts file and, with the same line, by a proxy.
func TestRuntimes(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves out programs of other runtimes")
	}
	for _, c := range callers() {
		t.Run(c.name, func(t *testing.T) {
			line := c.line(t)
			t.Run("hosts file", func(t *testing.T) {
				if err := sut.CanIsolate(); err != nil {
					t.Skip(err)
				}
				reaches(t, sut.Command{Line: line}, intercept.WayTLS)
			})
			t.Run("proxy", func(t *testing.T) {
				if reason := c.ignoresProxy(t); reason != "" {
					t.Skip(reason)
				}
				// Without the program mount there is no hosts file.
				path := os.Getenv("PATH")
				t.Setenv("PATH", t.TempDir())
				reaches(t, sut.Command{Line: line, Env: map[string]string{"PATH": path}}, intercept.WayProxy)
			})
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
