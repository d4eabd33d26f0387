package outbox

import (
	"encoding/json"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Pending is a delivery that is not over: it waits for its first attempt or for
// the next one. Its bytes are the same in every attempt.
type Pending struct {
	// ID names the delivery, in the journal too.
	ID string
	// Doc is the document that is delivered, as event.Wrap makes it.
	Doc json.RawMessage
	// Style is the serialiser that makes bytes of it.
	Style wire.Style
	// Person is whom the journal names for it: an id or a user_ref; of several
	// events that of the first.
	Person string
	// Variants are what the events were made of, in their order.
	Variants []string
	// Created is when the event was emitted.
	Created time.Time
	// First is when the first attempt began; zero before.
	First time.Time
	// Attempts is how many were made.
	Attempts int
	// Next is when the next attempt is due; zero before the first.
	Next time.Time
	// Problem says how the last attempt failed; empty before.
	Problem string
	// Edited says how the document was changed on purpose.
	Edited []string
	// Held says what it waits for on purpose; empty if for nothing. A store need
	// not keep it.
	Held string
}

// Store keeps pending deliveries over a restart. It must be safe for concurrent
// use, and hold no reference to what it is given.
type Store interface {
	// SavePending keeps a delivery, in place of what it has of that ID.
	SavePending(Pending) error
	// DeletePending forgets a delivery; one that it does not have is no error.
	DeletePending(id string) error
	// Pending returns what is kept, the oldest first.
	Pending() ([]Pending, error)
}

// save stores an entry, unless it is over or was dropped: another delivery may
// have its ID then.
func (b *Outbox) save(e *entry) error {
	if b.opts.Store == nil || e.once {
		return nil
	}
	b.storing.Lock()
	defer b.storing.Unlock()
	b.mu.Lock()
	p, has := e.Pending, b.entries[e.ID] == e
	b.mu.Unlock()
	if !has {
		return nil
	}
	return b.opts.Store.SavePending(p)
}

// erase removes an entry from the store, but not another that has its ID by now.
// If that fails, it is sent once more after a restart, which is Meta's own way to
// fail.
func (b *Outbox) erase(e *entry) {
	if b.opts.Store == nil || e.once {
		return
	}
	b.storing.Lock()
	defer b.storing.Unlock()
	b.mu.Lock()
	has := b.entries[e.ID]
	b.mu.Unlock()
	if has != nil && has != e && !has.once {
		return
	}
	if err := b.opts.Store.DeletePending(e.ID); err != nil {
		b.opts.Logger.Error("a delivery that is over would be sent again after a restart", "delivery", e.ID, "error", err)
	}
}
