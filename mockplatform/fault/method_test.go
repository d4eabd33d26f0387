package fault_test

import (
	"testing"

	"github.com/seed-11445fa1/referee/mockplatform/fault"
)

func TestMethod(t *testing.T) {
	r := apply(t, fault.Method("PATCH"), body)
	if r.Method != "PATCH" || string(r.Body) != body {
		t.Errorf("got %s with the body %s", r.Method, r.Body)
	}
}
