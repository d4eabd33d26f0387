package mockplatform

import (
	"encoding/json"
	"fmt"

	"github.com/seed-11445fa1/referee/mockplatform/graph"
	"github.com/seed-11445fa1/referee/mockplatform/outbox"
)

// Store keeps what a platform has to know after a restart. It must be safe for
// concurrent use, and hold no reference to what it is given. The journal has a
// store of its own.
type Store interface {
	outbox.Store
	// It keeps the files that people send and receivers upload.
	graph.FileStore
	// SaveState keeps a small JSON document: "people", "receiver", "clock" and
	// more; an empty one is forgotten.
	SaveState(key string, doc []byte) error
	// State returns a document; false if there is none of this key.
	State(key string) (doc []byte, ok bool, err error)
	// Clear forgets everything at once, files too, but for the documents of these keys.
	Clear(keep ...string) error
}

// saveState stores a document.
func (p *Platform) saveState(key string, doc any) error {
	if p.opts.Store == nil {
		return nil
	}
	text, err := json.Marshal(doc)
	if err == nil {
		err = p.opts.Store.SaveState(key, text)
	}
	p.storeFailed.Store(err != nil)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err) // which names the key
	}
	return nil
}

// Stored says why not all that somebody was told is in the store, which it tries to put
// there: the disk is full, for example. It is nil where there is no store. Until it is nil
// again nothing is emitted or sent, and calls of the Graph API are answered 507.
func (p *Platform) Stored() error {
	if p.graphUnsaved.Load() || p.storeFailed.Load() { // it tries the store, too
		if err := p.storeGraph(); err != nil {
			return err
		}
	}
	if err := p.journal.Save(); err != nil {
		return fmt.Errorf("%w: %w", ErrNotStored, err)
	}
	return nil
}

// loadState reads a document into doc; false if there is none.
func (p *Platform) loadState(key string, doc any) (bool, error) {
	if p.opts.Store == nil {
		return false, nil
	}
	text, ok, err := p.opts.Store.State(key)
	if err == nil && ok {
		err = json.Unmarshal(text, doc)
	}
	if err != nil {
		return false, fmt.Errorf("read %s from the store: %w", key, err)
	}
	return ok, nil
}
