package graph

import (
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// reference is what stands in an element of a batch for a part of another's
// answer, plain or as it is in a form: {result=NAME:$.data.*.id}.
// https://developers.facebook.com/docs/graph-api/batch-requests
var reference = regexp.MustCompile(`\{result=[^{}]*\}|%7[Bb]result(?:=|%3[Dd])(?:[^%&{}]|%[0-689A-Fa-f].|%7[^BbDd])*%7[Dd]`)

// referencePart takes one apart that is plain.
var referencePart = regexp.MustCompile(`^\{result=([^:]*):(\$.*)\}$`)

// parts of a reference: the name of an element, and the path into its answer.
func referenceParts(found string) (name, path string, ok bool) {
	if found[0] == '%' {
		plain, err := url.QueryUnescape(found)
		if err != nil {
			return "", "", false
		}
		found = plain
	}
	part := referencePart.FindStringSubmatch(found)
	if part == nil {
		return "", "", false
	}
	return part[1], part[2], true
}

// referred are the names of the elements whose answers a text refers to.
func referred(text string) (names []string) {
	for _, found := range reference.FindAllString(text, -1) {
		if name, _, ok := referenceParts(found); ok {
			names = append(names, name)
		}
	}
	return names
}

// resolve puts what a text refers to in its place: into JSON as part of a string,
// else as it stands in a query. bodyOf returns the answer of an element.
func resolve(text string, isJSON bool, bodyOf func(name string) []byte) string {
	return reference.ReplaceAllStringFunc(text, func(found string) string {
		name, path, ok := referenceParts(found)
		if !ok {
			return found
		}
		value := strings.Join(lookUp(bodyOf(name), path), ",")
		if !isJSON {
			return url.QueryEscape(value)
		}
		return strings.Trim(string(encoded(value, nil)), `"`)
	})
}

// pathStep is one step of a path: .name, .*, [0], [*] or ['name'].
var pathStep = regexp.MustCompile(`^(?:\.([A-Za-z0-9_-]+|\*)|\[([0-9]+|\*)\]|\['([^']*)'\])`)

// lookUp returns what a path leads to in a document, as texts. Of JSONPath it knows
// what Meta's page shows.
func lookUp(doc []byte, path string) []string {
	root := decoded(doc)
	if root == nil {
		return nil
	}
	found := []any{root}
	for path = strings.TrimPrefix(path, "$"); path != ""; {
		step := pathStep.FindStringSubmatch(path)
		if step == nil {
			return nil
		}
		path = path[len(step[0]):]
		name := step[1] + step[2] + step[3]
		var next []any
		for _, value := range found {
			next = append(next, below(value, name)...)
		}
		found = next
	}
	texts := make([]string, len(found))
	for i, value := range found {
		if text, isText := value.(string); isText {
			texts[i] = text
		} else {
			texts[i] = string(encoded(value, nil))
		}
	}
	return texts
}

// below are the members of this name, all of them for "*", in the order of their
// names.
func below(value any, name string) []any {
	switch value := value.(type) {
	case map[string]any:
		if name == "*" {
			var all []any
			for _, key := range slices.Sorted(maps.Keys(value)) {
				all = append(all, value[key])
			}
			return all
		}
		if member, ok := value[name]; ok {
			return []any{member}
		}
	case []any:
		if name == "*" {
			return value
		}
		if i, err := strconv.Atoi(name); err == nil && i < len(value) {
			return value[i : i+1]
		}
	}
	return nil
}
