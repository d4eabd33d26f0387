package expectfile

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/suites/expect"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Read reads expectations from where they stand. The error has all that is wrong, one
// problem a line, each with its file, line and column, those of a file in the order in which
// they stand in it. Where there is one, check says what else is wrong with the expectations
// that can be read, in errors that begin with their place: nobody should mend a file twice.
func Read(blocks config.Blocks, check func(expect.Expectation) error) ([]expect.Expectation, error) {
	var read []placed
	var problems problems
	for _, b := range blocks {
		r := reader{file: b.File}
		if b.Node != nil {
			read = append(read, r.expectation(b.Node))
			problems.add(b.File, r.problems...)
			continue
		}
		n, err := config.ReadYAML(b.File)
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("there is no file %q; correct --expect", b.File)
		}
		if err != nil {
			problems.add(b.File, err)
			continue
		}
		read = append(read, r.list(n)...)
		problems.add(b.File, r.problems...)
	}
	twice(read, &problems)
	var all []expect.Expectation
	for _, x := range read {
		all = append(all, x.Expectation)
	}
	if len(problems) == 0 {
		return all, nil
	}
	for _, x := range read {
		if x.readable() {
			problems.add(x.file, check(x.Expectation))
		}
	}
	return nil, problems.inOrder()
}

// placed is an expectation, and where in its file what names it stands.
type placed struct {
	expect.Expectation
	file, named string
}

// readable reports whether it is known what each step is about.
func (p placed) readable() bool {
	return len(p.Steps) > 0 && !slices.ContainsFunc(p.Steps, func(s expect.Step) bool { return s.On == "" })
}

// twice says which names are taken: a report could not tell what it is about.
func twice(all []placed, problems *problems) {
	first := map[string]placed{}
	for _, x := range all {
		key := strings.ReplaceAll(x.Name, ".", "-") // as it stands in the id of a cause
		switch other, taken := first[key]; {
		case !taken || x.Name == "":
			first[key] = x
		case other.Name == x.Name:
			problems.add(x.file, fmt.Errorf("%s: %q is the name of two, first at %s; give this one another with \"name: …\"", x.named, x.Name, other.named))
		default:
			problems.add(x.file, fmt.Errorf("%s: the name %q is too like %q, at %s; give this one another with \"name: …\"", x.named, x.Name, other.Name, other.named))
		}
	}
}

// reader reads the expectations of one file.
type reader struct {
	file     string
	problems []error
}

// list reads a file of its own.
func (r *reader) list(n *yaml.Node) (all []placed) {
	switch {
	case n == nil:
		r.problems = append(r.problems, fmt.Errorf("%s: it has no expectations; one looks like %s", r.file, example))
	case n.Kind != yaml.SequenceNode:
		r.wrong(n, "this is %s; expectations are a list, and one looks like %s", config.Describe(n), example)
	default:
		for _, item := range n.Content {
			all = append(all, r.expectation(item))
		}
	}
	return all
}

// example is an expectation that is right.
const example = `{on: referral.ads, reply: {text: {matches: "spring"}}, within: 2s}`

// nameForm is what an id is made of.
var nameForm = regexp.MustCompile(`^[a-z0-9-]+([.][a-z0-9-]+)*$`)

