//go:build !unix

package store

// reserve does nothing: a file has no mode here, and what is made in a folder of the
// user's is for the user.
func reserve(string) {}

// restrict does nothing, for the same reason.
func restrict(string) error { return nil }
