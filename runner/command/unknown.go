package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// unknown is the error for a name that is not in a list; it suggests those that
// look most like it. lister is the command that shows the list.
func unknown(what, name string, known []string, lister string) error {
	// Chosen so that a slip of the keyboard, a part that was forgotten and a part
	// alone are recognised, and a name that has nothing to do with it is not.
	const alike, asGood = 0.25, 0.75
	best := 0.0
	for _, k := range known {
		best = max(best, likeness(name, k))
	}
	near := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return likeness(name, k) < max(alike, asGood*best) })
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(likeness(name, b), likeness(name, a)) })
	if len(near) == 0 {
		return fmt.Errorf("there is no %s %q; `%s` lists them", what, name, lister)
	}
	return fmt.Errorf("there is no %s %q; did you mean %s? `%s` lists them all", what, name, strings.Join(near[:min(3, len(near))], ", "), lister)
}

// likeness compares two names by the pairs of neighbouring characters that they
// share, ends included: 0 for none, 1 for all (the coefficient of Sørensen and Dice).
func likeness(a, b string) float64 {
	a, b = strings.TrimLeft(a, "-"), strings.TrimLeft(b, "-") // of flags
	pairs := func(name string) map[string]int {
		name = "^" + strings.ToLower(name) + "$"
		count := map[string]int{}
		for i := range len(name) - 1 {
			count[name[i:i+2]]++
		}
		return count
	}
	ofA, ofB := pairs(a), pairs(b)
	shared := 0
	for pair, n := range ofA {
		shared += min(n, ofB[pair])
	}
	return 2 * float64(shared) / float64(len(a)+len(b)+2)
}
