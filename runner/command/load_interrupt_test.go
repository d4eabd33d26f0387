package command_test

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/load"
)

// Ctrl-C in the middle of a load: what was sent is waited for, and the result says what
// became of it. Until then the load's metrics are at the console.
func TestInterruptedLoadTellsWhatWas(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no way to send Ctrl-C to one process on Windows")
	}
	file, page := filepath.Join(t.TempDir(), "load.json"), filepath.Join(t.TempDir(), "load.html")
	cmd := exec.CommandContext(t.Context(), "referee", "load", "--command", "exec referee reference", "--rate", "50/s", "--duration", "1h", "--assert", "lost==0", "--result", file,
		"--html", page, "--console-addr", "127.0.0.1:0")
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	var stdout strings.Builder
	cmd.Stdout = &stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said, metrics strings.Builder
	at := ""
	for asked, lines := false, bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if url, is := strings.CutPrefix(lines.Text(), "Metrics: "); is {
			at = url
		}
		if !asked && strings.Contains(lines.Text(), " sent ") { // the first second is over
			asked = true
			scrape(t, at, &metrics)
			if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "No verdict") {
				t.Errorf("while the load goes on its page is %s %v", text, err)
			}
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}
	}
	_ = cmd.Wait() // the exit code says more
	if code := cmd.ProcessState.ExitCode(); code != 130 || !strings.Contains(said.String(), "interrupted; the result is of what was sent until then") {
		t.Errorf("exit code %d\n%s", code, said.String())
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	var r load.Result
	if err := json.Unmarshal(text, &r); err != nil {
		t.Fatal(err)
	}
	if !r.Interrupted || r.Events == 0 || r.Errors > 0 || r.Acknowledged != r.Events || r.Handled == nil || *r.Handled != r.Events || *r.Lost != 0 {
		t.Errorf("it is %s\n%s", text, said.String())
	}
	if !strings.Contains(stdout.String(), "✓ lost==0: it is 0\n") {
		t.Errorf("it says\n%s", stdout.String())
	}
	for _, name := range []string{"referee_load_deliveries_sent_total ", "referee_load_deliveries_planned_total ", "referee_load_events_handled_total ", `referee_exchanges_total{kind="`} {
		if !strings.Contains(metrics.String(), "\n"+name) {
			t.Errorf("there is no %s in\n%s", name, metrics.String())
		}
	}
	if text, err := os.ReadFile(page); err != nil || !strings.Contains(string(text), "? Referee load: Interrupted") {
		t.Errorf("the page is %s %v", text, err)
	}
}

// scrape reads metrics.
func scrape(t *testing.T, url string, into *strings.Builder) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	if _, err := io.Copy(into, answer.Body); err != nil {
		t.Error(err)
	}
}
