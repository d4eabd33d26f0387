package report_test

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/seed-11445fa1/referee/runner/report"
)

// outcome is one requirement in a table.
type outcome struct {
	level  report.Level
	status report.Status
}

func requirements(outcomes ...outcome) []report.Requirement {
	var all []report.Requirement
	for _, o := range outcomes {
		all = append(all, report.Requirement{ID: "topic.name", Level: o.level, Status: o.status})
	}
	return all
}

func TestJudge(t *testing.T) {
	t.Parallel()
	var (
		plain   = report.VerdictOptions{}
		strict  = report.VerdictOptions{Strict: true}
		partial = report.VerdictOptions{Partial: true}
		both    = report.VerdictOptions{Strict: true, Partial: true}

		passed        = outcome{report.Must, report.Passed}
		failed        = outcome{report.Must, report.Failed}
		warned        = outcome{report.Should, report.Warned}
		broken        = outcome{report.May, report.Warned}
		notApplicable = outcome{report.Must, report.NotApplicable}
		skipped       = outcome{report.Must, report.Skipped}
		errored       = outcome{report.Should, report.Errored}
		notJudged     = outcome{report.Should, report.NotJudged}
	)
	tests := []struct {
		name     string
		outcomes []outcome
		options  report.VerdictOptions
		verdict  report.Verdict
		code     int
	}{
		{"nothing selected", nil, plain, report.Empty, 4},
		{"nothing selected, strict and partial", nil, both, report.Empty, 4},
		{"nothing applicable", []outcome{notApplicable, notApplicable}, plain, report.Empty, 4},
		{"everything skipped", []outcome{skipped, notApplicable}, partial, report.Empty, 4},
		{"all passed", []outcome{passed, notApplicable, skipped}, plain, report.Conformant, 0},
		{"all passed, strict", []outcome{passed}, strict, report.Conformant, 0},
		{"all passed, partial", []outcome{passed}, partial, report.Partial, 0},
		{"a MUST failed", []outcome{passed, failed}, plain, report.Nonconformant, 1},
		{"a MUST failed, partial", []outcome{passed, failed}, partial, report.Nonconformant, 1},
		{"a MUST failed and an error", []outcome{errored, failed}, plain, report.Nonconformant, 1},
		{"a SHOULD warned", []outcome{passed, warned}, plain, report.Conformant, 0},
		{"only a SHOULD warned", []outcome{warned}, plain, report.Conformant, 0},
		{"a SHOULD warned, partial", []outcome{warned}, partial, report.Partial, 0},
		{"a SHOULD warned, strict", []outcome{passed, warned}, strict, report.Nonconformant, 1},
		{"a SHOULD warned, strict and partial", []outcome{warned}, both, report.Nonconformant, 1},
		{"a SHOULD warned and an error, strict", []outcome{warned, errored}, strict, report.Nonconformant, 1},
		{"a SHOULD warned and an error", []outcome{warned, errored}, plain, report.NoVerdict, 3},
		{"a MAY warned, strict", []outcome{broken}, strict, report.Conformant, 0},
		{"an error", []outcome{passed, errored}, plain, report.NoVerdict, 3},
		{"an error, partial", []outcome{passed, errored}, partial, report.NoVerdict, 3},
		{"only errors", []outcome{errored, notApplicable}, plain, report.NoVerdict, 3},
		{"an unknown status", []outcome{passed, {report.Must, "pass"}}, plain, report.NoVerdict, 3},
		{"no status", []outcome{passed, {report.Must, ""}}, plain, report.NoVerdict, 3},
		{"an unknown level", []outcome{passed, {"must", report.Passed}}, plain, report.NoVerdict, 3},
		{"an unknown level that is not applicable", []outcome{passed, {"", report.NotApplicable}}, plain, report.NoVerdict, 3},
		{"a MUST failed and not all judged", []outcome{notJudged, failed}, plain, report.Nonconformant, 1},
		{"a SHOULD warned and not all judged, strict", []outcome{warned, notJudged}, strict, report.Nonconformant, 1},
		{"a SHOULD warned and not all judged", []outcome{warned, notJudged}, plain, report.Inconclusive, 3},
		{"not all judged", []outcome{passed, notJudged}, plain, report.Inconclusive, 3},
		{"not all judged, partial", []outcome{passed, notJudged}, partial, report.Inconclusive, 3},
		{"an error and not all judged", []outcome{errored, notJudged}, plain, report.NoVerdict, 3},
		{"nothing judged", []outcome{notJudged, notApplicable}, plain, report.Inconclusive, 3},
		{"a MUST that rests on what was observed warned", []outcome{passed, {report.Must, report.Warned}}, plain, report.Conformant, 0},
		{"a MUST that rests on what was observed warned, strict", []outcome{passed, {report.Must, report.Warned}}, strict, report.Nonconformant, 1},
		{"a SHOULD failed", []outcome{passed, {report.Should, report.Failed}}, plain, report.Nonconformant, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			verdict, code := report.Judge(requirements(test.outcomes...), test.options)
			if verdict != test.verdict || code != test.code {
				t.Errorf("got %s, %d; want %s, %d", verdict, code, test.verdict, test.code)
			}
		})
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	got := report.Count(sample().Requirements)
	want := report.Counts{Passed: 3, Failed: 1, Warned: 1, NotApplicable: 6, Skipped: 1, NotJudged: 2, Error: 1}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// Whatever a run hands in, nothing is lost from the counts, and only a run in
// which something holds and nothing is in doubt ends with 0.
func TestNothingFailsOpen(t *testing.T) {
	t.Parallel()
	level := rapid.SampledFrom([]report.Level{report.Must, report.Should, report.May, "", "WILL"})
	status := rapid.SampledFrom([]report.Status{
		report.Passed, report.Failed, report.Warned, report.NotApplicable, report.Skipped, report.NotJudged, report.Errored, "", "ok",
	})
	rapid.Check(t, func(t *rapid.T) {
		all := requirements(rapid.SliceOf(rapid.Custom(func(t *rapid.T) outcome {
			return outcome{level.Draw(t, "level"), status.Draw(t, "status")}
		})).Draw(t, "outcomes")...)
		options := report.VerdictOptions{Strict: rapid.Bool().Draw(t, "strict"), Partial: rapid.Bool().Draw(t, "partial")}
		c := report.Count(all)
		if sum := c.Passed + c.Failed + c.Warned + c.NotApplicable + c.Skipped + c.NotJudged + c.Error; sum != len(all) {
			t.Fatalf("%d requirements, but the counts sum up to %d", len(all), sum)
		}
		verdict, code := report.Judge(all, options)
		if good := verdict == report.Conformant || verdict == report.Partial; good != (code == 0) {
			t.Fatalf("verdict %s with exit code %d", verdict, code)
		}
		if code == 0 && (c.Failed > 0 || c.Error > 0 || c.NotJudged > 0 || c.Passed+c.Warned == 0) {
			t.Fatalf("exit code 0 with %+v", c)
		}
	})
}
