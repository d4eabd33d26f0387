package payload_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/recorder/capture"
	"github.com/seed-11445fa1/referee/runner/payload"
)

func source(text string) []payload.Source {
	return []payload.Source{{Name: "in", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}}
}

// all reads sources and returns the bodies with their places. No goroutine is left.
func all(t *testing.T, sources []payload.Source) ([]string, error) {
	t.Helper()
	defer goleak.VerifyNone(t)
	return read(t, sources)
}

// read reads sources while other goroutines may go on.
func read(t *testing.T, sources []payload.Source) ([]string, error) {
	t.Helper()
	var found []string
	err := payload.Each(t.Context(), sources, func(_ int, p payload.Payload) string {
		return p.Where + " " + p.Instant() + " " + string(p.Body)
	}, func(_ payload.Payload, text string) error {
		found = append(found, text)
		return nil
	})
	if errors.Is(err, payload.ErrNone) {
		if len(found) > 0 {
			t.Errorf("of %d payloads is said that there is none", len(found))
		}
		return nil, nil
	}
	return found, err
}

const record = `{"version":1,"at":"2026-11-26T12:00:00Z","duration_ms":1.5,"request":{"method":"POST","body":"{\"object\":\"page\"}"},"signature":{"sha256":"right","sha1":"missing"}}`

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty", "", nil},
		{"blank", " \n\n ", nil},
		{"one document on a line", `{"field":1}`, []string{`in  {"field":1}`}},
		{"one document and an end of line", `{"field":1}` + "\n \n", []string{"in  {\"field\":1}\n \n"}},
		{"one document on lines", "{\n \"object\": 1\n}\n", []string{"in  {\n \"object\": 1\n}\n"}},
		{"one document with a mistake", "{\n \"object\": 1,\n}\n", []string{"in  {\n \"object\": 1,\n}\n"}},
		{"an array", "[\n]\n", []string{"in  [\n]\n"}},
		{"lines", "{}\n\n{\"entry\":2}\r\n", []string{"in:1  {}", `in:3  {"entry":2}`}},
		{"lines without an end", "{}\n[]", []string{"in:1  {}", "in:2  []"}},
		{"lines, the first of them none", "{\n{}\n", []string{"in:1  {", "in:2  {}"}},
		{"records", record + "\n", []string{`in:1 2026-11-26T12:00:00Z {"object":"page"}`}},
		{"a record of a verification", strings.Replace(record, "POST", "GET", 1) + "\n" + record + "\n", []string{`in:2 2026-11-26T12:00:00Z {"object":"page"}`}},
		{"records and payloads", record + "\n{}\n", []string{`in:1 2026-11-26T12:00:00Z {"object":"page"}`, "in:2  {}"}},
	} {
		got, err := all(t, source(c.text))
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
}

func TestTornAndForeignRecords(t *testing.T) {
	got, err := all(t, source(record+"\n"+record[:60]))
	if len(got) != 1 || !errors.Is(err, capture.ErrTorn) {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = all(t, source(`{}`+"\n"+`{"version":9,"request":{}}`+"\n"))
	if err == nil || !strings.Contains(err.Error(), "line 2") || !strings.Contains(err.Error(), "version 9") {
		t.Errorf("got %v", err)
	}
}

// A stream that comes line by line is read like one that comes at once.
func TestSlowStreams(t *testing.T) {
	text := record + "\n{}\n\n" + record
	want, err := all(t, source(text))
	if err != nil || len(want) != 3 {
		t.Fatalf("%q, %v", want, err)
	}
	for _, slow := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, iotest.DataErrReader, perLine} {
		got, err := all(t, []payload.Source{{Name: "in", Open: func() (io.ReadCloser, error) { return io.NopCloser(slow(strings.NewReader(text))), nil }}})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q, %v", got, err)
		}
	}
}

// perLine gives one line at a time, as a pipe does of who writes them so.
func perLine(r io.Reader) io.Reader {
	in, out := io.Pipe()
	go func() {
		lines := bufio.NewScanner(r)
		for lines.Scan() {
			if _, err := fmt.Fprintln(out, lines.Text()); err != nil {
				return
			}
		}
		out.CloseWithError(lines.Err())
	}()
	return in
}

// Payloads come in their order, however many cores look at them.
func TestOrder(t *testing.T) {
	var text strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&text, "{\"entry\":%d}\n", i)
	}
	got, err := all(t, source(text.String()))
	if err != nil || len(got) != 5000 {
		t.Fatalf("%d payloads, %v", len(got), err)
	}
	for i, line := range got {
		if want := fmt.Sprintf(`in:%d  {"entry":%d}`, i+1, i); line != want {
			t.Fatalf("payload %d is %q", i, line)
		}
	}
}

func TestEndings(t *testing.T) {
	defer goleak.VerifyNone(t)
	text := strings.Repeat("{}\n", 10_000)
	stop := errors.New("enough")
	err := payload.Each(t.Context(), source(text), func(int, payload.Payload) int { return 0 }, func(payload.Payload, int) error { return stop })
	if !errors.Is(err, stop) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = payload.Each(ctx, source(text), func(int, payload.Payload) int { return 0 }, func(payload.Payload, int) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSources(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"b.json", "a.ndjson", "c.txt"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	found, err := payload.Sources([]string{folder, "-"}, strings.NewReader("[]"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range found {
		names = append(names, filepath.Base(s.Name))
	}
	if want := []string{"a.ndjson", "b.json", "standard input"}; !slices.Equal(names, want) {
		t.Errorf("got %q, want %q", names, want)
	}
	if _, err := payload.Sources([]string{filepath.Join(folder, "none")}, nil); err == nil {
		t.Error("a file that is not there is no error")
	}
	if _, err := payload.Sources([]string{t.TempDir()}, nil); err == nil {
		t.Error("a folder without payloads is no error")
	}
	if err := os.Symlink(os.DevNull, filepath.Join(folder, "d.json")); err != nil {
		t.Fatal(err)
	}
	if _, err := payload.Sources([]string{folder}, nil); err == nil || !strings.Contains(err.Error(), "d.json is no regular file") {
		t.Errorf("of a device in a folder it says %v", err)
	}
}
