package command_test

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

// faltering shakes hands, answers a few deliveries well, some more badly, and then
// none. silent is closed when the first is not answered.
func faltering(t *testing.T) (receiver *httptest.Server, silent <-chan struct{}) {
	t.Helper()
	var served atomic.Int64
	first := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// To its end: only then does the server notice that the client has gone.
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		switch n := served.Add(1); {
		case n <= 12: // the calibration, which asks a second time on a busy machine
		case n < 20:
			w.WriteHeader(http.StatusInternalServerError)
		default:
			if n == 20 {
				close(first)
			}
			<-r.Context().Done()
		}
	}))
	t.Cleanup(s.Close)
	return s, first
}

// Ctrl-C in the middle of a run keeps what was judged: both reports are there,
// and say what was skipped.
func TestInterruptedRunWritesItsReports(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no way to send Ctrl-C to one process on Windows")
	}
	dir := t.TempDir()
	resultFile, junitFile := filepath.Join(dir, "result.json"), filepath.Join(dir, "junit.xml")
	receiver, silent := faltering(t)
	cmd := exec.CommandContext(t.Context(), "referee", "run", "--url", receiver.URL,
		"--ack-deadline", "1h", "--patience", "0.05", "--result", resultFile, "--junit", junitFile)
	var stdout, said strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	select {
	case <-silent:
		if err := cmd.Process.Signal(os.Interrupt); err != nil {
			t.Fatal(err)
		}
		<-ended // the exit code says more
	case err := <-ended:
		t.Errorf("it ended by itself: %v", err)
	}
	if code := cmd.ProcessState.ExitCode(); code != 130 {
		t.Errorf("the exit code is %d", code)
	}
	if !strings.Contains(said.String(), "interrupted; what was not judged until then is skipped") {
		t.Errorf("it said:\n%s", &said)
	}
	if !strings.Contains(stdout.String(), "Error: the run was interrupted") || !strings.Contains(stdout.String(), junitFile) {
		t.Errorf("the summary is:\n%s", &stdout)
	}

	text, err := os.ReadFile(resultFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := schemas.Validate("format.result", text); err != nil {
		t.Error(err)
	}
	var result report.Result
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(result.Reason, "the run was interrupted") {
		t.Errorf("the reason is %q", result.Reason)
	}
	if c := result.Counts; result.Verdict != report.NoVerdict || c.Failed+c.Warned == 0 || c.Skipped < 50 || c.Error > 0 {
		t.Errorf("verdict %s, %+v", result.Verdict, c)
	}
	junit, err := os.ReadFile(junitFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(junit, &struct{ XMLName xml.Name }{}); err != nil {
		t.Error(err)
	}
	if text := string(junit); !strings.Contains(text, `errors="1"`) || !strings.Contains(text, `<error message="the run was interrupted; what was not judged until then is skipped"`) {
		t.Errorf("the JUnit report does not say that the run was interrupted:\n%.600s", text)
	}
	if n := strings.Count(string(junit), "<skipped"); n < result.Counts.Skipped {
		t.Errorf("%d of %d are skipped in the JUnit report", n, result.Counts.Skipped)
	}
}

// Who kills a run does not find the green reports of the run before.
func TestKilledRunLeavesNoOlderReports(t *testing.T) {
	dir := t.TempDir()
	resultFile, junitFile := filepath.Join(dir, "result.json"), filepath.Join(dir, "junit.xml")
	for _, file := range []string{resultFile, junitFile} {
		if err := os.WriteFile(file, []byte("older"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	receiver, _ := faltering(t)
	cmd := exec.CommandContext(t.Context(), "referee", "run", "--url", receiver.URL,
		"--ack-deadline", "1h", "--result", resultFile, "--junit", junitFile)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		if strings.Contains(lines.Text(), "judging ") {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait() // it was killed

	const reason = "the run has not ended: it is under way, or it was killed"
	text, err := os.ReadFile(resultFile)
	if err != nil {
		t.Fatal(err)
	}
	if r, err := report.ReadResult(text); err != nil || r.Verdict != report.NoVerdict || r.Reason != reason {
		t.Errorf("the result is %+v, %v", r, err)
	}
	junit, err := os.ReadFile(junitFile)
	if err != nil || !strings.Contains(string(junit), `errors="1"`) || !strings.Contains(string(junit), reason) {
		t.Errorf("the JUnit report is %s, %v", junit, err)
	}
}
