package load

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// Tally is what one machine knows of each event, for who adds up what several know.
type Tally struct {
	// Ranges are in the order of their events.
	Ranges []Range `json:"ranges"`
	// Calibration are the events of calibration that were sent from here, or showed here.
	Calibration []Calibrated `json:"calibration,omitempty"`
}

// Range is events whose numbers follow each other.
//
// States are four bits for each, two to a byte, those of the lower number in the lower bits,
// compressed with DEFLATE. Their lowest three are how often it was handled, where 6 is six
// times or more, and 7 is an event that was not sent. The fourth is set for one that was
// not acknowledged.
type Range struct {
	First  uint64 `json:"first"`
	Events uint64 `json:"events"`
	States []byte `json:"states"`
}

// stateRefused is the bit of an event that was not acknowledged; that of a collector's
// account means the same.
const stateRefused = bitRefused

// packer compresses states.
type packer struct {
	out     bytes.Buffer
	deflate *flate.Writer
	w       *bufio.Writer
	low     byte // the state that waits for one to share a byte with
	waits   bool
}

func newPacker() *packer {
	p := &packer{}
	p.deflate, _ = flate.NewWriter(&p.out, flate.BestSpeed) // nearly as small, in a fraction of the time
	p.w = bufio.NewWriterSize(p.deflate, 32<<10)
	return p
}

func (p *packer) put(state byte) {
	if p.waits = !p.waits; p.waits {
		p.low = state
		return
	}
	_ = p.w.WriteByte(p.low | state<<4) // into memory, as all that is packed
}

func (p *packer) close() []byte {
	if p.waits {
		p.put(0)
	}
	_, _ = p.w.Flush(), p.deflate.Close()
	return p.out.Bytes()
}

// ranges are those of the account of a collector, whose states are those of a tally.
func (a *account) ranges() []Range {
	a.mu.RLock()
	defer a.mu.RUnlock()
	all := []Range{}
	for i := 0; i < len(a.chunks); i++ {
		if a.chunks[i] == nil {
			continue
		}
		r := Range{First: uint64(i) * perChunk}
		p := newPacker()
		for ; i < len(a.chunks) && a.chunks[i] != nil; i++ {
			for j := range a.chunks[i] {
				word := a.chunks[i][j].Load()
				for k := range perWord {
					p.put(byte(word >> (4 * k) & allBits))
				}
			}
		}
		r.Events, r.States = uint64(i)*perChunk-r.First, p.close()
		all = append(all, r)
	}
	return all
}

// sent is the range of the deliveries of a sender from one up to another.
func (l *Load) sent(from, to uint64) Range {
	width := uint64(l.opts.Series.Width())
	p := newPacker()
	for n := from; n < to; n++ {
		size := uint64(l.opts.Series.Size(n))
		for i := range width {
			state := byte(notSent)
			if i < size {
				state = l.account.state(n*width + i)
			}
			p.put(state)
		}
	}
	return Range{First: from * width, Events: (to - from) * width, States: p.close()}
}

// state is that of an event of a sender.
func (a *account) state(event uint64) byte {
	w, shift := a.word(event)
	bits := byte(w.Load() >> shift & allBits)
	switch {
	case bits&7 == notSent:
		return notSent
	case bits&bitAcknowledged != 0:
		return bits &^ bitAcknowledged
	}
	return bits | stateRefused
}

// check says what is wrong with ranges, but for their states, which are read later.
func (t *Tally) check() error {
	end := uint64(0)
	for i, r := range t.Ranges {
		if r.First < end || r.First >= calibrating || r.Events > calibrating-r.First {
			return fmt.Errorf("/tally/ranges/%d: it has %d events from number %d on: ranges follow each other, up to number %d", i, r.Events, r.First, uint64(calibrating))
		}
		end = r.First + r.Events
	}
	return nil
}

// stateReader reads the states of a tally from the first to the last.
type stateReader struct {
	ranges []Range // that are still to be read
	other  byte    // is the state of what is in none of them
	packed *bytes.Reader
	states *bufio.Reader // of the first range; nil before its beginning
	read   uint64        // how many of them were
	half   byte          // the last byte
}

// fill reads the states of events from number first on, which is behind all that were read
// before.
func (r *stateReader) fill(dst []byte, first uint64) error {
	for i := range dst {
		dst[i] = r.other
	}
	end := first + uint64(len(dst))
	for len(r.ranges) > 0 {
		now := &r.ranges[0]
		if now.First >= end {
			return nil
		}
		if r.states == nil {
			r.packed, r.read = bytes.NewReader(now.States), 0
			r.states = bufio.NewReader(flate.NewReader(r.packed))
		}
		for at := now.First + r.read; at < end && r.read < now.Events; at++ {
			if r.read%2 == 0 {
				var err error
				if r.half, err = r.states.ReadByte(); err != nil {
					return fmt.Errorf("the tally of its events from number %d on cannot be read: %w", now.First, unexpectedEnd(err))
				}
			} else {
				r.half >>= 4
			}
			dst[at-first] = r.half & allBits
			r.read++
		}
		if r.read < now.Events {
			return nil
		}
		switch _, err := r.states.ReadByte(); {
		case err != nil && !errors.Is(err, io.EOF):
			return fmt.Errorf("the tally of its events from number %d on cannot be read: %w", now.First, err)
		case err == nil, r.packed.Len() > 0:
			return fmt.Errorf("the tally of its events from number %d on has more states than the %d that it names", now.First, now.Events)
		}
		r.ranges, r.states = r.ranges[1:], nil
	}
	return nil
}

func unexpectedEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
