package event

import (
	"slices"

	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// node is one value of a JSON text with its order and its literals.
type node struct {
	kind    jsontext.Kind // ObjectStart, ArrayStart, or the kind of a scalar
	raw     []byte        // a scalar's literal
	members []member      // of an object or array
}

// member is a member of an object, or an element of an array.
type member struct {
	name  []byte // string token, nil for an element
	value *node
}

// parse reads one JSON text. The nodes share the bytes of doc.
func parse(doc []byte) (*node, error) {
	scan := jsontext.NewScanner(doc)
	var root *node
	if scan.Next() {
		root = read(scan)
		scan.Next() // nothing may follow
	}
	return root, scan.Err()
}

// read reads the value whose first token is current. When the scanner fails
// it returns what it has; parse reports the failure.
func read(scan *jsontext.Scanner) *node {
	n := &node{kind: scan.Kind()}
	switch n.kind {
	case jsontext.ObjectStart:
		for scan.Next() && scan.Kind() == jsontext.Name {
			name := scan.Raw()
			if !scan.Next() {
				break
			}
			n.members = append(n.members, member{name: name, value: read(scan)})
		}
	case jsontext.ArrayStart:
		for scan.Next() && scan.Kind() != jsontext.ArrayEnd {
			n.members = append(n.members, member{value: read(scan)})
		}
	default:
		n.raw = scan.Raw()
	}
	return n
}

// appendTo appends the value in compact form.
func (n *node) appendTo(dst []byte) []byte {
	switch n.kind {
	case jsontext.ObjectStart:
		return append(n.appendMembers(append(dst, '{')), '}')
	case jsontext.ArrayStart:
		return append(n.appendMembers(append(dst, '[')), ']')
	default:
		return append(dst, n.raw...)
	}
}

func (n *node) appendMembers(dst []byte) []byte {
	for i, m := range n.members {
		if i > 0 {
			dst = append(dst, ',')
		}
		if m.name != nil {
			dst = append(append(dst, m.name...), ':')
		}
		dst = m.value.appendTo(dst)
	}
	return dst
}

// reverse turns the order of members round in every object.
func (n *node) reverse() {
	if n.kind == jsontext.ObjectStart {
		slices.Reverse(n.members)
	}
	for _, m := range n.members {
		m.value.reverse()
	}
}
