package report

import (
	"fmt"
	"strings"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// Verdict is what a run says of a receiver.
type Verdict string

// The verdicts.
const (
	Conformant    Verdict = "conformant"
	Nonconformant Verdict = "nonconformant"
	Partial       Verdict = "partial" // what was selected is met; something was left out
	Empty         Verdict = "empty"   // nothing was selected, or nothing was applicable
	// Accepted: what is broken is what a baseline accepts, and no more.
	Accepted Verdict = "accepted"
	// Outdated: nothing is broken but what the baseline accepts, and it has entries that
	// have to be deleted.
	Outdated Verdict = "outdated"
	// Inconclusive: nothing that was judged is broken, and too little was judged to
	// say more.
	Inconclusive Verdict = "inconclusive"
	// NoVerdict: the run never began, was interrupted, or the harness failed.
	NoVerdict Verdict = "error"
)

// The exit codes that follow from a judgement.
const (
	ExitConformant    = 0
	ExitNonconformant = 1
	ExitInconclusive  = 3
	ExitEmpty         = 4
)

// VerdictOptions says how strictly to judge.
type VerdictOptions struct {
	Strict   bool      // a broken SHOULD counts like a broken MUST; default false
	Partial  bool      // --only, --skip or --shard narrowed the run; default false
	Baseline *Baseline // what is accepted, as [Result.Against] leaves it; default nothing
}

// Judged is the result with its counts, its verdict by its requirements and its baseline,
// and the reason where that is the baseline's; and the exit code that goes with it.
func (r Result) Judged(o VerdictOptions) (Result, int) {
	o.Baseline = r.Baseline
	verdict, code := Judge(r.Requirements, o)
	r.Counts, r.Verdict, r.Strict, r.Reason = Count(r.Requirements), verdict, o.Strict, ""
	if verdict == Outdated {
		r.Reason = strings.Join(r.Baseline.outdatedEntries(), "\n")
	}
	return r, code
}

// Judge returns the verdict on a receiver and the exit code that goes with it.
//
// It never gives the benefit of the doubt: what is broken for certain comes
// first, then what could not be judged, then that nothing was judged at all.
// Interrupted runs are the caller's to recognise, before it asks for a verdict.
func Judge(requirements []Requirement, o VerdictOptions) (verdict Verdict, exitCode int) {
	c := Count(requirements)
	broken, accepted := false, false
	for _, r := range requirements {
		outcome := r.Outcome()
		if outcome != Failed && (outcome != Warned || r.Level == May || !o.Strict) {
			continue
		}
		if _, ok := (Result{Baseline: o.Baseline}).AcceptedBy(r.ID); ok {
			accepted = true
		} else {
			broken = true
		}
	}
	switch {
	case broken:
		return Nonconformant, ExitNonconformant
	case len(o.Baseline.outdatedEntries()) > 0:
		return Outdated, ExitNonconformant
	case c.Error > 0:
		return NoVerdict, ExitInconclusive
	case c.NotJudged > 0:
		return Inconclusive, ExitInconclusive
	case c.Passed+c.Failed+c.Warned == 0:
		return Empty, ExitEmpty
	case Unproved(requirements) != "":
		return Inconclusive, ExitInconclusive
	case accepted:
		return Accepted, ExitConformant
	case o.Partial:
		return Partial, ExitConformant
	default:
		return Conformant, ExitConformant
	}
}

// Unproved names what a whole run has to judge for a verdict and could not, for want
// of evidence; empty if there is nothing of that kind. A receiver of which nobody
// has seen that it refuses forged deliveries, or that it handles referrals and
// postbacks, is not known to be conformant.
func Unproved(requirements []Requirement) string {
	forged, handled := topicState{}, topicState{}
	for _, r := range requirements {
		switch topic := r.topic(); {
		case topic == "signature" && r.Level == Must:
			forged.add(r, false)
		case (topic == "referral" || topic == "postback") && strings.HasSuffix(r.ID, ".understood"):
			handled.add(r, true)
		}
	}
	switch {
	case forged.unproved():
		return "whether forged deliveries are handled"
	case handled.unproved():
		return "whether referrals and postbacks are handled"
	}
	return ""
}

// topicState counts what of a group of requirements was judged.
type topicState struct{ judged, missing int }

// add counts a requirement. One judged of the group is enough where any is.
func (t *topicState) add(r Requirement, any bool) {
	switch r.Outcome() {
	case NotApplicable:
		t.missing++
	case Passed, Failed, Warned:
		if any {
			t.judged++
		}
	}
}

func (t topicState) unproved() bool { return t.missing > 0 && t.judged == 0 }

// Sentence says in a line what the run says of the receiver.
func (r Result) Sentence() string {
	_, text := verdictOf(r)
	return text
}

// verdictOf says in a line what a run says of a receiver, and with which mark.
func verdictOf(r Result) (sign mark, text string) {
	sign, text = steadyVerdict(r)
	if r.Verdict != NoVerdict && r.Verdict != Empty {
		text += r.flakesSaid()
	}
	return sign, text
}

// steadyVerdict is the verdict without a word of flakes.
func steadyVerdict(r Result) (sign mark, text string) {
	c := Count(r.Requirements)
	sign = markOf(Errored)
	switch r.Verdict {
	case Conformant:
		text = fmt.Sprintf("Conformant: every MUST that applies is met (%d passed, %s).", c.Passed, warnedBy(r, c))
		if what := r.acceptance(); what != "" {
			text += " Of these, " + what + "."
		}
		return markOf(Passed), text
	case Nonconformant:
		open, left := r.withoutAccepted(r.Requirements)
		text = fmt.Sprintf("Nonconformant: %s%s.", brokenBy(open, Count(left)), notJudged(c))
		if what := r.acceptance(); what != "" {
			text += " Beside that, " + what + "."
		}
		return markOf(Failed), text
	case Accepted:
		text = fmt.Sprintf("Accepted: nothing is broken but %s. %d passed.", r.acceptance(), c.Passed)
		if c.Skipped > 0 {
			text += fmt.Sprintf(" %d were left out.", c.Skipped)
		}
		return markOf(Warned), text
	case Outdated:
		return markOf(Failed), fmt.Sprintf("Outdated: nothing is broken that is not accepted, but what is accepted has changed: delete %s of %s.", plural.Count(len(r.Baseline.outdatedEntries()), "entry"), r.Baseline.File)
	case Inconclusive:
		if r.Reason != "" {
			return sign, "Inconclusive: " + r.Reason
		}
		return sign, fmt.Sprintf("Inconclusive: nothing that was judged is broken (%d passed, %d warned%s), and too little was judged for a verdict.", c.Passed, c.Warned, notJudged(c))
	case Partial:
		text = fmt.Sprintf("Partial: what was selected is met (%d passed, %d warned), the rest was left out. Run without --only and --skip for a verdict.", c.Passed, c.Warned)
		if s := r.Shard; s != nil {
			text = fmt.Sprintf("Partial: shard %d of %d is met (%d passed, %d warned). `referee report merge` has the verdict of all shards.", s.Index, s.Of, c.Passed, c.Warned)
		}
		return markOf(Warned), text
	case Empty:
		return sign, "Empty: nothing was selected or nothing was applicable, so there is no verdict."
	case NoVerdict:
		switch {
		case c.Error > 0:
			return sign, fmt.Sprintf("Error: %d could not be judged, so there is no verdict.", c.Error)
		case r.Reason != "":
			return sign, "Error: " + r.Reason
		}
		return sign, "Error: the run ended too early for a verdict."
	}
	return sign, fmt.Sprintf("Error: verdict %q is not one that Referee knows.", r.Verdict)
}
