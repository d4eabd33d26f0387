package rules_test

import "testing"

func TestServerError(t *testing.T) {
	if a := answered(t, "server-error", nil); a.Status != 500 || !says(a, "Unexpected internal error") {
		t.Errorf("got %+v", a)
	}
}
