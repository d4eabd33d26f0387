package graph

import "slices"

// kept is what a receiver makes, and what is then an object of the Graph API.
type kept interface {
	// identity is its id.
	identity() string
	node() node
}

// at returns where the one with this id is in a list, -1 for none.
func at[T kept](list []T, id string) int {
	return slices.IndexFunc(list, func(one T) bool { return one.identity() == id })
}

// without is a list without the one with this id.
func without[T kept](list []T, id string) []T {
	return slices.DeleteFunc(list, func(one T) bool { return one.identity() == id })
}

// has reports whether there is one with this id in a list of the memory.
func has[T kept](s *Server, of func(*memory) []T, id string) (found bool) {
	s.inspect(func(m *memory) { found = at(of(m), id) >= 0 })
	return found
}

// show is the answer to GET /{id} of one in a list of the memory, with these fields if the
// call asks for none.
func show[T kept](s *Server, c *call, of func(*memory) []T, fallback ...string) answer {
	var found node
	s.inspect(func(m *memory) {
		if i := at(of(m), c.path[0]); i >= 0 {
			found = of(m)[i].node()
		}
	})
	if found.id == "" { // deleted since the call arrived
		return s.unsupportedRequest(c)
	}
	return s.node(c, found, fallback...)
}
