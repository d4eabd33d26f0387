package runner_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/report"
)

// What a process holds shows of one that Referee started: these are the mutants of which
// the suite's own test knows nothing.
func TestReceiversThatKeepWhatTheyTake(t *testing.T) {
	t.Parallel()
	slow(t)
	all := []string{"acknowledgement.open-files", "acknowledgement.memory"}
	for _, name := range []string{"keeps-listeners-open", "keeps-memory", ""} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var breaks []string
			cause := ""
			if name != "" {
				m := mutant(t, name)
				breaks, cause = m.Breaks, m.Cause
			}
			r, err := runner.Run(t.Context(), runner.Config{Receiver: play(t, "reference", map[string]string{"MUTANT": name}), Only: all})
			if err != nil {
				t.Fatal(err)
			}
			for _, id := range all {
				want := report.Passed
				if slices.Contains(breaks, id) {
					want = report.Warned
				}
				if q := find(t, r, id); q.Outcome() != want {
					t.Errorf("%s is %s, expected %s: %s %+v", id, q.Outcome(), want, q.Reason, q.Finding)
				}
			}
			if cause != "" && (len(r.Causes) != 1 || r.Causes[0].ID != cause) {
				t.Errorf("its causes are %+v, expected %s", r.Causes, cause)
			}
		})
	}
}

// A receiver that is killed says what it has lost: here all or most of what it had in hand,
// as it takes a while for each event and keeps nothing.
func TestKilledReceiver(t *testing.T) {
	t.Parallel()
	slow(t)
	r, err := runner.Run(t.Context(), runner.Config{
		Receiver: play(t, "reference", map[string]string{"WORK": "500ms"}), Only: []string{"signature.genuine"},
	})
	if err != nil {
		t.Fatal(err)
	}
	const note, lost = "Killed right after it had acknowledged 20 events, the receiver had ", ", and has lost "
	if !slices.ContainsFunc(r.Receiver.Notes, func(n string) bool { return strings.HasPrefix(n, note) && strings.Contains(n, lost) }) {
		t.Errorf("its notes are %q", r.Receiver.Notes)
	}
}
