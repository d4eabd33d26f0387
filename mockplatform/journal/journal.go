// Package journal keeps the exchanges between the platform and a receiver:
// records them on arrival, finds them, and lets callers wait for them.
//
// A journal lives in memory and is bounded: it drops its oldest exchange when
// it is full, and counts what it dropped.
package journal

import (
	"container/list"
	"context"
	"sync"
)

// Journal is a bounded record of exchanges. It is safe for concurrent use.
type Journal struct {
	limit int
	mask  mask

	mu sync.Mutex
	// ring holds exchange Seq at index (Seq-1) % limit.
	ring    []*list.Element
	last    uint64 // Seq of the newest exchange
	dropped uint64
	// changes holds an entry for every exchange in the ring, the one changed
	// last at the back. A waiter reads it from the back to where it stopped.
	changes *list.List
	version uint64
	changed chan struct{} // closed at the next change
}

// entry is one state of an exchange. It is never modified, an amendment
// replaces it: what was read under the lock can be used without it.
type entry struct {
	x       Exchange
	version uint64
}

// New returns an empty journal for at most limit exchanges, at least 1.
// Values of secrets are masked wherever they appear in what is recorded, if
// they have 16 bytes or more; shorter ones could be ordinary words.
func New(limit int, secrets ...string) *Journal {
	limit = max(limit, 1)
	return &Journal{
		limit:   limit,
		mask:    newMask(secrets),
		changes: list.New(),
		changed: make(chan struct{}),
	}
}

// Record adds an exchange and returns its number. It is called when a request
// arrives or is about to be sent; the answer follows with Amend.
//
// The journal keeps a copy of its own, with secrets masked: access tokens,
// verify tokens and the like in URLs, headers and bodies keep their first
// four characters.
func (j *Journal) Record(x Exchange) uint64 {
	x = j.mask.exchange(x.clone())
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last++
	x.Seq = j.last
	if len(j.ring) < j.limit {
		j.ring = append(j.ring, nil)
	}
	slot := &j.ring[(x.Seq-1)%uint64(j.limit)]
	if *slot != nil {
		j.changes.Remove(*slot)
		j.dropped++
	}
	*slot = j.changes.PushBack(nil)
	j.store(*slot, x)
	return x.Seq
}

// Amend lets f complete an exchange, usually with its answer. f gets a copy
// and must not call the journal. Secrets in what f adds are masked. An
// exchange that was dropped meanwhile is not amended.
func (j *Journal) Amend(seq uint64, f func(*Exchange)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq == 0 || seq > j.last || j.last-seq >= uint64(len(j.ring)) {
		return
	}
	slot := j.ring[(seq-1)%uint64(j.limit)]
	x := slot.Value.(*entry).x.clone()
	f(&x)
	x = j.mask.exchange(x.clone()) // f may have stored slices of its own
	x.Seq = seq
	j.store(slot, x)
}

// store makes x the newest state of slot and wakes whoever waits.
// The caller holds the lock.
func (j *Journal) store(slot *list.Element, x Exchange) {
	j.version++
	slot.Value = &entry{x: x, version: j.version}
	j.changes.MoveToBack(slot)
	close(j.changed)
	j.changed = make(chan struct{})
}

// Find returns copies of the exchanges that match, in the order of arrival.
// match must not modify or keep what it is given.
func (j *Journal) Find(match func(Exchange) bool) []Exchange {
	entries, _, _ := j.all()
	var found []Exchange
	for _, e := range entries {
		if match(e.x) {
			found = append(found, e.x.clone())
		}
	}
	return found
}

// Wait returns a copy of the first exchange that matches: the oldest of those
// already recorded, or else the next that comes to match, by its arrival or by
// an amendment. The error is that of ctx; what was recorded before ctx ended is
// found all the same.
//
// match is called once for each exchange, and again after each change of it;
// of changes in quick succession it may see only the last, and it does not see
// an exchange that was dropped in the meantime. It must not modify or keep what
// it is given.
func (j *Journal) Wait(ctx context.Context, match func(Exchange) bool) (Exchange, error) {
	entries, version, changed := j.all()
	for ended := false; ; {
		for _, e := range entries {
			if match(e.x) {
				return e.x.clone(), nil
			}
		}
		if ended {
			return Exchange{}, ctx.Err()
		}
		select {
		case <-changed:
		case <-ctx.Done():
			ended = true
		}
		entries, version, changed = j.since(version)
	}
}

// Changed returns a channel that is closed at the next record or amendment.
func (j *Journal) Changed() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.changed
}

// Dropped returns how many exchanges were dropped because the journal was
// full.
func (j *Journal) Dropped() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.dropped
}

// all returns every exchange in the order of arrival.
func (j *Journal) all() (entries []*entry, version uint64, changed <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := uint64(len(j.ring))
	entries = make([]*entry, 0, n)
	for seq := j.last - n + 1; seq <= j.last; seq++ {
		entries = append(entries, j.ring[(seq-1)%uint64(j.limit)].Value.(*entry))
	}
	return entries, j.version, j.changed
}

// since returns the exchanges that changed after a version, in the order of
// their last change.
func (j *Journal) since(version uint64) (entries []*entry, now uint64, changed <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	e := j.changes.Back()
	for e != nil && e.Value.(*entry).version > version {
		e = e.Prev()
	}
	if e == nil {
		e = j.changes.Front()
	} else {
		e = e.Next()
	}
	for ; e != nil; e = e.Next() {
		entries = append(entries, e.Value.(*entry))
	}
	return entries, j.version, j.changed
}
