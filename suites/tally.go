package suites

import (
	"fmt"
	"strings"
)

// tally counts evidence by its sort.
type tally struct {
	replies, receipts int
	lines             int // that the receiver wrote
}

func (t tally) any() bool { return t != tally{} }

// covers reports whether there is at least as much of each sort as in want.
func (t tally) covers(want tally) bool {
	return t.replies >= want.replies && t.receipts >= want.receipts && t.lines >= want.lines
}

// String says what there is: "one reply and 2 receipts".
func (t tally) String() string {
	var parts []string
	for _, sort := range []struct {
		n    int
		noun string
	}{{t.replies, "reply"}, {t.receipts, "receipt"}, {t.lines, "line in its log"}} {
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
