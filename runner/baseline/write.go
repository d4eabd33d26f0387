package baseline

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/runner/report"
)

// Terms are what an entry that is made says beside its id.
type Terms struct {
	Reason  string
	Expires string // the first day on which it counts again, "2006-01-02"
}

// head stands in a file that is made.
const head = `# What is accepted for now of what is broken: referee run --baseline FILE
# An entry that is not broken any more, or has expired, fails the run, which says the line to delete.
`

// Write makes a file that accepts all that fails a run: its causes, and the requirements
// of which no cause is known.
func Write(r report.Result, t Terms) ([]byte, error) {
	added, err := made(r, nil, t)
	if err != nil {
		return nil, err
	}
	if len(added) == 0 {
		return nil, errNothing
	}
	root := &yaml.Node{Kind: yaml.MappingNode, Content: []*yaml.Node{plain("version"), {Kind: yaml.ScalarNode, Value: "1"}}}
	f := File{doc: root, root: root}
	f.add(added)
	text, err := f.text()
	return append([]byte(head), text...), err
}

// errNothing is the error where there is nothing to accept.
var errNothing = errors.New("nothing in this result fails a run, so there is nothing to accept")

// Changes are what [File.Update] did, by ids.
type Changes struct{ Removed, Added []string }

// Update takes out what a run shows to be old, and what has expired, and adds what else
// fails it. Whatever else stands in the file stays. What has expired and still fails is
// added anew, with the new terms.
func (f File) Update(r report.Result, t Terms) ([]byte, Changes, error) {
	var done Changes
	r = r.Against(f.Baseline())
	for i, e := range r.Baseline.Entries {
		if e.State != report.EntryGone && e.State != report.EntryExpired {
			continue
		}
		done.Removed = append(done.Removed, e.ID)
		for _, name := range []string{causes, requirements} {
			if list := f.listNode(name); list != nil {
				list.Content = slices.DeleteFunc(list.Content, func(n *yaml.Node) bool { return n == f.entries[i].node })
			}
		}
	}
	added, err := made(r, func(id string) bool { _, ok := r.AcceptedBy(id); return ok }, t)
	if err != nil {
		return nil, done, err
	}
	for _, e := range added {
		done.Added = append(done.Added, e.ID)
	}
	f.add(added)
	text, err := f.text()
	return text, done, err
}

// made are entries for what fails a run and is not accepted yet.
func made(r report.Result, accepted func(id string) bool, t Terms) ([]report.BaselineEntry, error) {
	var all []report.BaselineEntry
	fails := func(q report.Requirement) bool {
		if accepted != nil && accepted(q.ID) {
			return false
		}
		return q.Outcome() == report.Failed || r.Strict && q.Outcome() == report.Warned && q.Level != report.May
	}
	byCause := map[string]bool{} // whether all of it is flaky
	for _, q := range r.Requirements {
		if !fails(q) {
			continue
		}
		if c, ok := r.CauseOf(q.ID); ok {
			flaky, met := byCause[c.ID]
			byCause[c.ID] = q.Flake != nil && (flaky || !met)
			continue
		}
		all = append(all, report.BaselineEntry{Kind: report.OfRequirement, ID: q.ID, Reason: t.Reason, Expires: t.Expires, Flaky: q.Flake != nil})
	}
	for id, flaky := range byCause {
		all = append(all, report.BaselineEntry{Kind: report.OfCause, ID: id, Reason: t.Reason, Expires: t.Expires, Flaky: flaky})
	}
	if len(all) > 0 && t.Reason == "" {
		told := "1 entry has to be made, and nothing says why it is accepted"
		if n := len(all); n > 1 {
			told = fmt.Sprintf("%d entries have to be made, and nothing says why they are accepted", n)
		}
		return nil, errors.New(told + ": give --reason, such as --reason 'BOT-17, until the new parser'")
	}
	slices.SortFunc(all, func(a, b report.BaselineEntry) int { return bytes.Compare([]byte(a.ID), []byte(b.ID)) })
	return all, nil
}

// add adds entries to the lists, each on a line of its own.
func (f File) add(entries []report.BaselineEntry) {
	for _, e := range entries {
		name := causes
		if e.Kind == report.OfRequirement {
			name = requirements
		}
		list := f.listNode(name)
		if list == nil {
			list = &yaml.Node{}
			f.root.Content = append(f.root.Content, plain(name), list)
		}
		if list.Kind != yaml.SequenceNode { // it was empty
			*list = yaml.Node{Kind: yaml.SequenceNode, HeadComment: list.HeadComment, LineComment: list.LineComment, FootComment: list.FootComment}
		}
		list.Style = 0
		n := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle, Content: []*yaml.Node{
			plain("id"), plain(e.ID),
			plain("reason"), {Kind: yaml.ScalarNode, Tag: "!!str", Value: e.Reason, Style: yaml.DoubleQuotedStyle},
			plain("expires"), {Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: e.Expires},
		}}
		if e.Flaky {
			n.Content = append(n.Content, plain("flaky"), &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!bool", Value: "true"})
		}
		list.Content = append(list.Content, n)
	}
}

func plain(text string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: text}
}

// text is the file. A list without entries is left empty, not written as [].
func (f File) text() ([]byte, error) {
	for _, name := range []string{causes, requirements} {
		if list := f.listNode(name); list != nil && len(list.Content) == 0 {
			*list = yaml.Node{Kind: yaml.ScalarNode, Tag: "!!null"}
		}
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := errors.Join(encoder.Encode(f.doc), encoder.Close()); err != nil {
		return nil, fmt.Errorf("write the baseline: %w", err)
	}
	return b.Bytes(), nil
}
