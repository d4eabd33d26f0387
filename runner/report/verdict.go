package report

import (
	"slices"
	"strings"
)

// Verdict is what a run says of a receiver.
type Verdict string

// The verdicts.
const (
	Conformant    Verdict = "conformant"
	Nonconformant Verdict = "nonconformant"
	Partial       Verdict = "partial" // what was selected is met; something was left out
	Empty         Verdict = "empty"   // nothing was selected, or nothing was applicable
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
	Strict  bool // a broken SHOULD counts like a broken MUST; default false
	Partial bool // --only or --skip narrowed the run; default false
}

// Judge returns the verdict on a receiver and the exit code that goes with it.
//
// It never gives the benefit of the doubt: what is broken for certain comes
// first, then what could not be judged, then that nothing was judged at all.
// Interrupted runs are the caller's to recognise, before it asks for a verdict.
func Judge(requirements []Requirement, o VerdictOptions) (verdict Verdict, exitCode int) {
	c := Count(requirements)
	warned := slices.ContainsFunc(requirements, func(r Requirement) bool {
		return r.Outcome() == Warned && r.Level != May
	})
	switch {
	case c.Failed > 0, o.Strict && warned:
		return Nonconformant, ExitNonconformant
	case c.Error > 0:
		return NoVerdict, ExitInconclusive
	case c.NotJudged > 0:
		return Inconclusive, ExitInconclusive
	case c.Passed+c.Warned == 0:
		return Empty, ExitEmpty
	case Unproved(requirements) != "":
		return Inconclusive, ExitInconclusive
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
