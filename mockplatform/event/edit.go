package event

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/seed-11445fa1/referee/schemas/jsontext"
)

// Edit changes a JSON text and returns the result in compact form. It leaves
// the bytes of doc alone. An error names the operation and the pointer.
//
// Pointers are JSON pointers (RFC 6901). Where an object has a member twice,
// a pointer means the last one.
type Edit func(doc json.RawMessage) (json.RawMessage, error)

// Set puts value, which is JSON text, in place of what is at the pointer.
// A member that the object does not have becomes its last; the index "-"
// appends to an array. All but the last step must exist.
func Set(pointer string, value string) Edit {
	return edit("set", pointer, func(root *node, tokens []string) error {
		v, err := parse([]byte(value))
		if err != nil {
			return fmt.Errorf("the new value is not JSON (a string needs its quotes): %w", err)
		}
		if len(tokens) == 0 {
			*root = *v
			return nil
		}
		parent, err := root.find(tokens[:len(tokens)-1])
		if err != nil {
			return err
		}
		last := tokens[len(tokens)-1]
		i, err := parent.index(last)
		switch {
		case err == nil:
			parent.members[i].value = v
		case parent.kind == jsontext.ObjectStart:
			parent.members = append(parent.members, member{name: quote(last), value: v})
		case parent.kind == jsontext.ArrayStart && last == "-":
			parent.members = append(parent.members, member{value: v})
		default:
			return err
		}
		return nil
	})
}

// Remove takes out the member or element at the pointer, and every other
// member of the same name with it.
func Remove(pointer string) Edit {
	return edit("remove", pointer, func(root *node, tokens []string) error {
		parent, i, err := locate(root, tokens)
		if err != nil {
			return err
		}
		if parent.kind == jsontext.ArrayStart {
			parent.members = slices.Delete(parent.members, i, i+1)
			return nil
		}
		name := tokens[len(tokens)-1]
		parent.members = slices.DeleteFunc(parent.members, func(m member) bool {
			return jsontext.Unquote(m.name) == name
		})
		return nil
	})
}

// Rename gives the member at the pointer another name, in its place. The
// object may have a member of that name already, and then has it twice.
func Rename(pointer, name string) Edit {
	return edit("rename", pointer, func(root *node, tokens []string) error {
		parent, i, err := locate(root, tokens)
		if err != nil {
			return err
		}
		if parent.kind == jsontext.ArrayStart {
			return errors.New("an element of an array has no name")
		}
		parent.members[i].name = quote(name)
		return nil
	})
}

// ReverseKeys turns the order of members round in every object, at every
// level. Arrays keep theirs.
func ReverseKeys() Edit {
	return edit("reverse the keys of", "", func(root *node, _ []string) error {
		root.reverse()
		return nil
	})
}

// Get returns the value at the pointer in compact form, or false where there
// is none or the text or the pointer is malformed.
func Get(doc json.RawMessage, pointer string) (json.RawMessage, bool) {
	tokens, err := pointerTokens(pointer)
	if err != nil {
		return nil, false
	}
	root, err := parse(doc)
	if err != nil {
		return nil, false
	}
	n, err := root.find(tokens)
	if err != nil {
		return nil, false
	}
	return n.appendTo(nil), true
}

// edit makes an Edit of a change to the tree.
func edit(verb, pointer string, change func(root *node, tokens []string) error) Edit {
	return func(doc json.RawMessage) (json.RawMessage, error) {
		tokens, err := pointerTokens(pointer)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", verb, pointer, err)
		}
		root, err := parse(doc)
		if err != nil {
			return nil, fmt.Errorf("%s %q: %w", verb, pointer, err)
		}
		if err := change(root, tokens); err != nil {
			return nil, fmt.Errorf("%s %q: %w", verb, pointer, err)
		}
		return root.appendTo(nil), nil
	}
}

// locate returns the object or array that holds what the tokens lead to, and
// its position there.
func locate(root *node, tokens []string) (parent *node, i int, err error) {
	if len(tokens) == 0 {
		return nil, 0, errors.New("the pointer means the whole text, want a member or an element")
	}
	end := len(tokens) - 1
	if parent, err = root.find(tokens[:end]); err != nil {
		return nil, 0, err
	}
	i, err = parent.index(tokens[end])
	return parent, i, err
}
