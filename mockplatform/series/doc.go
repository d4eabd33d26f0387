// Package series makes deliveries by the million, every one of another person: variants
// of the catalogue are encoded once, and filled by number.
//
// What differs between two deliveries of a variant has the same width in all of them: ids
// of people, tags in texts, instants. So a delivery is a copy of what package wire made,
// with some digits of its own, and costs little more than its signatures. The same seed,
// number and start give the same bytes on every machine.
//
// The way of a delivery:
//
//	schemas.Variant ─ event.Build, event.Wrap, wire.Encode ▶ a body with holes (New, once)
//	number ─ Mix ▶ which variants, of which people ─ Filler.Fill ▶ body, signatures
//
// A person's id has the number of the person's event in it, which Series.Index reads: who
// counts what came of millions of events needs a few bits for each.
package series
