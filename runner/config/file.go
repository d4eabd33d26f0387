package config

import (
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/runner/suggest"
	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// DefaultFile is the file that is read where nobody names another.
const DefaultFile = "referee.yaml"

// values reads the settings of a document for a command's flags. The problems
// are of the document alone: settings that the command has no flag for are held
// to their types too. Variables are looked up only when a value is used.
func (d document) values(flags *pflag.FlagSet, lookup func(string) (string, bool)) (values []given, problems []error) {
	every := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, k := range registered() {
		MustDeclare(every, k.Name, nil)
	}
	d.pairs(d.root, func(name string, key, value *yaml.Node, err error) {
		k, known := keyNamed(name)
		switch {
		case err != nil:
		case !known:
			err = d.at(key).errorf("%w", unknownKey(name))
		default:
			err = d.check(k, value, every.Lookup(name))
		}
		if err != nil {
			problems = append(problems, err)
			return
		}
		if f := flags.Lookup(name); f != nil {
			values = append(values, d.given(k, f, key, value, lookup)...)
		}
	})
	return values, problems
}

// pairs visits keys and values in turn. err is set where a key is not a string,
// or is there twice.
func (d document) pairs(n *yaml.Node, visit func(name string, key, value *yaml.Node, err error)) {
	if n == nil {
		return
	}
	seen := map[string]*yaml.Node{}
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], target(pair[1])
		name := target(key).Value
		var err error
		if first, twice := seen[name]; target(key).Kind != yaml.ScalarNode {
			err = d.at(key).errorf("a key is %s, must be a string", describe(target(key)))
		} else if twice {
			err = d.at(key).errorf("%q is there twice, first on line %d; delete one of them", name, first.Line)
		} else {
			seen[name] = key
		}
		visit(name, key, value, err)
	}
}

func unknownKey(name string) error {
	var names []string
	for _, k := range registered() {
		names = append(names, k.Name)
	}
	if near := suggest.Names(name, names); len(near) > 0 {
		return fmt.Errorf("unknown key %q; did you mean %q? `referee init --output -` shows all keys", name, near[0])
	}
	return fmt.Errorf("unknown key %q; `referee init --output -` shows all keys", name)
}

// given returns what a checked value gives to a flag: one thing, or one for each
// name of a map.
func (d document) given(k Key, f *pflag.Flag, key, value *yaml.Node, lookup func(string) (string, bool)) []given {
	origin := func(n *yaml.Node) string { return position{file: d.file, line: n.Line}.String() }
	if table, ok := f.Value.(pairs); ok {
		var all []given
		d.pairs(value, func(name string, key, value *yaml.Node, _ error) {
			all = append(all, given{flag: f, entry: name, origin: origin(key), set: func() error {
				text, err := d.text(value, lookup)
				if err != nil {
					return err
				}
				if err := table.put(name, text); err != nil {
					return d.at(value).errorf("%w", err)
				}
				return nil
			}})
		})
		return all
	}
	return []given{{flag: f, origin: origin(key), set: func() error {
		if list, ok := f.Value.(pflag.SliceValue); ok && value.Kind == yaml.SequenceNode {
			items := make([]string, len(value.Content))
			for i, item := range value.Content {
				var err error
				if items[i], err = d.text(target(item), lookup); err != nil {
					return err
				}
			}
			return list.Replace(items)
		}
		text, err := d.text(value, lookup)
		if err != nil {
			return err
		}
		if f.Value.Set(text) != nil {
			// The text is not shown: a variable may be a secret in the wrong place.
			return d.at(value).errorf("%q, with the environment in it, must be %s", k.Name, k.expected())
		}
		return nil
	}}}
}

// text is the text of a scalar, with the environment in it where it is a string.
func (d document) text(n *yaml.Node, lookup func(string) (string, bool)) (string, error) {
	if n.ShortTag() != "!!str" {
		return n.Value, nil
	}
	text, err := expand(n.Value, lookup)
	if err != nil {
		return "", d.at(n).errorf("%w", err)
	}
	return text, nil
}
