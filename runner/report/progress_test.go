package report_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"github.com/seed-11445fa1/referee/runner/report"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

func run(w io.Writer, requirements []report.Requirement, o report.Options) {
	p := report.NewProgress(w, o)
	p.Start(len(requirements))
	for _, r := range requirements {
		p.Done(r)
	}
	p.Finish()
}

func TestProgressInPlainLines(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	run(&got, sample().Requirements, report.Options{Secrets: []string{"connection refused"}})
	want := `FAIL signature.wrong-secret – one reply to 1234567890123456 after 4 ms:
ERROR acknowledgement.slow-database – dial tcp 127.0.0.1:8080: connect: [redacted]; check that the receiver is still running
NOT JUDGED robustness.idle-connections – the time limit of 5s was reached before its turn came
`
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &got, want)
	}
}

// A receiver with one defect breaks many requirements in the same way.
func TestProgressSaysNothingTwice(t *testing.T) {
	t.Parallel()
	var all []report.Requirement
	for i, actual := range []string{"status 500 after 2ms", "status 500 after 13ms", "status 500 after 2ms", "no reply within 3.2s"} {
		q := wrongSecret()
		q.ID = "topic." + strings.Repeat("x", i+1)
		q.Finding = &report.Finding{Actual: actual}
		all = append(all, q, q)
	}
	var got bytes.Buffer
	run(&got, all, report.Options{})
	want := `FAIL topic.x – status 500 after 2ms
FAIL topic.xxxx – no reply within 3.2s
`
	if got.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", &got, want)
	}
}

// On a terminal every state is one line that fits, and nothing is left at the
// end.
func TestProgressLive(t *testing.T) {
	t.Parallel()
	long := sample().Requirements
	for i := range long {
		long[i].ID += strings.Repeat("-and-so-on", 8)
	}
	tests := []struct {
		name         string
		requirements []report.Requirement
		width        int
	}{
		{"80 columns", sample().Requirements, 80},
		{"long ids", long, 80},
		{"a narrow terminal", sample().Requirements, 40},
		{"a hostile receiver", hostile().Requirements, 80},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got bytes.Buffer
			p := report.NewProgress(&got, report.Options{Live: true, Width: test.width})
			p.Start(len(test.requirements) + 1)
			for _, r := range test.requirements {
				p.Done(r)
			}
			if !strings.Contains(got.String(), "3 broken") || !strings.Contains(got.String(), "(15/16)") {
				t.Errorf("the count or the failures are missing in %q", &got)
			}
			p.Finish()
			output := strings.NewReplacer("\x1b[2K", "", "\x1b[0K", "").Replace(got.String())
			if strings.ContainsAny(output, "\n\x1b") {
				t.Errorf("more than one line in %q", output)
			}
			for state := range strings.SplitSeq(output, "\r") {
				if n := utf8.RuneCountInString(state); n >= test.width {
					t.Errorf("%d columns in %q", n, state)
				}
			}
			if !strings.HasSuffix(got.String(), "\x1b[2K\r") {
				t.Errorf("the line is not cleared at the end: %q", &got)
			}
		})
	}
}

func TestProgressClearsWhenAllIsDone(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	run(&got, sample().Requirements, report.Options{Live: true})
	if !strings.HasSuffix(got.String(), "\x1b[2K\r") {
		t.Errorf("the line is not cleared at the end: %q", &got)
	}
}

func TestProgressOfNothing(t *testing.T) {
	t.Parallel()
	var got bytes.Buffer
	run(&got, nil, report.Options{Live: true})
	run(&got, nil, report.Options{})
	report.NewProgress(&got, report.Options{Live: true}).Finish()
	if got.Len() > 0 {
		t.Errorf("got %q", &got)
	}
}

// closed is a terminal that went away.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestProgressFromSeveralGoroutines(t *testing.T) {
	t.Parallel()
	for _, w := range []io.Writer{&bytes.Buffer{}, closed{}} {
		for _, live := range []bool{true, false} {
			p := report.NewProgress(w, report.Options{Live: live})
			p.Start(len(sample().Requirements))
			var group sync.WaitGroup
			for _, r := range sample().Requirements {
				group.Go(func() { p.Done(r) })
			}
			group.Wait()
			p.Finish()
		}
	}
}

func TestTerminal(t *testing.T) {
	t.Parallel()
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, w := range []io.Writer{file, &bytes.Buffer{}} {
		if columns, ok := report.Terminal(w); ok || columns != 0 {
			t.Errorf("%T is said to be a terminal of %d columns", w, columns)
		}
	}
}
