package baseline_test

import (
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/baseline"
	"github.com/seed-11445fa1/referee/runner/report"
)

// result is one in which handshake.token fails by itself and two requirements of a cause.
func result() report.Result {
	requirement := func(id string, status report.Status) report.Requirement {
		return report.Requirement{ID: id, Level: report.Must, Status: status}
	}
	return report.Result{
		Started: time.Date(2026, 11, 29, 3, 4, 5, 0, time.UTC),
		Causes:  []report.Cause{{ID: "refuses.long-ids", Level: report.Must, Explains: []string{"referral.ads.accepted", "referral.link.accepted"}}},
		Requirements: []report.Requirement{
			requirement("handshake.token", report.Failed), requirement("referral.ads.accepted", report.Failed),
			requirement("referral.link.accepted", report.Failed), requirement("signature.missing", report.Passed),
		},
	}
}

const file = `# ours
version: 1
causes:
  # since the new parser
  - {id: refuses.long-ids, reason: "BOT-1", expires: 2027-01-31}
requirements:
  - {id: handshake.token, reason: "BOT-2", expires: 2026-11-29}
  - id: signature.missing
    reason: |
      BOT-3
      and more
    expires: 2027-01-31 # soon
`

func parse(t *testing.T, text string) baseline.File {
	t.Helper()
	f, err := baseline.Parse("b.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Each entry is what the run shows it to be, at the lines where it stands.
func TestAgainst(t *testing.T) {
	t.Parallel()
	r := result().Against(parse(t, file).Baseline())
	for i, want := range []struct {
		state          report.EntryState
		line, lastLine int
	}{{report.EntryAccepts, 5, 5}, {report.EntryExpired, 7, 7}, {report.EntryGone, 8, 12}} {
		if e := r.Baseline.Entries[i]; e.State != want.state || e.Line != want.line || e.LastLine != want.lastLine {
			t.Errorf("%s is %s at %d to %d, want %+v", e.ID, e.State, e.Line, e.LastLine, want)
		}
	}
	if _, ok := r.AcceptedBy("referral.link.accepted"); !ok {
		t.Error("what the cause explains is not accepted")
	}
	if _, ok := r.AcceptedBy("handshake.token"); ok {
		t.Error("what has expired is accepted")
	}
}

// Every mistake has its place, and says what to do.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, want string }{
		"empty":             {"", "b.yaml:1:1: it is empty"},
		"comments alone":    {"# nothing\n", "b.yaml:1:1: it is empty"},
		"no YAML":           {"version: 1\ncauses: [\n", "b.yaml:2: not YAML"},
		"a tab":             {"version: 1\ncauses:\n\t- {}\n", "b.yaml:3:1: a tab indents this line"},
		"a list":            {"- a\n", "b.yaml:1:1: the file: "},
		"no version":        {"causes:\n", "b.yaml:1:1: the file: "},
		"another version":   {"version: 2\n", "b.yaml:1:10: version: "},
		"an unknown key":    {"version: 1\ncauze: []\n", "b.yaml:2:8: cauze: "},
		"no reason":         {"version: 1\ncauses:\n- {id: a.b, expires: 2027-01-31}\n", "b.yaml:3:3: causes/0: "},
		"an empty reason":   {"version: 1\ncauses:\n- {id: a.b, reason: ' ', expires: 2027-01-31}\n", "b.yaml:3:21: causes/0/reason: "},
		"no expiry":         {"version: 1\ncauses:\n- {id: a.b, reason: r}\n", "b.yaml:3:3: causes/0: "},
		"no such form":      {"version: 1\ncauses:\n- {id: a.b, reason: r, expires: soon}\n", "b.yaml:3:33: causes/0/expires: "},
		"no such day":       {"version: 1\ncauses:\n- {id: a.b, reason: r, expires: 2027-02-30}\n", "b.yaml:3:3: a.b: there is no day 2027-02-30"},
		"twice":             {"version: 1\ncauses:\n- {id: a.b, reason: r, expires: 2027-01-31}\n- {id: a.b, reason: r, expires: 2027-01-31}\n", "b.yaml:4:3: a.b is accepted twice, first on line 3"},
		"a key twice":       {"version: 1\ncauses:\ncauses:\n", `b.yaml:3:1: "causes" is there twice`},
		"an alias":          {"version: 1\ncauses: &a\nrequirements: *a\n", "b.yaml:3:15: an alias"},
		"a key of no word":  {"version: 1\n{a: b}: 1\n", "b.yaml:2:1: a key has to be a word"},
		"a second document": {"version: 1\n---\nversion: 1\n", "b.yaml:2:1: a second document begins"},
		"a pattern":         {"version: 1\nrequirements:\n- {id: a.*, reason: r, expires: 2027-01-31}\n", "b.yaml:3:8: requirements/0/id: "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := baseline.Parse("b.yaml", []byte(test.text)); err == nil || !strings.HasPrefix(err.Error(), test.want) {
				t.Errorf("got %v, want %s", err, test.want)
			}
		})
	}
}

