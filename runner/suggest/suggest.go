// Package suggest finds the names that a name which is unknown may have been meant to be.
package suggest

import (
	"cmp"
	"slices"
	"strings"
)

// Names returns those of the known names that look most like a name, three at most,
// the likeliest first. Case, dashes and underscores do not count: appSecret is
// app-secret.
func Names(name string, known []string) []string {
	// Chosen so that a slip of the keyboard, a part that was forgotten and a part
	// alone are recognised, and a name that has nothing to do with it is not.
	const alike, asGood, most = 0.25, 0.75, 3
	best := 0.0
	likeness := map[string]float64{}
	wanted := pairs(name)
	for _, k := range known {
		likeness[k] = wanted.likeness(pairs(k))
		best = max(best, likeness[k])
	}
	near := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return likeness[k] < max(alike, asGood*best) })
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(likeness[b], likeness[a]) })
	return near[:min(most, len(near))]
}

// counts says how often each pair of neighbouring characters is in a name.
type counts map[string]int

// pairs counts the pairs of a name, its ends included.
func pairs(name string) counts {
	name = "^" + strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name)) + "$"
	count := counts{}
	for i := range len(name) - 1 {
		count[name[i:i+2]]++
	}
	return count
}

// likeness compares two names by the pairs that they share: 0 for none, 1 for all (the
// coefficient of Sørensen and Dice).
func (c counts) likeness(other counts) float64 {
	shared, all := 0, 0
	for pair, n := range c {
		shared += min(n, other[pair])
		all += n
	}
	for _, n := range other {
		all += n
	}
	return 2 * float64(shared) / float64(all)
}
