package judge

import "github.com/seed-11445fa1/referee/mockplatform/event"

// want is the evidence that this receiver gives for an event that it handled
// once: one receipt where it posts receipts, as many replies as calibration saw
// for one of its kind, one where replies are declared and calibration saw none.
// What was merely observed is asked for when the event says what the one said
// that brought it. exactly is false where more replies are all right.
func (s *Session) want(ev event.Event) (want Tally, exactly bool) { return s.wantOf(ev, Read(ev.JSON)) }

// wantAt is want for one of a delivery's events, which is asked for more than once.
func (s *Session) wantAt(d *Delivery, i int) (want Tally, exactly bool) {
	d.looked.Do(func() {
		for _, ev := range d.Events {
			tally, exactly := s.want(ev)
			d.wants = append(d.wants, wanted{tally, exactly})
		}
	})
	return d.wants[i].Tally, d.wants[i].exactly
}

// wanted is what an event has to bring, and whether no more than that.
type wanted struct {
	Tally
	exactly bool
}

// wantOf is want for an event that has been read.
func (s *Session) wantOf(ev event.Event, r Reading) (want Tally, exactly bool) {
	c := s.engine.cal
	if c.Has(Receipts) {
		want.Receipts = 1
	}
	if r.Echo || !r.Addressable() {
		return want, false
	}
	seen := c.variant[ev.Variant.ID].Tally
	if !seen.Any() && r.alike() {
		seen = c.seen[r.Kind].Tally
	}
	want.Lines = min(1, seen.Lines)
	if r.Kind != KindOther && c.env.declares(Replies) {
		want.Replies = max(1, c.seen[r.Kind].Replies)
		return want, !c.storms
	}
	want.Replies = min(1, seen.Replies)
	return want, false
}

// one is the evidence that one event like this brings, as calibration saw it.
func (s *Session) one(ev event.Event) Tally { return s.oneOf(ev, Read(ev.JSON)) }

// oneOf is one for an event that has been read.
func (s *Session) oneOf(ev event.Event, r Reading) Tally {
	one, _ := s.wantOf(ev, r)
	seen, ok := s.engine.cal.variant[ev.Variant.ID]
	if !ok {
		seen = s.engine.cal.seen[r.Kind]
	}
	one.Replies = max(one.Replies, seen.Replies)
	return one
}

// lacking is the index of the first event whose evidence is not complete; -1 if
// there is none.
func (s *Session) lacking(events []event.Event, found []evidence) int {
	for i, ev := range events {
		if want, _ := s.want(ev); !found[i].tally().Covers(want) {
			return i
		}
	}
	return -1
}
