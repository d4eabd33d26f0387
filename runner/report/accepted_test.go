package report_test

import (
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
)

// acceptedInPart is a result of which a baseline accepts two causes of three, one as a
// whole and one by its only requirement, and in which two entries have to be deleted.
func acceptedInPart() report.Result {
	entry := func(kind report.EntryKind, id, reason, expires string, line, last int) report.BaselineEntry {
		return report.BaselineEntry{Kind: kind, ID: id, Reason: reason, Expires: expires, Line: line, LastLine: last}
	}
	r, _ := caused().Against(report.Baseline{File: "ci/baseline.yaml", Entries: []report.BaselineEntry{
		entry(report.OfCause, "refuses.sender-without-id", "BOT-17: the <new> parser\nand more", "2026-06-30", 4, 6),
		entry(report.OfRequirement, "acknowledgement.body", "BOT-18", "2026-03-31", 8, 8),
		entry(report.OfRequirement, "handshake.token", "BOT-19", "2026-03-31", 9, 11),
		entry(report.OfRequirement, "signature.wrong-secret", "BOT-20", "2026-01-01", 12, 12),
		entry(report.OfRequirement, "transport.mtls", "BOT-21", "2026-03-31", 13, 13),
	}}).Judged(report.VerdictOptions{})
	return r
}

// acceptedAlone is a result in which one requirement is red, without a cause, and accepted.
func acceptedAlone() report.Result {
	r, _ := of(map[string]report.Status{"x.a": report.Failed, "x.b": report.Passed}).Against(report.Baseline{File: "baseline.yaml", Entries: []report.BaselineEntry{{
		Kind: "requirement", ID: "x.a", Reason: "BOT-9", Expires: "2027-01-31", Line: 3, LastLine: 3,
	}}}).Judged(report.VerdictOptions{})
	return r
}

// What a baseline accepts is neither passed nor a failure in any format, and each says why
// and until when. What is saved says it as well as what was just judged.
func TestAcceptedInEveryFormat(t *testing.T) {
	t.Parallel()
	for format, tt := range map[string]struct {
		write       func(io.Writer, report.Result, report.Options) error
		shows, lack string
	}{
		"TAP":         {report.WriteTAP, "not ok 1 - x.a: t # TODO accepted until 2027-01-31: BOT-9", "\nok 1 "},
		"SARIF":       {report.WriteSARIF, `"justification": "accepted until 2027-01-31: BOT-9"`, `"error"`},
		"JUnit":       {report.WriteJUnit, "broken, and accepted until 2027-01-31: BOT-9", "<failure"},
		"a badge":     {report.WriteBadge, "accepted for now, 1 passed", "nonconformant"},
		"annotations": {report.WriteAnnotations, "", "x.a"},
		"Markdown":    {report.WriteMarkdown, "### ☑️ t\n\n`x.a` · MUST · no cause is known · accepted until 2027-01-31\n\n| | |\n|---|---|\n| **Accepted** | until 2027-01-31: BOT-9 |", "❌"},
		"HTML":        {report.WriteHTML, `<dt>Accepted</dt><dd class="text">until 2027-01-31, by line 3 of the baseline: BOT-9</dd>`, `class="req failed"`},
		"the console": {report.WriteConsole, "! x.a  until 2027-01-31  1 failed\n            BOT-9", "✗"},
	} {
		saved, err := report.ReadResult([]byte(text(t, func(w io.Writer) error { return report.WriteJSON(w, acceptedAlone()) })))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []report.Result{acceptedAlone(), saved} {
			got := text(t, func(w io.Writer) error { return tt.write(w, r, report.Options{}) })
			if !strings.Contains(got, tt.shows) || tt.lack != "" && strings.Contains(got, tt.lack) {
				t.Errorf("%s:\n%s", format, got)
			}
		}
	}
}

// A SHOULD that is accepted is told so too, where the run was strict and where not.
func TestAcceptedWarnings(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{false, true} {
		_, cases := parseJUnit(t, acceptedInPart(), report.Options{Strict: strict})
		if c := cases["acknowledgement.body"]; len(c.Failures) > 0 || len(c.Skipped) != 1 || !strings.HasPrefix(c.Skipped[0].Text, "broken, and accepted until 2026-03-31: BOT-18\n") {
			t.Errorf("strict %t: %+v", strict, c)
		}
	}
}

