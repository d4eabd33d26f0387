package series

import (
	"errors"
	"fmt"
	"time"

	"github.com/seed-11445fa1/referee/mockplatform/event"
	"github.com/seed-11445fa1/referee/mockplatform/wire"
	"github.com/seed-11445fa1/referee/schemas"
)

// Options say what a series is made of.
type Options struct {
	// Seed decides all ids and the order of the variants.
	Seed int64
	// PageID is the page that people write to.
	PageID string
	// Secrets sign.
	Secrets wire.Secrets
	// Start is the instant of the first event; each further one is a millisecond later.
	Start time.Time
	// Mix are the variants, of which there are as many as their weights say.
	Mix []Weighted
	// Least and Most are how many events a delivery has. Default 1 and Least.
	Least, Most int
}

// Weighted is a variant and how often it comes, compared with the others.
type Weighted struct {
	Variant schemas.Variant
	Weight  int
}

// MostWeight is what all weights of a mix may add up to.
const MostWeight = 1 << 30

// Series is the deliveries that follow from Options. It is safe for concurrent use.
type Series struct {
	opts     Options
	people   people
	start    uint64
	least    int
	most     int
	seed     uint32
	all      []template
	draw     pick
	byObject map[string]pick // of those that may stand beside others
}

// pick draws templates by weight.
type pick struct {
	of    []int // indices
	upTo  []uint32
	total uint32
}

func (p *pick) add(i, weight int) {
	p.total += uint32(weight)
	p.of, p.upTo = append(p.of, i), append(p.upTo, p.total)
}

func (p *pick) draw(random uint32) int {
	r := random % p.total
	for i, upTo := range p.upTo {
		if r < upTo {
			return p.of[i]
		}
	}
	return p.of[0] // not reached: the last is the total
}

// New encodes the variants of a mix.
func New(o Options) (*Series, error) {
	if o.Least == 0 {
		o.Least = 1
	}
	if o.Most == 0 {
		o.Most = o.Least
	}
	switch {
	case len(o.Mix) == 0:
		return nil, errors.New("series: the mix is empty")
	case o.Least < 1 || o.Most < o.Least || o.Most > event.MaxPerDelivery:
		return nil, fmt.Errorf("series: %d to %d events a delivery: it is 1 at least, and %d at most", o.Least, o.Most, event.MaxPerDelivery)
	case o.Start.UnixMilli() < 1e12 || o.Start.UnixMilli() >= 9e12:
		return nil, fmt.Errorf("series: %s is no instant at which Meta could have sent something", o.Start.Format(time.DateOnly))
	}
	s := &Series{
		opts:   o,
		people: newPeople(o.Seed, o.PageID), start: uint64(o.Start.UnixMilli()), least: o.Least, most: o.Most,
		seed: mix32(uint32(o.Seed) ^ mix32(uint32(uint64(o.Seed)>>32))), byObject: map[string]pick{},
	}
	total := 0
	for _, w := range o.Mix {
		total += w.Weight
		if w.Weight < 1 || total > MostWeight {
			return nil, fmt.Errorf("series: the weight of %s is %d: weights are 1 at least, and %d together at most", w.Variant.ID, w.Weight, MostWeight)
		}
		t, err := newTemplate(w.Variant, s.people, o.Secrets)
		if err != nil {
			return nil, fmt.Errorf("series: %w", err)
		}
		s.all = append(s.all, t)
		s.draw.add(len(s.all)-1, w.Weight)
		if t.batchable {
			p := s.byObject[t.object]
			p.add(len(s.all)-1, w.Weight)
			s.byObject[t.object] = p
		}
	}
	return s, nil
}

// Options are those that it follows from, with their defaults.
func (s *Series) Options() Options { return s.opts }

// Len is how many variants the mix has.
func (s *Series) Len() int { return len(s.all) }

// Only is a series of one variant of the mix, with this index, of the same people, one to
// a delivery.
func (s *Series) Only(i int) *Series {
	one := *s
	one.least, one.most, one.all, one.draw, one.byObject = 1, 1, s.all[i:i+1], pick{}, nil
	one.draw.add(0, 1)
	return &one
}

// Width is how many numbers of events each delivery has of its own, whether it uses them
// or not: the events of delivery n have the numbers from n × Width on.
func (s *Series) Width() int { return s.most }

// Index reads the number of an event out of what a receiver calls its person; false for
// an id of nobody in a series of this seed.
func (s *Series) Index(id string) (number uint64, ok bool) { return s.people.number(id) }

// Variant is the variant with this index in the mix.
func (s *Series) Variant(i int) schemas.Variant { return s.all[i].variant }

// mix32 is a bijection of numbers in which each bit depends on all: the finalizer of
// MurmurHash3, of Austin Appleby, which is in the public domain. Any language with
// 32-bit multiplication can compute it.
func mix32(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return h ^ h>>16
}

// random is a number that follows from the seed, a number and a purpose.
func (s *Series) random(n uint64, purpose uint32) uint32 {
	return mix32(mix32(mix32(uint32(n)^s.seed)^uint32(n>>32)) ^ purpose)
}

// Purposes of random numbers.
const (
	forVariant uint32 = 0x9e3779b9
	forSize    uint32 = 0x7f4a7c15
	// ForDuplicate is that of whoever sends some deliveries twice.
	ForDuplicate uint32 = 0x2545f491
)

// Chance reports whether what happens to so many of a million deliveries, for a purpose,
// happens to this one.
func (s *Series) Chance(delivery uint64, purpose uint32, perMillion int) bool {
	return s.random(delivery, purpose)%1_000_000 < uint32(perMillion)
}

// Size is how many events a delivery has.
func (s *Series) Size(delivery uint64) int { return s.size(delivery, s.first(delivery)) }

// size is Size for a delivery whose first event is of this template.
func (s *Series) size(delivery uint64, first int) int {
	if s.most == 1 || !s.all[first].batchable {
		return 1
	}
	return s.least + int(s.random(delivery, forSize)%uint32(s.most-s.least+1))
}

// first is the template of the first event of a delivery.
func (s *Series) first(delivery uint64) int {
	return s.draw.draw(s.random(delivery*uint64(s.most), forVariant))
}
