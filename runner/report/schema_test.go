package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/schemas"
)

// The JSON form is a contract.
func TestJSONSatisfiesItsSchema(t *testing.T) {
	t.Parallel()
	empty := sample()
	empty.Requirements, empty.Receiver.Features = nil, nil
	empty.Counts, empty.Verdict = report.Counts{}, report.Empty
	for name, result := range map[string]report.Result{
		"sample":   sample(),
		"causes":   caused(),
		"hostile":  hostile(),
		"foreign":  foreign(),
		"empty":    empty,
		"unjudged": unjudged(),
		"cut off":  cutOff(),
		"redacted": report.Redact(sample(), "secret", "webhook"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := text(t, func(w io.Writer) error { return report.WriteJSON(w, result) })
			if err := schemas.Validate("format.result", []byte(document)); err != nil {
				t.Errorf("%v\n%s", err, document)
			}
		})
	}
}

// A result of version 1 can be compared with a new one, which says nothing of causes.
func TestResultsWithoutCausesAreRead(t *testing.T) {
	t.Parallel()
	before, err := report.ReadResult([]byte(mustRead(t, "testdata/result-version-1.json")))
	if err != nil {
		t.Fatal(err)
	}
	if before.Version != 1 || before.Causes != nil {
		t.Errorf("it is of version %d with the causes %v", before.Version, before.Causes)
	}
	after, err := report.ReadResult([]byte(text(t, func(w io.Writer) error { return report.WriteJSON(w, caused()) })))
	if err != nil {
		t.Fatal(err)
	}
	d := report.Compare(before, after)
	if len(d.New) != 3 || len(d.Regressions()) != 3 || len(d.Broken)+len(d.Fixed)+len(d.Gone)+len(d.Other)+len(d.NewCauses)+len(d.GoneCauses) != 0 {
		t.Errorf("got %+v", d)
	}
}

// Causes belong to version 2, and are always there in it.
func TestCausesBelongToTheirVersion(t *testing.T) {
	t.Parallel()
	document := text(t, func(w io.Writer) error { return report.WriteJSON(w, caused()) })
	for name, wrong := range map[string]string{
		"version 1 with causes":    strings.Replace(document, `"version": 2`, `"version": 1`, 1),
		"version 2 without causes": strings.Replace(mustRead(t, "testdata/result-version-1.json"), `"version": 1`, `"version": 2`, 1),
		"version 3":                strings.Replace(document, `"version": 2`, `"version": 3`, 1),
	} {
		if _, err := report.ReadResult([]byte(wrong)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

// A result that a release before this one wrote can be compared with a new one.
func TestOlderResultsAreRead(t *testing.T) {
	t.Parallel()
	document := text(t, func(w io.Writer) error { return report.WriteJSON(w, cutOff()) })
	older := strings.Replace(document, `    "not_judged": 0,
`, "", 1)
	if older == document {
		t.Fatal("the result does not count what was not judged")
	}
	r, err := report.ReadResult([]byte(older))
	if err != nil || r.Counts != cutOff().Counts {
		t.Errorf("got %+v, %v", r.Counts, err)
	}
}
