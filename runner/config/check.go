package config

import (
	"errors"
	"slices"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v3"
)

// check holds a value to the type of its setting. f is a flag of that setting
// to try the value on.
func (d document) check(k Key, value *yaml.Node, f *pflag.Flag) error {
	switch k.Default.(type) {
	case map[string]string:
		return d.checkPairs(k, value, f)
	case []string:
		if value.Kind != yaml.SequenceNode {
			return d.checkScalar(k, value, f)
		}
		var problems []error
		for _, item := range value.Content {
			if n := target(item); n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" {
				problems = append(problems, d.at(item).errorf("an item of %q is %s, must be a string%s", k.Name, describe(n), quotes(n)))
			}
		}
		return errors.Join(problems...)
	default:
		return d.checkScalar(k, value, f)
	}
}

func (d document) checkScalar(k Key, n *yaml.Node, f *pflag.Flag) error {
	switch {
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" && isTemplate(n.Value):
		return nil
	case n.Kind != yaml.ScalarNode || !slices.Contains(k.tags(), n.ShortTag()):
		advice := ""
		if _, text := k.Default.(string); text {
			advice = quotes(n)
		}
		return d.at(n).errorf("%q is %s, must be %s%s", k.Name, describe(n), k.expected(), advice)
	case f.Value.Set(n.Value) != nil:
		return d.at(n).errorf("%q is %q, must be %s", k.Name, n.Value, k.expected())
	}
	return nil
}

// checkPairs accepts numbers and truth values beside strings: the environment of
// a process has no types, and what is written is what it gets.
func (d document) checkPairs(k Key, n *yaml.Node, f *pflag.Flag) error {
	if n.Kind != yaml.MappingNode {
		return d.at(n).errorf("%q is %s, must be %s", k.Name, describe(n), k.expected())
	}
	var problems []error
	d.pairs(n, func(name string, key, value *yaml.Node, err error) {
		if err == nil && (value.Kind != yaml.ScalarNode || !slices.Contains([]string{"!!str", "!!int", "!!float", "!!bool"}, value.ShortTag())) {
			err = d.at(value).errorf("%q is %s, must be a string%s", k.Name+"."+name, describe(value), quotes(value))
		}
		if err == nil {
			if refused := f.Value.(pairs).put(name, value.Value); refused != nil {
				err = d.at(key).errorf("%w", refused)
			}
		}
		if err != nil {
			problems = append(problems, err)
		}
	})
	return errors.Join(problems...)
}

// quotes is advice on how to make a string of a scalar.
func quotes(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		return ""
	case n.ShortTag() == "!!null":
		return `; write "" for an empty one`
	default:
		return "; put it in quotes"
	}
}
