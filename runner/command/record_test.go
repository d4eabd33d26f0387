package command_test

import (
	"bufio"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	captures "github.com/seed-11445fa1/referee/recorder/capture"
)

// TestKilledRecorder kills a recorder in the middle of its work, ten times. What
// it had written stays readable, and the next one goes on where it ended.
func TestKilledRecorder(t *testing.T) {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	file := filepath.Join(t.TempDir(), "capture.ndjson")
	before := 0
	for round := range 10 {
		recorder := exec.CommandContext(t.Context(), "referee", "record", "--listen", "127.0.0.1:0", "--forward", receiver.URL, "--out", file, "--quiet")
		recorder.Stderr = os.Stderr
		stdout, err := recorder.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := recorder.Start(); err != nil {
			t.Fatal(err)
		}
		first, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		url := regexp.MustCompile(`http://\S+`).FindString(first)

		var delivered atomic.Int64
		var all sync.WaitGroup
		enough := make(chan struct{})
		kill := sync.OnceFunc(func() { close(enough) })
		until := size(t, file) + int64(2000*(round+1)) // a few records
		for range 4 {
			all.Go(func() {
				for {
					response, err := http.Post(url, "application/json", strings.NewReader(`{"object":"page","entry":[{"id":"104508901353867"}]}`))
					if err != nil {
						return // it was killed
					}
					response.Body.Close()
					delivered.Add(1)
					if size(t, file) > until {
						kill()
					}
				}
			})
		}
		<-enough
		if err := recorder.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = recorder.Wait() // it was killed
		all.Wait()
		http.DefaultClient.CloseIdleConnections()

		text, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		records := 0
		lines := captures.NewLines(text)
		for err == nil && lines.Next() {
			if _, err = lines.Record(); err == nil {
				records++
			}
		}
		text.Close()
		if err := errors.Join(err, lines.Err()); err != nil && !errors.Is(err, captures.ErrTorn) {
			t.Fatalf("round %d: %v", round, err)
		}
		if records <= before || records > before+int(delivered.Load())+4 {
			t.Errorf("round %d: %d records after %d, and %d deliveries", round, records, before, delivered.Load())
		}
		before = records
	}
}

// size is the size of a file that may not be there.
func size(t *testing.T, file string) int64 {
	info, err := os.Stat(file)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	if err != nil {
		return 0
	}
	return info.Size()
}
