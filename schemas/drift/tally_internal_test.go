package drift

import (
	"strconv"
	"testing"
)

// A stream of ever new differences is counted in bounded memory.
func TestTallyIsBounded(t *testing.T) {
	var all tally
	for n := range mostItems + 5 {
		all.add(seen("/" + strconv.Itoa(n)))
	}
	all.add(seen("/0"))
	if len(all.items) != mostItems || all.more != 5 {
		t.Errorf("%d differences and %d more", len(all.items), all.more)
	}
	if n := all.items[seen("/0").ID].Count; n != 2 {
		t.Errorf("what is known is counted %d times", n)
	}
}

func seen(pointer string) Item { return Item{What: NewMember, Pointer: pointer}.seen(Sample{}) }
