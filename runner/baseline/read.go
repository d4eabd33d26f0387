package baseline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/config"
	"github.com/seed-11445fa1/referee/runner/report"
	"github.com/seed-11445fa1/referee/runner/suggest"
	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/suites/diagnosis"
	"github.com/seed-11445fa1/referee/suites/expect"
)

// File is a baseline that was read.
type File struct {
	name    string
	doc     *yaml.Node // with the comments before and after everything
	root    *yaml.Node
	entries []entry
}

// entry is one of the file, and where it stands in it.
type entry struct {
	report.BaselineEntry
	node   *yaml.Node
	column int // of its id
}

// The lists of a file.
const (
	causes       = "causes"
	requirements = "requirements"
)

// Parse reads the text of a file. Errors begin with its name, the line and the column;
// there is one line for each that is wrong.
func Parse(name string, text []byte) (File, error) {
	f := File{name: name}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	err := decoder.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF):
		return f, fmt.Errorf("%s:1:1: it is empty; `referee baseline write` makes one of a result", name)
	case err != nil:
		return f, config.SyntaxError(name, err, text, "`referee baseline write` makes one that is right")
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return f, config.SyntaxError(name, err, text, "`referee baseline write` makes one that is right")
		}
		return f, f.at(&second, "a second document begins; a baseline is one")
	}
	f.doc, f.root = &doc, doc.Content[0]
	at := map[string]*yaml.Node{}
	value, err := f.value(f.root, "", at)
	if err != nil {
		return f, err
	}
	asJSON, err := json.Marshal(value)
	if err != nil {
		return f, f.at(f.root, "%w", err)
	}
	if err := f.held(asJSON, at); err != nil {
		return f, err
	}
	f.take(causes, report.OfCause)
	f.take(requirements, report.OfRequirement)
	slices.SortStableFunc(f.entries, func(a, b entry) int { return cmp.Compare(a.Line, b.Line) })
	return f, f.checkEntries()
}

// value is a node as JSON has it. at gets the node of each JSON Pointer.
func (f File) value(n *yaml.Node, pointer string, at map[string]*yaml.Node) (any, error) {
	at[pointer] = n
	switch n.Kind {
	case yaml.MappingNode:
		object := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if key.Kind != yaml.ScalarNode {
				return nil, f.at(key, "a key has to be a word, such as reason")
			}
			if _, twice := object[key.Value]; twice {
				return nil, f.at(key, "%q is there twice; delete one of them", key.Value)
			}
			member := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(key.Value)
			v, err := f.value(n.Content[i+1], member, at)
			if err != nil {
				return nil, err
			}
			object[key.Value] = v
		}
		return object, nil
	case yaml.SequenceNode:
		list := make([]any, len(n.Content))
		for i, item := range n.Content {
			v, err := f.value(item, fmt.Sprintf("%s/%d", pointer, i), at)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	case yaml.AliasNode:
		return nil, f.at(n, "an alias (*%s) stands here; write the value itself", n.Value)
	}
	switch n.ShortTag() {
	case "!!null":
		return nil, nil
	case "!!bool":
		return strconv.ParseBool(strings.ToLower(n.Value))
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return i, nil
		}
	}
	return n.Value, nil // dates too, which JSON has no type for
}

// held holds the file to its schema.
func (f File) held(asJSON []byte, at map[string]*yaml.Node) error {
	err := schemas.Validate("format.baseline", asJSON)
	var broken *schemas.ValidationError
	if !errors.As(err, &broken) {
		return err
	}
	var problems []error
	for _, p := range broken.Problems {
		node, where := at[p.Pointer], strings.TrimPrefix(p.Pointer, "/")
		if where == "" {
			where = "the file"
		}
		problems = append(problems, f.at(node, "%s: %s; an entry looks like %s", where, p.Message, example))
	}
	return errors.Join(problems...)
}

// example is an entry that is right.
const example = `{id: signature.missing, reason: "BOT-17", expires: 2027-01-31}`

