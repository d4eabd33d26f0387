package event

import (
	"fmt"

	"github.com/seed-11445fa1/referee/schemas"
	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// QuoteNumbers makes a string of every number that is the value of a member of
// this name, at every level. It is an error when there is none.
func QuoteNumbers(name string) Edit {
	return edit("quote the numbers of", schemas.Pointer(name), func(root *node, _ []string) error {
		quoted := 0
		root.walk(func(n *node) {
			for _, m := range n.members {
				if m.name != nil && jsontext.Unquote(m.name) == name && m.value.kind == jsontext.Number {
					m.value.kind, m.value.raw = jsontext.String, quote(string(m.value.raw))
					quoted++
				}
			}
		})
		if quoted == 0 {
			return fmt.Errorf("no member %q has a number", name)
		}
		return nil
	})
}

// AddMember adds a member, whose value is JSON text, at the end of every object
// at every level.
func AddMember(name, value string) Edit {
	return edit("add", schemas.Pointer(name), func(root *node, _ []string) error {
		added, err := parse([]byte(value))
		if err != nil {
			return fmt.Errorf("the new value is not JSON (a string needs its quotes): %w", err)
		}
		root.walk(func(n *node) {
			if n.kind == jsontext.ObjectStart {
				n.members = append(n.members, member{name: quote(name), value: added})
			}
		})
		return nil
	})
}

// walk visits every value, what is inside a value before the value.
func (n *node) walk(visit func(*node)) {
	for _, m := range n.members {
		m.value.walk(visit)
	}
	visit(n)
}
