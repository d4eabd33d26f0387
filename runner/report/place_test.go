package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// expecting is a result in which one expectation is red with a cause, and another without
// one.
func expecting() report.Result {
	r := caused()
	for id, place := range map[string]string{"expect.spring": "ci/referee.yaml:12", "expect.stop": "referee.yaml:7"} {
		q := wrongSecret()
		q.ID, q.Topic, q.Basis, q.Place, q.Title = id, "expect", report.Expected, place, "Expected: referral.ads brings a message"
		r.Requirements = append(r.Requirements, q)
	}
	r.Receiver = report.Receiver{URL: "http://127.0.0.1:8080/webhook", File: "bot/server.js", Config: "referee.yaml"}
	r.Causes = append(r.Causes, report.Cause{
		ID: "breaks.expect-spring", Title: "It does not answer as expected: referral.ads", Level: report.Must, Explains: []string{"expect.spring"},
		Stimulus: "referral.ads", Expected: "a message", Actual: "no message", Remedy: "Mend the bot",
	})
	return r
}

// What a team expects stands on a line, which is shown where the line of the defect is not
// known, and where nothing of the suite is red for the same reason.
func TestWhatIsExpectedHasItsLine(t *testing.T) {
	t.Parallel()
	annotations := func(r report.Result) string {
		return text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
	}
	r := expecting()
	for _, want := range []string{"::error file=ci/referee.yaml,line=12,title=breaks.expect-spring::", "::error file=referee.yaml,line=7,title=expect.stop::"} {
		if got := annotations(r); !strings.Contains(got, want) {
			t.Errorf("there is no %s:\n%s", want, got)
		}
	}
	for id, want := range map[string]string{"breaks.expect-spring": "ci/referee.yaml", "expect.stop": "referee.yaml", "handles.wrong-signature": "bot/server.js"} {
		for _, got := range places(t, r) {
			at := got.Locations[0].PhysicalLocation
			expected := at.Region.StartLine > 0 && strings.HasSuffix(got.Message.Text, "not known: this is the line that says what the bot has to do.")
			if got.RuleID == id && (at.ArtifactLocation.URI != want || expected != (want != "bot/server.js")) {
				t.Errorf("%s is at %+v, and says %s", id, at, got.Message.Text)
			}
		}
	}

	last := len(r.Causes) - 1
	r.Causes[last].Explains = append(r.Causes[last].Explains, "signature.wrong-secret")
	if got := annotations(r); !strings.Contains(got, "::error title=breaks.expect-spring::") {
		t.Errorf("the line of what is expected is taken for that of what Meta requires:\n%s", got)
	}
	r.Causes[last].Where, r.Causes[last].File = "server.js:3", "bot/server.js"
	if got := annotations(r); !strings.Contains(got, "::error file=bot/server.js,line=3,title=breaks.expect-spring::") {
		t.Errorf("the line of the defect is not shown:\n%s", got)
	}
	for _, place := range []string{"/etc/passwd:1", "../x.yaml:1", "x.yaml", "x.yaml:0", ":1"} {
		r := expecting()
		for i := range r.Requirements {
			r.Requirements[i].Place = place
		}
		if got := annotations(r); !strings.Contains(got, "::error title=expect.stop::") {
			t.Errorf("%q is named:\n%s", place, got)
		}
	}
}

// GitHub takes a path for one from the root of the repository, wherever the run was started.
func TestPlacesAreFromTheRootOfTheRepository(t *testing.T) {
	t.Parallel()
	r := expecting()
	r.Folder = "services/bot"
	r.Causes[1].File, r.Receiver.File = "../lib/server.js", "server.js"
	r.Baseline = &report.Baseline{File: "baseline.yaml", Entries: []report.BaselineEntry{{ID: "handshake.token", Line: 4, LastLine: 4, State: report.EntryGone}}}
	got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) })
	for _, want := range []string{
		"::error file=services/lib/server.js,line=23,", "::error file=services/bot/ci/referee.yaml,line=12,title=breaks.expect-spring::",
		"::error file=services/bot/referee.yaml,line=7,title=expect.stop::", "::error file=services/bot/baseline.yaml,line=4,title=handshake.token::",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("there is no %s:\n%s", want, got)
		}
	}
	for id, want := range map[string]string{"refuses.sender-without-id": "services/lib/server.js", "expect.stop": "services/bot/referee.yaml", "handles.wrong-signature": "services/bot/server.js"} {
		for _, got := range places(t, r) {
			if uri := got.Locations[0].PhysicalLocation.ArtifactLocation.URI; got.RuleID == id && uri != want {
				t.Errorf("%s is in %s, want %s", id, uri, want)
			}
		}
	}
	for folder, file := range map[string]string{"../..": "server.js", "/etc": "passwd", "bot": "../../server.js"} {
		r := caused()
		r.Folder, r.Causes[1].File = folder, file
		if got := text(t, func(w io.Writer) error { return report.WriteAnnotations(w, r, report.Options{}) }); strings.Contains(got, "file=") {
			t.Errorf("%q in %q is named:\n%s", file, folder, got)
		}
	}
}
