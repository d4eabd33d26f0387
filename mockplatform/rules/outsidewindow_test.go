package rules_test

import "testing"

func TestOutsideWindow(t *testing.T) {
	if a := answered(t, "outside-window", nil); a.Status != 400 || !says(a, `"code":10,"error_subcode":2018278`) {
		t.Errorf("got %+v", a)
	}
}
