// Package journal keeps the exchanges between the platform and a receiver:
// records them on arrival, finds them, and lets callers wait for them.
//
// A journal is bounded, in exchanges and in bytes: it drops its oldest exchange
// when it is full, and counts what it dropped. It lives in memory, and with a
// Store also on disk: then what Record and Amend were given survives the death
// of the process as soon as they return, and nobody sees it before.
//
// Public API: mockplatform hands out exchanges.
package journal

import (
	"container/list"
	"context"
	"sync"
)

// Journal is a bounded record of exchanges. It is safe for concurrent use.
type Journal struct {
	opts Options
	mask mask

	// writing is held while a change goes first to the store and then to memory,
	// so that both see the same order. Only its holder changes what mu guards;
	// readers take mu alone, and do not wait for a disk.
	writing sync.Mutex
	// unsaved has what the store could not take, by number.
	unsaved map[uint64]Exchange

	mu sync.Mutex
	// kept holds exchange Seq at index Seq-first.
	kept    []*list.Element
	first   uint64 // Seq of the oldest exchange that is kept, or would be
	size    int    // bytes of all that is kept
	dropped uint64
	lost    lost  // whose exchanges those were
	err     error // why there is anything in unsaved
	// changes holds an entry for every exchange that is kept, the one changed
	// last at the back. A waiter reads it from the back to where it stopped.
	changes *list.List
	version uint64
	changed chan struct{} // closed at the next change
}

// entry is one state of an exchange. It is never modified, an amendment
// replaces it: what was read under the lock can be used without it.
type entry struct {
	x       Exchange
	size    int
	version uint64
}

// Record adds an exchange and returns its number. It is called when a request
// arrives or is about to be sent; the answer follows with Amend.
//
// The journal keeps a copy of its own, with secrets masked: access tokens,
// verify tokens and the like in URLs, headers and bodies keep their first
// four characters. Bodies are cut to Options.MaxBody.
func (j *Journal) Record(x Exchange) uint64 {
	x = j.own(x)
	j.writing.Lock()
	defer j.writing.Unlock()
	x.Seq = j.next()
	j.put(x)
	return x.Seq
}

// Amend lets f complete an exchange, usually with its answer. f gets a copy
// and must not call the journal. Secrets in what f adds are masked. An
// exchange that was dropped meanwhile is not amended.
func (j *Journal) Amend(seq uint64, f func(*Exchange)) {
	j.writing.Lock()
	defer j.writing.Unlock()
	x, found := j.Get(seq)
	if !found {
		return
	}
	f(&x)
	x = j.own(x) // f may have stored slices of its own
	x.Seq = seq
	j.put(x)
}

// Clear drops every exchange, also from the store. Numbers go on where they
// were, and what is amended later is not there any more. After an error nothing
// was dropped.
func (j *Journal) Clear() error {
	j.writing.Lock()
	defer j.writing.Unlock()
	next := j.next()
	if err := j.forget(next); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.kept, j.first, j.size, j.dropped, j.lost = nil, next, 0, 0, lost{}
	j.changes.Init()
	j.wake()
	return nil
}

// own returns a copy of x as the journal keeps it. Secrets are masked before long
// bodies are cut: a cut could leave the beginning of one.
func (j *Journal) own(x Exchange) Exchange {
	x = j.mask.exchange(x.clone())
	x.Request.cut(j.opts.MaxBody)
	x.Response.cut(j.opts.MaxBody)
	if len(x.Doc) > j.opts.MaxBody {
		x.Doc = nil
	}
	return x
}

// next is the number of the next exchange. The caller holds writing or mu.
func (j *Journal) next() uint64 { return j.first + uint64(len(j.kept)) }

// put saves a state of an exchange, an older one or the next, and then shows it
// to readers. The caller holds writing.
func (j *Journal) put(x Exchange) {
	first, _ := j.fit(x)
	j.save(x, first)
	j.show(x)
}

// show lets readers see a state of an exchange. The caller holds writing.
func (j *Journal) show(x Exchange) {
	j.mu.Lock()
	defer j.mu.Unlock()
	first, size := j.fit(x)
	if x.Seq == j.next() {
		j.kept = append(j.kept, j.changes.PushBack(nil))
	}
	for ; j.first < first; j.first++ {
		j.lost.note(j.kept[0].Value.(*entry).x, j.opts.Limit)
		j.changes.Remove(j.kept[0])
		j.kept[0] = nil
		j.kept = j.kept[1:]
		j.dropped++
	}
	j.size = size
	j.wake()
	slot := j.kept[x.Seq-j.first]
	slot.Value = &entry{x: x, size: x.size(), version: j.version}
	j.changes.MoveToBack(slot)
}

// fit returns which exchange will be the oldest when x is there, and the size of
// all from there on. x itself stays even if it is too large, so the journal has
// at most one exchange too many. The caller holds writing.
func (j *Journal) fit(x Exchange) (first uint64, size int) {
	first, size = j.first, j.size+x.size()
	n := len(j.kept)
	if at := x.Seq - first; at < uint64(n) {
		size -= j.kept[at].Value.(*entry).size
	} else {
		n++
	}
	for ; first < x.Seq && (n > j.opts.Limit || size > j.opts.MaxBytes); n-- {
		size -= j.kept[first-j.first].Value.(*entry).size
		first++
	}
	return first, size
}

// wake begins the next version and wakes whoever waits. The caller holds mu.
func (j *Journal) wake() {
	j.version++
	close(j.changed)
	j.changed = make(chan struct{})
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

// Last is the number of the newest exchange that there ever was, 0 before the
// first.
func (j *Journal) Last() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next() - 1
}

// Dropped returns how many exchanges were dropped because the journal was
// full, since it was cleared: in the lives before too, see Options.Cleared.
func (j *Journal) Dropped() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.dropped
}

// all returns every exchange in the order of arrival.
func (j *Journal) all() (entries []*entry, version uint64, changed <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entries = make([]*entry, 0, len(j.kept))
	for _, slot := range j.kept {
		entries = append(entries, slot.Value.(*entry))
	}
	return entries, j.version, j.changed
}

// since returns the exchanges that changed after a version, in the order of
// their last change.
func (j *Journal) since(version uint64) (entries []*entry, now uint64, changed <-chan struct{}) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for e := j.after(version); e != nil; e = e.Next() {
		entries = append(entries, e.Value.(*entry))
	}
	return entries, j.version, j.changed
}

// after returns the first of the exchanges that changed after a version, nil if
// there is none. The caller holds mu.
func (j *Journal) after(version uint64) *list.Element {
	e := j.changes.Back()
	for e != nil && e.Value.(*entry).version > version {
		e = e.Prev()
	}
	if e == nil {
		return j.changes.Front()
	}
	return e.Next()
}
