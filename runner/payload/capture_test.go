package payload_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner/payload"
)

const line = `{"version":1,"at":"2026-01-02T03:04:05Z","duration_ms":1,"request":{"body":"{}"},"signature":{"sha256":"right","sha1":"right"}}`

// appended opens a file, appends a line, and returns what is in it then.
func appended(t *testing.T, path string) (text string, mended int64) {
	t.Helper()
	f, err := payload.OpenCapture(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(line + "\n")); err != nil {
		t.Error(err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	all, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(all), f.Mended()
}

func TestOpen(t *testing.T) {
	whole := line + "\n"
	for _, c := range []struct {
		name, before, after string
		mended              int
	}{
		{"nothing", "", whole, 0},
		{"whole lines", whole + whole, whole + whole + whole, 0},
		{"a line without its end", whole + line, whole + whole + whole, 0},
		{"a torn line", whole + line[:50], whole + whole, 50},
		{"a torn line alone", line[:50], whole, 50},
		{"hardly a line", line[:3], whole, 3},
		{"a torn line longer than what is read at once", whole + line[:50] + strings.Repeat("x", 1<<17), whole + whole, 50 + 1<<17},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "new", "capture.ndjson")
			if c.before != "" {
				if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(c.before), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			got, mended := appended(t, path)
			if got != c.after || mended != int64(c.mended) {
				t.Errorf("there is %q, %d bytes were taken away", got, mended)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
				t.Errorf("its mode is %s", info.Mode())
			}
		})
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "notes.txt")
	const notes = "do not\nlose this"
	if err := os.WriteFile(path, []byte(notes), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := payload.OpenCapture(path); err == nil || !strings.Contains(err.Error(), "name another file") {
		t.Errorf("Open says %v", err)
	}
	if all, err := os.ReadFile(path); string(all) != notes || err != nil {
		t.Errorf("there is %q, %v", all, err)
	}
	if _, err := payload.OpenCapture(t.TempDir()); err == nil {
		t.Error("a folder is taken")
	}
}

// TestFullDevice: what cannot be written is lost, counted and explained.
func TestFullDevice(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has /dev/full, a disk that is always full")
	}
	f, err := payload.OpenCapture("/dev/full")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := capture.NewWriter(f, capture.Options{})
	w.Add(capture.Record{})
	if loss := w.Close(t.Context()); loss.Records != 1 || !strings.Contains(loss.Err.Error(), "no space left on device") {
		t.Errorf("the loss is %+v", loss)
	}
}
