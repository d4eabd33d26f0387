package rules_test

import "testing"

func TestTemporaryFailure(t *testing.T) {
	if a := answered(t, "temporary-failure", nil); !says(a, `"code":1200`) {
		t.Errorf("got %+v", a)
	}
}
