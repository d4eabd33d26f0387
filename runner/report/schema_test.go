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
		"hostile":  hostile(),
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