func (r *reader) expectation(n *yaml.Node) placed {
	x := placed{expect.Expectation{Level: judge.Must, Place: fmt.Sprintf("%s:%d", r.file, n.Line)}, r.file, r.at(n)}
	m := r.members(n, "an expectation", slices.Concat(ofStep, []string{"name", "level", "then"}))
	if m == nil {
		return x
	}
	first := r.step(n, m)
	x.Name, x.Steps = first.On, []expect.Step{first}
	if on := m["on"]; on != nil {
		x.named = r.at(on)
	}
	if name := m["name"]; name != nil {
		x.named = r.at(name)
		if x.Name = r.text(name, "name"); x.Name != "" && !nameForm.MatchString(x.Name) {
			r.wrong(name, "the name %q is no part of an id: it has small letters, digits and dashes, with dots between, such as spring.ad", x.Name)
		}
	}
	if level := m["level"]; level != nil {
		x.Level = judge.Level(r.text(level, "level"))
		if !slices.Contains([]judge.Level{judge.Must, judge.Should, ""}, x.Level) {
			r.wrong(level, "the level is %q; it is MUST or SHOULD", x.Level)
		}
	}
	if then := m["then"]; then != nil {
		if then.Kind != yaml.SequenceNode || len(then.Content) == 0 {
			r.wrong(then, "\"then\" is %s; it is a list of what the same person does next, each with on and reply", emptyOr(then))
			return x
		}
		for _, item := range then.Content {
			if m := r.members(item, "a step of then", slices.Concat(ofStep, []string{"then"})); m != nil {
				if further := m["then"]; further != nil {
					r.wrong(further, "a step of then has no then of its own: put what comes next behind it in the same list")
				}
				x.Steps = append(x.Steps, r.step(item, m))
			}
		}
	}
	return x
}

// ofStep are the keys of a step.
var ofStep = []string{"on", "set", "remove", "reply", "exactly", "within"}

func (r *reader) step(n *yaml.Node, m map[string]*yaml.Node) expect.Step {
	s := expect.Step{Place: r.at(n)}
	if on := m["on"]; on == nil {
		r.wrong(n, "\"on\" is missing: the variant of the event, such as referral.ads")
	} else {
		s.On, s.Place = r.text(on, "on"), r.at(on)
	}
	s.Changes = r.changes(m["set"], m["remove"])
	if exactly := m["exactly"]; exactly != nil {
		if exactly.ShortTag() != "!!bool" {
			r.wrong(exactly, "\"exactly\" is %s; it is true or false", config.Describe(exactly))
		}
		s.Exactly = isTrue(exactly)
	}
	if within := m["within"]; within != nil {
		d, err := time.ParseDuration(within.Value)
		if s.Within = d; err != nil || d <= 0 {
			r.wrong(within, "\"within\" is %q; it is a time such as 2s or 500ms", within.Value)
		}
	}
	reply := m["reply"]
	if reply == nil {
		r.wrong(n, "\"reply\" is missing: the message that has to come, such as {text: Hello}, or any, or none")
		return s
	}
	var none bool
	s.Replies, none = r.replies(reply)
	if exactly := m["exactly"]; none && exactly != nil && !s.Exactly {
		r.wrong(exactly, "\"exactly\" is false, and reply is none, which is exactly none; delete it")
	}
	if none && s.Within > 0 {
		r.wrong(m["within"], "\"within\" says when a message has to come, and reply is none; delete it")
	}
	s.Exactly = s.Exactly || none
	return s
}

func (r *reader) changes(set, remove *yaml.Node) (all []expect.Change) {
	add := func(n *yaml.Node, c expect.Change, err error) {
		if err != nil {
			r.wrong(n, "%w", err)
			return
		}
		c.Place = r.at(n)
		all = append(all, c)
	}
	if set != nil && set.Kind == yaml.MappingNode && len(set.Content) == 0 {
		r.wrong(set, "\"set\" is empty; give members with values, such as {.referral.ref: SPRING}, or delete it")
	}
	if set != nil && r.members(set, "set", nil) != nil {
		for pair := range slices.Chunk(set.Content, 2) {
			value, err := jsonOf(pair[1])
			if err != nil {
				r.wrong(pair[1], "%w", err)
				continue
			}
			c, err := expect.Set(pair[0].Value, value)
			add(pair[0], c, dotted(pair[0].Value, err, func(path string) error { _, err := expect.Set(path, value); return err }))
		}
	}
	if remove != nil {
		paths := []*yaml.Node{remove}
		if remove.Kind == yaml.SequenceNode {
			paths = remove.Content
		}
		for _, path := range paths {
			if text := r.text(path, "remove"); text != "" {
				c, err := expect.Remove(text)
				add(path, c, dotted(text, err, func(path string) error { _, err := expect.Remove(path); return err }))
			}
		}
	}
	return all
}

