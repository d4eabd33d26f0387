package load

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/seed-11445fa1/referee/mockplatform/journal"
	"github.com/seed-11445fa1/referee/suites/judge"
)

// Follow counts what comes back to a platform from now on, until ctx ends: messages to
// people that the platform took, and receipts that are valid. It returns at once; done is
// closed when nothing more is counted.
func (l *Load) Follow(ctx context.Context, j *journal.Journal) (done <-chan struct{}) {
	return l.calls.follow(ctx, j, l.Handled)
}

// calls are those that a receiver makes to a platform.
type calls struct {
	unseen atomic.Uint64 // how many were too many to be seen

	mu      sync.Mutex
	refused uint64 // messages that the platform did not take
	why     string // of the first
}

// follow tells handled of each person whom something came back for; when ctx ends, also of
// what the journal has then.
func (c *calls) follow(ctx context.Context, j *journal.Journal, handled func(person string)) <-chan struct{} {
	// What came before is of another load, and may not be kept any more.
	met := numbers{below: j.Last(), above: map[uint64]bool{}}
	unsettled := map[uint64]bool{} // calls of which it is not known what came of them
	look := func(x journal.Exchange) {
		// An exchange comes again when it is amended: a call with its answer, which says
		// whether it was taken.
		first := met.add(x.Seq)
		c.unseen.Store(met.missing())
		switch {
		case x.Kind != journal.Receipt && !judge.IsReply(x):
		case !x.Settled():
			if first {
				unsettled[x.Seq] = true
			}
		case first || unsettled[x.Seq]:
			delete(unsettled, x.Seq)
			switch {
			case x.Kind == journal.Receipt && x.Err == "", x.Kind != journal.Receipt && x.Response.Status/100 == 2:
				handled(x.Person)
			case x.Kind != journal.Receipt:
				c.refuse(x)
			}
		}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		j.Follow(ctx, look)
		for _, x := range j.Find(func(journal.Exchange) bool { return true }) {
			look(x)
		}
	}()
	return done
}

// refuse notes a message that the platform did not take.
func (c *calls) refuse(x journal.Exchange) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refused++
	c.why = cmp.Or(c.why, x.Err, fmt.Sprintf("the status %d", x.Response.Status))
}

// refusedNote is how a note about refused messages begins.
const refusedNote = "The Graph API refused "

// note says that messages were refused; empty where none was.
func (c *calls) note() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.refused {
	case 0:
		return ""
	case 1:
		return refusedNote + "a message of the receiver, which therefore does not count: " + c.reason()
	}
	return fmt.Sprintf(refusedNote+"%d messages of the receiver, which therefore do not count; the first: %s", c.refused, c.reason())
}

func (c *calls) reason() string { return strings.TrimSuffix(c.why, ".") + "." }

// numbers are those of exchanges that were met. They come nearly in order.
type numbers struct {
	below uint64 // up to this one all were met, were given up or are of before
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
func (n *numbers) missing() uint64 {
	if n.most <= n.below {
		return n.lost
	}
	return n.lost + n.most - n.below - uint64(len(n.above))
}