// An id that names nothing is told, and where it would name something.
func TestUnknownIDs(t *testing.T) {
	t.Parallel()
	known := baseline.Known{Requirements: []string{"signature.missing", "signature.missing"}, Cause: func(id string) bool { return id == "refuses.long-ids" }}
	for id, want := range map[[2]string]string{
		{"causes", "signature.missing"}:       `b.yaml:3:8: "signature.missing" is a requirement; put it below requirements`,
		{"causes", "refuses.nothing"}:         `b.yaml:3:8: there is no cause "refuses.nothing"`,
		{"requirements", "refuses.long-ids"}:  `b.yaml:3:8: "refuses.long-ids" is a cause; put it below causes`,
		{"requirements", "signature.mising"}:  `b.yaml:3:8: there is no requirement "signature.mising"; did you mean signature.missing? ` + "`referee requirements` lists them",
		{"requirements", "wholly.different"}:  `b.yaml:3:8: there is no requirement "wholly.different"; ` + "`referee requirements` lists them",
		{"requirements", "expect.stop"}:       `b.yaml:3:8: there is no requirement "expect.stop"; `,
		{"causes", "breaks.expect-stop"}:      `b.yaml:3:8: there is no cause "breaks.expect-stop"; `,
		{"requirements", "signature.missing"}: "",
		{"causes", "refuses.long-ids"}:        "",
	} {
		err := parse(t, "version: 1\n"+id[0]+":\n- {id: "+id[1]+", reason: r, expires: 2027-01-31}\n").Check(known)
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%s: got %v, want %s", id, err, want)
		}
	}
	// Where nobody has read what a team expects, it may be there.
	known.Unread = true
	ours := parse(t, "version: 1\ncauses:\n- {id: breaks.expect-stop, reason: r, expires: 2027-01-31}\nrequirements:\n- {id: expect.stop, reason: r, expires: 2027-01-31}\n")
	if err := ours.Check(known); err != nil {
		t.Error(err)
	}
	if err := parse(t, "version: 1\nrequirements:\n- {id: signature.mising, reason: r, expires: 2027-01-31}\n").Check(known); err == nil {
		t.Error("another id that names nothing is none of what a team expects")
	}
}

// What is written accepts all that fails, and can be read; each entry is one line, and can
// be deleted.
func TestWrite(t *testing.T) {
	t.Parallel()
	terms := baseline.Terms{Reason: `BOT-1: "soon"`, Expires: "2027-01-31"}
	text, err := baseline.Write(result(), terms)
	if err != nil {
		t.Fatal(err)
	}
	r := result().Against(parse(t, string(text)).Baseline())
	if verdict, code := report.Judge(r.Requirements, report.VerdictOptions{Baseline: r.Baseline}); verdict != report.Accepted || code != 0 {
		t.Errorf("the verdict is %s, the exit code %d, with\n%s", verdict, code, text)
	}
	lines := strings.SplitAfter(string(text), "\n")
	for _, e := range r.Baseline.Entries {
		if e.Line != e.LastLine {
			t.Errorf("%s has several lines:\n%s", e.ID, text)
		}
		parse(t, strings.Join(append(append([]string{}, lines[:e.Line-1]...), lines[e.Line:]...), ""))
		lines[e.Line-1] = ""
	}
	if left := parse(t, strings.Join(lines, "")); len(left.Baseline().Entries) != 0 {
		t.Errorf("there is left %+v", left)
	}

	if _, err := baseline.Write(result(), baseline.Terms{Expires: "2027-01-31"}); err == nil || !strings.Contains(err.Error(), "--reason") {
		t.Errorf("without a reason: %v", err)
	}
	green := result()
	green.Requirements, green.Causes = green.Requirements[3:], nil
	if _, err := baseline.Write(green, terms); err == nil || !strings.Contains(err.Error(), "nothing to accept") {
		t.Errorf("with nothing to accept: %v", err)
	}
}

// What only fails with --strict is accepted where it was strict, and a MAY never.
func TestWriteOfWarnings(t *testing.T) {
	t.Parallel()
	r := report.Result{Requirements: []report.Requirement{
		{ID: "a.should", Level: report.Should, Status: report.Warned}, {ID: "a.may", Level: report.May, Status: report.Warned},
	}}
	terms := baseline.Terms{Reason: "r", Expires: "2027-01-31"}
	if _, err := baseline.Write(r, terms); err == nil || !strings.Contains(err.Error(), "nothing to accept") {
		t.Errorf("got %v", err)
	}
	r.Strict = true
	text, err := baseline.Write(r, terms)
	if err != nil || !strings.Contains(string(text), "a.should") || strings.Contains(string(text), "a.may") {
		t.Errorf("got %s, %v", text, err)
	}
}

