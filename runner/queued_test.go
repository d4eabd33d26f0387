package runner_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// pythonReference is the reference receiver that a user copies, with so many workers,
// so much work for each event, and a check of signatures that passes everything if
// it is credulous.
func pythonReference(t *testing.T, workers int, work time.Duration, credulous bool) sut.Receiver {
	t.Helper()
	source := reference.Sources()[slices.IndexFunc(reference.Sources(), func(s reference.Source) bool { return s.Language == "python" })]
	suttest.Require(t, source.Language, func() error { _, err := exec.LookPath(source.Run); return err })
	text := source.Text
	change := func(from, to string) {
		if strings.Count(text, from) != 1 {
			t.Fatalf("the receiver does not have %q once", from)
		}
		text = strings.Replace(text, from, to, 1)
	}
	change("\nWORKERS = 128", fmt.Sprintf("\nWORKERS = %d", workers))
	if work > 0 {
		change("\n    receipt = understand(event)\n", fmt.Sprintf("\n    time.sleep(%g)\n    receipt = understand(event)\n", work.Seconds()))
	}
	if credulous {
		change("\ndef authentic(signatures, body):\n", "\ndef authentic(signatures, body):\n    return True\n\n\ndef unused(signatures, body):\n")
	}
	file := filepath.Join(t.TempDir(), source.File)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return sut.Command{Line: "exec " + source.Run + " '" + file + "'"}
}

// A receiver that puts its work into a queue is judged as rightly as one that works
// at once: what it does without a right signature is found however late it does it.
func TestForgedDeliveriesInAQueue(t *testing.T) {
	t.Parallel()
	slow(t)
	for _, test := range []struct {
		name     string
		receiver func(t *testing.T) sut.Receiver
		features []string
	}{
		{"one worker", func(t *testing.T) sut.Receiver { return pythonReference(t, 1, 0, true) }, nil},
		{"one worker of 4 ms", func(t *testing.T) sut.Receiver { return pythonReference(t, 1, 4*time.Millisecond, true) }, nil},
		{"one worker of 50 ms behind an acknowledgement", func(t *testing.T) sut.Receiver {
			return play(t, "credulous", map[string]string{"WORKERS": "1", "WORK": "50ms"})
		}, []string{"replies"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := runner.Config{Receiver: test.receiver(t), Features: test.features, Only: []string{"signature", "handshake"}}
			r, err := runner.Run(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("it was judged within %d ms: %+v", r.DurationMS, r.Counts)
			if r.Verdict != report.Nonconformant {
				t.Errorf("the verdict is %s", r.Verdict)
			}
			forged := mutant(t, "accepts-any-signature")
			for _, q := range r.Requirements {
				switch o := q.Outcome(); {
				case q.Topic != "signature":
				case q.ID == "signature.forged-put", q.ID == "signature.forged-patch", q.ID == "signature.forged-delete": // not each of them knows other methods
				case q.ID == "signature.forged-in-changes", q.ID == "signature.instagram-secret": // or events in other places, or of Instagram
				case forged.BreaksRequirement(q.ID):
					if o != report.Failed && !(o == report.Warned && q.Level == report.Should) {
						t.Errorf("%s: %s %s", q.ID, o, q.Reason)
					}
				case o != report.Passed:
					t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
				}
			}
		})
	}
}

func mutant(t *testing.T, name string) reference.Mutant {
	t.Helper()
	m, ok := reference.MutantByName(name)
	if !ok {
		t.Fatalf("there is no mutant %s", name)
	}
	return m
}

// What is right is not red for being slow.
func TestRightReceiversWithAQueue(t *testing.T) {
	t.Parallel()
	slow(t)
	for _, test := range []struct {
		workers int
		work    time.Duration
		only    []string // those where time bends most; none: all
		verdict report.Verdict
	}{
		{1, 10 * time.Millisecond, nil, report.Conformant},
		{4, 50 * time.Millisecond, []string{"signature", "acknowledgement", "redelivery", "reply"}, report.Partial},
	} {
		t.Run(fmt.Sprintf("%d workers of %s", test.workers, test.work), func(t *testing.T) {
			t.Parallel()
			r, err := runner.Run(t.Context(), runner.Config{Receiver: pythonReference(t, test.workers, test.work, false), Only: test.only})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("it was judged within %d ms: %+v", r.DurationMS, r.Counts)
			if r.Verdict != test.verdict {
				t.Errorf("the verdict is %s", r.Verdict)
			}
			for _, q := range r.Requirements {
				if o := q.Outcome(); o != report.Passed && o != report.NotApplicable && o != report.Skipped {
					t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
				}
			}
		})
	}
}
