package rules_test

import "testing"

func TestInvalidToken(t *testing.T) {
	if a := answered(t, "invalid-token", nil); a.Status != 400 || !says(a, `"code":190`) {
		t.Errorf("got %+v", a)
	}
}
