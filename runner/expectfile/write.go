package expectfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/itchyny/gojq"
	"go.yaml.in/yaml/v3"

	"github.com/seed-11445fa1/referee/suites/judge"
)

// head begins what is recorded.
const head = `# A talk that was recorded: what a person did, and what the bot answered.
# What changes from day to day is better loosened: {text: {matches: "spring|summer"}}.
`

// text is the file.
func (r *recorder) text() (string, error) {
	first := r.stepNode(r.steps[0])
	entry := mapping("name", scalar(slug(r.who.Name)))
	entry.Content = append(entry.Content, first.Content...)
	if len(r.steps) > 1 {
		then := &yaml.Node{Kind: yaml.SequenceNode}
		for _, s := range r.steps[1:] {
			then.Content = append(then.Content, r.stepNode(s))
		}
		put(entry, "then", then)
	}
	if last := r.steps[len(r.steps)-1]; len(last.replies) == 0 {
		r.note("The last, %s, had no answer when this was recorded", last.on)
	}
	var b bytes.Buffer
	b.WriteString(head)
	for _, note := range r.notes {
		fmt.Fprintf(&b, "# %s.\n", note)
	}
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	if err := enc.Encode(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{entry}}); err != nil {
		return "", fmt.Errorf("write the expectation: %w", err)
	}
	return readable(b.String()), enc.Close()
}

// readable has characters beyond the first 65,536, such as emoji, stand for themselves:
// YAML takes them, and its encoder escapes them. Only texts in double quotes have
// backslashes here.
func readable(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(escape string) string {
		r, err := strconv.ParseUint(strings.TrimPrefix(escape, `\U`), 16, 32)
		if err != nil { // another escape
			return escape
		}
		return string(rune(r))
	})
}

// escaped fits an escape as a whole, so that no half of one is taken for the beginning of
// another.
var escaped = regexp.MustCompile(`\\U[0-9A-F]{8}|\\.`)

func (r *recorder) stepNode(s recorded) *yaml.Node {
	n := mapping("on", scalar(s.on))
	if len(s.set) > 0 {
		set := &yaml.Node{Kind: yaml.MappingNode}
		for _, m := range s.set {
			put(set, m.path, valueNode(m.value))
		}
		put(n, "set", set)
	}
	if len(s.remove) > 0 {
		put(n, "remove", valueNode(s.remove))
	}
	switch len(s.replies) {
	case 0:
		put(n, "reply", scalar("none"))
	case 1:
		put(n, "reply", s.replies[0])
	default:
		put(n, "reply", &yaml.Node{Kind: yaml.SequenceNode, Content: s.replies})
	}
	return n
}

// place is one of a message that is held to what it was: a path as it is written, and the
// query.
type place struct {
	path  string
	query *gojq.Query
}

// looked are the places, in the order in which they are written.
var looked = sync.OnceValue(func() (all []place) {
	for _, path := range []string{
		".message.text",
		".message.attachment.type",
		".message.attachment.payload.template_type",
		".message.attachment.payload.text",
		"[.message.attachment.payload.elements[]?.title]",
		"[.message.attachment.payload.buttons[]?.title]",
		"[.message.quick_replies[]?.title]",
	} {
		query, err := gojq.Parse(path)
		if err != nil {
			panic(err) // a test reads them all
		}
		if path == ".message.text" {
			path = "text"
		}
		all = append(all, place{path, query})
	}
	return all
})

// replyOf is a message as an expectation says it.
func replyOf(doc json.RawMessage) *yaml.Node {
	reply := &yaml.Node{Kind: yaml.MappingNode}
	for _, at := range looked() {
		result, _ := at.query.Run(judge.Decode(doc)).Next()
		list, isList := result.([]any)
		if _, failed := result.(error); failed || result == nil || isList && len(list) == 0 {
			continue // a message of another kind
		}
		put(reply, at.path, valueNode(result))
	}
	if len(reply.Content) == 0 {
		return scalar("any")
	}
	return reply
}

// valueNode is a value as YAML, on one line.
func valueNode(value any) *yaml.Node {
	var n yaml.Node
	if err := yaml.Unmarshal([]byte(compact(value)), &n); err != nil || len(n.Content) != 1 {
		return scalar(compact(value))
	}
	n.Content[0].Style |= yaml.FlowStyle
	return n.Content[0]
}

func scalar(text string) *yaml.Node {
	n := &yaml.Node{}
	n.SetString(text)
	return n
}

func mapping(key string, value *yaml.Node) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	put(n, key, value)
	return n
}

func put(n *yaml.Node, key string, value *yaml.Node) {
	n.Content = append(n.Content, scalar(key), value)
}

// slug is a name as a part of an id.
func slug(name string) string {
	text := strings.Trim(notInIDs.ReplaceAllString(strings.ToLower(name), "-"), "-")
	if text == "" {
		return "recorded"
	}
	return text
}

var notInIDs = regexp.MustCompile(`[^a-z0-9]+`)

// compact is a value as JSON, as people write it.
func compact(value any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return fmt.Sprint(value)
	}
	return strings.TrimSpace(b.String())
}

func same(a, b any) bool { return reflect.DeepEqual(a, b) }

func sortedNames(a, b map[string]any) []string {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return slices.Sorted(maps.Keys(all))
}
