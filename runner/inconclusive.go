package runner

import (
	"fmt"

	"github.com/seed-11445fa1/referee/runner/report"
)

// inconclusive says why a result has no verdict, with the one step that would change
// it; empty for any other verdict.
func (j *judged) inconclusive(r report.Result) string {
	if r.Verdict != report.Inconclusive {
		return ""
	}
	if n := r.Counts.NotJudged; n > 0 {
		return fmt.Sprintf("%d of %d requirements were not judged, and nothing that was is broken. %s", n, len(r.Requirements), firstReason(r))
	}
	what := report.Unproved(r.Requirements)
	if j.silent {
		return fmt.Sprintf("nothing shows %s: the receiver gave no sign of what it handles. Let it send its messages to the platform, or name the line of its log that tells of an event with --evidence-log 'handled {{.Sender}}'.", what)
	}
	return fmt.Sprintf("nothing shows %s: the receiver answered none of these in calibration. Declare --features replies if it should, or name with --probe one that it answers.", what)
}

// firstReason is why most requirements were not judged.
func firstReason(r report.Result) string {
	counts := map[string]int{}
	most := ""
	for _, q := range r.Requirements {
		if q.Outcome() == report.NotJudged {
			counts[q.Reason]++
			if counts[q.Reason] > counts[most] {
				most = q.Reason
			}
		}
	}
	return "Most of them because " + most + "."
}
