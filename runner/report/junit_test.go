package report_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner/report"
)

// The types that a CI system would parse JUnit with: written apart from the
// writer's, so that a wrong name there is noticed here.
type (
	suites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     float64  `xml:"time,attr"`
		Suites   []suite  `xml:"testsuite"`
	}
	suite struct {
		Name       string  `xml:"name,attr"`
		Tests      int     `xml:"tests,attr"`
		Failures   int     `xml:"failures,attr"`
		Errors     int     `xml:"errors,attr"`
		Skipped    int     `xml:"skipped,attr"`
		Time       float64 `xml:"time,attr"`
		Properties []struct {
			Name  string `xml:"name,attr"`
			Value string `xml:"value,attr"`
		} `xml:"properties>property"`
		Cases []testcase `xml:"testcase"`
	}
	testcase struct {
		Name     string   `xml:"name,attr"`
		Class    string   `xml:"classname,attr"`
		Time     float64  `xml:"time,attr"`
		Failures []detail `xml:"failure"`
		Errors   []detail `xml:"error"`
		Skipped  []detail `xml:"skipped"`
	}
	detail struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr"`
		Text    string `xml:",chardata"`
	}
)

// parseJUnit parses a report and checks that its counts are those of its cases.
func parseJUnit(t *testing.T, r report.Result, o report.Options) (suites, map[string]testcase) {
	t.Helper()
	document := text(t, func(w io.Writer) error { return report.WriteJUnit(w, r, o) })
	var all suites
	if err := xml.Unmarshal([]byte(document), &all); err != nil {
		t.Fatalf("%v in\n%s", err, document)
	}
	cases := map[string]testcase{}
	var total suite
	for _, s := range all.Suites {
		var counted suite
		for _, c := range s.Cases {
			cases[c.Name] = c
			counted.Tests++
			counted.Time += c.Time
			counted.Failures += len(c.Failures)
			counted.Errors += len(c.Errors)
			counted.Skipped += len(c.Skipped)
			if c.Class != "referee."+s.Name {
				t.Errorf("%s has the class %s in suite %s", c.Name, c.Class, s.Name)
			}
		}
		if s.Tests != counted.Tests || s.Failures != counted.Failures || s.Errors != counted.Errors || s.Skipped != counted.Skipped {
			t.Errorf("the counts of suite %s are wrong", s.Name)
		}
		if math.Abs(s.Time-counted.Time) > 0.0005 {
			t.Errorf("the suite %s took %g s, its cases %g", s.Name, s.Time, counted.Time)
		}
		total.Tests += s.Tests
		total.Time += s.Time
		total.Failures += s.Failures
		total.Errors += s.Errors
	}
	if all.Tests != total.Tests || all.Failures != total.Failures || all.Errors != total.Errors {
		t.Error("the counts of all suites are wrong")
	}
	want := len(r.Requirements)
	if r.Reason != "" {
		want++ // the run's own
		if math.Abs(total.Time-all.Time) > 0.0005 {
			t.Errorf("all suites took %g s, the run %g", total.Time, all.Time)
		}
	}
	if total.Time > all.Time+0.0005 {
		t.Errorf("all suites took %g s, and the run no more than %g", total.Time, all.Time)
	}
	if len(cases) != want {
		t.Errorf("%d cases for %d requirements", len(cases), len(r.Requirements))
	}
	return all, cases
}

func TestJUnit(t *testing.T) {
	t.Parallel()
	all, cases := parseJUnit(t, sample(), report.Options{})
	if all.Tests != 15 || all.Failures != 1 || all.Errors != 3 || all.Time != 5.173 {
		t.Errorf("got %d tests, %d failures, %d errors, %g s", all.Tests, all.Failures, all.Errors, all.Time)
	}
	failed := cases["signature.wrong-secret"]
	if len(failed.Failures) != 1 || failed.Failures[0].Type != "MUST" || failed.Time != 0.154 ||
		failed.Failures[0].Message != "one reply to 1234567890123456 after 4 ms:" ||
		!strings.Contains(failed.Failures[0].Text, wrongSecret().Finding.Reproduce) {
		t.Errorf("the failure is %+v", failed)
	}
	warned := cases["acknowledgement.body"]
	if len(warned.Failures)+len(warned.Errors) > 0 || len(warned.Skipped) != 1 ||
		!strings.HasPrefix(warned.Skipped[0].Text, "WARNING 4,096 bytes of <html>\n") || !strings.Contains(warned.Skipped[0].Text, "Fix: Answer 200") {
		t.Errorf("the warning is %+v", warned)
	}
	if c := cases["transport.mtls"]; len(c.Skipped) != 1 || c.Skipped[0].Text != "not applicable: the feature mtls was neither declared nor observed" {
		t.Errorf("not applicable is %+v", c)
	}
	if c := cases["envelope.unknown-object"]; len(c.Skipped) != 1 || c.Skipped[0].Text != "skipped: left out by --skip envelope.unknown-object" {
		t.Errorf("skipped is %+v", c)
	}
	if c := cases["acknowledgement.slow-database"]; len(c.Errors) != 1 || !strings.Contains(c.Errors[0].Message, "connection refused") {
		t.Errorf("the error is %+v", c)
	}
	if c := cases["robustness.torn-request"]; len(c.Errors) != 1 || c.Errors[0].Message != "not judged: the time limit of 5s was reached before its turn came" ||
		c.Errors[0].Type != "SHOULD" || !strings.Contains(c.Errors[0].Text, "Reason: the time limit of 5s was reached") {
		t.Errorf("not judged is %+v", c)
	}
	for _, s := range all.Suites {
		if got, want := fmt.Sprint(s.Properties), "[{seed 42} {tool referee} {tool.version 1.0.0} {receiver.url http://127.0.0.1:8080/webhook}]"; got != want {
			t.Errorf("the properties of %s are %s, want %s", s.Name, got, want)
		}
	}
}

