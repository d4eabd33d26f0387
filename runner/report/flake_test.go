package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// flaky is a result of four runs: what the cause refuses.sender-without-id explains was broken
// in one of them or in two, one requirement without a cause in one, and of what another cause
// explains a part each time.
func flaky() report.Result {
	r := caused()
	r.Runs = 4
	r.Causes[1].Explains = []string{"envelope.optin.checkbox.accepted", "postback.user-ref-messaging.accepted", "postback.user-ref-messaging.understood"}
	r.Causes[2].Explains = []string{"handshake.challenge", "signature.wrong-secret"}
	lonely := wrongSecret()
	lonely.ID = "signature.alone"
	r.Requirements = append(r.Requirements, lonely)
	red := map[string]int{
		"postback.user-ref-messaging.accepted": 1, "postback.user-ref-messaging.understood": 2, "envelope.optin.checkbox.accepted": 1,
		"signature.alone": 1, "signature.wrong-secret": 3,
	}
	for i, q := range r.Requirements {
		if n := red[q.ID]; n > 0 {
			r.Requirements[i].Flake = &report.Flake{Red: n, Passed: 4 - n}
		}
		if q.ID == "handshake.challenge" {
			r.Requirements[i].Status = report.Failed
		}
	}
	r.Counts = report.Count(r.Requirements)
	return r
}

// What is broken in some runs only is a flake in every report, and what is broken each time
// in none.
func TestEveryReportTellsOfFlakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		write func(io.Writer, report.Result, report.Options) error
		says  []string
		never []string
	}{
		"the console": {report.WriteConsole, []string{"Flakes: 5 failed in some runs only.", "     Flake: broken in 1 to 2 of 4 runs\n", "     Flake: broken in 1 of 4 runs\n"}, []string{"     Flake: broken in 3 of"}},
		"Markdown": {report.WriteMarkdown, []string{
			"5 failed in some runs only", "MUST · flake, broken in 1 to 2 of 4 runs · explains", "no cause is known · flake, broken in 1 of 4 runs",
			"- `signature.wrong-secret` (flake, broken in 3 of 4 runs)\n",
		}, []string{"`handshake.challenge` (flake", "accepted` (flake"}},
		"HTML": {report.WriteHTML, []string{
			"5 failed in some runs only", `<span class="tag">flake, broken in 1 to 2 of 4 runs</span>`, `<span class="tag">flake, broken in 3 of 4 runs</span>`,
		}, nil},
		"annotations": {report.WriteAnnotations, []string{"%0AFlake: broken in 1 to 2 of 4 runs%0A", "%0AFlake: broken in 1 of 4 runs\n"}, []string{"broken in 3"}},
		"SARIF":       {report.WriteSARIF, []string{"This is a flake, broken in 1 to 2 of 4 runs.", `"flake": "broken in 1 of 4 runs"`}, []string{"broken in 3"}},
		"JUnit":       {report.WriteJUnit, []string{"after 4 ms: (a flake, broken in 1 of 4 runs)", "     Flake: broken in 3 of 4 runs\n"}, nil},
		"TAP":         {report.WriteTAP, []string{`  flake: "broken in 1 of 4 runs"`, "5 failed in some runs only"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := text(t, func(w io.Writer) error { return test.write(w, flaky(), report.Options{}) })
			for _, want := range test.says {
				if !strings.Contains(got, want) {
					t.Errorf("it does not say %q:\n%s", want, got)
				}
			}
			for _, not := range test.never {
				if strings.Contains(got, not) {
					t.Errorf("it says %q:\n%s", not, got)
				}
			}
			steady := text(t, func(w io.Writer) error { return test.write(w, caused(), report.Options{}) })
			if strings.Contains(strings.ToLower(steady), "flake") {
				t.Errorf("of one run it tells of flakes:\n%s", steady)
			}
		})
	}
}
