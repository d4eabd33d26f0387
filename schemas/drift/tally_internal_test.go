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

// However many names members have, the shape of all is small, and takes all of them.
func TestShapeIsBounded(t *testing.T) {
	var all *shape
	for n := range 3000 {
		all = all.join(shapeOf(map[string]any{"of": map[string]any{"m" + strconv.Itoa(n): map[string]any{"x": "1"}}}))
	}
	if of := all.members["of"]; len(of.members) > 0 || of.others == nil || of.others.members["x"] == nil {
		t.Errorf("there are %d names", len(of.members))
	}
	if ids := shapeOf(map[string]any{"17": true, "x": nil}); len(ids.members) > 0 || len(ids.others.types) != 2 {
		t.Errorf("%+v", ids)
	}
}
