// Package config fills in the flags of a command from elsewhere: an explicit
// flag wins over the environment, which wins over the default.
package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/pflag"
)

// Variable is the environment variable of a flag: --app-secret is
// REFEREE_APP_SECRET.
func Variable(flag string) string {
	return "REFEREE_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// FromEnvironment sets every flag that was not given from its variable, where
// that is set and not empty. lookup is os.LookupEnv or a stand-in. The error
// names each variable whose value the flag refuses.
func FromEnvironment(flags *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var refused []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := Variable(f.Name)
		value, ok := lookup(name)
		if !ok || value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			refused = append(refused, fmt.Errorf("the environment variable %s has the value %q: %w", name, value, err))
		}
	})
	return errors.Join(refused...)
}
