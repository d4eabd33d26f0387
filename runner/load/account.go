package load

import (
	"sync"
	"sync/atomic"
)

// account is what became of each event, in four bits: whether it was acknowledged, and how
// often it was handled, up to six times; or that it was not sent. A chunk without events
// takes no room.
type account struct {
	mu     sync.RWMutex
	chunks []*chunk

	owed       atomic.Int64  // events that were acknowledged and have to be handled
	paid       atomic.Int64  // those of them that were
	shown      atomic.Uint64 // events that were handled, however often
	unexpected atomic.Uint64 // handled, and never sent
}

// chunk is a part of an account that grows by chunks.
type chunk [chunkWords]atomic.Uint32

const (
	chunkWords = 1 << 14
	perWord    = 8
	perChunk   = chunkWords * perWord

	bitAcknowledged = 8
	// bitRefused is the same bit in the account of a collector, which hears only of events
	// that were not acknowledged.
	bitRefused  = bitAcknowledged
	mostHandled = 6
	notSent     = 7
	allBits     = 15
)

// word is where an event stands.
func (a *account) word(event uint64) (w *atomic.Uint32, shift uint32) {
	i := event / perChunk
	a.mu.RLock()
	if i < uint64(len(a.chunks)) && a.chunks[i] != nil {
		w = &a.chunks[i][event%perChunk/perWord]
	}
	a.mu.RUnlock()
	if w == nil {
		a.mu.Lock()
		for i >= uint64(len(a.chunks)) {
			a.chunks = append(a.chunks, nil)
		}
		if a.chunks[i] == nil {
			a.chunks[i] = &chunk{}
		}
		w = &a.chunks[i][event%perChunk/perWord]
		a.mu.Unlock()
	}
	return w, uint32(event%perWord) * 4
}

// acknowledged notes that an event was, and whether its handling shows.
func (a *account) acknowledged(event uint64, owed bool) {
	w, shift := a.word(event)
	old := w.Or(bitAcknowledged<<shift) >> shift
	if old&bitAcknowledged != 0 || !owed {
		return
	}
	a.owed.Add(1)
	if old&7 > 0 {
		a.paid.Add(1)
	}
}

// refused notes that an event was not acknowledged, as its sender says; before is what was
// noted of it until then.
func (a *account) refused(event uint64) (before uint32) {
	w, shift := a.word(event)
	return w.Or(bitRefused<<shift) >> shift & allBits
}

// handled notes that an event was, once more, and whether its handling shows; before is what
// was noted of it until then.
func (a *account) handled(event uint64, owed bool) (before uint32) {
	w, shift := a.word(event)
	for {
		old := w.Load()
		switch times := old >> shift & 7; {
		case times >= mostHandled:
			return old >> shift & allBits
		case !w.CompareAndSwap(old, old+1<<shift):
			continue
		case times > 0:
			return old >> shift & allBits
		case owed && old>>shift&bitAcknowledged != 0:
			a.paid.Add(1)
		}
		a.shown.Add(1)
		return old >> shift & allBits
	}
}

// waiting is how many events were acknowledged and have still to be handled.
func (a *account) waiting() uint64 { return uint64(max(0, a.owed.Load()-a.paid.Load())) }

// left notes that an event was not sent.
func (a *account) left(event uint64) {
	w, shift := a.word(event)
	w.Or(notSent << shift)
}

// handledTimes is how often an event was, or notSent.
func (a *account) handledTimes(event uint64) int {
	w, shift := a.word(event)
	return int(w.Load() >> shift & 7)
}

// counts are those of all events that were sent.
type counts struct {
	events, acknowledged, handled, lost, duplicated, recovered uint64
	// unshown were acknowledged, and nothing shows whether they were handled.
	unshown uint64
}

// count adds up what became of an event. once is how often one that was handled once
// shows; 0: its handling does not.
func (a *account) count(c *counts, event uint64, once int) {
	w, shift := a.word(event)
	bits := w.Load() >> shift
	handled := int(bits & 7)
	if handled == notSent {
		return
	}
	c.events++
	acknowledged := bits&bitAcknowledged != 0
	if acknowledged {
		c.acknowledged++
	}
	switch {
	case handled > 0 && !acknowledged:
		c.recovered++
	case handled == 0 && acknowledged && once > 0:
		c.lost++
	case handled == 0 && acknowledged:
		c.unshown++
	}
	if handled > 0 {
		c.handled++
	}
	if once > 0 && handled > once {
		c.duplicated++
	}
}
