package suites

import "github.com/seed-11445fa1/referee/suites/judge"

// What a suite is made of, and what becomes of it: the judge's own types, under the
// name of the package that its users import.
type (
	Requirement = judge.Requirement
	Finding     = judge.Finding
	Outcome     = judge.Outcome
	Level       = judge.Level
	Basis       = judge.Basis
	Source      = judge.Source
	Status      = judge.Status
	Feature     = judge.Feature
	Payload     = judge.Payload
	Calibration = judge.Calibration
	Wild        = judge.Wild
)

// The values of these types.
const (
	Must   = judge.Must
	Should = judge.Should

	Documented = judge.Documented
	Observed   = judge.Observed
	Security   = judge.Security

	Passed        = judge.Passed
	Failed        = judge.Failed
	Warned        = judge.Warned
	NotApplicable = judge.NotApplicable
	NotJudged     = judge.NotJudged
	Errored       = judge.Errored

	Replies   = judge.Replies
	Receipts  = judge.Receipts
	Instagram = judge.Instagram
	Pages     = judge.Pages
	MTLS      = judge.MTLS
)

// What specs are written with.
type (
	session  = judge.Session
	stimulus = judge.Stimulus
	need     = judge.Need
)

// Features returns every feature that can be declared.
func Features() []Feature { return judge.Features() }
