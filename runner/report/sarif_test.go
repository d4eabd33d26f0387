package report_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"github.com/seed-11445fa1/referee/runner/internal/suttest"
	"github.com/seed-11445fa1/referee/runner/report"
)

// sarifModule has the schema that OASIS publishes.
const sarifModule = "github.com/owenrumney/go-sarif/v3@v3.3.1"

func TestSARIFSatisfiesItsSchema(t *testing.T) {
	t.Parallel()
	var schema *jsonschema.Schema
	suttest.Require(t, "sarif", func() (err error) {
		schema, err = sarifSchema(t.Context())
		return err
	})
	for name, r := range map[string]report.Result{"caused": caused(), "foreign": foreign(), "accepted": acceptedInPart(), "hostile": hostile(), "sample": sample(), "unjudged": unjudged(), "nothing": {Verdict: report.Empty}} {
		var log any
		if err := json.Unmarshal([]byte(text(t, func(w io.Writer) error { return report.WriteSARIF(w, r, report.Options{}) })), &log); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

// sarifSchema is the published schema.
func sarifSchema(ctx context.Context) (*jsonschema.Schema, error) {
	source, err := suttest.ModuleFile(ctx, sarifModule, "pkg/report/v210/sarif/schema.go")
	if err != nil {
		return nil, err
	}
	_, rest, _ := strings.Cut(string(source), "const schema = `")
	document, _, found := strings.Cut(rest, "`")
	if !found {
		return nil, fmt.Errorf("%s has no schema where it had one", sarifModule)
	}
	return jsonschema.CompileString("sarif-2.1.0.json", document)
}

// placed is a result of a SARIF report, with its place.
type placed struct {
	RuleID              string
	Message             struct{ Text string }
	PartialFingerprints map[string]string
	Locations           []struct {
		PhysicalLocation struct {
			ArtifactLocation struct{ URI, URIBaseID string }
			Region           struct{ StartLine int }
		}
		LogicalLocations []struct{ FullyQualifiedName string }
	}
}

func places(t *testing.T, r report.Result) []placed {
	t.Helper()
	var log struct{ Runs []struct{ Results []placed } }
	if err := json.Unmarshal([]byte(text(t, func(w io.Writer) error { return report.WriteSARIF(w, r, report.Options{}) })), &log); err != nil {
		t.Fatal(err)
	}
	for _, r := range log.Runs[0].Results {
		if len(r.Locations) != 1 || r.PartialFingerprints["referee/v1"] != r.RuleID {
			t.Fatalf("%+v", r)
		}
	}
	return log.Runs[0].Results
}

// Code scanning shows no result without a place, and keeps an alert by its fingerprint. A
// place that is not that of the defect is said to be none.
func TestSARIFHasPlaces(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		receiver report.Receiver
		uri      string
		says     string
	}{
		"a start file":              {report.Receiver{URL: "http://127.0.0.1:8080/webhook", File: "bot/a b.js", Config: "referee.yaml"}, "bot/a%20b.js", "In which line that is, is not known: this is the file that starts the receiver."},
		"a configuration":           {report.Receiver{URL: "http://127.0.0.1:8080/webhook", Config: "ci/referee.yaml"}, "ci/referee.yaml", "In which line that is, is not known: this is the configuration of the run, and nothing is wrong in it."},
		"a URL":                     {report.Receiver{URL: "https://bot.example:8443/fb/webhook?a=b"}, "bot.example/fb/webhook", "In which line that is, is not known: this is the address of the receiver, and no file."},
		"a URL of an address":       {report.Receiver{URL: "http://[::1]:80"}, "--1", "and no file."},
		"no URL":                    {report.Receiver{}, "receiver", "and no file."},
		"files that are not inside": {report.Receiver{URL: "http://localhost/../x", File: "../server.js", Config: "/etc/referee.yaml"}, "localhost/x", "and no file."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := caused()
			r.Receiver = test.receiver
			r.Causes = r.Causes[:2] // so that a requirement has none
			results := places(t, r)
			if len(results) != 3 {
				t.Fatalf("there are %d results for 2 causes and a requirement", len(results))
			}
			for _, got := range results {
				uri, line, says := test.uri, 0, test.says
				if got.RuleID == "refuses.sender-without-id" {
					uri, line, says = "bot/server.js", 23, "takes as a recipient."
				}
				at := got.Locations[0].PhysicalLocation
				if at.ArtifactLocation.URI != uri || at.ArtifactLocation.URIBaseID != "%SRCROOT%" || at.Region.StartLine != line || !strings.HasSuffix(got.Message.Text, says) {
					t.Errorf("%s is at %+v, not at %s:%d, and says %s", got.RuleID, at, uri, line, got.Message.Text)
				}
			}
		})
	}
}

// A place that the receiver names and that is in no file here, as in a container, is told.
func TestSARIFTellsThePlaceInTheReceiver(t *testing.T) {
	t.Parallel()
	r := caused()
	r.Causes[1].File, r.Receiver.Config = "", "referee.yaml"
	got := places(t, r)[0]
	if got.Locations[0].PhysicalLocation.ArtifactLocation.URI != "referee.yaml" || got.Locations[0].LogicalLocations[0].FullyQualifiedName != "server.js:23" ||
		!strings.Contains(got.Message.Text, "The receiver names its place server.js:23, which is in no file of this repository that is known: this is the configuration") {
		t.Errorf("got %+v", got)
	}
}
