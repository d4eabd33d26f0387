package journal

import "time"

// lost says whose deliveries and messages were dropped. Its zero value is of a journal
// that has dropped none.
type lost struct {
	of map[string]bool // by the id that an exchange has as its Person
	// until is when the newest was of which it is not known whose it is: one of several
	// events, one that an earlier life dropped, one too many for of. Zero for none.
	until time.Time
}

// note adds an exchange that is dropped; most is how many ids are remembered.
func (l *lost) note(x Exchange, most int) {
	switch {
	case x.Kind != Delivery && x.Kind != Send:
	case x.Person == "" || x.Kind == Delivery && len(x.Variants) != 1 || len(l.of) >= most && !l.of[x.Person]:
		l.until = x.At
	default:
		if l.of == nil {
			l.of = map[string]bool{}
		}
		l.of[x.Person] = true
	}
}

// Lost reports whether a delivery or a message was dropped, because the journal was full,
// that names somebody by one of these ids, or that may be of somebody of whom the platform
// has heard since this instant. It counts what Dropped counts.
func (j *Journal) Lost(since time.Time, ids ...string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, id := range ids {
		if id != "" && j.lost.of[id] {
			return true
		}
	}
	return !j.lost.until.IsZero() && !since.After(j.lost.until)
}
