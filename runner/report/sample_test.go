package report_test

import (
	"bytes"
	"cmp"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seed-11445fa1/referee/runner/report"
)

var update = flag.Bool("update", false, "rewrite the golden files in testdata")

// golden compares what write writes with a file in testdata.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update to create it", err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("%s differs; run the test with -update and review the change.\ngot:\n%s\nwant:\n%s", path, &got, want)
	}
}

// text returns what write writes.
func text(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const secureWebhooks = "https://developers.facebook.com/docs/messenger-platform/webhooks#validate-payloads"

func wrongSecret() report.Requirement {
	return report.Requirement{
		ID: "signature.wrong-secret", Level: report.Must, Basis: report.Security,
		Title:  "A delivery signed with another app's secret is not handled",
		Source: secureWebhooks,
		Quote:  "we generate the signature using an escaped unicode version of the payload, with lowercase hex digits",
		Why:    "Anyone who knows the URL could speak for Meta: every reply that the bot sends and every order that it takes could be the doing of a stranger.",
		Remedy: "Compute HMAC-SHA256 of the raw body with the app secret, and compare it with the header X-Hub-Signature-256 in constant time, before the body is parsed.",
		Status: report.Failed, DurationMS: 154,
		Finding: &report.Finding{
			Stimulus:  "postback.get-started, signed with another secret",
			Expected:  "no reply and no receipt within 150 ms",
			Actual:    "one reply to 1234567890123456 after 4 ms:\n  {\"recipient\":{\"id\":\"1234567890123456\"},\"message\":{\"text\":\"Grüß dich 👋, willkommen in unserem Laden!\"}}",
			Reproduce: `curl -sS 'http://127.0.0.1:8080/webhook' -H 'Content-Type: application/json' -H 'X-Hub-Signature-256: sha256=5f3c…' --data-binary '{"object":"page","entry":[]}'`,
			Output:    "handling a postback\n    at handle (server.js:12)",
		},
	}
}

// sample is a result with every status, out of order as a run may leave it.
func sample() report.Result {
	requirements := []report.Requirement{
		wrongSecret(),
		{
			ID: "acknowledgement.body", Level: report.Should, Basis: report.Observed,
			Title:  "The acknowledgement of a delivery has an empty body or EVENT_RECEIVED",
			Source: "https://developers.facebook.com/docs/messenger-platform/webhooks",
			Why:    "A body that nobody reads costs time.",
			Remedy: "Answer 200 with EVENT_RECEIVED.",
			Status: report.Warned, DurationMS: 12,
			Finding: &report.Finding{
				Stimulus: "message.text",
				Expected: "at most 64 bytes",
				Actual:   "4,096 bytes of <html>",
			},
		},
		{ID: "acknowledgement.status", Level: report.Must, Title: "A delivery is answered with 200", Status: report.Passed, DurationMS: 3},
		{ID: "handshake.challenge", Level: report.Must, Title: "The challenge comes back", Status: report.Passed, DurationMS: 2},
		{ID: "handshake.token", Level: report.Must, Title: "A wrong verify token is refused", Status: report.Passed, DurationMS: 2},
		{
			ID: "transport.mtls", Level: report.May, Title: "Client certificates are checked",
			Status: report.NotApplicable, Reason: "the feature mtls was neither declared nor observed",
		},
		{
			ID: "acknowledgement.slow-database", Level: report.Must, Basis: report.Documented,
			Title:  "A delivery is acknowledged within 5 seconds",
			Status: report.Errored, DurationMS: 5000,
			Reason: "dial tcp 127.0.0.1:8080: connect: connection refused; check that the receiver is still running",
		},
		{ID: "envelope.unknown-object", Level: report.Should, Title: "An object that is not known is acknowledged", Status: report.Skipped, Reason: "left out by --skip envelope.unknown-object"},
	}
	for _, id := range []string{"idle-connections", "torn-request"} {
		requirements = append(requirements, report.Requirement{
			ID: "robustness." + id, Level: report.Should, Title: "A connection that says nothing is borne",
			Status: report.NotJudged, Reason: "the time limit of 5s was reached before its turn came",
		})
	}
	for _, id := range []string{"handled-once", "other-connection", "after-a-restart", "in-another-batch", "an-hour-later"} {
		requirements = append(requirements, report.Requirement{
			ID: "redelivery." + id, Level: report.Should, Title: "A delivery that comes twice is handled once",
			Status: report.NotApplicable, Reason: "this receiver answered no event",
		})
	}
	for i := range requirements {
		requirements[i].Source = cmp.Or(requirements[i].Source, secureWebhooks)
	}
	verdict, _ := report.Judge(requirements, report.VerdictOptions{})
	return report.Result{
		Version:    report.FormatVersion,
		Tool:       report.Tool{Name: "referee", Version: "1.0.0"},
		Seed:       42,
		Started:    time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
		DurationMS: 5173,
		Receiver: report.Receiver{
			URL: "http://127.0.0.1:8080/webhook", Features: []string{"replies"},
			Interception: "graph.facebook.com by a hosts file of the receiver's own",
			Notes:        []string{"The receiver called example.com, which was refused."},
		},
		Verdict:      verdict,
		Counts:       report.Count(requirements),
		Requirements: requirements,
	}
}

// unjudged is the result of a run that never began.
func unjudged() report.Result {
	r := sample()
	r.Requirements, r.Counts = nil, report.Counts{}
	r.Verdict = report.NoVerdict
	r.Reason = "nothing listens at http://127.0.0.1:8080/webhook:\nstart the receiver first"
	return r
}

// cutOff is the result of a run that was interrupted while all was well.
func cutOff() report.Result {
	r := sample()
	r.Requirements = r.Requirements[2:4]
	r.Counts = report.Count(r.Requirements)
	r.Verdict, r.Reason = report.NoVerdict, "the run was interrupted"
	return r
}

// attack is what a receiver writes that wants to take over whatever shows it.
const attack = "\x1b[2J\x1b]0;owned\x07\r\u009b31m\u202egnp.exe\xff\xfe]]></failure><testcase/>\uffff\x00"

// hostileCauses is a result with such a cause.
func hostileCauses() report.Result {
	r := hostile()
	c := senderless()
	for _, text := range []*string{&c.Title, &c.Where, &c.Code, &c.Stimulus, &c.Body, &c.Expected, &c.Actual, &c.Why, &c.Remedy, &c.Reproduce, &c.Output} {
		*text = attack + *text
	}
	c.Explains = []string{"signature.wrong-secret"}
	r.Causes = []report.Cause{c}
	return r
}

// hostile is a result whose receiver tries to take over whatever shows it.
func hostile() report.Result {
	r := sample()
	r.Receiver.URL += attack
	r.Receiver.Interception = attack
	r.Reason = attack
	r.Receiver.Notes = []string{attack}
	for i := range r.Requirements {
		q := &r.Requirements[i]
		q.Reason += attack
		q.Title += attack
		if q.Finding != nil {
			finding := *q.Finding
			finding.Actual = attack + "\n" + attack
			finding.Reproduce += attack
			finding.Output = attack
			q.Finding = &finding
		}
	}
	return r
}
