package expectfile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/suggest"
)

// at is the place of a node.
func (r *reader) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d:%d", r.file, n.Line, n.Column) }

// wrong notes a problem.
func (r *reader) wrong(n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s: %w", r.at(n), fmt.Errorf(format, args...)))
}

// members are the keys of a node and their values; nil after an error that leaves none.
// known are all keys that there are; none: any.
func (r *reader) members(n *yaml.Node, what string, known []string) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.wrong(n, "this is %s; %s has keys with values, such as %s", said(n), what, example)
		return nil
	}
	m := map[string]*yaml.Node{}
	for pair := range slices.Chunk(n.Content, 2) {
		key, value := pair[0], config.Target(pair[1])
		switch {
		case key.Kind != yaml.ScalarNode:
			r.wrong(key, "a key is %s; it has to be a word", config.Describe(key))
		case m[key.Value] != nil:
			r.wrong(key, "%q is there twice, first on line %d; delete one of them", key.Value, m[key.Value].Line)
		case len(known) > 0 && !slices.Contains(known, key.Value):
			r.wrong(key, "%s has no key %q%s", what, key.Value, instead(key.Value, known))
		default:
			m[key.Value] = value
		}
	}
	return m
}

// instead says what may have been meant.
func instead(key string, known []string) string {
	if near := suggest.Names(key, known); len(near) > 0 {
		return fmt.Sprintf("; did you mean %q?", near[0])
	}
	return "; it has " + strings.Join(known, ", ")
}

// text is a text that is not empty; empty after an error.
func (r *reader) text(n *yaml.Node, key string) string {
	if n.Kind != yaml.ScalarNode || n.ShortTag() != "!!str" || n.Value == "" {
		advice := ""
		if n.Kind == yaml.ScalarNode && n.Value != "" {
			advice = "; put it in quotes"
		}
		r.wrong(n, "%q is %s; it has to be a text that is not empty%s", key, said(n), advice)
		return ""
	}
	return n.Value
}

// jsonOf is a node as JSON, with the digits of its numbers as they were written.
func jsonOf(n *yaml.Node) (json.RawMessage, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return object(n)
	case yaml.SequenceNode:
		var items []string
		for _, item := range n.Content {
			v, err := jsonOf(item)
			if err != nil {
				return nil, err
			}
			items = append(items, string(v))
		}
		return json.RawMessage("[" + strings.Join(items, ",") + "]"), nil
	case yaml.AliasNode:
		if n.Alias.Kind == yaml.ScalarNode {
			return jsonOf(n.Alias)
		}
		return nil, fmt.Errorf("an alias (*%s) stands here; write the value itself", n.Value) // it may have itself in it
	}
	switch n.ShortTag() {
	case "!!null":
		return json.RawMessage("null"), nil
	case "!!bool":
		b, err := strconv.ParseBool(strings.ToLower(n.Value))
		return json.RawMessage(strconv.FormatBool(b)), err
	case "!!int", "!!float":
		if json.Valid([]byte(n.Value)) {
			return json.RawMessage(n.Value), nil
		}
		return nil, fmt.Errorf("%s is no number in JSON; write its digits, or put it in quotes for a text", n.Value)
	}
	return quote(n.Value), nil
}

func object(n *yaml.Node) (json.RawMessage, error) {
	var members []string
	met := map[string]bool{}
	for pair := range slices.Chunk(n.Content, 2) {
		name := pair[0].Value
		if pair[0].Kind != yaml.ScalarNode || met[name] {
			return nil, fmt.Errorf("%q is no key, or is there twice", name)
		}
		met[name] = true
		v, err := jsonOf(pair[1])
		if err != nil {
			return nil, err
		}
		members = append(members, string(quote(name))+":"+string(v))
	}
	return json.RawMessage("{" + strings.Join(members, ",") + "}"), nil
}

// quote is a text as JSON, as people write it.
func quote(text string) json.RawMessage { return json.RawMessage(compact(text)) }
