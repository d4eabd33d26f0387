package report_test

import (
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/report"
)

// of is a result with these outcomes of MUSTs, by their ids.
func of(outcomes map[string]report.Status) report.Result {
	r := report.Result{Version: report.FormatVersion, Tool: report.Tool{Name: "referee", Version: "1"}, Seed: 1, Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), DurationMS: 1000}
	for id, status := range outcomes {
		q := report.Requirement{ID: id, Level: report.Must, Title: "t", Source: "https://example.com", Status: status}
		if status == report.Skipped {
			q.Reason = "not selected by --only"
		}
		r.Requirements = append(r.Requirements, q)
	}
	slices.SortFunc(r.Requirements, func(a, b report.Requirement) int { return strings.Compare(a.ID, b.ID) })
	return r
}

func status(r report.Result, id string) report.Requirement {
	return r.Requirements[slices.IndexFunc(r.Requirements, func(q report.Requirement) bool { return q.ID == id })]
}

// Of several runs the worst counts, and only what was met in another is a flake.
func TestRepeated(t *testing.T) {
	t.Parallel()
	run := func(a, b, c, d, e report.Status) report.Result {
		return of(map[string]report.Status{"x.a": a, "x.b": b, "x.c": c, "x.d": d, "x.e": e})
	}
	one := run(report.Passed, report.Failed, report.NotApplicable, report.Passed, report.NotApplicable)
	two := run(report.Failed, report.Failed, report.Failed, report.NotJudged, report.Passed)
	three := run(report.Warned, report.Failed, report.NotApplicable, report.Passed, report.NotApplicable)
	two.Causes = []report.Cause{{ID: "breaks.x", Level: report.Must, Explains: []string{"x.a", "x.b", "x.c"}}}
	one.Causes = []report.Cause{{ID: "breaks.y", Level: report.Must, Explains: []string{"x.b"}}}
	r := report.Repeated([]report.Result{one, two, three})
	for id, want := range map[string]report.Status{"x.a": report.Failed, "x.b": report.Failed, "x.c": report.Failed, "x.d": report.NotJudged, "x.e": report.Passed} {
		if got := status(r, id); got.Status != want || (got.Flake != nil) != (id == "x.a") {
			t.Errorf("%s is %s, %+v", id, got.Status, got.Flake)
		}
	}
	if f := status(r, "x.a").Flake; *f != (report.Flake{Red: 2, Passed: 1}) {
		t.Errorf("x.a is %+v", f)
	}
	if r.Runs != 3 || r.DurationMS != 3000 {
		t.Errorf("%d runs took %d ms", r.Runs, r.DurationMS)
	}
	// Each red one has the cause of the run from which it is.
	for id, want := range map[string]string{"x.a": "breaks.x", "x.b": "breaks.y", "x.c": "breaks.x"} {
		if c, _ := r.CauseOf(id); c.ID != want {
			t.Errorf("%s has the cause %q, want %s", id, c.ID, want)
		}
	}
	page := text(t, func(w io.Writer) error { return report.WriteConsole(w, r, report.Options{}) })
	if !strings.Contains(page, "Flakes: broken in some runs, met in others (1)") || !strings.Contains(page, "x.a  broken in 2 of 3 runs") {
		t.Errorf("got\n%s", page)
	}
	if _, code := r.Judged(report.VerdictOptions{}); code != report.ExitNonconformant {
		t.Errorf("the exit code is %d", code)
	}
}

// What a baseline accepts does not fail a run, and is no more than that; what cannot be
// judged is not accepted by it.
func TestVerdictsWithABaseline(t *testing.T) {
	t.Parallel()
	accepts := report.BaselineEntry{Kind: report.OfRequirement, ID: "x.a", Reason: "r", Expires: "2026-02-01", Line: 3, LastLine: 3}
	expired, gone, idle := accepts, accepts, accepts
	expired.Expires, gone.ID, idle.ID = "2026-01-02", "x.b", "x.c"
	broken := map[string]report.Status{"x.a": report.Failed, "x.b": report.Passed, "x.c": report.Skipped}
	with := func(id string, s report.Status) map[string]report.Status {
		all := map[string]report.Status{"x.a": report.Failed, "x.b": report.Passed, "x.c": report.Skipped}
		all[id] = s
		return all
	}
	for name, test := range map[string]struct {
		outcomes map[string]report.Status
		entries  []report.BaselineEntry
		partial  bool
		verdict  report.Verdict
		code     int
	}{
		"nothing is accepted":     {broken, nil, false, report.Nonconformant, 1},
		"all is accepted":         {broken, []report.BaselineEntry{accepts, idle}, false, report.Accepted, 0},
		"of a part":               {broken, []report.BaselineEntry{accepts}, true, report.Accepted, 0},
		"more is broken":          {with("x.b", report.Failed), []report.BaselineEntry{accepts}, false, report.Nonconformant, 1},
		"it has expired":          {broken, []report.BaselineEntry{expired}, false, report.Nonconformant, 1},
		"another is mended":       {broken, []report.BaselineEntry{accepts, gone}, false, report.Outdated, 1},
		"one was not judged":      {with("x.b", report.NotJudged), []report.BaselineEntry{accepts}, false, report.Inconclusive, 3},
		"the harness failed":      {with("x.b", report.Errored), []report.BaselineEntry{accepts}, false, report.NoVerdict, 3},
		"nothing else was judged": {with("x.b", report.Skipped), []report.BaselineEntry{accepts}, false, report.Accepted, 0},
		"all is met":              {with("x.a", report.Passed), []report.BaselineEntry{idle}, false, report.Conformant, 0},
		"expired and not judged":  {with("x.a", report.Skipped), []report.BaselineEntry{expired}, false, report.Outdated, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, code := of(test.outcomes).Against(report.Baseline{File: "b.yaml", Entries: test.entries}).Judged(report.VerdictOptions{Partial: test.partial})
			if r.Verdict != test.verdict || code != test.code {
				t.Errorf("got %s, %d with %+v", r.Verdict, code, r.Baseline)
			}
			if (r.Reason != "") != (test.verdict == report.Outdated) {
				t.Errorf("the reason is %q", r.Reason)
			}
		})
	}
}

