package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
)

// The elements of a JUnit report, as CI systems read them. There is no standard; elements
// and attributes are those of a schema that Jenkins published, by which JUnit itself tests
// what it writes:
// https://github.com/junit-team/junit5/blob/main/platform-tests/src/test/resources/jenkins-junit.xsd
// A skipped case has a text in it and no message: Jenkins takes the text where there is no
// message (https://github.com/jenkinsci/junit-plugin/blob/master/src/main/java/hudson/tasks/junit/CaseResult.java),
// and GitLab takes nothing else.
type (
	junitSuites struct {
		XMLName  xml.Name `xml:"testsuites"`
		Name     string   `xml:"name,attr"`
		Tests    int      `xml:"tests,attr"`
		Failures int      `xml:"failures,attr"`
		Errors   int      `xml:"errors,attr"`
		Time     string   `xml:"time,attr"` // seconds
		Suites   []junitSuite
	}
	junitSuite struct {
		XMLName    xml.Name        `xml:"testsuite"`
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`      // seconds
		Timestamp  string          `xml:"timestamp,attr"` // UTC, without a zone as the schema wants it
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		XMLName xml.Name     `xml:"testcase"`
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		Time    string       `xml:"time,attr"` // seconds
		Skipped *junitDetail `xml:"skipped"`
		Error   *junitDetail `xml:"error"`
		Failure *junitDetail `xml:"failure"`
	}
	junitDetail struct {
		Message string `xml:"message,attr,omitempty"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",cdata"`
	}
)

// WriteJUnit writes the result as JUnit XML: a suite for each topic, a case for
// each requirement. A broken MUST is a failure. A broken SHOULD is one that is skipped,
// with its warning as the reason, or a failure too when Options.Strict is set: of a case
// that passes, GitLab shows no text
// (https://github.com/gitlabhq/gitlabhq/blob/master/lib/gitlab/ci/parsers/test/junit.rb).
// A broken MAY never fails. What could not be judged is an error, and so is a run
// with a Reason: it has a case of its own, so that no report of a run that did not
// come to its end is green.
//
// The times of the suites add up to no more than the run took: CI servers show sums. See
// sharedTimes.
func WriteJUnit(w io.Writer, r Result, o Options) error {
	r = cleaned(r)
	report := junitSuites{Name: "referee", Time: seconds(r.DurationMS)}
	r.Requirements = sharedTimes(r)
	var suites []junitSuite
	if r.Reason != "" {
		suites = append(suites, junitFailedRun(r))
	}
	for _, topic := range byTopic(r.Requirements) {
		suites = append(suites, newJUnitSuite(r, topic, o.Strict))
	}
	for _, suite := range suites {
		report.Tests += suite.Tests
		report.Failures += suite.Failures
		report.Errors += suite.Errors
		report.Suites = append(report.Suites, suite)
	}
	text, err := xml.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the result as JUnit XML: %w", err)
	}
	if _, err := fmt.Fprintf(w, "%s%s\n", xml.Header, text); err != nil {
		return fmt.Errorf("write the JUnit report: %w", err)
	}
	return nil
}

// sharedTimes are the requirements in order, with times that add up to no more than the run
// took. They are judged side by side, so the sum of their own is one that no clock has seen,
// often hours: then each has its share of the run, by its own time.
func sharedTimes(r Result) []Requirement {
	shared := ordered(r.Requirements)
	run := max(r.DurationMS, 0)
	sum := 0.0
	for i := range shared {
		shared[i].DurationMS = max(shared[i].DurationMS, 0)
		sum += float64(shared[i].DurationMS)
	}
	if sum <= float64(run) {
		return shared
	}
	until, ended := 0.0, int64(0)
	for i := range shared {
		until += float64(shared[i].DurationMS)
		end := int64(math.Round(until / sum * float64(run)))
		shared[i].DurationMS, ended = end-ended, end
	}
	return shared
}

// emptyJUnitSuite is a suite of a run that took so many milliseconds, without cases.
func emptyJUnitSuite(r Result, name string, took int64) junitSuite {
	return junitSuite{
		Name:      name,
		Time:      seconds(took),
		Timestamp: r.Started.UTC().Format("2006-01-02T15:04:05"),
		Properties: []junitProperty{
			{"seed", fmt.Sprint(r.Seed)},
			{"tool", r.Tool.Name},
			{"tool.version", r.Tool.Version},
			{"receiver.url", r.Receiver.URL},
		},
	}
}

// took is the sum of the times of requirements, in milliseconds.
func took(requirements []Requirement) (sum int64) {
	for _, q := range requirements {
		sum += q.DurationMS
	}
	return sum
}

// junitFailedRun reports that the run as a whole has no verdict. Its time is what no
// requirement took.
func junitFailedRun(r Result) junitSuite {
	const name = "run"
	left := max(r.DurationMS, 0) - took(r.Requirements)
	suite := emptyJUnitSuite(r, name, left)
	suite.Tests, suite.Errors = 1, 1
	suite.Cases = []junitCase{{
		Name: name, Class: "referee." + name, Time: seconds(left),
		Error: &junitDetail{Message: firstLine(r.Reason), Type: string(r.Verdict), Text: "\n" + r.Reason + "\n"},
	}}
	return suite
}

// newJUnitSuite reports the requirements of one topic.
func newJUnitSuite(r Result, requirements []Requirement, strict bool) junitSuite {
	suite := emptyJUnitSuite(r, requirements[0].topic(), took(requirements))
	suite.Tests = len(requirements)
	for _, q := range requirements {
		cause, _ := r.CauseOf(q.ID)
		c := newJUnitCase(q, cause, r.Runs, strict)
		if why := r.acceptedFor(q.ID); why != "" { // neither a failure nor passed
			c.Failure, c.Skipped = nil, &junitDetail{Text: "broken, and " + why + "\n" + junitDetails(q, cause, r.Runs)}
		}
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, c)
	}
	return suite
}

// newJUnitCase reports a requirement. If it is red and its cause is known, the message
// begins with that: CI servers group failures by their messages. It was judged so many times.
func newJUnitCase(r Requirement, cause Cause, runs int, strict bool) junitCase {
	c := junitCase{Name: r.ID, Class: "referee." + r.topic(), Time: seconds(r.DurationMS)}
	outcome := r.Outcome()
	message := r.headline()
	if cause.ID != "" {
		message = cause.ID + ": " + message
	}
	if f := r.Flake; f != nil {
		message += " (a flake, " + f.of(runs) + ")"
	}
	switch {
	case outcome == Passed:
	case outcome == Failed, outcome == Warned && r.Level != May && strict:
		c.Failure = &junitDetail{Message: message, Type: string(r.Level), Text: junitDetails(r, cause, runs)}
	case outcome == Warned:
		c.Skipped = &junitDetail{Text: "WARNING " + message + "\n" + junitDetails(r, cause, runs)}
	case outcome == NotApplicable:
		c.Skipped = &junitDetail{Text: "not applicable: " + r.reason()}
	case outcome == Skipped:
		c.Skipped = &junitDetail{Text: "skipped: " + r.reason()}
	case outcome == NotJudged:
		c.Error = &junitDetail{Message: "not judged: " + firstLine(r.reason()), Type: string(r.Level), Text: junitDetails(r, Cause{}, runs)}
	default:
		c.Error = &junitDetail{Message: r.headline(), Type: string(r.Level), Text: junitDetails(r, Cause{}, runs)}
	}
	return c
}

// junitDetails is what the console says of the requirement, without colours, and of
// its cause.
func junitDetails(r Requirement, cause Cause, runs int) string {
	p := newPage(Options{})
	p.runs = runs
	if cause.ID != "" {
		p.labelled("Cause", cause.ID+": "+cause.Title)
		p.labelled("Where", strings.TrimSpace(cause.Where+"  "+cause.Code))
	}
	p.details(r)
	return "\n" + p.String()
}

// seconds writes milliseconds as JUnit wants them.
func seconds(milliseconds int64) string {
	return fmt.Sprintf("%.3f", float64(milliseconds)/1000)
}