// Requirements that are judged side by side share the time of the run, which is what CI
// servers find when they add up.
func TestJUnitSharesTheTimeOfTheRun(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		run, first, second, third int64 // milliseconds
		want                      string
	}{
		"one after the other": {1000, 100, 200, 300, "0.1 0.2 0.3"},
		"side by side":        {1000, 1000, 1000, 2000, "0.25 0.25 0.5"},
		"thirds":              {1000, 5000, 5000, 5000, "0.333 0.334 0.333"},
		"no time":             {0, 5000, 0, 0, "0 0 0"},
		"a wrong time":        {1000, -5, 4000, 4000, "0 0.5 0.5"},
		"more than can be":    {1000, math.MaxInt64, math.MaxInt64, 0, "0.5 0.5 0"},
	} {
		r := report.Result{DurationMS: test.run, Requirements: []report.Requirement{
			{ID: "a.first", Level: report.Must, Status: report.Passed, DurationMS: test.first},
			{ID: "a.second", Level: report.Must, Status: report.Passed, DurationMS: test.second},
			{ID: "b.third", Level: report.Must, Status: report.Passed, DurationMS: test.third},
		}}
		_, cases := parseJUnit(t, r, report.Options{})
		if got := fmt.Sprint(cases["a.first"].Time, cases["a.second"].Time, cases["b.third"].Time); got != test.want {
			t.Errorf("%s: they took %s, want %s", name, got, test.want)
		}
	}
}

func TestJUnitStrict(t *testing.T) {
	t.Parallel()
	r := sample()
	r.Requirements = append(r.Requirements, report.Requirement{ID: "reply.typing", Level: report.May, Status: report.Warned})
	all, cases := parseJUnit(t, r, report.Options{Strict: true})
	if c := cases["acknowledgement.body"]; all.Failures != 2 || len(c.Failures) != 1 || c.Failures[0].Type != "SHOULD" {
		t.Errorf("a broken SHOULD is %+v", c)
	}
	if c := cases["reply.typing"]; len(c.Failures) > 0 {
		t.Errorf("a broken MAY is %+v", c)
	}
}

// A run that did not come to its end is never green, whatever was judged in it.
func TestJUnitOfARunWithoutAVerdict(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		result report.Result
		cases  int
		says   string
	}{
		"never began": {unjudged(), 1, "nothing listens at http://127.0.0.1:8080/webhook:"},
		"interrupted": {cutOff(), 3, "the run was interrupted"},
	} {
		all, cases := parseJUnit(t, tc.result, report.Options{})
		if all.Tests != tc.cases || all.Failures != 0 || all.Errors != 1 {
			t.Errorf("%s: %d tests, %d failures, %d errors", name, all.Tests, all.Failures, all.Errors)
		}
		if c := cases["run"]; len(c.Errors) != 1 || c.Errors[0].Message != tc.says || c.Errors[0].Type != "error" ||
			!strings.Contains(c.Errors[0].Text, tc.result.Reason) {
			t.Errorf("%s: the case of the run is %+v", name, c)
		}
	}
}

func TestJUnitDoesNotFailOpen(t *testing.T) {
	t.Parallel()
	r := report.Result{Requirements: []report.Requirement{
		{ID: "a.status", Level: report.Must, Status: "ok"},
		{ID: "a.level", Level: "must", Status: report.Passed},
		{ID: "a.unjudged", Level: report.May, Status: report.NotJudged},
	}}
	all, cases := parseJUnit(t, r, report.Options{})
	if all.Errors != 3 || all.Failures != 0 {
		t.Errorf("got %d errors and %d failures", all.Errors, all.Failures)
	}
	if got := cases["a.status"].Errors[0].Message; !strings.Contains(got, `"ok"`) {
		t.Errorf("the unknown status is not named: %s", got)
	}
	if got := cases["a.unjudged"].Errors[0].Message; got != "not judged: no reason was recorded" {
		t.Errorf("what was not judged says %q", got)
	}
}

// Text that closes elements or that XML forbids comes back as text.
func TestJUnitEscapes(t *testing.T) {
	t.Parallel()
	_, cases := parseJUnit(t, hostile(), report.Options{})
	failed := cases["signature.wrong-secret"].Failures
	const want = `\x1b[2J\x1b]0;owned\x07\r\u009b31m\u202egnp.exe\xff\xfe]]></failure><testcase/>\uffff\x00`
	if len(failed) != 1 || failed[0].Message != want || !strings.Contains(failed[0].Text, "Actual: "+want+"\n") {
		t.Errorf("got %+v", failed)
	}
}
