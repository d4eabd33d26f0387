package command

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/seed-11445fa1/referee/runner"
	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/expectfile"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// expectFlag adds the flag that names the files with what a team expects of its own bot.
func expectFlag(flags *pflag.FlagSet, files *config.Blocks) {
	config.MustDeclare(flags, "expect", files)
}

// requirementsOf are the requirements for a catalogue, and behind them what a team expects.
func requirementsOf(catalogue *schemas.Catalogue, files config.Blocks) ([]suites.Requirement, error) {
	expected, err := readExpectations(files, catalogue)
	if err != nil {
		return nil, err
	}
	if err := runner.CheckExpectations(expected, catalogue); err != nil {
		return nil, err
	}
	return slices.Concat(suites.RequirementsOf(catalogue), suites.ExpectedOf(expected, catalogue)), nil
}

// readExpectations reads what a team expects. What is wrong in the files is told with all that
// cannot be judged with a catalogue; nil for one that nobody knows.
func readExpectations(files config.Blocks, catalogue *schemas.Catalogue) ([]expect.Expectation, error) {
	return expectfile.Read(files, func(x expect.Expectation) error {
		if catalogue == nil {
			return nil
		}
		return runner.CheckExpectations([]expect.Expectation{x}, catalogue)
	})
}

// unexplained is the error for an id that is of no requirement and of no cause. Of what a
// team expects the ids are known where its file is.
func unexplained(id string, all []suites.Requirement) error {
	expects := slices.ContainsFunc(all, func(r suites.Requirement) bool { return r.Topic() == expect.Topic })
	if !expects && (strings.HasPrefix(id, expect.Topic+".") || diagnosis.OfExpectation(id)) {
		return fmt.Errorf("%s is about what a team expects of its own bot, and nothing says where that is written down: name the file with --expect FILE, or in \"expect\" of the configuration file", id)
	}
	return unknown("requirement or cause", id, idsOfRequirements(all), "referee requirements")
}
