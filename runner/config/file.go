package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/suggest"
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
			for _, g := range d.given(k, every.Lookup(name), key, value, nil) {
				err = errors.Join(err, g.set())
			}
		}
		if err != nil {
			problems = append(problems, err)
		} else if f := flags.Lookup(name); f != nil && !isOwn(f) {
			values = append(values, d.given(k, f, key, value, lookup)...)
		}
	})
	return values, problems
}

func isOwn(f *pflag.Flag) bool {
	_, own := f.Annotations[ownFlag]
	return own
}

// pairs visits keys and values in turn. err is set where a key is not a string,
// or is there twice.
func (d document) pairs(n *yaml.Node, visit func(name string, key, value *yaml.Node, err error)) {
	if n == nil {
		return
	}
	seen := map[string]*yaml.Node{}
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], Target(pair[1])
		name := Target(key).Value
		var err error
		if first, twice := seen[name]; Target(key).Kind != yaml.ScalarNode {
			err = d.at(key).errorf("a key is %s, must be a string", Describe(Target(key)))
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

// given returns what a value gives to a flag: one thing, or one for each name of
// a map. Without lookup, whatever takes a part of itself from the environment is
// taken for right.
func (d document) given(k Key, f *pflag.Flag, key, value *yaml.Node, lookup func(string) (string, bool)) []given {
	one := func(entry string, key *yaml.Node, set func() error) given {
		return given{flag: f, entry: entry, origin: position{file: d.file, line: key.Line}.String(), set: set}
	}
	table, isMap := f.Value.(pairs)
	if !isMap {
		return []given{one("", key, func() error { return d.set(k, f, value, lookup) })}
	}
	if value.Kind != yaml.MappingNode {
		return []given{one("", key, func() error { return d.mismatch(strconv.Quote(k.Name), value, k.expected()) })}
	}
	var all []given
	d.pairs(value, func(name string, key, value *yaml.Node, err error) {
		all = append(all, one(name, key, func() error {
			if err != nil {
				return err
			}
			// The environment of a process has no types: what is written is what it gets.
			text, err := d.text(strconv.Quote(k.Name+"."+name), value, "a string", []string{"!!str", "!!int", "!!float", "!!bool"}, lookup)
			if err != nil {
				return err
			}
			if err := table.put(name, text); err != nil {
				return d.at(key).errorf("%w", err)
			}
			return nil
		}))
	})
	return all
}

// set gives a flag the value of its setting.
func (d document) set(k Key, f *pflag.Flag, n *yaml.Node, lookup func(string) (string, bool)) error {
	if b, ok := f.Value.(blocks); ok {
		return d.setBlocks(k, b, n, lookup)
	}
	if list, ok := f.Value.(pflag.SliceValue); ok && n.Kind == yaml.SequenceNode {
		items, problems := make([]string, len(n.Content)), make([]error, len(n.Content))
		for i, item := range n.Content {
			items[i], problems[i] = d.text(fmt.Sprintf("an item of %q", k.Name), Target(item), "a string", []string{"!!str"}, lookup)
		}
		return errors.Join(append(problems, list.Replace(items))...)
	}
	if err := k.inRange(n.Value); err != nil && n.ShortTag() != "!!str" {
		return d.at(n).errorf("%q is %w", k.Name, err)
	}
	text, err := d.text(strconv.Quote(k.Name), n, k.expected(), k.tags(), lookup)
	switch {
	case err != nil || fromOutside(n) && lookup == nil:
		return err
	case f.Value.Set(text) == nil:
		return nil
	case fromOutside(n):
		// The text is not shown: a variable may be a secret in the wrong place.
		return d.at(n).errorf("%q, with the environment in it, must be %s", k.Name, k.expected())
	}
	return d.at(n).errorf("%q is %q, must be %s", k.Name, text, k.expected())
}

// text is the text of a scalar with one of these tags, or that takes a part of
// itself from the environment, which may stand for any of them.
func (d document) text(what string, n *yaml.Node, expected string, tags []string, lookup func(string) (string, bool)) (string, error) {
	switch {
	case fromOutside(n) && lookup == nil:
		return "", nil
	case !fromOutside(n) && (n.Kind != yaml.ScalarNode || !slices.Contains(tags, n.ShortTag())):
		return "", d.mismatch(what, n, expected)
	case n.ShortTag() != "!!str":
		return n.Value, nil
	}
	text, err := expand(n.Value, lookup)
	if err != nil {
		return "", d.at(n).errorf("%w", err)
	}
	return text, nil
}

// fromOutside reports whether a value takes a part of itself from the environment.
func fromOutside(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && isTemplate(n.Value)
}

// mismatch is the error of a value that is of another type than expected, with
// advice on how to make a string of a scalar.
func (d document) mismatch(what string, n *yaml.Node, expected string) error {
	advice := ""
	if n.Kind == yaml.ScalarNode && strings.HasPrefix(expected, "a string") {
		advice = "; put it in quotes"
		if n.ShortTag() == "!!null" {
			advice = `; write "" for an empty one`
		}
	}
	return d.at(n).errorf("%s is %s, must be %s%s", what, Describe(n), expected, advice)
}
