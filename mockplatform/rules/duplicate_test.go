package rules_test

import "testing"

func TestDuplicate(t *testing.T) {
	if d := disturbed(t, "duplicate", nil); d.Copies != 1 {
		t.Errorf("got %+v", d)
	}
	if d := disturbed(t, "duplicate", map[string]any{"times": 4}); d.Copies != 4 {
		t.Errorf("got %+v", d)
	}
}
