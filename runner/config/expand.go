package config

import (
	"fmt"
	"regexp"
	"strings"
)

// variableName is what may stand between ${ and }.
var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// isTemplate reports whether a text takes a part of itself from the environment.
func isTemplate(text string) bool {
	return strings.Contains(strings.ReplaceAll(text, "$$", ""), "${")
}

// expand replaces ${NAME} by the variable, ${NAME:-text} by the variable or,
// where that is unset or empty, by the text, and $$ by a dollar. Any other
// dollar stays, so that a regular expression can be written as it is. What was
// replaced is not looked at again.
func expand(text string, lookup func(string) (string, bool)) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "$")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), nil
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			text = after[1:]
		case strings.HasPrefix(after, "{"):
			body, rest, closed := strings.Cut(after[1:], "}")
			if !closed {
				return "", fmt.Errorf("${ has no }; write $${ where a dollar is meant")
			}
			value, err := variable(body, lookup)
			if err != nil {
				return "", err
			}
			b.WriteString(value)
			text = rest
		default:
			b.WriteByte('$')
			text = after
		}
	}
}

// variable is the value of what stands between ${ and }.
func variable(body string, lookup func(string) (string, bool)) (string, error) {
	name, fallback, optional := strings.Cut(body, ":-")
	if !variableName.MatchString(name) {
		return "", fmt.Errorf("${%s} is neither ${NAME} nor ${NAME:-default}; write $${ where a dollar is meant", body)
	}
	value, set := lookup(name)
	switch {
	case optional && value == "":
		return fallback, nil
	case !set:
		return "", fmt.Errorf("the environment variable %s is not set; set it, or write ${%s:-default}, or $${ where a dollar is meant", name, name)
	}
	return value, nil
}

// escape is the inverse of expand: expanding what it returns gives text.
func escape(text string) string { return strings.ReplaceAll(text, "$", "$$") }
