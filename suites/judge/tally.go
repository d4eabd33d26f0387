package judge

import (
	"strings"

	"github.com/seed-11445fa1/referee/suites/plural"
)

// Tally counts evidence by its sort.
type Tally struct {
	Replies, Receipts int
	Lines             int // that the receiver wrote
}

func (t Tally) Any() bool { return t != Tally{} }

// Covers reports whether there is at least as much of each sort as in want.
func (t Tally) Covers(want Tally) bool {
	return t.Replies >= want.Replies && t.Receipts >= want.Receipts && t.Lines >= want.Lines
}

// String says what there is: "one reply and 2 receipts".
func (t Tally) String() string {
	var parts []string
	for _, sort := range []struct {
		n    int
		noun string
	}{{t.Replies, "reply"}, {t.Receipts, "receipt"}, {t.Lines, "line in its log"}} {
		if sort.n > 0 {
			parts = append(parts, plural.InWords(sort.n, sort.noun))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " and ")
}

// Plus adds up two tallies.
func (t Tally) Plus(o Tally) Tally {
	return Tally{Replies: t.Replies + o.Replies, Receipts: t.Receipts + o.Receipts, Lines: t.Lines + o.Lines}
}

func (t Tally) times(n int) Tally {
	return Tally{Replies: n * t.Replies, Receipts: n * t.Receipts, Lines: n * t.Lines}
}
