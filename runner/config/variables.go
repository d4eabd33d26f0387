package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seed-11445fa1/referee/runner/suggest"
	"github.com/spf13/pflag"
)

// checkVariables says which variables of ours are set and mean nothing. An empty
// one is most often a secret that a CI job does not have, an unknown one a slip
// of the keyboard: taken for absent, either would have something else judged than
// its user believes.
func checkVariables(o Options) []error {
	known := o.variables()
	var problems []error
	for _, name := range known {
		if value, set := o.LookupEnv(name); set && value == "" {
			problems = append(problems, fmt.Errorf("the environment variable %s is set and empty; give it a value, or unset it", name))
		}
	}
	var unknown []string
	for _, entry := range o.Environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, prefix) && !slices.Contains(known, name) && !o.Foreign(name) {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		problems = append(problems, unknownVariable(name, known))
	}
	return problems
}

// variables are the names of all that may be set, in order.
func (o Options) variables() []string {
	all := slices.Clone(o.Known)
	for _, k := range registered() {
		all = append(all, Variable(k.Name))
	}
	o.Flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" { // which is asked for, and no setting
			all = append(all, Variable(f.Name))
		}
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func unknownVariable(name string, known []string) error {
	var endings []string
	for _, k := range known {
		endings = append(endings, strings.TrimPrefix(k, prefix))
	}
	near := suggest.Names(strings.TrimPrefix(name, prefix), endings)
	if len(near) == 0 {
		return fmt.Errorf("the environment variable %s is none of Referee's; unset it, or correct its name: `referee run --help` lists the flags, and --app-secret is REFEREE_APP_SECRET", name)
	}
	return fmt.Errorf("the environment variable %s is none of Referee's; did you mean %s? correct its name, or unset it", name, prefix+near[0])
}
