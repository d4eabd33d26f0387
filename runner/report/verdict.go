package report

import "slices"

// Verdict is what a run says of a receiver.
type Verdict string

// The verdicts.
const (
	Conformant    Verdict = "conformant"
	Nonconformant Verdict = "nonconformant"
	Partial       Verdict = "partial" // what was selected holds; something was left out
	Empty         Verdict = "empty"   // nothing was selected, or nothing was applicable
	Inconclusive  Verdict = "error"   // something could not be judged
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
	brokenShould := slices.ContainsFunc(requirements, func(r Requirement) bool {
		return r.Outcome() == Warned && r.Level == Should
	})
	switch {
	case c.Failed > 0, o.Strict && brokenShould:
		return Nonconformant, ExitNonconformant
	case c.Error > 0:
		return Inconclusive, ExitInconclusive
	case c.Passed+c.Warned == 0:
		return Empty, ExitEmpty
	case o.Partial:
		return Partial, ExitConformant
	default:
		return Conformant, ExitConformant
	}
}
