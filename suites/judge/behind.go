package judge

import (
	"bytes"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
)

// Behind is the delivery, of any spec, that caused a call, and which of its events: the
// one whose words are in the call, or else the only one under way for which such is
// true. It is nil where that cannot be known.
func (s *Session) Behind(x journal.Exchange, such func(Reading) bool) (d *Delivery, at int) {
	l := s.engine.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	found := 0
	for _, r := range l.requests {
		if r.delivery == nil {
			continue
		}
		for i, ev := range r.delivery.Events {
			switch {
			case !such(Read(ev.JSON)):
			case bytes.Contains(x.Request.Body, []byte(ev.Session.Tag)):
				return r.delivery, i
			case l.underWay(r, x.At):
				d, at = r.delivery, i
				found++
			}
		}
	}
	if found != 1 {
		return nil, 0
	}
	return d, at
}

// underWay reports whether a receiver may have been at work for a request then. The
// caller holds mu.
func (l *ledger) underWay(r *request, at time.Time) bool {
	switch {
	case at.Before(r.began):
		return false
	case r.ended.IsZero(), !at.After(r.ended):
		return true
	case l.worksFirst:
		return false
	}
	return r.provedAt.IsZero() || !at.After(r.provedAt.Add(l.quiet()))
}
