package runner_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// bot is a receiver as there are many in use: it has the host of the Graph API
// written in, reads variables of its own, and declares nothing.
type bot struct {
	file string // in sut/testdata/receivers; its head names what is planted
	path string // of its webhook
	// Its variables for these values.
	appSecret, verifyToken, pageToken string
	// planted are the requirements that it breaks.
	planted []string
	// causes are why: one for each thing that is planted.
	causes []string
	// dying is what it writes when it dies.
	dying string
}

func bots() []bot {
	return []bot{
		{
			file: "written-in.go", path: "/webhook",
			appSecret: "FB_APP_SECRET", verifyToken: "FB_VERIFY_TOKEN", pageToken: "FB_PAGE_TOKEN",
		},
		{
			file: "dies-on-standby.mjs", path: "/webhook",
			appSecret: "APP_SECRET", verifyToken: "VERIFY_TOKEN", pageToken: "PAGE_ACCESS_TOKEN",
			planted: []string{
				"acknowledgement.survives",
				"envelope.bare-entry-beside", "envelope.calls-beside", "envelope.changes-beside", "envelope.dashboard-beside",
				"envelope.empty-lists-beside", "envelope.standby-beside",
				"evolution.entry-beside", "evolution.messaging-beside", "evolution.new-list-beside", "reply.graph-version",
			},
			causes: []string{"dies.entry-without-messaging", "miscalls.graph-version"},
			dying:  "entry.messaging.forEach",
		},
		{
			file: "text-only.py", path: "/",
			appSecret: "APP_SECRET", verifyToken: "VERIFY_TOKEN", pageToken: "PAGE_ACCESS_TOKEN",
			planted: []string{"acknowledgement.batch-of-1000", "acknowledgement.large-body", "acknowledgement.mebibyte", "reply.graph-version"},
			causes:  []string{"miscalls.graph-version", "refuses.body-over-100-kib"},
		},
		{
			file: "typing.mjs", path: "/webhook",
			appSecret: "MESSENGER_APP_SECRET", verifyToken: "MESSENGER_VALIDATION_TOKEN", pageToken: "MESSENGER_PAGE_ACCESS_TOKEN",
			planted: []string{"reply.graph-version", "signature.sha1-alone", "signature.sha256-alone", "signature.wrong-sha256"},
			causes:  []string{"handles.signed-with-sha1", "miscalls.graph-version"},
		},
		{
			file: "profile-first.py", path: "/webhook",
			appSecret: "FACEBOOK_APP_SECRET", verifyToken: "FACEBOOK_VERIFY_TOKEN", pageToken: "FACEBOOK_PAGE_TOKEN",
			planted: []string{"acknowledgement.before-work", "acknowledgement.slow-graph-api", "reply.graph-version"},
			causes:  []string{"delays.until-the-work-is-done", "miscalls.graph-version"},
		},
		{
			file: "slow-start.go", path: "/messenger",
			appSecret: "APP_SECRET", verifyToken: "WEBHOOK_VERIFY_TOKEN", pageToken: "PAGE_TOKEN",
			planted: []string{"signature.empty-header", "signature.missing", "signature.sha1-alone"},
			causes:  []string{"handles.unsigned"},
		},
	}
}

// command is what starts the bot. It skips the test where the bot's language is
// not installed.
func (b bot) command(t *testing.T) sut.Command {
	t.Helper()
	file, err := filepath.Abs(filepath.Join("sut", "testdata", "receivers", b.file))
	if err != nil {
		t.Fatal(err)
	}
	installed := func(runtime, program string) string {
		suttest.Require(t, runtime, func() error { _, err := exec.LookPath(program); return err })
		return program + " '" + file + "'"
	}
	c := sut.Command{
		Path: b.path, Intercept: true,
		Env: map[string]string{b.appSecret: "{{.AppSecret}}", b.verifyToken: "{{.VerifyToken}}", b.pageToken: "{{.PageToken}}"},
	}
	switch filepath.Ext(b.file) {
	case ".mjs":
		c.Line = installed("node", "node")
	case ".py":
		c.Line = installed("python", "python3")
	case ".go":
		program := filepath.Join(t.TempDir(), "bot")
		if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, file).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		c.Line = "'" + program + "'"
	}
	return c
}

// TestBotsOfTheField judges receivers that nobody adapted. What each breaks has
// to be found by its calls to graph.facebook.com, and nothing else.
func TestBotsOfTheField(t *testing.T) {
	t.Parallel()
	suttest.Require(t, "isolation", sut.CanIsolate)
	for _, b := range bots() {
		t.Run(b.file, func(t *testing.T) {
			t.Parallel()
			r := judge(t, b.command(t))
			t.Logf("it was judged within %d ms", r.DurationMS)
			if !slices.Equal(r.Receiver.Features, []string{"replies"}) {
				t.Errorf("it has the features %q", r.Receiver.Features)
			}
			got := broken(r)
			slices.Sort(got)
			if !slices.Equal(got, b.planted) {
				t.Errorf("it breaks %q, and %q is planted", got, b.planted)
			}
			if got := causesOf(r); !slices.Equal(got, b.causes) {
				t.Errorf("its causes are %q, expected %q", got, b.causes)
			}
			for _, q := range r.Requirements {
				if slices.Contains(got, q.ID) || slices.Contains(b.planted, q.ID) {
					t.Logf("%s: %s %s %+v", q.ID, q.Status, q.Reason, q.Finding)
				}
			}
			if death := find(t, r, "acknowledgement.survives"); b.dying != "" && (death.Finding == nil || !strings.Contains(death.Finding.Output, b.dying)) {
				t.Errorf("what it wrote when it died is not in %+v", death.Finding)
			}
			// Silence counts only because the bot was heard before.
			for _, id := range []string{"signature.wrong-secret", "envelope.standby-unanswered", "envelope.key-order"} {
				q := find(t, r, id)
				ended := b.dying != "" && q.Status == report.NotJudged && strings.Contains(q.Reason, "the receiver ended")
				if q.Status != report.Passed && !ended {
					t.Errorf("%s: %s %s", id, q.Status, q.Reason)
				}
			}
		})
	}
}

// causesOf are the ids of the causes of a result, sorted.
func causesOf(r report.Result) []string {
	var ids []string
	for _, c := range r.Causes {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}
