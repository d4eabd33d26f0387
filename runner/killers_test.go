package runner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
)

// A receiver that ends of ten events is judged to the end, and each of the ten is
// named once.
func TestTenKillers(t *testing.T) {
	t.Parallel()
	slow(t)
	killers := map[string]string{ // the text that ends the receiver, by the variant that has it
		"account-linking.linked":       `"status":"linked"`,
		"customer-information.address": `"messaging_customer_information"`,
		"game-play.solo":               `"game_play"`,
		"payment.checkout-update":      `"checkout_update"`,
		"message.commands":             `"commands"`,
		"policy.hyphen":                `"policy-enforcement"`,
		"policy.unblock":               `"unblock"`,
		"policy.warning":               `"warning"`,
		"reaction.unreact":             `"unreact"`,
		"response-feedback.good":       `"Good response"`,
	}
	var texts, ids []string
	for id, text := range killers {
		ids, texts = append(ids, "envelope."+id+".accepted"), append(texts, text)
	}
	r, err := runner.Run(t.Context(), runner.Config{
		Receiver: play(t, "restartable", map[string]string{"KILLERS": strings.Join(texts, ","), "BOOT": "100ms"}),
		Only:     []string{"signature", "envelope", "acknowledgement.survives", "acknowledgement.still-handles"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("it was judged within %d ms: %+v", r.DurationMS, r.Counts)
	if r.Counts.NotJudged+r.Counts.Error > 0 {
		t.Errorf("not everything is judged: %+v", r.Counts)
	}
	survives := find(t, r, "acknowledgement.survives")
	if survives.Finding == nil {
		t.Fatalf("%s: %s %s", survives.ID, survives.Status, survives.Reason)
	}
	if !strings.Contains(survives.Finding.Output, `game-play.solo: ended (exit status 2)
panic: cannot read "game_play"`) {
		t.Errorf("its end is not told:\n%s", survives.Finding.Output)
	}
	named := strings.Split(survives.Finding.Stimulus, "; then ")
	for id := range killers {
		if n := len(slices.DeleteFunc(slices.Clone(named), func(s string) bool { return s != id })); n != 1 {
			t.Errorf("%s is named %d times in %q", id, n, named)
		}
	}
	if len(named) != len(killers) {
		t.Errorf("%d are named: %q", len(named), named)
	}
	for _, q := range r.Requirements {
		red := q.Outcome() == report.Failed || q.Outcome() == report.Warned
		switch {
		case slices.Contains(ids, q.ID):
			if !red || !strings.Contains(q.Finding.Actual, "closed the connection") && !strings.Contains(q.Finding.Actual, "reset the connection") {
				t.Errorf("%s: %s %+v", q.ID, q.Status, q.Finding)
			}
		case red && q.ID != survives.ID:
			t.Errorf("%s is blamed on the receiver for its end: %s %+v", q.ID, q.Status, q.Finding)
		case strings.Contains(q.Reason, "context"):
			t.Errorf("%s: %s", q.ID, q.Reason)
		}
	}
}