// What has to be deleted is told so that nothing else goes with it.
func TestWhatToDelete(t *testing.T) {
	t.Parallel()
	entry := func(id string, line, last int) report.BaselineEntry {
		return report.BaselineEntry{Kind: report.OfRequirement, ID: id, Reason: "r", Expires: "2026-02-01", Line: line, LastLine: last}
	}
	met := of(map[string]report.Status{"x.a": report.Passed, "x.b": report.Failed})
	for want, entries := range map[string][]report.BaselineEntry{
		"b.yaml:3: x.a is not broken any more: delete this line":           {entry("x.a", 3, 3), entry("x.b", 4, 4)},
		"b.yaml:3: x.a is not broken any more: delete lines 3 to 5":        {entry("x.a", 3, 5), entry("x.b", 6, 6)},
		"b.yaml:3: x.a is not broken any more: delete this entry, and not": {entry("x.a", 3, 3), entry("x.b", 3, 3)},
	} {
		r, _ := met.Against(report.Baseline{File: "b.yaml", Entries: entries}).Judged(report.VerdictOptions{})
		if !strings.HasPrefix(r.Reason, want) {
			t.Errorf("got %q, want %q", r.Reason, want)
		}
	}
}

// Shards make the whole, with its verdict, its causes and the time from the first to the
// last.
func TestMerge(t *testing.T) {
	t.Parallel()
	shard := func(index int, a, b, c report.Status) report.Result {
		r := of(map[string]report.Status{"x.a": a, "x.b": b, "x.c": c})
		r.Shard = &report.Shard{Index: index, Of: 2}
		r.Started = r.Started.Add(time.Duration(index) * time.Minute)
		for i := range r.Requirements {
			if q := &r.Requirements[i]; q.Status == report.Skipped {
				q.Reason = report.InShard(3-index, 2)
			}
		}
		return r
	}
	one := shard(1, report.Failed, report.Skipped, report.Failed)
	two := shard(2, report.Skipped, report.Passed, report.Skipped)
	one.Causes = []report.Cause{{ID: "breaks.x", Level: report.Must, Explains: []string{"x.c", "x.a"}}}
	names := []string{"1.json", "2.json"}
	r, code, err := report.Merge(names, []report.Result{one, two})
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != report.Nonconformant || code != 1 || r.Shard != nil || r.Counts.Passed != 1 || r.Counts.Failed != 2 || r.Counts.Skipped != 0 {
		t.Errorf("got %s, %d, %+v", r.Verdict, code, r.Counts)
	}
	if c, ok := r.CauseOf("x.a"); !ok || c.ID != "breaks.x" || r.DurationMS != 61_000 {
		t.Errorf("the cause is %+v, it took %d ms", c, r.DurationMS)
	}
	// All that was selected is met in both: only now it is conformant.
	one = shard(1, report.Passed, report.Skipped, report.Passed)
	if r, code, err = report.Merge(names, []report.Result{one, two}); err != nil || r.Verdict != report.Conformant || code != 0 {
		t.Errorf("got %s, %d, %v", r.Verdict, code, err)
	}
	// What was not judged in one is not judged.
	one = shard(1, report.NotJudged, report.Skipped, report.Passed)
	if r, code, err = report.Merge(names, []report.Result{one, two}); err != nil || r.Verdict != report.Inconclusive || code != 3 || r.Reason == "" {
		t.Errorf("got %s, %d, %q, %v", r.Verdict, code, r.Reason, err)
	}
	// Those of two days are of two runs, in whatever order; those around midnight are of one.
	one, late := shard(1, report.Passed, report.Skipped, report.Passed), two
	for after, refused := range map[time.Duration]bool{24 * time.Hour: false, 24*time.Hour + time.Second: true} {
		late.Started = one.Started.Add(after)
		for _, files := range [][]report.Result{{one, late}, {late, one}} {
			_, _, err := report.Merge(names, files)
			if (err != nil) != refused || refused && !strings.Contains(err.Error(), "started more than a day apart, on 2026-01-02 and 2026-01-03; judge the shard of "+names[slices.IndexFunc(files, func(r report.Result) bool { return r.Shard.Index == 1 })]+" again") {
				t.Errorf("after %s: got %v", after, err)
			}
		}
	}
	// Those of two folders of a repository are of two bots, however they are started.
	one, two = shard(1, report.Passed, report.Skipped, report.Passed), shard(2, report.Skipped, report.Passed, report.Skipped)
	one.Folder, two.Folder = "bots/a", "bots/b"
	if _, _, err := report.Merge(names, []report.Result{one, two}); err == nil || !strings.Contains(err.Error(), `differ in the folder of the repository, "bots/a" and "bots/b"`) {
		t.Errorf("got %v", err)
	}
	one.Folder, two.Folder = "", ""
	// One without a verdict is judged again.
	one.Verdict, one.Reason = report.NoVerdict, "the run was interrupted"
	if _, _, err := report.Merge(names, []report.Result{one, two}); err == nil || !strings.Contains(err.Error(), "1.json, shard 1 of 2, has no verdict: the run was interrupted") {
		t.Errorf("got %v", err)
	}
}

