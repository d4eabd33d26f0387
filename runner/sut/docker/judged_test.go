//go:build unix

package docker_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut/docker"
)

// script makes an image of a receiver in Node. It listens on all addresses there,
// as it has to in a container, and not on this one alone.
func (d engine) script(file, alone string) string {
	d.t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		d.t.Fatal(err)
	}
	if !strings.Contains(string(text), alone) {
		d.t.Fatalf("%s does not listen on %s any more", file, alone)
	}
	return d.inNode(strings.ReplaceAll(string(text), alone, "'0.0.0.0'"))
}

func judge(t *testing.T, c runner.Config) report.Result {
	t.Helper()
	result, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// TestRightReceiverIsConformant has a receiver without defects in an image.
func TestRightReceiverIsConformant(t *testing.T) {
	d := newEngine(t)
	name := d.script(filepath.Join("..", "..", "testdata", "receivers", "diligent.mjs"), "'127.0.0.1'")
	r := judge(t, runner.Config{Receiver: docker.Image{Name: name}, Features: []string{"replies", "receipts"}})
	if r.Verdict != report.Conformant || r.Counts.Passed < 100 {
		t.Errorf("the verdict is %s: %+v", r.Verdict, r.Counts)
	}
	for _, q := range r.Requirements {
		if o := q.Outcome(); o != report.Passed && o != report.NotApplicable {
			t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
		}
	}
}

// TestThatDies has a bot that has the host of the Graph API written in and
// dies after it has acknowledged some deliveries.
func TestThatDies(t *testing.T) {
	d := newEngine(t)
	network, gateway := d.network()
	meta(t, gateway).Close()
	r := judge(t, runner.Config{
		Receiver: docker.Image{
			Name:    d.script(filepath.Join("..", "testdata", "receivers", "dies-on-standby.mjs"), "'localhost'"),
			Network: network, Intercept: true,
			Env: map[string]string{"APP_SECRET": "{{.AppSecret}}", "VERIFY_TOKEN": "{{.VerifyToken}}", "PAGE_ACCESS_TOKEN": "{{.PageToken}}"},
		},
		Only: []string{"acknowledgement.survives", "envelope.standby-beside", "envelope.key-order"},
	})
	var broken []string
	for _, q := range r.Requirements {
		switch q.Outcome() {
		case report.Failed, report.Warned, report.Errored:
			broken = append(broken, q.ID)
		}
		if q.ID == "acknowledgement.survives" && (q.Finding == nil || !strings.Contains(q.Finding.Output, "exit status 1")) {
			t.Errorf("the death is told as %+v", q.Finding)
		}
	}
	want := []string{"acknowledgement.survives", "envelope.standby-beside"}
	if slices.Sort(broken); !slices.Equal(broken, want) || r.Verdict != report.Nonconformant {
		t.Errorf("the verdict is %s, these are broken: %q, want %q", r.Verdict, broken, want)
	}
}