// Causes that are accepted come last, with each reason; what is not accepted is as red as
// without a baseline, and what has to be deleted in it is told.
func TestHTMLMarksWhatIsAccepted(t *testing.T) {
	t.Parallel()
	s := openSheet(t, suttest.Browser(t), acceptedInPart(), 1280, "light")
	is(s, `document.querySelector("#h-causes").innerText`, "3 causes, 2 of them accepted")
	is(s, `[...document.querySelectorAll(".cause")].map((c) => c.id + " " + c.className).join("|")`,
		"cause-handles.wrong-signature cause failed|cause-refuses.sender-without-id cause accepted|cause-answers.with-a-page cause accepted")
	is(s, `[...document.querySelectorAll(".cause.accepted dl.parts dt:first-child + dd")].map((d) => d.innerText.replaceAll("\n", " ")).join("|")`,
		"until 2026-06-30, by line 4 of the baseline: BOT-17: the <new> parser and more|until 2026-03-31, by line 8 of the baseline: BOT-18")
	is(s, `[...document.querySelectorAll(".req.accepted .tag.accepted")].map((t) => t.innerText).join("|")`,
		"accepted until 2026-03-31|accepted until 2026-06-30|accepted until 2026-06-30|accepted until 2026-06-30")
	is(s, `[...document.querySelectorAll(".req.failed")].map((r) => r.id).join("|")`, "signature.wrong-secret")
	is(s, `[...document.querySelectorAll("#baseline tbody tr")].map((r) => r.className + ": " + r.lastElementChild.innerText).join("|")`,
		"accepted: accepts 3 failed|accepted: accepts 1 warned|failed: is not broken any more: delete lines 9 to 11|"+
			"failed: was accepted until 2026-01-01: mend it and delete this line, or agree on a later day|none: accepts nothing in this run, which does not show that it is mended")
	is(s, `[...document.querySelectorAll("#topics tfoot td")].map((d) => d.innerText).join(" ")`, "3 1 – 4 6 1 3")
	evaluated[bool](s, `(() => { document.querySelector(".find input[value=accepted]").click(); return true; })()`)
	is(s, visible(".req.accepted"), 0)
	is(s, visible(".req"), 14)
}

// A cause of which not all is accepted is as red as ever, and says what of it is accepted.
func TestAcceptedInPart(t *testing.T) {
	t.Parallel()
	r, _ := caused().Against(report.Baseline{File: "b.yaml", Entries: []report.BaselineEntry{{
		Kind: report.OfRequirement, ID: "envelope.optin.checkbox.accepted", Reason: "BOT-1", Expires: "2027-01-31", Line: 3, LastLine: 3,
	}}}).Judged(report.VerdictOptions{})
	for format, test := range map[string]struct {
		write func(io.Writer, report.Result, report.Options) error
		shows []string
	}{
		"Markdown": {report.WriteMarkdown, []string{"### ❌ It answers 500 when the sender has no id", "- `envelope.optin.checkbox.accepted` (accepted)\n- `postback.user-ref-messaging.accepted`\n"}},
		"HTML":     {report.WriteHTML, []string{`<article class="cause failed" id="cause-refuses.sender-without-id">`, `<code>envelope.optin.checkbox.accepted</code></a> <span class="tag accepted">accepted</span></li><li><a href="#postback.user-ref-messaging.accepted"><code>postback.user-ref-messaging.accepted</code></a></li>`}},
		"SARIF":    {report.WriteSARIF, []string{`"results": [`}},
	} {
		got := text(t, func(w io.Writer) error { return test.write(w, r, report.Options{}) })
		for _, want := range test.shows {
			if !strings.Contains(got, want) {
				t.Errorf("%s has no %s:\n%s", format, want, got)
			}
		}
		if strings.Contains(got, `"suppressions"`) {
			t.Errorf("%s suppresses a cause of which not all is accepted", format)
		}
	}
}

// Code scanning has no way to show that something is suppressed, so it is a note there.
func TestSARIFSuppresses(t *testing.T) {
	t.Parallel()
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct {
						DefaultConfiguration struct{ Level string }
					}
				}
			}
			Invocations []struct {
				ToolExecutionNotifications []struct{ Message struct{ Text string } }
			}
			Results []struct {
				RuleID, Level string
				RuleIndex     int
				Message       struct{ Text string }
				Suppressions  []struct{ Kind, Status, Justification string }
			}
		}
	}
	if err := json.Unmarshal([]byte(text(t, func(w io.Writer) error { return report.WriteSARIF(w, acceptedInPart(), report.Options{}) })), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	for i, want := range []struct{ id, level, why string }{
		{"handles.wrong-signature", "error", ""},
		{"refuses.sender-without-id", "note", "accepted until 2026-06-30: BOT-17: the <new> parser"},
		{"answers.with-a-page", "note", "accepted until 2026-03-31: BOT-18"},
	} {
		r := run.Results[i]
		if r.RuleID != want.id || r.Level != want.level || run.Tool.Driver.Rules[r.RuleIndex].DefaultConfiguration.Level != want.level {
			t.Errorf("got %+v, want %+v", r, want)
		}
		if accepted := len(r.Suppressions) == 1 && r.Suppressions[0].Kind == "external" && r.Suppressions[0].Status == "accepted" && r.Suppressions[0].Justification == want.why; accepted != (want.why != "") {
			t.Errorf("%s is suppressed by %+v", r.RuleID, r.Suppressions)
		}
		if says := strings.HasPrefix(r.Message.Text, "Accepted until 2026-"); says != (want.why != "") {
			t.Errorf("%s says %s", r.RuleID, r.Message.Text)
		}
	}
	var notes []string
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		notes = append(notes, n.Message.Text)
	}
	if !slices.Contains(notes, "ci/baseline.yaml:9: handshake.token is not broken any more: delete lines 9 to 11") {
		t.Errorf("it does not say what to delete: %q", notes)
	}
}
