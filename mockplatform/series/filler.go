package series

import "github.com/seed-11445fa1/referee/mockplatform/wire"

// Filler fills deliveries of a series into one buffer. It is for one goroutine.
type Filler struct {
	series  *Series
	signers map[string]*wire.Signer // by their secret
	buffer  []byte
	variant []int
}

// Delivery is one that was filled. It holds until the filler fills the next.
type Delivery struct {
	Body      []byte
	Signature *wire.SignatureText
	Style     wire.Style
	// First is the number of the first event; the others follow it.
	First uint64
	// Variants are those of the events, indices into the mix.
	Variants []int
}

// Filler returns a filler.
func (s *Series) Filler() *Filler {
	f := &Filler{series: s, signers: map[string]*wire.Signer{}}
	for _, t := range s.all {
		if f.signers[t.secret] == nil {
			f.signers[t.secret] = wire.NewSigner(t.secret)
		}
	}
	return f
}

// Variants are those of the events of a delivery, indices into the mix. They hold until
// the filler fills the next.
func (f *Filler) Variants(delivery uint64) []int {
	s := f.series
	first := delivery * uint64(s.most)
	i := s.first(delivery)
	f.variant = append(f.variant[:0], i)
	beside := s.byObject[s.all[i].object]
	for n := first + 1; n < first+uint64(s.size(delivery, i)); n++ {
		f.variant = append(f.variant, beside.draw(s.random(n, forVariant)))
	}
	return f.variant
}

// Fill fills the delivery with this number.
func (f *Filler) Fill(delivery uint64) Delivery {
	s := f.series
	first := delivery * uint64(s.most)
	variants := f.Variants(delivery)
	t := &s.all[variants[0]]
	f.buffer = append(f.buffer[:0], t.body...)
	t.write(f.buffer, 0, first, s.start+first)
	if len(variants) > 1 {
		f.buffer = f.buffer[:t.entry[1]]
		for k, i := range variants[1:] {
			o, n := &s.all[i], first+uint64(k)+1
			f.buffer = append(f.buffer, ',')
			at := len(f.buffer)
			f.buffer = append(f.buffer, o.body[o.entry[0]:o.entry[1]]...)
			o.write(f.buffer[at:], o.entry[0], n, s.start+n)
		}
		f.buffer = append(f.buffer, t.body[t.entry[1]:]...)
	}
	return Delivery{Body: f.buffer, Signature: f.signers[t.secret].Sign(f.buffer), Style: t.style, First: first, Variants: variants}
}
