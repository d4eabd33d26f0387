package runner

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
)

// plan is a configuration that was found to be possible.
type plan struct {
	selection
	features    []suites.Feature
	evidenceLog *regexp.Regexp // nil: the receiver's log is no evidence
	catalogue   *schemas.Catalogue
}

// Check says what of a configuration cannot be: no receiver, an unknown
// requirement, feature or variant, a value out of range. The error is a *UsageError with every
// problem, one a line. Run checks too.
func (c Config) Check() error {
	_, err := c.plan()
	return err
}

func (c Config) plan() (plan, error) {
	var p plan
	var problems []error
	wrong := func(err error) {
		if err != nil {
			problems = append(problems, err)
		}
	}
	wrong(c.oneReceiver())
	var err error
	p.selection, err = choose(c.Only, c.Skip, c.Payloads != nil)
	wrong(err)
	declared := c.Features
	if c.Reference && declared == nil {
		declared = featureNames() // it has them all
	}
	p.features, err = features(declared)
	wrong(err)
	if slices.Contains(p.features, suites.MTLS) {
		wrong(c.mutual())
	}
	p.evidenceLog, err = evidenceLog(c.EvidenceLog)
	wrong(err)
	p.catalogue, err = schemas.AsOf(c.AsOf)
	wrong(err)
	if c.Evolve < 0 || c.Evolve > mostForecasts {
		wrong(fmt.Errorf("%d payloads of the future cannot be made: 0 to %d can", c.Evolve, mostForecasts))
	}
	if _, known := schemas.ByID(c.Probe); c.Probe != "" && !known {
		wrong(fmt.Errorf("there is no variant %q to probe with; `referee variants` lists them", c.Probe))
	}
	// Written so that what is not a number is refused too.
	if !(c.Patience >= 0 && c.Patience <= mostPatience) {
		wrong(fmt.Errorf("the patience %g has to be more than 0 and at most %d, such as 2", c.Patience, mostPatience))
	}
	if c.TimeLimit < 0 {
		wrong(fmt.Errorf("the time limit %s of a run has to be more than nothing, such as 10m", c.TimeLimit))
	}
	if c.AckDeadline < 0 {
		wrong(fmt.Errorf("the deadline %s of an acknowledgement has to be more than nothing, such as 5s", c.AckDeadline))
	}
	if len(problems) > 0 {
		return p, &UsageError{errors.Join(problems...)}
	}
	return p, nil
}

// oneReceiver says why it is not clear what is judged. The built-in receiver is
// never a default: a receiver that was forgotten would be green.
func (c Config) oneReceiver() error {
	switch {
	case c.Receiver == nil && !c.Reference:
		return errors.New("nothing says what is judged: set Config.Receiver, or Config.Reference for the built-in reference receiver")
	case c.Receiver != nil && c.Reference:
		return errors.New("Config.Receiver and Config.Reference both say what is judged: set one of them")
	}
	return nil
}

// mostPatience keeps waits below what anybody would wait for.
const mostPatience = 1000

// mostForecasts keeps a run below what a spec has time for.
const mostForecasts = 10_000

// features reads the names of features.
func features(names []string) ([]suites.Feature, error) {
	known := suites.Features()
	var out []suites.Feature
	var problems []error
	for _, name := range names {
		f := suites.Feature(name)
		if slices.Contains(known, f) {
			out = append(out, f)
			continue
		}
		problems = append(problems, fmt.Errorf("there is no feature %q; known are %s", name, strings.Join(featureNames(), ", ")))
	}
	return out, errors.Join(problems...)
}

func featureNames() []string {
	var names []string
	for _, f := range suites.Features() {
		names = append(names, string(f))
	}
	return names
}