// replies reads what has to come; none is true where nothing may.
func (r *reader) replies(n *yaml.Node) (replies []expect.Reply, none bool) {
	if n.Kind == yaml.SequenceNode && len(n.Content) > 0 {
		for _, item := range n.Content {
			replies = append(replies, r.reply(item, `a reply is "any", or places of a message with what they have to be, such as {text: Hello}`))
		}
		return replies, false
	}
	if n.Kind == yaml.ScalarNode && n.Value == "none" {
		return nil, true
	}
	return []expect.Reply{r.reply(n, `"reply" is "none", "any", places of a message with what they have to be, such as {text: Hello}, or a list of these`)}, false
}

func (r *reader) reply(n *yaml.Node, form string) (reply expect.Reply) {
	switch {
	case n.Kind == yaml.ScalarNode && n.Value == "any":
		return nil
	case n.Kind != yaml.MappingNode || len(n.Content) == 0:
		r.wrong(n, "this is %s; %s", emptyOr(n), form)
		return nil
	case r.members(n, "a message", nil) == nil:
		return nil
	}
	for pair := range slices.Chunk(n.Content, 2) {
		reply = append(reply, r.conditions(pair[0], config.Target(pair[1]))...)
	}
	return reply
}

// isTrue reports whether a node of true or false, which YAML spells in several ways, is true.
func isTrue(n *yaml.Node) bool {
	is, err := strconv.ParseBool(strings.ToLower(n.Value))
	return err == nil && is
}

// emptyOr is what a node is, or that nothing is in it.
func emptyOr(n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode && len(n.Content) == 0 {
		return "empty"
	}
	return said(n)
}

// said is a node as an error quotes it.
func said(n *yaml.Node) string {
	if n.Kind == yaml.ScalarNode && n.Value != "" {
		return fmt.Sprintf("%q", n.Value)
	}
	return config.Describe(n)
}

// tests are what a result of a query can be put to.
var tests = []string{"equals", "matches", "contains", "exists"}

// conditions reads what one place of a message has to be.
func (r *reader) conditions(key, n *yaml.Node) (all []expect.Condition) {
	add := func(at *yaml.Node, c expect.Condition, err error) {
		works := func(path string) error { _, err := expect.Exists(path, true); return err }
		switch wrong := works(key.Value); {
		case wrong != nil:
			r.wrong(key, "%w", dotted(key.Value, wrong, works))
			return
		case err != nil:
			r.wrong(at, "%w", err)
			return
		}
		all = append(all, c)
	}
	equals := func(n *yaml.Node) {
		value, err := jsonOf(n)
		if err != nil {
			r.wrong(n, "%w", err)
			return
		}
		c, err := expect.Equals(key.Value, value)
		add(key, c, err)
	}
	if n.Kind != yaml.MappingNode {
		equals(n)
		return all
	}
	m := r.members(n, "what "+key.Value+" has to be", tests)
	if len(n.Content) == 0 {
		r.wrong(n, "nothing says what %s has to be: give a value, or one of equals, matches, contains and exists", key.Value)
	}
	for _, test := range tests {
		value := m[test]
		switch {
		case value == nil:
		case test == "equals":
			equals(value)
		case test == "exists" && value.ShortTag() != "!!bool":
			r.wrong(value, "\"exists\" is %s; it is true or false", config.Describe(value))
		case test == "exists":
			c, err := expect.Exists(key.Value, isTrue(value))
			add(key, c, err)
		case test == "matches":
			c, err := expect.Matches(key.Value, r.text(value, test))
			add(value, c, err)
		default:
			c, err := expect.Contains(key.Value, r.text(value, test))
			add(value, c, err)
		}
	}
	return all
}
