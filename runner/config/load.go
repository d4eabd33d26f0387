// Package config fills in the flags of a command from elsewhere: an explicit
// flag wins over the environment, which wins over the file, which wins over the
// default. The registry of settings says which flags there are.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// Options say where values come from.
type Options struct {
	// Flags are those of a command, parsed. Load sets the ones that were not given.
	Flags *pflag.FlagSet
	// File is read unless the flag --config names another, and may be missing
	// then. Default: no file is read, whatever --config says.
	File string
	// LookupEnv reads an environment variable, like os.LookupEnv. Default: there
	// are none.
	LookupEnv func(string) (string, bool)
	// Environ are the variables that are set, as os.Environ lists them, to find
	// unknown ones. Default: none.
	Environ []string
	// Known are variables that may be set although no flag of the command has them,
	// such as those of other commands. Default: none.
	Known []string
	// Foreign reports whether a variable that begins like ours is somebody else's:
	// it may be set, and empty. Default: none is.
	Foreign func(name string) bool
}

// Load sets the flags that were not given from the environment and the file. It
// returns the settings among them with their origins, or an error with all that
// is wrong, one problem a line.
//
// Every flag has a variable: --app-secret is REFEREE_APP_SECRET. Lists are
// separated by commas; REFEREE_ENV has one KEY=VALUE a line. A flag, a variable
// and the file may each set some of the names of a map. A variable that is empty,
// and one that begins with REFEREE_ and that nobody knows, is an error.
//
// The file is not read for a command that has none of the settings.
func Load(o Options) (Settings, error) {
	if o.LookupEnv == nil {
		o.LookupEnv = func(string) (string, bool) { return "", false }
	}
	if o.Foreign == nil {
		o.Foreign = func(string) bool { return false }
	}
	l := loader{origins: map[string]string{}}
	l.apply(fromFlags(o.Flags))
	l.apply(fromEnvironment(o.Flags, o.LookupEnv))
	l.problems = append(l.problems, checkVariables(o)...)

	d, err := o.document()
	if err != nil {
		return nil, errors.Join(append(l.problems, err)...)
	}
	values, problems := d.values(o.Flags, o.LookupEnv)
	l.problems = append(l.problems, problems...)
	l.apply(values)
	if len(l.problems) > 0 {
		return nil, errors.Join(l.problems...)
	}
	return settings(o.Flags, l.origins), nil
}

// document reads the file, if there is one to read.
func (o Options) document() (document, error) {
	if o.File == "" {
		return document{}, nil
	}
	path, explicit := o.File, false
	if f := o.Flags.Lookup("config"); f != nil && f.Changed {
		path, explicit = f.Value.String(), true
	}
	wanted := slices.ContainsFunc(registered(), func(k Key) bool { return o.Flags.Lookup(k.Name) != nil })
	if !explicit && !wanted {
		return document{}, nil
	}
	data, err := readText(path)
	switch {
	case err == nil:
		return parse(path, data)
	case errors.Is(err, fs.ErrNotExist) && !explicit:
		return document{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return document{}, fmt.Errorf("there is no file %q; correct --config, or let `referee init --output FILE` write one", path)
	}
	return document{}, err
}

// given is a value that one source gives to a flag.
type given struct {
	flag *pflag.Flag
	// entry is a name in a map; empty where the value is the whole of it.
	entry string
	// origin says where the value stands.
	origin string
	// set sets the flag; the error says where and what. It is nil for a flag that
	// has its value already.
	set func() error
}

// key names what is given: app-secret, env.NAME.
func (g given) key() string {
	if g.entry == "" {
		return g.flag.Name
	}
	return g.flag.Name + "." + g.entry
}

// loader applies sources, the strongest first.
type loader struct {
	origins map[string]string
	// receiver is true when a source said what is judged: a weaker one is not
	// asked, so --url wins over a command in the file.
	receiver bool
	problems []error
}

// apply sets what no stronger source has set.
func (l *loader) apply(source []given) {
	var receivers []given
	for _, g := range source {
		k, _ := keyNamed(g.flag.Name)
		_, taken := l.origins[g.key()]
		if taken || k.Receiver && l.receiver {
			continue
		}
		if g.set != nil {
			if err := g.set(); err != nil {
				l.problems = append(l.problems, err)
				continue
			}
			g.flag.Changed = true
		}
		l.origins[g.key()] = g.origin
		if _, isSwitch := k.Default.(bool); !k.Receiver || isSwitch && g.flag.Value.String() == "false" {
			continue
		}
		receivers = append(receivers, g)
		if strings.TrimSpace(g.flag.Value.String()) == "" {
			l.problems = append(l.problems, fmt.Errorf("%s: %s is empty; give it a value or leave it out", g.origin, k.Name))
		}
	}
	if len(receivers) > 1 {
		l.problems = append(l.problems, fmt.Errorf("%s and %s: both say what is judged; give one of %s and %s",
			receivers[0].origin, receivers[1].origin, receivers[0].flag.Name, receivers[1].flag.Name))
	}
	l.receiver = l.receiver || len(receivers) > 0
}

// fromFlags lists what was given on the command line.
func fromFlags(flags *pflag.FlagSet) []given {
	var all []given
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Changed {
			return
		}
		origin := "flag --" + f.Name
		if table, ok := f.Value.(pairs); ok {
			for _, name := range slices.Sorted(maps.Keys(*table.to)) {
				all = append(all, given{flag: f, entry: name, origin: origin})
			}
			return
		}
		all = append(all, given{flag: f, origin: origin})
	})
	return all
}
