package runner_test

import (
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform"
	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/suites/reference"
)

// mute judges the reference receiver, or a mutant of it, where nothing of what it
// handles can be seen: it sends no message and posts no receipt.
func mute(t *testing.T, m reference.Mutant) report.Result {
	t.Helper()
	s, err := reference.Listen("127.0.0.1:0", reference.NewMutant(reference.Config{AppSecret: theSecret, VerifyToken: theToken}, m))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := runner.Config{
		Receiver: sut.URL(s.URL()), Patience: 0.05,
		Platform: mockplatform.Options{AppSecret: theSecret, VerifyToken: theToken},
	}
	r, err := runner.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != report.Inconclusive || runner.ExitCode(r, c, nil) != report.ExitInconclusive {
		t.Errorf("the verdict is %s with exit code %d", r.Verdict, runner.ExitCode(r, c, nil))
	}
	for _, q := range r.Requirements {
		if o := q.Outcome(); o != report.Passed && o != report.NotApplicable {
			t.Errorf("%s: %s %s %+v", q.ID, o, q.Reason, q.Finding)
		}
	}
	return r
}

// A receiver that acknowledges everything and shows nothing may handle what is forged.
func TestNoEvidenceIsInconclusive(t *testing.T) {
	t.Parallel()
	slow(t)
	r := mute(t, mutant(t, "accepts-any-signature"))
	if !strings.HasPrefix(r.Reason, "nothing shows whether forged deliveries are handled: ") || !strings.Contains(r.Reason, "Let it send its messages to the platform, at an address that --platform-addr fixes") {
		t.Errorf("the reason is %q", r.Reason)
	}
	for _, id := range []string{"signature.missing", "signature.wrong-secret", "signature.tampered-end"} {
		if q := find(t, r, id); q.Status != report.NotApplicable {
			t.Errorf("%s: %s", id, q.Status)
		}
	}
}

// One that refuses what is forged shows that much, and not what it does with the rest.
func TestRefusalsAreEvidence(t *testing.T) {
	t.Parallel()
	slow(t)
	r := mute(t, reference.Mutant{})
	if !strings.HasPrefix(r.Reason, "nothing shows whether referrals and postbacks are handled: ") || strings.Contains(r.Reason, "forged") {
		t.Errorf("the reason is %q", r.Reason)
	}
	forged := mutant(t, "accepts-any-signature")
	for _, q := range r.Requirements {
		if q.Topic == "signature" && forged.BreaksRequirement(q.ID) && q.Level == report.Must && q.Status != report.Passed {
			t.Errorf("%s: %s %s", q.ID, q.Status, q.Reason)
		}
	}
}
