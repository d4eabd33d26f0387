package judge

import (
	"fmt"
	"strings"
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
			parts = append(parts, count(sort.n, sort.noun))
		}
	}
	if len(parts) == 0 {
		return "nothing"
	}
	return strings.Join(parts, " and ")
}

// count says how many there are of something.
func count(n int, noun string) string {
	switch {
	case n == 0:
		return "no " + noun
	case n == 1:
		return "one " + noun
	case strings.HasPrefix(noun, "line"):
		return fmt.Sprintf("%d lines%s", n, strings.TrimPrefix(noun, "line"))
	case strings.HasSuffix(noun, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(noun, "y"))
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// Plus adds up two tallies.
func (t Tally) Plus(o Tally) Tally {
	return Tally{Replies: t.Replies + o.Replies, Receipts: t.Receipts + o.Receipts, Lines: t.Lines + o.Lines}
}

func (t Tally) times(n int) Tally {
	return Tally{Replies: n * t.Replies, Receipts: n * t.Receipts, Lines: n * t.Lines}
}
