package command_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Ctrl-C in the middle of a watch leaves the state of the last run.
func TestInterruptedWatchKeepsItsState(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no way to send Ctrl-C to one process on Windows")
	}
	asked := make(chan struct{})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/first.md" {
			_, _ = w.Write([]byte("# A page\n")) // the program says what it got
			return
		}
		close(asked)
		<-r.Context().Done()
	}))
	t.Cleanup(site.Close)
	dir := t.TempDir()
	pages, state := filepath.Join(dir, "pages.json"), filepath.Join(dir, "state.json")
	const before = `{"version": 1, "reading": 1, "run": "2026-11-28T12:00:00Z", "pages": {}}`
	for file, text := range map[string]string{
		state: before,
		pages: `{"pages": [{"url": "` + site.URL + `/first", "kind": "page", "about": "a"}, {"url": "` + site.URL + `/second", "kind": "page", "about": "b"}]}`,
	} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.CommandContext(t.Context(), "referee", "watch", "--pages", pages, "--state", state, "--pause", "0s")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-asked
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	var exited *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exited) || exited.ExitCode() != 130 {
		t.Errorf("it ended with %v: %s", err, stderr.String())
	}
	text, err := os.ReadFile(state)
	if err != nil || string(text) != before {
		t.Errorf("the state is %s %v", text, err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != 2 {
		t.Errorf("it left %v %v", left, err)
	}
}
