package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// prefix begins the name of every variable.
const prefix = "REFEREE_"

// Variable is the environment variable of a flag: --app-secret is
// REFEREE_APP_SECRET.
func Variable(flag string) string {
	return prefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment lists what the variables give to flags.
func fromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) []given {
	var all []given
	flags.VisitAll(func(f *pflag.Flag) {
		name := Variable(f.Name)
		value, ok := lookup(name)
		if !ok || value == "" || f.Name == "help" { // checkVariables refuses what is empty
			return
		}
		origin := "environment " + name
		table, ok := f.Value.(pairs)
		if !ok {
			all = append(all, given{flag: f, origin: origin, set: func() error { return setFromVariable(f, name, value) }})
			return
		}
		var read map[string]string
		if err := (pairs{&read}).setLines(value); err != nil {
			all = append(all, given{flag: f, origin: origin, set: func() error {
				return fmt.Errorf("the environment variable %s has one KEY=VALUE a line: %w", name, err)
			}})
			return
		}
		for _, entry := range slices.Sorted(maps.Keys(read)) {
			all = append(all, given{flag: f, entry: entry, origin: origin, set: func() error { return table.put(entry, read[entry]) }})
		}
	})
	return all
}

func setFromVariable(f *pflag.Flag, name, value string) error {
	err := f.Value.Set(value)
	if err == nil {
		return nil
	}
	if k, ok := keyNamed(f.Name); ok {
		if err := k.inRange(value); err != nil {
			return fmt.Errorf("the environment variable %s is %w", name, err)
		}
		return fmt.Errorf("the environment variable %s is %q, must be %s", name, value, k.expected())
	}
	return fmt.Errorf("the environment variable %s is %q: %w", name, value, err)
}
