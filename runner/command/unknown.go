package command

import (
	"fmt"
	"slices"
	"strings"
)

// unknown is the error for a name that is not in a list; it suggests those that
// share the most of it.
func unknown(what, name string, known []string, lister string) error {
	score := func(candidate string) int {
		n := 0
		for _, part := range strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
			if strings.Contains(candidate, strings.ToLower(part)) {
				n += len(part)
			}
		}
		return n
	}
	near := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return score(k) == 0 })
	slices.SortStableFunc(near, func(a, b string) int { return score(b) - score(a) })
	if len(near) == 0 {
		return fmt.Errorf("there is no %s %q; `%s` lists them", what, name, lister)
	}
	return fmt.Errorf("there is no %s %q; did you mean %s? `%s` lists them all", what, name, strings.Join(near[:min(3, len(near))], ", "), lister)
}
