package fault_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/delivery"
	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestKept(t *testing.T) {
	line := &delivery.Line{}
	r := delivery.Request{Method: "POST"}
	if err := fault.Kept(line).Apply(&r); err != nil || r.Line != line {
		t.Errorf("the line is %p, expected %p; error %v", r.Line, line, err)
	}
}
