package graph

import (
	"cmp"
	"slices"
	"strings"
)

// EdgeNames lists what calls can ask for, as journal.Exchange.Edge names it:
// "messages" first, the rest by the alphabet. Calls of edges that are not played
// are recorded with the names that they have in their paths.
func EdgeNames() []string {
	const first = "messages"
	names := []string{"batch", "other"}
	for key := range edgeTable() {
		_, path, _ := strings.Cut(key, " ")
		object, name, _ := strings.Cut(path, "/")
		names = append(names, cmp.Or(name, object))
	}
	slices.SortFunc(names, func(a, b string) int {
		if (a == first) != (b == first) {
			return map[bool]int{true: -1, false: 1}[a == first]
		}
		return strings.Compare(a, b)
	})
	return slices.Compact(names)
}
