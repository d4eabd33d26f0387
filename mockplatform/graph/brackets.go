package graph

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// deepestName is how many brackets the name of a parameter may have; with more
// it is a name like any other.
const deepestName = 20

// branch is what the parameters with brackets in their names make together:
// recipient[id]=1 is {"recipient": {"id": "1"}}, fields[0]=name is an array. PHP
// writes forms so, and most clients that were made for it.
type branch struct {
	text    string // of a leaf
	members map[string]*branch
}

// bracketPath takes a name with brackets apart: recipient[id] into recipient and
// id. ok is false for a name that has none.
func bracketPath(name string) (path []string, ok bool) {
	first, rest, found := strings.Cut(name, "[")
	if !found || first == "" || !strings.HasSuffix(rest, "]") {
		return nil, false
	}
	path = append([]string{first}, strings.Split(strings.TrimSuffix(rest, "]"), "][")...)
	return path, len(path) <= deepestName
}

// grow adds a value at a path. A key that is empty, as in fields[], is the next
// number.
func (b *branch) grow(path []string, text string) {
	for _, key := range path {
		if b.members == nil {
			b.members = map[string]*branch{}
		}
		if key == "" {
			key = strconv.Itoa(len(b.members))
		}
		if b.members[key] == nil {
			b.members[key] = &branch{}
		}
		b = b.members[key]
	}
	b.text = text
}

// value is a branch as it stands in JSON: an array where its keys are the numbers
// from 0 on.
func (b *branch) value() any {
	if b.members == nil {
		return b.text
	}
	list := make([]any, len(b.members))
	for i := range list {
		element := b.members[strconv.Itoa(i)]
		if element == nil {
			object := map[string]any{}
			for key, member := range b.members {
				object[key] = member.value()
			}
			return object
		}
		list[i] = element.value()
	}
	return list
}

// nested are the values with brackets in their names, as parameters.
func nested(values url.Values) map[string]json.RawMessage {
	var root branch
	for _, name := range slices.Sorted(maps.Keys(values)) {
		path, ok := bracketPath(name)
		if !ok {
			continue
		}
		list := values[name]
		if path[len(path)-1] != "" {
			list = list[len(list)-1:]
		}
		for _, text := range list {
			root.grow(path, text)
		}
	}
	params := map[string]json.RawMessage{}
	for name, member := range root.members {
		params[name] = encoded(member.value(), nil)
	}
	return params
}
