package rules_test

import "testing"

func TestEmptyAnswer(t *testing.T) {
	if a := answered(t, "empty-answer", nil); a.Status != 200 || len(a.Body) > 0 {
		t.Errorf("got %+v", a)
	}
}
