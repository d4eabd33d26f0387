package load

import (
	"context"
	"sync/atomic"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Follow counts what comes back to a platform, until ctx ends: messages to people, and
// receipts that are valid.
func (l *Load) Follow(ctx context.Context, j *journal.Journal) {
	follow(ctx, j, l.Handled, &l.unseen)
}

// follow tells handled of each person whom something came back for; when ctx ends, also of
// what the journal has then. missed is kept at how many calls were not seen.
func follow(ctx context.Context, j *journal.Journal, handled func(person string), missed *atomic.Uint64) {
	met := numbers{above: map[uint64]bool{}}
	unsettled := map[uint64]bool{} // receipts of which it is not known whether they are valid
	look := func(x journal.Exchange) {
		// An exchange comes again when it is amended: a receipt with its answer, which says
		// whether it is valid.
		first := met.add(x.Seq)
		missed.Store(met.missing())
		switch {
		case x.Kind != journal.Receipt:
			if first && judge.IsReply(x) {
				handled(x.Person)
			}
		case !x.Settled():
			unsettled[x.Seq] = true
		case first || unsettled[x.Seq]:
			delete(unsettled, x.Seq)
			if x.Err == "" {
				handled(x.Person)
			}
		}
	}
	j.Follow(ctx, look)
	for _, x := range j.Find(func(journal.Exchange) bool { return true }) {
		look(x)
	}
}

// numbers are those of exchanges that were met. They come nearly in order.
type numbers struct {
	below uint64 // this many, from 1 on, were met or were given up
	above map[uint64]bool
	most  uint64 // the largest
	lost  uint64 // that were given up
}

// gap is how many exchanges later one that was not met does not come any more.
const gap = 100_000

// add reports whether a number was not met before.
func (n *numbers) add(number uint64) bool {
	if number <= n.below || n.above[number] {
		return false
	}
	n.above[number] = true
	n.most = max(n.most, number)
	for n.above[n.below+1] || n.most-n.below > gap {
		n.below++
		if !n.above[n.below] {
			n.lost++
		}
		delete(n.above, n.below)
	}
	return true
}

// missing is how many numbers up to the largest were not met.
func (n *numbers) missing() uint64 { return n.lost + n.most - n.below - uint64(len(n.above)) }
