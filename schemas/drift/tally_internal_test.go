package drift

import (
	"strconv"
	"testing"
)

// A stream of ever new differences is counted in bounded memory.
func TestTallyIsBounded(t *testing.T) {
	var all tally
	for n := range mostItems + 5 {
		all.add(Item{What: NewMember, Pointer: "/" + strconv.Itoa(n), Count: 1})
	}
	all.add(Item{What: NewMember, Pointer: "/0", Count: 1})
	if len(all.items) != mostItems || all.more != 5 {
		t.Errorf("%d differences and %d more", len(all.items), all.more)
	}
	if n := all.items[Item{What: NewMember, Pointer: "/0"}.identity()].Count; n != 2 {
		t.Errorf("what is known is counted %d times", n)
	}
}