// What is about the whole run is of the worst of its shards, with the cause of that one, and
// of no shard that has not judged it.
func TestMergeOfWhatIsAboutTheRun(t *testing.T) {
	t.Parallel()
	shard := func(index int, s report.Status, flake *report.Flake) report.Result {
		r := of(map[string]report.Status{"x.run": s})
		r.Shard = &report.Shard{Index: index, Of: 2, OfTheRun: []string{"x.run"}}
		r.Requirements[0].Flake = flake
		if s == report.Failed || s == report.Warned {
			r.Causes = []report.Cause{{ID: []string{"", "breaks.one", "breaks.two"}[index], Level: report.Must, Explains: []string{"x.run"}}}
		}
		return r
	}
	flake := &report.Flake{Red: 1, Passed: 1}
	for _, test := range []struct {
		one, two   report.Status
		flake      *report.Flake // of the first
		want       report.Status
		cause, err string
	}{
		{one: report.Passed, two: report.Passed, want: report.Passed},
		{one: report.Passed, two: report.Failed, want: report.Failed, cause: "breaks.two"},
		{one: report.Failed, two: report.Passed, want: report.Failed, cause: "breaks.one"},
		{one: report.Failed, two: report.Warned, want: report.Failed, cause: "breaks.one"},
		{one: report.Failed, two: report.Failed, want: report.Failed, cause: "breaks.one"},
		{one: report.Failed, two: report.Failed, flake: flake, want: report.Failed, cause: "breaks.two"},
		{one: report.NotApplicable, two: report.Passed, want: report.Passed},
		{one: report.NotJudged, two: report.Passed, want: report.NotJudged},
		{one: report.Skipped, two: report.Passed, err: "x.run is about the whole run, and was judged in 1 of 2 shards only"},
	} {
		r, _, err := report.Merge([]string{"1.json", "2.json"}, []report.Result{shard(1, test.one, test.flake), shard(2, test.two, nil)})
		if test.err != "" {
			if err == nil || !strings.HasPrefix(err.Error(), test.err) {
				t.Errorf("%s and %s: got %v", test.one, test.two, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		c, _ := r.CauseOf("x.run")
		if got := status(r, "x.run"); got.Status != test.want || got.Flake != nil || c.ID != test.cause {
			t.Errorf("%s and %s: got %s, %+v for %q", test.one, test.two, got.Status, got.Flake, c.ID)
		}
	}
}

// That a shard meets what is about the whole run does not show that a baseline is old.
func TestABaselineOfAShard(t *testing.T) {
	t.Parallel()
	accepted := report.Baseline{File: "b.yaml", Entries: []report.BaselineEntry{{Kind: report.OfRequirement, ID: "x.run", Reason: "r", Expires: "2026-02-01", Line: 3, LastLine: 3}}}
	r := of(map[string]report.Status{"x.run": report.Passed})
	if whole := r.Against(accepted); whole.Baseline.Entries[0].State != report.EntryGone {
		t.Errorf("of a whole run it is %s", whole.Baseline.Entries[0].State)
	}
	r.Shard = &report.Shard{Index: 1, Of: 2, OfTheRun: []string{"x.run"}}
	if part := r.Against(accepted); part.Baseline.Entries[0].State != report.EntryIdle {
		t.Errorf("of a shard it is %s", part.Baseline.Entries[0].State)
	}
}
