package load

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// What a collector counts is in its tally, whatever the numbers of the events, and is read
// in blocks of any size.
func TestTallyIsReadAsItWasCounted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var a account
	want := map[uint64]byte{}
	for range 3000 {
		event := random.Uint64N(100)
		switch random.IntN(3) {
		case 0:
			event += perChunk - 50
		case 1:
			event += 40 * perChunk // chunks before it have no events
		}
		if random.IntN(10) == 0 {
			a.refused(event)
			want[event] |= stateRefused
		} else if a.handled(event, true); want[event]&^stateRefused < mostHandled {
			want[event]++
		}
	}
	tally := Tally{Ranges: a.ranges()}
	if err := tally.check(); err != nil || len(tally.Ranges) != 2 {
		t.Fatalf("%d ranges: %v", len(tally.Ranges), err)
	}
	for _, size := range []uint64{1000, 4097, 64 * perChunk} {
		r, dst, found := stateReader{ranges: tally.Ranges}, make([]byte, size), 0
		for first := uint64(0); first < 41*perChunk; first += size {
			if err := r.fill(dst, first); err != nil {
				t.Fatal(err)
			}
			for i, state := range dst {
				if state != want[first+uint64(i)] {
					t.Fatalf("event %d is %d, want %d", first+uint64(i), state, want[first+uint64(i)])
				}
				found += int(min(state, 1))
			}
		}
		if found != len(want) {
			t.Errorf("in blocks of %d there are %d of %d events", size, found, len(want))
		}
	}
}

// A tally that is not whole is refused, and not read as one of less.
func TestTallyIsWhole(t *testing.T) {
	p := newPacker()
	for range 5 {
		p.put(1)
	}
	whole := p.close()
	for name, c := range map[string]struct {
		r    Range
		says string
	}{
		"cut":     {Range{0, 5, whole[:len(whole)-3]}, "from number 0 on cannot be read: unexpected EOF"},
		"other":   {Range{7, 5, []byte("no DEFLATE")}, "from number 7 on cannot be read: flate"},
		"too few": {Range{0, 7, whole}, "cannot be read: unexpected EOF"},
		"more":    {Range{0, 3, whole}, "has more states than the 3 that it names"},
		"behind":  {Range{0, 5, append(bytes.Clone(whole), 0)}, "has more states than the 5"},
		"right":   {Range{0, 5, whole}, ""},
	} {
		r := stateReader{ranges: []Range{c.r}}
		if err := r.fill(make([]byte, 20), 0); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, ranges := range [][]Range{{{Events: calibrating + 1}}, {{First: calibrating}}, {{Events: 2}, {First: 1}}, {{First: 1, Events: 1<<64 - 1}}} {
		if (&Tally{Ranges: ranges}).check() == nil {
			t.Errorf("%+v is taken", ranges)
		}
	}
}
