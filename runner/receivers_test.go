package runner_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// node is a receiver written apart from the project, in Node.
type node struct {
	t    *testing.T
	file string
}

// Start starts it and waits until it listens.
func (n node) Start(ctx context.Context, env sut.Environment) (sut.Running, error) {
	port := freePort(n.t)
	var output bytes.Buffer
	cmd := exec.CommandContext(ctx, "node", n.file)
	cmd.Stdout, cmd.Stderr = &output, &output
	cmd.Env = append(os.Environ(),
		"PORT="+strconv.Itoa(port),
		"REFEREE_APP_SECRET="+env.AppSecret, "REFEREE_VERIFY_TOKEN="+env.VerifyToken,
		"REFEREE_PAGE_TOKEN="+env.PageToken, "REFEREE_PAGE_ID="+env.PageID,
		"REFEREE_GRAPH_URL="+env.GraphURL, "REFEREE_RECEIPTS_URL="+env.ReceiptsURL,
	)
	if err := cmd.Start(); err != nil {
		return sut.Running{}, err
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		select {
		case <-tick.C:
		case err := <-exited:
			return sut.Running{}, fmt.Errorf("%s ended: %w\n%s", n.file, err, &output)
		}
		if c, err := net.Dial("tcp", address); err == nil {
			tick.Stop()
			stop := func() error {
				err := cmd.Process.Kill()
				<-exited
				return err
			}
			return sut.Running{URL: "http://" + address + "/webhook", Stop: stop}, c.Close()
		}
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// foreign returns the path of a receiver that the project did not write.
func foreign(t *testing.T, name string) string {
	t.Helper()
	require(t, "node", func() error { _, err := exec.LookPath("node"); return err })
	file := filepath.Join(root(t), "..", "shared", "receivers", name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("the receivers that the project did not write are not beside it: %v", err)
	}
	return file
}

// require skips the test where something is missing on the machine, and fails
// it where REFEREE_TEST_REQUIRE says that it must be there.
func require(t *testing.T, what string, check func() error) {
	t.Helper()
	err := check()
	if err == nil {
		return
	}
	if slices.Contains(strings.Split(os.Getenv("REFEREE_TEST_REQUIRE"), ","), what) {
		t.Fatalf("REFEREE_TEST_REQUIRE names %s: %v", what, err)
	}
	t.Skipf("%s is missing on this machine: %v", what, err)
}

func judge(t *testing.T, receiver sut.Receiver, features ...string) report.Result {
	t.Helper()
	result, err := runner.Run(t.Context(), runner.Config{Receiver: receiver, Features: features})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// broken are the ids of the requirements that were broken or could not be judged.
func broken(r report.Result) []string {
	var ids []string
	for _, q := range r.Requirements {
		if o := q.Outcome(); o == report.Failed || o == report.Warned || o == report.Errored {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

func TestCarefulReceiverIsConformant(t *testing.T) {
	r := judge(t, node{t, foreign(t, "careful.mjs")}, "replies", "receipts")
	if r.Verdict != report.Conformant {
		t.Errorf("the verdict is %s", r.Verdict)
	}
	for _, q := range r.Requirements {
		if o := q.Outcome(); o != report.Passed && o != report.NotApplicable {
			t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
		}
	}
	if r.Counts.Passed < 100 {
		t.Errorf("only %d requirements passed: %+v", r.Counts.Passed, r.Counts)
	}
}

func TestTutorialReceiverIsNonconformant(t *testing.T) {
	r := judge(t, node{t, foreign(t, "tutorial.mjs")}, "replies")
	if r.Verdict != report.Nonconformant {
		t.Errorf("the verdict is %s", r.Verdict)
	}
	got := broken(r)
	for _, id := range []string{
		"signature.missing", "signature.wrong-secret",
		"postback.user-ref.accepted", "postback.user-ref-messaging.understood",
		"envelope.several-events",
		"envelope.standby-beside", "envelope.changes-beside", "envelope.postback.standby.accepted", "envelope.changes.leadgen.accepted",
		"referral.ads-without-ref.accepted",
	} {
		if !slices.Contains(got, id) {
			t.Errorf("%s is not red", id)
		}
	}
	for _, id := range []string{"signature.genuine", "acknowledgement.in-time", "handshake.challenge"} {
		if slices.Contains(got, id) {
			t.Errorf("%s is red, and the receiver does that well", id)
		}
	}
}
