package series

import (
	"cmp"
	"slices"

	"github.com/seed-11445fa1/referee/mockplatform/wire"
)

// Recipe is all that the deliveries of a series follow from, for a program in another
// language that makes the same ones: runner/load/k6/script.js is one. Such a program draws
// templates by weight, the first of a delivery among all, and those beside it among all of
// its object, and fills them as Filler does; random numbers are those of Series.random.
type Recipe struct {
	// Seed is that of random numbers, which is not the one of Options.
	Seed uint32 `json:"seed"`
	// Start is the instant of event 0, and each further one is a millisecond later. Entries
	// say that they were sent Delay after it. Both are in milliseconds.
	Start uint64 `json:"start"`
	Delay int64  `json:"delay"`
	// Least and Most are how many events a delivery has.
	Least     int        `json:"least"`
	Most      int        `json:"most"`
	Templates []Template `json:"templates"`
}

// Template is a body of one event in pieces.
type Template struct {
	Variant string `json:"variant"`
	Weight  int    `json:"weight"`
	// Style decides the header.
	Style string `json:"style"`
	// Instagram reports that the secret of Instagram signs it, where there is one.
	Instagram bool `json:"instagram"`
	// Object is that of a body whose entry may stand beside others of the same object,
	// between Head and Tail; empty for one that stands alone.
	Object string `json:"object"`
	Head   string `json:"head"`
	Tail   string `json:"tail"`
	// Entry are texts, and between each two of them the name of what fills the hole:
	// "number" of 12 digits, "tag", the number in 8 letters that have 5 bits each (a to z,
	// 2 to 7), the instant "ms" and "s", and the same with Delay, "ms later" and "s later".
	Entry []string `json:"entry"`
}

// names of what fills holes.
func (f fill) name() string {
	return [...]string{digits: "number", inTag: "tag", millis: "ms", millisLater: "ms later", seconds: "s", secondsLater: "s later"}[f]
}

// Recipe is that of the series.
func (s *Series) Recipe() Recipe {
	r := Recipe{Seed: s.seed, Start: s.start, Delay: entryDelay, Least: s.least, Most: s.most}
	before := uint32(0)
	for i, t := range s.all {
		piece := t.pieces()
		piece.Weight = int(s.draw.upTo[i] - before)
		before = s.draw.upTo[i]
		r.Templates = append(r.Templates, piece)
	}
	return r
}

// pieces is the template without its weight.
func (t template) pieces() Template {
	out := Template{Variant: t.variant.ID, Style: t.style.String()}
	const own = "instagram"
	out.Instagram = wire.Secrets{App: "app", Instagram: own}.For(t.body) == own
	from, to := 0, len(t.body)
	if t.batchable {
		from, to = t.entry[0], t.entry[1]
		out.Object, out.Head, out.Tail = t.object, string(t.body[:from]), string(t.body[to:])
	}
	inOrder := slices.SortedFunc(slices.Values(t.holes), func(a, b hole) int { return cmp.Compare(a.at, b.at) })
	for _, h := range inOrder {
		out.Entry = append(out.Entry, string(t.body[from:h.at]), h.fill.name())
		from = h.at + h.width
	}
	out.Entry = append(out.Entry, string(t.body[from:to]))
	return out
}
