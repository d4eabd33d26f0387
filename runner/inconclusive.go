package runner

import (
	"fmt"

	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/sut"
)

// inconclusive says why a result has no verdict, with the one step that would change
// it; empty for any other verdict.
func (c Config) inconclusive(j judged, r report.Result) string {
	if r.Verdict != report.Inconclusive {
		return ""
	}
	if n := r.Counts.NotJudged; n > 0 {
		return fmt.Sprintf("%d of %d requirements were not judged, and nothing that was is broken: %s.", n, len(r.Requirements)-r.Counts.Skipped, firstReason(r))
	}
	what := report.Unproved(r.Requirements)
	if !j.silent {
		return fmt.Sprintf("nothing shows %s: the receiver answered none of these in calibration. Declare --features replies if it should, or name with --probe one that it answers.", what)
	}
	step := "Let it send its messages to the platform, or name the line of its log that tells of an event with --evidence-log 'handled {{.Sender}}'."
	if _, atURL := c.Receiver.(sut.URL); atURL {
		step = "Let it send its messages to the platform, at an address that --platform-addr fixes, or let Referee start it with --command or --image, which leads its calls there."
	}
	return fmt.Sprintf("nothing shows %s: the receiver gave no sign of what it handles. %s", what, step)
}

// firstReason is why most requirements were not judged, or all of them.
func firstReason(r report.Result) string {
	counts := map[string]int{}
	most := ""
	for _, q := range r.Requirements {
		if q.Outcome() == report.NotJudged {
			counts[q.Reason]++
			if n := counts[q.Reason]; n > counts[most] || n == counts[most] && q.Reason < most {
				most = q.Reason
			}
		}
	}
	return most
}
