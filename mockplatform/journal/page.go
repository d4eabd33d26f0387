package journal

import "slices"

// Get returns a copy of the exchange with this number, unless it was dropped.
func (j *Journal) Get(seq uint64) (x Exchange, found bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if seq < j.first || seq-j.first >= uint64(len(j.kept)) {
		return Exchange{}, false
	}
	return j.kept[seq-j.first].Value.(*entry).x.clone(), true
}

// Find returns copies of the exchanges that match, in the order of arrival.
// match must not modify or keep what it is given.
func (j *Journal) Find(match func(Exchange) bool) []Exchange {
	found, _ := j.Page(Query{Match: match})
	return found
}

// Query says which exchanges make a page.
type Query struct {
	// Match must not modify or keep what it is given. Default: all match.
	Match func(Exchange) bool
	// Before and After are numbers that are not in the page itself: it has lower
	// ones than Before, and higher ones than After. Default 0: no such bound.
	Before, After uint64
	// Limit is how many exchanges a page has. Default 0: all of them.
	Limit int
	// Oldest begins with the oldest exchanges within the bounds. Default: those
	// that came last.
	Oldest bool
}

// Page returns copies of the exchanges that a query asks for, always in the
// order of arrival, and whether its limit left any out: older ones, or newer
// ones for a page of the oldest.
func (j *Journal) Page(q Query) (page []Exchange, more bool) {
	entries, _, _ := j.all()
	if !q.Oldest {
		slices.Reverse(entries)
	}
	for _, e := range entries {
		if q.Before > 0 && e.x.Seq >= q.Before || e.x.Seq <= q.After || q.Match != nil && !q.Match(e.x) {
			continue
		}
		if q.Limit > 0 && len(page) == q.Limit {
			more = true
			break
		}
		page = append(page, e.x.clone())
	}
	if !q.Oldest {
		slices.Reverse(page)
	}
	return page, more
}

// Changes is what happened to a journal after a version of it.
type Changes struct {
	// Exchanges holds each exchange that came or changed, once and in its last
	// state, in the order of the last changes.
	Exchanges []Exchange
	// First is the lowest number that is kept: what is lower was dropped or
	// cleared.
	First uint64
	// Version is what to ask for next.
	Version uint64
	// More is closed when there is more to ask for.
	More <-chan struct{}
}

// Since returns the changes after a version, at most limit exchanges (0: no
// limit). Version 0 is before the first; versions mean nothing to another
// process, and one that this journal did not reach yet counts as 0.
//
// It is for streams: the journal remembers no reader, and a slow one misses
// intermediate states, but costs nothing.
func (j *Journal) Since(version uint64, limit int) Changes {
	j.mu.Lock()
	defer j.mu.Unlock()
	if version > j.version {
		version = 0
	}
	c := Changes{First: j.first, Version: j.version, More: j.changed}
	for e := j.after(version); e != nil; e = e.Next() {
		if limit > 0 && len(c.Exchanges) == limit {
			c.Version = e.Prev().Value.(*entry).version
			more := make(chan struct{})
			close(more)
			c.More = more
			break
		}
		c.Exchanges = append(c.Exchanges, e.Value.(*entry).x.clone())
	}
	return c
}

// Version is the version of now: Since with it tells what happens from here on.
func (j *Journal) Version() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.version
}
