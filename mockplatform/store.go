package mockplatform

import "github.com/seed-11445fa1/referee/mockplatform/outbox"

// Store keeps what a platform has to know after a restart. It must be safe for
// concurrent use, and hold no reference to what it is given. The journal has a
// store of its own.
type Store interface {
	outbox.Store
	// SaveState keeps a small JSON document: "people", "receiver", "clock" and
	// more; an empty one is forgotten.
	SaveState(key string, doc []byte) error
	// State returns a document; false if there is none of this key.
	State(key string) (doc []byte, ok bool, err error)
	// Clear forgets everything.
	Clear() error
}
