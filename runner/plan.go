package runner

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/seed-11445fa1/referee/runner/suggest"
	"github.com/seed-11445fa1/referee/runner/sut"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/expect"
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
	p.selection, err = choose(p.catalogue, c.Expectations, c.Only, c.Skip, c.Payloads != nil)
	wrong(err)
	if err == nil {
		wrong(p.part(c.Shard))
	}
	if p.catalogue != nil {
		wrong(c.expectable(p.catalogue))
	}
	if c.Repeat < 0 {
		wrong(fmt.Errorf("Config.Repeat is %d; it has to be 1 or more", c.Repeat))
	}
	if c.Baseline != nil {
		wrong(c.Baseline.Check(p.known(p.catalogue)))
	}
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

// expectable says what of the expectations cannot be judged.
func (c Config) expectable(catalogue *schemas.Catalogue) error {
	var problems []error
	if _, atURL := c.Receiver.(sut.URL); atURL && len(c.Expectations) > 0 && anyPort(c.Platform.Addr) {
		problems = append(problems, errors.New("what is expected of a receiver at a URL are messages, and it cannot know where to send them: give the platform an address with --platform-addr, such as 127.0.0.1:7070, and let the receiver call the Graph API there"))
	}
	return errors.Join(append(problems, CheckExpectations(c.Expectations, catalogue))...)
}

// CheckExpectations says what of expectations cannot be judged with a catalogue, one problem
// a line, each with its place.
func CheckExpectations(all []expect.Expectation, catalogue *schemas.Catalogue) error {
	var problems []error
	for _, x := range all {
		err := suites.CheckExpectation(x, catalogue)
		if err == nil {
			continue
		}
		var unknown *suites.UnknownVariantError
		if errors.As(err, &unknown) {
			var ids []string
			for _, v := range catalogue.Ever().All() {
				ids = append(ids, v.ID)
			}
			if near := suggest.Names(unknown.Variant, ids); len(near) > 0 {
				err = fmt.Errorf("%w; did you mean %s?", err, near[0])
			}
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
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
