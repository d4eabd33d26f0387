package runner

import (
	"errors"
	"regexp"
	"slices"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/judge"
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
	p.catalogue, err = c.catalogue()
	wrong(err)
	p.selection, err = choose(suites.RequirementsOf(p.catalogue), c.Only, c.Skip, c.Payloads != nil)
	wrong(err)
	if c.Reference && c.Features == nil {
		p.features = suites.Features() // it has them all
	}
	for _, name := range c.Features {
		p.features = append(p.features, suites.Feature(name))
	}
	if slices.Contains(p.features, suites.MTLS) {
		wrong(c.mutual())
	}
	p.evidenceLog, err = evidenceLog(c.EvidenceLog)
	wrong(err)
	wrong(judge.Env{
		Features: p.features, Probe: c.Probe, Catalogue: p.catalogue, Forecasts: c.Evolve,
		AckDeadline: c.AckDeadline, Patience: c.Patience, TimeLimit: c.TimeLimit,
	}.Check())
	if len(problems) > 0 {
		return p, &UsageError{errors.Join(problems...)}
	}
	return p, nil
}

// catalogue is what Meta sends in this run; nil after an error.
func (c Config) catalogue() (*schemas.Catalogue, error) {
	switch {
	case c.Catalogue == nil:
		return schemas.AsOf(c.AsOf)
	case c.AsOf != "":
		return nil, errors.New("Config.Catalogue and Config.AsOf both say what Meta sends: set one of them")
	}
	return c.Catalogue, nil
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
