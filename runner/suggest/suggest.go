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
	const alike, asGood, most = 0.35, 0.75, 3
	enough, best := alike, 0.0
	if len(letters(name)) <= 4 {
		enough = 0.25 // two letters that changed places leave few pairs of a short name
	}
	likeness := map[string]float64{}
	wanted := pairs(name)
	for _, k := range known {
		if !inside(k, name) {
			likeness[k] = wanted.likeness(pairs(k))
		}
		best = max(best, likeness[k])
	}
	near := slices.DeleteFunc(slices.Clone(known), func(k string) bool { return likeness[k] < max(enough, asGood*best) })
	slices.SortStableFunc(near, func(a, b string) int { return cmp.Compare(likeness[b], likeness[a]) })
	return near[:min(most, len(near))]
}

// counts says how often each pair of neighbouring characters is in a name.
type counts map[string]int

// inside reports whether a known name shares too little with a name more than twice
// as long: its letters may be there by accident, unless the name begins or ends with it.
func inside(known, name string) bool {
	known, name = letters(known), letters(name)
	return 2*len(known) <= len(name) && !strings.HasPrefix(name, known) && !strings.HasSuffix(name, known)
}

// letters is a name without what does not count.
func letters(name string) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(name))
}

// pairs counts the pairs of a name, its ends included.
func pairs(name string) counts {
	name = "^" + letters(name) + "$"
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