// take reads the entries of a list.
func (f *File) take(list string, kind report.EntryKind) {
	for _, n := range f.list(list) {
		e := entry{node: n}
		e.Kind, e.Line, e.LastLine = kind, n.Line, lastLine(n)
		for i := 0; i < len(n.Content); i += 2 {
			switch value := n.Content[i+1]; n.Content[i].Value {
			case "id":
				e.ID, e.column = value.Value, value.Column
			case "reason":
				e.Reason = value.Value
			case "expires":
				e.Expires = value.Value
			case "flaky":
				e.Flaky, _ = strconv.ParseBool(strings.ToLower(value.Value)) // the schema has looked
			}
		}
		f.entries = append(f.entries, e)
	}
}

// list are the entries of a list; none where it is not there, or empty.
func (f File) list(name string) []*yaml.Node {
	if n := f.listNode(name); n != nil {
		return n.Content
	}
	return nil
}

// listNode is what stands behind the name of a list; nil where the name is not there.
func (f File) listNode(name string) *yaml.Node {
	for i := 0; i < len(f.root.Content); i += 2 {
		if f.root.Content[i].Value == name {
			return f.root.Content[i+1]
		}
	}
	return nil
}

// lastLine is the last line on which something of a node begins, or of a text that has
// several lines, ends.
func lastLine(n *yaml.Node) int {
	last := n.Line
	if n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		last += strings.Count(strings.TrimRight(n.Value, "\n"), "\n") + 1
	}
	for _, inside := range n.Content {
		last = max(last, lastLine(inside))
	}
	return last
}

// checkEntries says what no schema can say of entries.
func (f File) checkEntries() error {
	var problems []error
	for i, e := range f.entries {
		if _, err := time.Parse(time.DateOnly, e.Expires); err != nil {
			problems = append(problems, f.at(e.node, "%s: there is no day %s", e.ID, e.Expires))
		}
		for _, before := range f.entries[:i] {
			if before.ID == e.ID && before.Kind == e.Kind {
				problems = append(problems, f.at(e.node, "%s is accepted twice, first on line %d; delete one of them", e.ID, before.Line))
			}
		}
	}
	return errors.Join(problems...)
}

// Known says what a run can be about.
type Known struct {
	Requirements []string
	// Cause reports whether there is a cause with this id.
	Cause func(id string) bool
	// Unread says that what a team expects of its own bot was not read: ids of that may name
	// something.
	Unread bool
}

// names reports whether what an entry is about is there, or may be.
func (k Known) names(e entry, requirements []string) bool {
	if e.Kind == report.OfCause {
		return k.Cause(e.ID) || k.Unread && diagnosis.OfExpectation(e.ID)
	}
	_, known := slices.BinarySearch(requirements, e.ID)
	return known || k.Unread && strings.HasPrefix(e.ID, expect.Topic+".")
}

// Check refuses ids that name nothing: what they were to accept has another name.
func (f File) Check(k Known) error {
	var problems []error
	ids := slices.Compact(slices.Sorted(slices.Values(k.Requirements)))
	for _, e := range f.entries {
		switch {
		case k.names(e, ids):
		case e.Kind == report.OfCause && slices.Contains(ids, e.ID):
			problems = append(problems, f.atID(e, "%q is a requirement; put it below %s", e.ID, requirements))
		case e.Kind == report.OfRequirement && k.Cause(e.ID):
			problems = append(problems, f.atID(e, "%q is a cause; put it below %s", e.ID, causes))
		case e.Kind == report.OfCause:
			problems = append(problems, f.atID(e, "there is no cause %q; a report names causes by their ids", e.ID))
		default:
			text := ";"
			if near := suggest.Names(e.ID, ids); len(near) > 0 {
				text = "; did you mean " + strings.Join(near, ", ") + "?"
			}
			problems = append(problems, f.atID(e, "there is no requirement %q%s `referee requirements` lists them", e.ID, text))
		}
	}
	return errors.Join(problems...)
}

// Baseline is what the file accepts, for [report.Result.Against].
func (f File) Baseline() report.Baseline {
	b := report.Baseline{File: f.name}
	for _, e := range f.entries {
		b.Entries = append(b.Entries, e.BaselineEntry)
	}
	return b
}

func (f File) at(n *yaml.Node, format string, args ...any) error {
	return fmt.Errorf("%s:%d:%d: %w", f.name, n.Line, n.Column, fmt.Errorf(format, args...))
}

func (f File) atID(e entry, format string, args ...any) error {
	return f.at(&yaml.Node{Line: e.Line, Column: e.column}, format, args...)
}