// An update takes out what is old, adds what is new, and leaves the rest as it was.
func TestUpdate(t *testing.T) {
	t.Parallel()
	text, done, err := parse(t, file).Update(result(), baseline.Terms{Reason: "BOT-9", Expires: "2027-06-30"})
	if err != nil {
		t.Fatal(err)
	}
	const want = `# ours
version: 1
causes:
  # since the new parser
  - {id: refuses.long-ids, reason: "BOT-1", expires: 2027-01-31}
requirements:
  - {id: handshake.token, reason: "BOT-9", expires: 2027-06-30}
`
	if string(text) != want {
		t.Errorf("got\n%s\nwant\n%s", text, want)
	}
	if strings.Join(done.Removed, " ") != "handshake.token signature.missing" || strings.Join(done.Added, " ") != "handshake.token" {
		t.Errorf("got %+v", done)
	}
	again, done, err := parse(t, string(text)).Update(result(), baseline.Terms{})
	if err != nil || string(again) != want || len(done.Removed)+len(done.Added) != 0 {
		t.Errorf("a second time it is\n%s\n%+v, %v", again, done, err)
	}
}

// What is added to lists that were empty, in whatever way, stands on lines of its own.
func TestUpdateOfEmptyLists(t *testing.T) {
	t.Parallel()
	text, _, err := parse(t, "version: 1\ncauses: []\nrequirements:\n").Update(result(), baseline.Terms{Reason: "r", Expires: "2027-01-31"})
	const want = "version: 1\ncauses:\n  - {id: refuses.long-ids, reason: \"r\", expires: 2027-01-31}\nrequirements:\n  - {id: handshake.token, reason: \"r\", expires: 2027-01-31}\n"
	if err != nil || string(text) != want {
		t.Errorf("got\n%s\n%v", text, err)
	}
}

// An entry of a flake is not old when it passes; one of what was not judged is not either.
func TestWhatARunDoesNotShow(t *testing.T) {
	t.Parallel()
	const entry = "version: 1\n%LIST:\n- {id: %ID, reason: r, expires: 2027-01-31%MORE}\n"
	state := func(list, id, more string, r report.Result) report.EntryState {
		text := strings.NewReplacer("%LIST", list, "%ID", id, "%MORE", more).Replace(entry)
		return r.Against(parse(t, text).Baseline()).Baseline.Entries[0].State
	}
	skipped := result()
	skipped.Requirements[3].Status = report.Skipped
	replayed := result()
	replayed.Requirements = []report.Requirement{{ID: "replay.acknowledged", Level: report.Must, Status: report.Passed}}
	expected := func(stop, other report.Status) report.Result {
		r := result()
		r.Requirements[3].Status = other
		r.Requirements = append(r.Requirements, report.Requirement{ID: "expect.stop", Topic: "expect", Basis: report.Expected, Level: report.Must, Status: stop})
		return r
	}
	for name, test := range map[string]struct{ got, want report.EntryState }{
		"a cause of captured payloads": {state("causes", "refuses.empty-text", "", replayed), report.EntryIdle},
		"a flake that passes":          {state("requirements", "signature.missing", ", flaky: true", result()), report.EntryIdle},
		"what was skipped":             {state("requirements", "signature.missing", "", skipped), report.EntryIdle},
		"a cause that is not there":    {state("causes", "refuses.empty-text", "", result()), report.EntryGone},
		"a cause in a part of a suite": {state("causes", "refuses.empty-text", "", skipped), report.EntryIdle},
		"what the run has not":         {state("requirements", "expect.stop", "", result()), report.EntryIdle},
		"a cause of what it has not":   {state("causes", "breaks.expect-stop", "", result()), report.EntryIdle},
		"a cause of what is met":       {state("causes", "breaks.expect-stop", "", expected(report.Passed, report.Skipped)), report.EntryGone},
		"an end of what is met":        {state("causes", "dies.expect-stop", "", expected(report.Passed, report.Skipped)), report.EntryGone},
		"a cause of what is left out":  {state("causes", "breaks.expect-stop", "", expected(report.Skipped, report.Passed)), report.EntryIdle},
		"another cause of it":          {state("causes", "breaks.expect-stop", "", expected(report.Failed, report.Passed)), report.EntryGone},
		"a cause that is there":        {state("causes", "refuses.long-ids", "", skipped), report.EntryAccepts},
	} {
		if test.got != test.want {
			t.Errorf("%s: %s, want %s", name, test.got, test.want)
		}
	}
}
